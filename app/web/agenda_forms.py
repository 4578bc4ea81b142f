"""The form of a session: what was typed, the facts that it means, and the choices that it offers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.agenda import (
    BY_COORDINATORS,
    ZONES,
    Belonging,
    Facts,
    Scope,
    check_can_write,
    duration_between,
)
from app.domain.codes import SessionKind, SessionStatus, Side
from app.domain.errors import DomainError
from app.domain.series import Repeat
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.labels import choices, label, language_name
from app.language.moments import zone_name
from app.queries.agenda import SessionRow
from app.queries.circles import belonging_of
from app.queries.partnerships import partnerships
from app.queries.programmes import all_tracks, programmes
from app.web.days import Day, TimeOfDay
from app.web.forms import Form, FormModel

LANGUAGES: Final = ("nl", "fr", "en", "rw", "fon", "yo")
TITLES: Final = ("title_nl", "title_fr", "title_en")


class Reach(StrEnum):
    """How far a change of one of a series goes: only that one, or the others too."""

    ONE = "one"
    FOLLOWING = "following"


class SessionForm(FormModel):
    """A session as it is typed. ``last_day`` is only filled in for what lasts longer than a day.

    ``repeat``, ``times`` and ``until`` make a series of a new one, once its days were ``seen``; ``reach``: how far a
    change goes. ``version``: what was read (``web.session_conflict``), empty for a new one.
    """

    of: str = Field("", max_length=40)
    kind: SessionKind
    title_nl: str = Field("", max_length=160)
    title_fr: str = Field("", max_length=160)
    title_en: str = Field("", max_length=160)
    day: Day
    starts: TimeOfDay
    last_day: Day | None = None
    ends: TimeOfDay
    zone: str = Field(str(PROGRAMME_ZONE), pattern=f"^({'|'.join(ZONES)})$")
    place: str = Field("", max_length=200)
    link: str = Field("", max_length=500)
    description: str = Field("", max_length=4000)
    languages: list[str] = Field(default_factory=list, max_length=len(LANGUAGES))
    host_side: Side | None = None
    direction_reason: str = Field("", max_length=500)
    status: SessionStatus = SessionStatus.PUBLISHED
    capacity: int | None = Field(None, ge=1, le=10_000)
    interpretation: list[str] = Field(default_factory=list, max_length=len(LANGUAGES))
    schedule: str = Field("", max_length=8000)
    repeat: Repeat | None = None
    times: int | None = Field(None, ge=1, le=1000)
    until: Day | None = None
    seen: str = Field("", max_length=64)
    reach: Reach = Reach.ONE
    version: str = Field("", max_length=64)


class CancelForm(FormModel):
    """Why a session is called off, and with which others of its series."""

    reason: str = Field(min_length=3, max_length=500)
    reach: Reach = Reach.ONE


class KeyForm(FormModel):
    """A form that only confirms, for one session or for more of its series."""

    reach: Reach = Reach.ONE


def facts_of(typed: SessionForm) -> Facts:
    """Give the facts that were typed.

    :raises EndsBeforeStart: the end is not after the start, as for ``TooLong``.
    """
    starts_at = datetime.combine(typed.day, typed.starts)
    ends_at = datetime.combine(typed.last_day or typed.day, typed.ends)
    return Facts(
        kind=typed.kind,
        title_nl=typed.title_nl,
        title_fr=typed.title_fr,
        title_en=typed.title_en,
        wall_starts_at=starts_at,
        zone=typed.zone,
        duration_minutes=duration_between(starts_at, ends_at),
        status=typed.status,
        place=typed.place,
        link=typed.link,
        description=typed.description,
        languages=tuple(code for code in LANGUAGES if code in typed.languages),
        host_side=typed.host_side,
        capacity=typed.capacity,
        interpretation=tuple(code for code in LANGUAGES if code in typed.interpretation),
        schedule=typed.schedule,
        direction_reason=typed.direction_reason if typed.kind is SessionKind.WORK_VISIT else "",
    )


def values_of(row: SessionRow) -> dict[str, object]:
    """Give the values of the form for a session that is there."""
    ends_at = row.wall_starts_at + timedelta(minutes=row.duration_minutes)
    several_days = ends_at.date() > row.wall_starts_at.date()
    return {
        "kind": row.kind.value,
        **{name: getattr(row, name) for name in TITLES},
        "day": row.wall_starts_at.date().isoformat(),
        "starts": row.wall_starts_at.strftime("%H:%M"),
        "last_day": ends_at.date().isoformat() if several_days else "",
        "ends": ends_at.strftime("%H:%M"),
        "zone": row.zone,
        "place": row.place,
        "link": row.link,
        "description": row.description,
        "languages": list(row.languages),
        "host_side": row.host_side.value if row.host_side else "",
        "direction_reason": row.direction_reason,
        "status": row.status.value,
        "capacity": "" if row.capacity is None else row.capacity,
        "interpretation": list(row.interpretation),
        "schedule": row.schedule,
        "reach": Reach.ONE.value,
    }


FIELDS: Final = {
    "session_ends_before_start": "ends",
    "session_too_long": "last_day",
    "session_title_missing": "title",
    "not_a_link": "link",
    "session_already_announced": "status",
    "place_unknown": "of",
    "not_allowed": "kind",
    "visit_prepared": "kind",
    "visit_host_missing": "host_side",
    "visit_of_nobody": "kind",
    "visit_direction": "host_side",
}


def refuse(form: Form[Any], refusal: DomainError, locale: str) -> None:
    """Show a refusal at the field that it is about."""
    name = FIELDS.get(refusal.code, "")
    if "which" in refusal.params:
        name = str(refusal.params["which"])
    form.refuse(refusal, f"title_{locale}" if name == "title" else name)


def scope_of(text: str) -> tuple[Scope, int] | None:
    """Read for whom a session is: ``track:3``."""
    scope, _, number = text.partition(":")
    if scope not in list(Scope) or not number.isdecimal() or len(number) > 9:
        return None
    return Scope(scope), int(number)


def may_manage(actor: Actor, belonging: Belonging) -> bool:
    """Tell whether somebody writes every kind of session there, drafts included."""
    try:
        check_can_write(actor, belonging=belonging, kind=SessionKind.JOINT_DIGITAL)
    except NotAllowed:
        return False
    return True


def may_add(actor: Actor, belonging: Belonging) -> bool:
    """Tell whether somebody writes any session there."""
    try:
        check_can_write(actor, belonging=belonging, kind=SessionKind.BILATERAL)
    except NotAllowed:
        return False
    return True


def form_choices(locale: str, *, manages: bool) -> dict[str, object]:
    """Give the choices of the form's lists."""
    kinds = choices(locale, SessionKind) if manages else [(one.value, label(locale, one)) for one in BY_COORDINATORS]
    return {
        "kinds": kinds,
        "zones": [(zone, zone_name(locale, zone)) for zone in ZONES],
        "languages_offered": [{"value": code, "label": language_name(locale, code)} for code in LANGUAGES],
        "repeats": choices(locale, Repeat),
    }


def scope_choices(session: Session, actor: Actor, locale: str, today: date) -> Sequence[tuple[str, str]]:
    """Give for whom ``actor`` may make sessions: programmes that have not ended, their tracks and partnerships."""
    rounds = {one.id: one for one in programmes(session) if one.ends_on >= today}
    names = {number: title_of(one, locale).words for number, one in rounds.items()}
    found = [(f"{Scope.PROGRAMME}:{number}", name) for number, name in names.items() if actor.is_staff]
    found += [
        (f"{Scope.TRACK}:{track.id}", f"{names[track.programme_id]} – {title_of(track, locale).words}")
        for track in all_tracks(session)
        if track.programme_id in rounds and may_manage(actor, Belonging(track.country))
    ]
    found += [
        (f"{Scope.PARTNERSHIP}:{partnership.id}", partnership.name)
        for partnership in partnerships(session)
        if partnership.programme_id in rounds and may_manage(actor, belonging_of(partnership))
    ]
    return found
