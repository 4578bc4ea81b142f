"""Reads of programmes: which one counts now, its rules, tracks, subjects, call, template and versions."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.agenda import Scope
from app.domain.agenda_template import TemplateRow
from app.domain.codes import Country, Side
from app.domain.programme import Rules
from app.domain.time import programme_day
from app.models import (
    Association,
    Call,
    Person,
    Programme,
    ProgrammeVersion,
    Subject,
    TemplateSession,
    Track,
)


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The period [opens_at, closes_at) (UTC) in which candidacies may be submitted."""

    id: int
    programme_id: int
    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Tell whether candidacies may be submitted at ``now``."""
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """A programme with its rules and its call; ``title_of`` and ``summary_of`` give its texts."""

    id: int
    slug: str
    title_nl: str
    title_fr: str
    title_en: str
    summary_nl: str
    summary_fr: str
    summary_en: str
    starts_on: date
    ends_on: date
    budget_cents: int
    version: int
    rules: Rules
    call: CallFacts | None

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years that the programme touches."""
        return tuple(range(self.starts_on.year, self.ends_on.year + 1))

    @property
    def side_cents(self) -> int:
        """Half of the budget of a partnership, rounded down to the cent."""
        return self.budget_cents // 2

    def is_running(self, day: date) -> bool:
        """Tell whether ``day`` lies in the programme."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """A track with its association; ``title_of`` and ``summary_of`` give its texts, ``goals`` numbers of SDGs."""

    id: int
    programme_id: int
    slug: str
    position: int
    country: Country
    language: str
    places: int
    is_open: bool
    title_nl: str
    title_fr: str
    title_en: str
    summary_nl: str
    summary_fr: str
    summary_en: str
    goals: list[int]
    association_id: int
    association_code: str
    association_name: str


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """A subject within the theme of a track; ``title_of`` gives its words."""

    id: int
    track_id: int
    code: str
    position: int
    title_nl: str
    title_fr: str
    title_en: str


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A version of a programme's settings: when it was saved, by whom and why."""

    version: int
    saved_at: datetime
    person_name: str | None
    reason: str
    snapshot: dict[str, Any]


def programmes(session: Session) -> list[ProgrammeFacts]:
    """Give all programmes with their calls, the newest first (one query)."""
    return [_programme(row._asdict()) for row in session.execute(_programmes())]


def programme_by_slug(session: Session, slug: str) -> ProgrammeFacts | None:
    """Give a programme by its slug (one query)."""
    rows = session.execute(_programmes().where(col(Programme.slug) == slug))
    return next((_programme(row._asdict()) for row in rows), None)


def programme_by_id(session: Session, programme_id: int) -> ProgrammeFacts | None:
    """Give a programme by its id (one query)."""
    rows = session.execute(_programmes().where(col(Programme.id) == programme_id))
    return next((_programme(row._asdict()) for row in rows), None)


def current_programme(session: Session, now: datetime) -> ProgrammeFacts | None:
    """Give the programme that counts at ``now``: the one whose call is open, else running, else latest (one query)."""
    return choose_current(programmes(session), now)


def choose_current(found: Sequence[ProgrammeFacts], now: datetime) -> ProgrammeFacts | None:
    """Choose the programme that counts at ``now`` from all, newest first; of several open calls the first to close."""
    today = programme_day(now)
    calls = [one for one in found if one.call is not None and one.call.is_open(now)]
    calls.sort(key=lambda one: one.call.closes_at if one.call is not None else now)
    running = [one for one in found if one.is_running(today)]
    return next(iter([*calls, *running, *found]), None)


def open_call(session: Session, now: datetime) -> CallFacts | None:
    """Give the call that is open at ``now``, of several the first to close (one query)."""
    opens, closes = col(Call.opens_at), col(Call.closes_at)
    query = sa.select(col(Call.id), col(Call.programme_id), opens, closes).where(opens <= now, closes > now)
    row = session.execute(query.order_by(closes, col(Call.id)).limit(1)).first()
    return None if row is None else CallFacts(**row._asdict())


