"""Attendance: who may say when who took part in a session, and what a list of marks changes (DESIGN §6, §10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from app.domain.access import Actor, NotAllowed
from app.domain.agenda import Belonging, check_can_write
from app.domain.codes import Presence, PresenceSource, SessionKind, SessionStatus
from app.domain.errors import DomainError
from app.domain.time import days_in, seen_from, wall_days

OPENS_BEFORE: Final = timedelta(minutes=30)
"""How long before the start people can say that they are there: those who come early wait at the door, or test the
connection."""
HOST_DAYS: Final = 7
"""For how many days after the last one the host's list is open without a reason: paper lists come home with the
delegation, a work visit lasts about a week. Afterwards a change is a correction."""
REASON_LEAST: Final = 3
MINUTE: Final = timedelta(minutes=1)


class NoAttendance(DomainError):
    """Nobody attends a draft or a session that was called off."""

    code: ClassVar[str] = "attendance_none"


class AttendanceNotYet(DomainError):
    """A session to come cannot be attended; from ``opens_at`` it can."""

    code: ClassVar[str] = "attendance_not_yet"


class AttendanceOver(DomainError):
    """One's own attendance could be registered until ``closed_at``."""

    code: ClassVar[str] = "attendance_over"


class CorrectionWithoutReason(DomainError):
    """After ``closed_at`` a mark is only changed with a reason."""

    code: ClassVar[str] = "attendance_reason"


class CorrectionNotTaken(DomainError):
    """A correction says present or absent: it does not take a mark away without a trace."""

    code: ClassVar[str] = "attendance_not_cleared"


class MarkedByHost(DomainError):
    """What the host wrote is not the person's own to take back."""

    code: ClassVar[str] = "attendance_by_host"


class GovernmentUnclear(DomainError):
    """A person who belongs to several governments here says for which this counts."""

    code: ClassVar[str] = "attendance_government"


class NotExpected(DomainError):
    """The session does not concern the person, or the government."""

    code: ClassVar[str] = "attendance_not_expected"


class Stage(StrEnum):
    """Where the host's list stands."""

    BEFORE = "before"
    OPEN = "open"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Held:
    """A session as the rules of attendance see it; moments are aware, the days are those of ``zone``.

    ``hosts`` are the governments whose coordinators keep the list: both sides of a partnership, else the host side.
    """

    status: SessionStatus
    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    zone: str
    belonging: Belonging
    hosts: frozenset[int] = frozenset()

    @property
    def last_day(self) -> date:
        """The last day of the session where it takes place."""
        return days_in(self.starts_at, self.ends_at, ZoneInfo(self.zone))[1]

    @property
    def opens_at(self) -> datetime:
        """From when people register themselves, on the clocks of the session."""
        return seen_from(self.starts_at - OPENS_BEFORE, ZoneInfo(self.zone))

    @property
    def closes_at(self) -> datetime:
        """Until when people register themselves: the end of the last day, on the clocks of the session."""
        return self._end_of(self.last_day)

    @property
    def last_minute(self) -> datetime:
        """The last minute in which people register themselves, to be named: nobody reads 0:00 as the day before."""
        return self.closes_at - MINUTE

    @property
    def list_last_minute(self) -> datetime:
        """The last minute in which the host's list is open without a reason, to be named."""
        return self.list_closes_at - MINUTE

    @property
    def list_closes_at(self) -> datetime:
        """Until when the host's list is open without a reason, on the clocks of the session."""
        return self._end_of(self.last_day + timedelta(days=HOST_DAYS))

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.zone))

    def stage(self, now: datetime) -> Stage:
        """Tell where the host's list stands at ``now`` (aware)."""
        if now < self.starts_at:
            return Stage.BEFORE
        return Stage.OPEN if now < self.list_closes_at else Stage.LATE


def check_takes_place(held: Held) -> None:
    """Refuse a session that nobody attends.

    :raises NoAttendance: a draft, or called off.
    """
    if held.status is not SessionStatus.PUBLISHED:
        raise NoAttendance


def check_can_attend(held: Held, *, now: datetime) -> None:
    """Refuse unless somebody can register as present at ``now`` (aware): [``opens_at``, ``closes_at``).

    :raises NoAttendance: a draft, or called off.
    :raises AttendanceNotYet: too early, ``opens_at`` says when.
    :raises AttendanceOver: too late; the host can still be asked.
    """
    check_takes_place(held)
    if now < held.opens_at:
        raise AttendanceNotYet(opens_at=held.opens_at)
    if now >= held.closes_at:
        raise AttendanceOver(closed_at=held.last_minute)


