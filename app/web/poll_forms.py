"""The forms of polls: a new one with its moments, one more moment, answers, where the session will be, a reason."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from pydantic import Field, create_model
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, QueryParams

from app.domain.access import Actor
from app.domain.agenda import BY_COORDINATORS, ZONES, Scope
from app.domain.codes import PollAnswer, SessionKind, Side
from app.domain.errors import DomainError
from app.domain.polls import MOST_MOMENTS, AnswerMissing
from app.domain.time import PROGRAMME_ZONE, instant, wall_in
from app.language.labels import choices, label
from app.language.moments import zone_name
from app.queries.circles import belonging_of
from app.queries.partnerships import partnerships_of_governments
from app.queries.polls import OwnAnswers
from app.queries.programmes import programmes
from app.services.polls import NewPoll
from app.web.agenda_forms import may_add, may_manage, scope_choices
from app.web.days import YEARS, Day, TimeOfDay
from app.web.forms import FieldRefused, Form, FormModel, clean_text
from app.web.polls import zone_of

ROWS: Final = 4
LONGEST_MINUTES: Final = 31 * 24 * 60
NOTE_LIMIT: Final = 500
USUAL_DAYS: Final = 7


class MomentIncomplete(DomainError):
    """A row has a day without a time, or the reverse."""

    code = "poll_moment_incomplete"


class PollBasics(FormModel):
    """A poll as it is typed, but for its moments."""

    of: str = Field("", max_length=40)
    kind: SessionKind
    title_nl: str = Field("", max_length=160)
    title_fr: str = Field("", max_length=160)
    title_en: str = Field("", max_length=160)
    description: str = Field("", max_length=2000)
    zone: str = Field(str(PROGRAMME_ZONE), pattern=f"^({'|'.join(ZONES)})$")
    minutes: int = Field(ge=15, le=LONGEST_MINUTES)
    closes_day: Day
    closes_time: TimeOfDay


_NUMBERS: Final = range(1, MOST_MOMENTS + 1)
_MOMENTS: Final[dict[str, Any]] = {f"day_{n}": (Day | None, None) for n in _NUMBERS} | {
    f"time_{n}": (TimeOfDay | None, None) for n in _NUMBERS
}
PollForm: type[PollBasics] = create_model("PollForm", __base__=PollBasics, **_MOMENTS)
"""A poll with up to twelve moments, each a day and a time."""


class MomentForm(FormModel):
    """One more moment."""

    day: Day
    time: TimeOfDay


class ChooseForm(FormModel):
    """Where the session of the chosen moment will be."""

    place: str = Field("", max_length=200)
    link: str = Field("", max_length=500)
    host_side: Side | None = None
    direction_reason: str = Field("", max_length=500)


class CloseForm(FormModel):
    """Why no moment is chosen."""

    reason: str = Field(min_length=3, max_length=500)


class KeyForm(FormModel):
    """A form that only confirms."""


def rows_of(form: Form[Any], data: FormData) -> int:
    """Give how many rows of moments the page has: as many as before, or all where more were asked for."""
    filled = [n for n in _NUMBERS if form.value(f"day_{n}") or form.value(f"time_{n}")]
    shown = data.get("rows")
    before = int(shown) if isinstance(shown, str) and shown.isascii() and shown.isdigit() and len(shown) < 3 else 0
    return MOST_MOMENTS if data.get("more") else min(max(ROWS, before, *filled, 0), MOST_MOMENTS)


def filled_rows(typed: PollBasics) -> dict[int, datetime]:
    """Give the wall times that were typed, by row.

    :raises MomentIncomplete: a row has a day without a time, or the reverse (``row``).
    """
    found = {}
    for n in _NUMBERS:
        day: date | None = getattr(typed, f"day_{n}")
        at: time | None = getattr(typed, f"time_{n}")
        if (day is None) != (at is None):
            raise MomentIncomplete(place=n)
        if day is not None and at is not None:
            found[n] = datetime.combine(day, at)
    return found


def new_poll(typed: PollBasics, walls: Sequence[datetime]) -> NewPoll:
    """Give the poll that was typed.

    :raises SkippedHour, AmbiguousHour: the clocks never show the last moment for answers, or show it twice.
    """
    return NewPoll(
        kind=typed.kind,
        title_nl=typed.title_nl,
        title_fr=typed.title_fr,
        title_en=typed.title_en,
        zone=typed.zone,
        duration_minutes=typed.minutes,
        closes_at=instant(datetime.combine(typed.closes_day, typed.closes_time), zone_of(typed.zone)),
        wall_starts=tuple(walls),
        description=typed.description,
    )


_FIELDS: Final = {
    "skipped_hour": "closes_time",
    "ambiguous_hour": "closes_time",
    "poll_closes_in_past": "closes_day",
    "poll_moments_missing": "day_1",
    "poll_moments_too_many": "day_1",
    "poll_nobody": "of",
    "place_unknown": "of",
    "not_allowed": "kind",
}


def refuse_poll(form: Form[Any], refusal: DomainError, locale: str, rows: Sequence[int]) -> None:
    """Show a refusal at the field that it is about; ``rows`` are those of the form that had a moment."""
    place, row = refusal.params.get("place"), refusal.params.get("row")
    if isinstance(row, int):
        place = rows[row - 1]
    if isinstance(place, int):
        form.refuse(refusal, f"time_{place}")
    elif refusal.code == "session_title_missing":
        form.refuse(refusal, f"title_{locale}")
    else:
        form.refuse(refusal, _FIELDS.get(refusal.code, ""))


def first_values(query: QueryParams, actor: Actor, now: datetime) -> dict[str, object]:
    """Give the values of an empty form: what the address says, and the usual for the rest."""
    zone = query.get("zone", "") if query.get("zone") in ZONES else actor.zone
    zone = zone if zone in ZONES else str(PROGRAMME_ZONE)
    walls = [wall for text in query.getlist("moment")[:MOST_MOMENTS] if (wall := _wall(text)) is not None]
    minutes = query.get("minutes", "")
    values: dict[str, object] = {
        "of": query.get("of", "")[:40],
        "kind": query.get("kind") if query.get("kind") in list(SessionKind) else SessionKind.BILATERAL.value,
        "zone": zone,
        "minutes": minutes if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else "60",
        "closes_time": "17:00",
        "closes_day": _usual_end(walls, wall_in(now, zone_of(zone)).date()),
    }
    for n, wall in enumerate(walls, 1):
        values |= {f"day_{n}": wall.date().isoformat(), f"time_{n}": f"{wall:%H:%M}"}
    return values


def _wall(text: str) -> datetime | None:
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return None
    return wall if wall.tzinfo is None and wall.year in YEARS else None


def _usual_end(walls: Sequence[datetime], today: date) -> str:
    """Propose a week to answer, but the day before the first moment at the latest."""
    ends = today + timedelta(days=USUAL_DAYS)
    if walls:
        ends = min(ends, min(walls).date() - timedelta(days=1))
    return ends.isoformat() if ends > today else ""


def poll_choices(session: Session, actor: Actor, locale: str, today: date) -> dict[str, object]:
    """Give the choices of the form: for whom, which kind, whose clock."""
    scopes = dict(scope_choices(session, actor, locale, today))
    running = {one.id for one in programmes(session) if one.ends_on >= today}
    own = partnerships_of_governments(session, actor.coordinates) if actor.coordinates else []
    for one in own:
        if one.programme_id in running and may_add(actor, belonging_of(one)):
            scopes.setdefault(f"{Scope.PARTNERSHIP}:{one.id}", one.name)
    manages = actor.is_staff or actor.is_association or any(may_manage(actor, belonging_of(one)) for one in own)
    kinds = choices(locale, SessionKind) if manages else [(one.value, label(locale, one)) for one in BY_COORDINATORS]
    return {
        "scopes": list(scopes.items()),
        "kinds": kinds,
        "zones": [(zone, zone_name(locale, zone)) for zone in ZONES],
    }


def field_of(option_id: int) -> str:
    """Give the name of the field with the answer for a moment."""
    return f"moment_{option_id}"


def answer_values(own: OwnAnswers) -> dict[str, object]:
    """Give the values of the form for what somebody answered before."""
    values: dict[str, object] = {field_of(option): said.value for option, said in own.votes.items()}
    return values | {"note": own.note}


def read_answers(data: FormData, own: OwnAnswers) -> tuple[Form[Any], Mapping[int, PollAnswer], str]:
    """Read answers: the form as typed with its faults, the answers by moment, and the note."""
    names = {option.id: field_of(option.id) for option in own.options}
    form: Form[Any] = Form(values={name: _typed(data, name) for name in (*names.values(), "note")})
    known = {code.value: code for code in PollAnswer}
    votes = {option: known[said] for option, name in names.items() if (said := form.value(name)) in known}
    for option, name in names.items():
        if option not in votes:
            form.refuse(AnswerMissing(), name)
    note = str(form.value("note")).strip()
    if len(note) > NOTE_LIMIT:
        form.refuse(FieldRefused("too_long", max_length=NOTE_LIMIT), "note")
    return form, votes, note


def _typed(data: FormData, name: str) -> str:
    values = [value for value in data.getlist(name) if isinstance(value, str)]
    return clean_text(values[-1]) if values else ""