def rules_of(session: Session, programme_id: int) -> Rules:
    """Give the rules of a programme (one query)."""
    return Rules.from_data(
        session.execute(sa.select(col(Programme.rules)).where(col(Programme.id) == programme_id)).scalar_one()
    )


def tracks_of(session: Session, programme_id: int) -> list[TrackFacts]:
    """Give the tracks of a programme in their order (one query)."""
    return _tracks(session, col(Track.programme_id) == programme_id)


def all_tracks(session: Session) -> list[TrackFacts]:
    """Give the tracks of all programmes, in their order within each (one query)."""
    return _tracks(session, sa.true())


def subjects_of(session: Session, programme_id: int) -> dict[int, list[SubjectFacts]]:
    """Give the subjects of a programme by the id of their track, each list in its order (one query)."""
    columns = [getattr(Subject, field.name) for field in fields(SubjectFacts)]
    query = sa.select(*columns).join(Track, col(Track.id) == col(Subject.track_id))
    query = query.where(col(Track.programme_id) == programme_id)
    found: dict[int, list[SubjectFacts]] = {}
    for row in session.execute(query.order_by(col(Subject.position), col(Subject.id))):
        found.setdefault(row.track_id, []).append(SubjectFacts(*row))
    return found


def template_of(session: Session, programme_id: int) -> list[TemplateRow]:
    """Give the rows of a programme's agenda template, by year and day (one query)."""
    columns = [getattr(TemplateSession, field.name) for field in fields(TemplateRow)]
    query = sa.select(*columns).where(col(TemplateSession.programme_id) == programme_id)
    order = (TemplateSession.year, TemplateSession.month, TemplateSession.day, TemplateSession.time, TemplateSession.id)
    rows = [row._asdict() for row in session.execute(query.order_by(*(col(one) for one in order)))]
    return [TemplateRow(**{**row, "scope": Scope(row["scope"]), "zone_of": Side(row["zone_of"])}) for row in rows]


def versions_of(session: Session, programme_id: int) -> list[VersionFacts]:
    """Give the versions of a programme's settings with their snapshots, the newest first (one query)."""
    own = [getattr(ProgrammeVersion, name) for name in ("version", "saved_at", "reason", "snapshot")]
    query = sa.select(*own, col(Person.name).label("person_name"))
    query = query.outerjoin(Person, col(Person.id) == col(ProgrammeVersion.person_id))
    query = query.where(col(ProgrammeVersion.programme_id) == programme_id)
    rows = session.execute(query.order_by(col(ProgrammeVersion.version).desc()))
    return [VersionFacts(**row._asdict()) for row in rows]


def _programmes() -> sa.Select[Any]:
    own = [getattr(Programme, field.name) for field in fields(ProgrammeFacts) if field.name != "call"]
    of_call = [getattr(Call, field.name).label(f"call_{field.name}") for field in fields(CallFacts)]
    query = sa.select(*own, *of_call).outerjoin(Call, col(Call.programme_id) == col(Programme.id))
    return query.order_by(col(Programme.starts_on).desc(), col(Programme.id).desc())


def _programme(values: dict[str, Any]) -> ProgrammeFacts:
    of_call = {field.name: values.pop(f"call_{field.name}") for field in fields(CallFacts)}
    call = None if of_call["id"] is None else CallFacts(**of_call)
    return ProgrammeFacts(**{**values, "rules": Rules.from_data(values["rules"]), "call": call})


def _tracks(session: Session, which: sa.ColumnElement[bool]) -> list[TrackFacts]:
    labels: list[Any] = [
        col(Association.code).label("association_code"),
        col(Association.name).label("association_name"),
    ]
    own = [getattr(Track, field.name) for field in fields(TrackFacts) if hasattr(Track, field.name)]
    query = sa.select(*own, *labels).join(Association, col(Association.id) == col(Track.association_id)).where(which)
    rows = session.execute(query.order_by(col(Track.programme_id), col(Track.position), col(Track.id)))
    return [TrackFacts(**row._asdict()) for row in rows]
