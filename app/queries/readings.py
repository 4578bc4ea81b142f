"""Who reads which candidacies: a reader's own through the actor, and for the programme team readers and conflicts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.assessment import SCORABLE, Given
from app.domain.codes import CandidacyState, Role
from app.models import (
    Call,
    Candidacy,
    ConflictOfInterest,
    DiscussionNote,
    LocalGovernment,
    Membership,
    Person,
    Reader,
    Reading,
    Score,
)
from app.queries.candidacy_access import given_to, in_conflict, open_to_staff

Query = sa.Select[*tuple[Any, ...]]
Pair = tuple[int, int]
"""Ids of a person and a candidacy."""


@dataclass(frozen=True, slots=True)
class OwnReading:
    """A candidacy that is given to somebody, with the own scores; ``edit`` tells two tabs apart."""

    id: int
    candidacy_id: int
    reference: str
    government_name: str
    region: str
    state: CandidacyState
    language: str
    call_id: int
    programme_id: int
    finished_at: datetime | None
    edit: int
    scores: Mapping[str, Given] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """A reader of a programme: whom to mail, how many candidacies of the call are given, and how many are finished."""

    person_id: int
    name: str
    email: str
    language: str
    given: int = 0
    finished: int = 0


@dataclass(frozen=True, slots=True)
class GivenReading:
    """A candidacy in the hands of a reader; ``written``: there are scores, were it only a draft."""

    candidacy_id: int
    person_id: int
    written: bool
    finished: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict of interest that was declared, as the programme team sees it."""

    candidacy_id: int
    person_name: str
    reason: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the discussion."""

    person_name: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Assessable:
    """A candidacy that waits for readers, or has them."""

    id: int
    reference: str
    government_name: str
    state: CandidacyState


def own_readings(session: Session, actor: Actor) -> list[OwnReading]:
    """Give what is given to ``actor``, the latest call first, then by local government (two queries)."""
    return _own(session, actor, sa.true())


def own_reading(session: Session, actor: Actor, reference: str) -> OwnReading | None:
    """Give a candidacy that is given to ``actor``, else ``None`` (two queries)."""
    return next(iter(_own(session, actor, col(Candidacy.reference) == reference)), None)


def is_reader(session: Session, actor: Actor) -> bool:
    """Tell whether somebody was appointed as a reader of some programme (one query)."""
    return session.scalar(sa.select(sa.exists().where(col(Reader.person_id) == actor.person_id))) or False


def open_to_declare(session: Session, actor: Actor, reference: str) -> Assessable | None:
    """Give a candidacy on which ``actor``, as its reader or in the programme team, can declare a conflict."""
    query = _assessable().where(
        col(Candidacy.reference) == reference,
        sa.or_(given_to(actor), open_to_staff(actor)),
        col(Candidacy.state) != CandidacyState.DRAFT,
    )
    row = session.execute(query).first()
    return Assessable(*row) if row else None


def assessable(session: Session, call_id: int) -> list[Assessable]:
    """Give the candidacies of a call that are to be assessed, by local government (one query)."""
    query = _assessable().where(col(Candidacy.call_id) == call_id, col(Candidacy.state).in_(sorted(SCORABLE)))
    return [Assessable(*row) for row in session.execute(query)]


def readers_of(session: Session, programme_id: int) -> list[ReaderLine]:
    """Give the readers of a programme by name, and how far each is; conflicts do not count (two queries)."""
    mine = sa.select(col(Reading.person_id), col(Reading.finished_at).is_not(None))
    mine = mine.join(Candidacy, col(Candidacy.id) == col(Reading.candidacy_id))
    mine = mine.join(Call, col(Call.id) == col(Candidacy.call_id))
    rows = session.execute(
        mine.where(
            col(Call.programme_id) == programme_id,
            col(Candidacy.state) != CandidacyState.WITHDRAWN,
            sa.not_(in_conflict(col(Reading.person_id))),
        )
    ).all()
    given, finished = Counter(row[0] for row in rows), Counter(row[0] for row in rows if row[1])
    query: Query = (
        sa.select(col(Person.id), col(Person.name), col(Person.email), col(Person.language))
        .join(Reader, col(Reader.person_id) == col(Person.id))
        .where(col(Reader.programme_id) == programme_id)
        .order_by(col(Person.name), col(Person.id))
    )
    return [
        replace(one, given=given[one.person_id], finished=finished[one.person_id]) for one in _lines(session, query)
    ]


def given_in_call(session: Session, call_id: int) -> list[GivenReading]:
    """Give who reads what in a call, those with a conflict left out (one query)."""
    written = sa.exists().where(col(Score.reading_id) == col(Reading.id))
    query = (
        sa.select(col(Reading.candidacy_id), col(Reading.person_id), written, col(Reading.finished_at).is_not(None))
        .join(Candidacy, col(Candidacy.id) == col(Reading.candidacy_id))
        .where(col(Candidacy.call_id) == call_id, sa.not_(in_conflict(col(Reading.person_id))))
        .order_by(col(Reading.id))
    )
    return [GivenReading(*row) for row in session.execute(query)]


def conflicts_in_call(session: Session, call_id: int, programme_id: int) -> frozenset[Pair]:
    """Give (person, candidacy) of every conflict of the programme's readers, declared or known (one query)."""
    query: Query = (
        sa.select(col(Reader.person_id), col(Candidacy.id))
        .join(Candidacy, in_conflict(col(Reader.person_id)))
        .where(col(Reader.programme_id) == programme_id, col(Candidacy.call_id) == call_id)
    )
    return frozenset((person_id, candidacy_id) for person_id, candidacy_id in session.execute(query))