def check_can_undo(held: Held, source: PresenceSource, *, now: datetime) -> None:
    """Refuse unless somebody can take the own word back at ``now``.

    :raises MarkedByHost: it is the host's; the other refusals are those of ``check_can_attend``.
    """
    check_can_attend(held, now=now)
    if source is not PresenceSource.LINK:
        raise MarkedByHost


def check_can_see_list(actor: Actor, held: Held) -> None:
    """Refuse unless ``actor`` may see who was there: who may write the session, coordinators of its hosts.

    :raises NotAllowed: somebody else's to see.
    :raises NoAttendance: a draft, or called off.
    """
    if not (actor.is_known and actor.coordinates & held.hosts):
        check_can_write(actor, belonging=held.belonging, kind=held.kind)
    check_takes_place(held)


def check_can_mark(actor: Actor, held: Held, *, now: datetime) -> PresenceSource:
    """Refuse unless ``actor`` may write in the list at ``now``; give what a mark then is: the host's, or a correction.

    :raises NotAllowed: somebody else's to do; a correction is up to who may write the session.
    :raises NoAttendance: a draft, or called off.
    :raises AttendanceNotYet: the session has not started.
    """
    check_can_see_list(actor, held)
    stage = held.stage(now)
    if stage is Stage.BEFORE:
        raise AttendanceNotYet(opens_at=seen_from(held.starts_at, ZoneInfo(held.zone)))
    if stage is Stage.OPEN:
        return PresenceSource.HOST
    check_can_write(actor, belonging=held.belonging, kind=held.kind)
    return PresenceSource.CORRECTION


def check_reason(held: Held, source: PresenceSource, reason: str) -> None:
    """Refuse a correction that does not say why.

    :raises CorrectionWithoutReason: it does not.
    """
    if source is PresenceSource.CORRECTION and len(reason.strip()) < REASON_LEAST:
        raise CorrectionWithoutReason(closed_at=held.list_last_minute)


def may(check: Callable[[], object]) -> bool:
    """Tell whether a check lets through."""
    try:
        check()
    except (NotAllowed, NoAttendance, AttendanceNotYet, AttendanceOver, MarkedByHost):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Mark:
    """What a list says of somebody: present, absent or nothing (None), and for which government it counts."""

    presence: Presence | None = None
    government_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list that was sent: who, what the page showed, and what was chosen there."""

    key: str
    seen: Mark
    chosen: Mark


@dataclass(frozen=True, slots=True)
class Changes:
    """What a list changes: ``written`` by key, and the keys of lines on which somebody else wrote meanwhile."""

    written: dict[str, Mark]
    conflicts: tuple[str, ...]


def changes(lines: Iterable[Line], stored: dict[str, Mark]) -> Changes:
    """Tell what a list changes: only lines that were changed on the page count, so two hosts write at the same time.

    A line is in conflict when what is stored is neither what the page showed nor what was chosen; it is left as it is.
    """
    written: dict[str, Mark] = {}
    conflicts = []
    for line in lines:
        now = stored.get(line.key, Mark())
        if line.chosen in (line.seen, now):
            continue
        if now != line.seen:
            conflicts.append(line.key)
        else:
            written[line.key] = line.chosen
    return Changes(written, tuple(conflicts))


def check_kept(changed: Changes, source: PresenceSource) -> None:
    """Refuse a correction that takes a mark away.

    :raises CorrectionNotTaken: it does.
    """
    if source is PresenceSource.CORRECTION and any(mark.presence is None for mark in changed.written.values()):
        raise CorrectionNotTaken


def government_for(own: Iterable[int], wanted: int | None) -> int | None:
    """Give the government for which somebody's attendance counts: the only one, or the one that was chosen.

    People of an association belong to none: their attendance counts for no side.

    :raises NotExpected: another one than the person's own.
    :raises GovernmentUnclear: several, and none was chosen.
    """
    known = tuple(own)
    if wanted is not None and wanted not in known:
        raise NotExpected
    if wanted is None and len(known) > 1:
        raise GovernmentUnclear
    return wanted if wanted is not None else next(iter(known), None)


@dataclass(frozen=True, slots=True)
class Length:
    """How long a session lasts: minutes within a day, or whole days."""

    minutes: int = 0
    days: int = 0

    def __add__(self, other: "Length") -> "Length":
        return Length(self.minutes + other.minutes, self.days + other.days)


def length_of(wall_starts_at: datetime, duration_minutes: int) -> Length:
    """Give the length of a session: in minutes, or in days where it lasts longer than a day (nights do not count)."""
    first, last = wall_days(wall_starts_at, wall_starts_at + timedelta(minutes=duration_minutes))
    return Length(days=(last - first).days + 1) if duration_minutes > 24 * 60 else Length(minutes=duration_minutes)
