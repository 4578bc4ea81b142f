"""The agenda: when a session is, who may write in it, and which changes others must hear of (DESIGN §6, §10)."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from app.domain import time as clocks
from app.domain.access import Actor, NotAllowed
from app.domain.codes import Country, SessionKind, SessionStatus, Side
from app.domain.errors import DomainError

ZONES = tuple(str(clocks.zones_for(country)) for country in Country)
LONGEST = timedelta(days=31)
FLEMISH_KINDS = (SessionKind.INTRODUCTORY, SessionKind.PHYSICAL_EXCHANGE)
BY_COORDINATORS = (SessionKind.BILATERAL, SessionKind.WORK_VISIT)


class Scope(StrEnum):
    """For whom a session is: everybody in the programme, one country's track, one partnership."""

    PROGRAMME = "programme"
    TRACK = "track"
    PARTNERSHIP = "partnership"


class TimeSkipped(DomainError):
    """The clocks jump over the start or the end, see ``domain.time.SkippedHour`` (``which``: "starts" or "ends")."""

    code: ClassVar[str] = "session_time_skipped"


class TimeTwice(DomainError):
    """The clocks show the start or the end twice, see ``domain.time.AmbiguousHour`` (``which``: "starts" or "ends")."""

    code: ClassVar[str] = "session_time_twice"


class EndsBeforeStart(DomainError):
    """A session ends after it starts."""

    code: ClassVar[str] = "session_ends_before_start"


class TooLong(DomainError):
    """A session lasts at most ``days`` days."""

    code: ClassVar[str] = "session_too_long"


class TitleMissing(DomainError):
    """A session needs a title in at least one language."""

    code: ClassVar[str] = "session_title_missing"


class LinkNotSecure(DomainError):
    """The link of a session starts with https://."""

    code: ClassVar[str] = "not_a_link"


class SessionCancelled(DomainError):
    """A cancelled session stays as it is."""

    code: ClassVar[str] = "session_cancelled"


class SessionOver(DomainError):
    """What took place cannot be cancelled."""

    code: ClassVar[str] = "session_over"


class StillDraft(DomainError):
    """A draft is not known to anybody: it is deleted, not cancelled."""

    code: ClassVar[str] = "session_still_draft"


class AlreadyAnnounced(DomainError):
    """An announced session is in people's calendars: it is cancelled, not deleted or hidden again."""

    code: ClassVar[str] = "session_already_announced"


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whose a session is: the country of its track and the two governments of its partnership, where it has them."""

    country: Country | None = None
    governments: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time (aware, UTC)."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is written about a session. ``duration_minutes`` is what the clock on the wall counts.

    ``capacity``: how many can take part, none is no limit; ``interpretation``: languages into which is interpreted;
    ``schedule``: the programme of the session; ``direction_reason``: why a visit goes against the rule.
    """

    kind: SessionKind
    title_nl: str
    title_fr: str
    title_en: str
    wall_starts_at: datetime
    zone: str
    duration_minutes: int
    status: SessionStatus = SessionStatus.PUBLISHED
    place: str = ""
    link: str = ""
    description: str = ""
    languages: tuple[str, ...] = ()
    host_side: Side | None = None
    capacity: int | None = None
    interpretation: tuple[str, ...] = ()
    schedule: str = ""
    direction_reason: str = ""


WHEN = frozenset({"wall_starts_at", "zone", "duration_minutes"})
WHERE = frozenset({"place", "link"})
HOW = frozenset({"languages", "interpretation", "host_side"})
TOLD = WHEN | WHERE | HOW
"""What people must hear of when it changes."""
NOTICED = TOLD | {"title_nl", "title_fr", "title_en", "status"}


def period_of(wall_starts_at: datetime, zone: str, duration_minutes: int) -> Period:
    """Derive the instants of a session from what the clocks in ``zone`` show at its start and at its end.

    :raises TimeSkipped: the clocks jump over the start or the end (``which``: "starts" or "ends").
    :raises TimeTwice: the clocks show it twice.
    """
    wall_ends_at = wall_starts_at + timedelta(minutes=duration_minutes)
    return Period(_instant(wall_starts_at, zone, "starts"), _instant(wall_ends_at, zone, "ends"))


def _instant(wall: datetime, zone: str, which: str) -> datetime:
    try:
        return clocks.instant(wall, ZoneInfo(zone))
    except clocks.SkippedHour as refusal:
        raise TimeSkipped(which=which, **refusal.params) from refusal
    except clocks.AmbiguousHour as refusal:
        raise TimeTwice(which=which, **refusal.params) from refusal