def own_conflicts(session: Session, actor: Actor, call_id: int) -> frozenset[int]:
    """Give the candidacies of a call on which ``actor`` has a conflict (one query)."""
    query = sa.select(col(Candidacy.id)).where(col(Candidacy.call_id) == call_id, in_conflict(actor.person_id))
    return frozenset(number for number in session.scalars(query) if number is not None)


def declared_conflicts(session: Session, call_id: int) -> list[Conflict]:
    """Give the conflicts that were declared in a call, the latest first (one query)."""
    query: Query = (
        sa.select(
            col(ConflictOfInterest.candidacy_id),
            col(Person.name),
            col(ConflictOfInterest.reason),
            col(ConflictOfInterest.declared_at),
        )
        .join(Candidacy, col(Candidacy.id) == col(ConflictOfInterest.candidacy_id))
        .join(Person, col(Person.id) == col(ConflictOfInterest.person_id))
        .where(col(Candidacy.call_id) == call_id)
        .order_by(col(ConflictOfInterest.declared_at).desc(), col(ConflictOfInterest.id).desc())
    )
    return [Conflict(*row) for row in session.execute(query)]


def programme_team(session: Session) -> list[ReaderLine]:
    """Give the people of the programme team, by name (one query)."""
    query: Query = (
        sa.select(col(Person.id), col(Person.name), col(Person.email), col(Person.language))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.role) == Role.STAFF, col(Person.removed_at).is_(None))
        .order_by(col(Person.name), col(Person.id))
    )
    return _lines(session, query)


def team_without_conflict(session: Session, candidacy_id: int) -> list[ReaderLine]:
    """Give the people of the programme team who may know what happens to a candidacy (two queries)."""
    query = sa.select(col(Person.id)).join(Candidacy, in_conflict(col(Person.id)))
    blocked = set(session.scalars(query.where(col(Candidacy.id) == candidacy_id)))
    return [one for one in programme_team(session) if one.person_id not in blocked]


def notes_of(session: Session, candidacy_id: int) -> list[Note]:
    """Give the notes of the discussion, the earliest first (one query)."""
    query: Query = (
        sa.select(sa.func.coalesce(col(Person.name), ""), col(DiscussionNote.text), col(DiscussionNote.written_at))
        .outerjoin(Person, col(Person.id) == col(DiscussionNote.person_id))
        .where(col(DiscussionNote.candidacy_id) == candidacy_id)
        .order_by(col(DiscussionNote.id))
    )
    return [Note(*row) for row in session.execute(query)]


def scores_of(session: Session, reading_ids: list[int]) -> dict[int, dict[str, Given]]:
    """Give the scores of readings, by criterion (one query)."""
    columns = col(Score.reading_id), col(Score.criterion), col(Score.points), col(Score.reason)
    query = sa.select(*columns).where(col(Score.reading_id).in_(reading_ids)).order_by(col(Score.criterion))
    found: dict[int, dict[str, Given]] = {}
    for reading_id, criterion, points, reason in session.execute(query):
        found.setdefault(reading_id, {})[criterion] = Given(points, reason)
    return found


def _own(session: Session, actor: Actor, which: sa.ColumnElement[bool]) -> list[OwnReading]:
    query: Query = (
        sa.select(
            col(Reading.id),
            col(Candidacy.id),
            col(Candidacy.reference),
            col(LocalGovernment.name),
            col(LocalGovernment.region),
            col(Candidacy.state),
            col(Candidacy.language),
            col(Call.id),
            col(Call.programme_id),
            col(Reading.finished_at),
            col(Reading.edit),
        )
        .join(Candidacy, col(Candidacy.id) == col(Reading.candidacy_id))
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .where(
            which,
            given_to(actor),
            col(Reading.person_id) == actor.person_id,
            col(Candidacy.state).not_in((CandidacyState.DRAFT, CandidacyState.WITHDRAWN)),
        )
        .order_by(col(Call.opens_at).desc(), col(LocalGovernment.name), col(Reading.id))
    )
    rows = session.execute(query).all()
    scores = scores_of(session, [row[0] for row in rows])
    return [replace(OwnReading(*row), scores=scores.get(row[0], {})) for row in rows]


def _lines(session: Session, query: Query) -> list[ReaderLine]:
    return [ReaderLine(*row) for row in session.execute(query)]


def _assessable() -> Query:
    columns: tuple[Any, ...] = (Candidacy.id, Candidacy.reference, LocalGovernment.name, Candidacy.state)
    query = sa.select(*columns).join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
    return query.order_by(col(LocalGovernment.name), col(Candidacy.id))