def duration_between(wall_starts_at: datetime, wall_ends_at: datetime) -> int:
    """Give the minutes from start to end, as the clock on the wall counts them.

    :raises EndsBeforeStart: the end is not after the start.
    :raises TooLong: it lasts longer than a month.
    """
    duration = wall_ends_at - wall_starts_at
    if duration <= timedelta(0):
        raise EndsBeforeStart
    if duration > LONGEST:
        raise TooLong(days=LONGEST.days)
    return int(duration.total_seconds()) // 60


def check_facts(facts: Facts) -> Period:
    """Refuse what cannot be a session; give its instants.

    :raises TitleMissing: no title in any language.
    :raises LinkNotSecure: the link does not start with https://.
    :raises TimeSkipped: see ``period_of``, as for ``TimeTwice``.
    """
    if not (facts.title_nl or facts.title_fr or facts.title_en):
        raise TitleMissing
    check_link(facts.link)
    return period_of(facts.wall_starts_at, facts.zone, facts.duration_minutes)


def check_link(link: str) -> None:
    """Refuse a link that is not secure; none is fine.

    :raises LinkNotSecure: it does not start with https:// and a host, or holds white space.
    """
    host = link.removeprefix("https://").partition("/")[0]
    if link and (not link.startswith("https://") or not host or any(sign.isspace() for sign in link)):
        raise LinkNotSecure


def check_can_write(actor: Actor, *, belonging: Belonging, kind: SessionKind) -> None:
    """Refuse unless ``actor`` may write a session of that kind there (DESIGN §10).

    The programme team writes all; an association what belongs to its country; a coordinator the exchanges and visits of
    the own partnership.

    :raises NotAllowed: it is somebody else's to do.
    """
    if actor.is_staff or (actor.is_association and belonging.country in actor.countries):
        return
    if not (actor.is_known and actor.coordinates & belonging.governments and kind in BY_COORDINATORS):
        raise NotAllowed


def check_can_edit(actor: Actor, *, belonging: Belonging, kind: SessionKind, status: SessionStatus) -> None:
    """Refuse unless ``actor`` may change the session.

    :raises NotAllowed: see ``check_can_write``.
    :raises SessionCancelled: it was called off.
    """
    check_can_write(actor, belonging=belonging, kind=kind)
    if status is SessionStatus.CANCELLED:
        raise SessionCancelled


def check_can_cancel(
    actor: Actor, *, belonging: Belonging, kind: SessionKind, status: SessionStatus, ends_at: datetime, now: datetime
) -> None:
    """Refuse unless ``actor`` may call the session off at ``now`` (aware).

    :raises NotAllowed: see ``check_can_write``.
    :raises SessionCancelled: it was called off already.
    :raises StillDraft: nobody knows of it yet.
    :raises SessionOver: it has ended.
    """
    check_can_edit(actor, belonging=belonging, kind=kind, status=status)
    if status is SessionStatus.DRAFT:
        raise StillDraft
    if ends_at <= now:
        raise SessionOver


def check_can_discard(actor: Actor, *, belonging: Belonging, kind: SessionKind, status: SessionStatus) -> None:
    """Refuse unless ``actor`` may delete the session: only a draft goes without a trace in calendars.

    :raises NotAllowed: see ``check_can_write``.
    :raises AlreadyAnnounced: others know of it.
    """
    check_can_write(actor, belonging=belonging, kind=kind)
    if status is not SessionStatus.DRAFT:
        raise AlreadyAnnounced


def check_status(before: SessionStatus, after: SessionStatus) -> None:
    """Refuse a step that editing does not take: what was announced is not hidden again.

    :raises AlreadyAnnounced: from announced back to draft.
    :raises SessionCancelled: from or to cancelled; that is ``cancel``'s to do.
    """
    if SessionStatus.CANCELLED in (before, after):
        raise SessionCancelled
    if before is SessionStatus.PUBLISHED and after is SessionStatus.DRAFT:
        raise AlreadyAnnounced


def changed(before: Facts, after: Facts) -> frozenset[str]:
    """Give the names of the facts that differ."""
    names = (field.name for field in fields(Facts))
    return frozenset(name for name in names if getattr(before, name) != getattr(after, name))


def zones_concerned(*, zone: str, kind: SessionKind, country: Country | None) -> tuple[str, ...]:
    """Give the zones in which people take part: that of the session, of Flanders and of its partner country.

    A session for the whole programme concerns all countries, one among the Flemish governments only theirs.
    """
    flemish = str(clocks.PROGRAMME_ZONE)
    if kind in FLEMISH_KINDS:
        places: tuple[str, ...] = (flemish, zone)
    elif country is not None:
        places = (flemish, str(clocks.zones_for(country)), zone)
    else:
        places = (*ZONES, zone)
    return tuple(dict.fromkeys(places))
