"""Reads of decisions: those of a call for the programme team, one that was sent for its candidate, its letter."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState, Section
from app.domain.decisions import RESERVE, SELECTED, Chosen
from app.models import (
    Candidacy,
    CandidacySection,
    Decision,
    DecisionRound,
    LocalGovernment,
    Person,
    StoredFile,
)
from app.queries.candidacy_access import open_to_staff, written_by

Query = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision as it is stored; ``state`` is where its candidacy stands now, ``edit`` tells two editors apart."""

    id: int
    candidacy_id: int
    reference: str
    state: CandidacyState
    language: str
    government_name: str
    outcome: CandidacyState
    track: str
    position: int | None
    opening: str
    edit: int
    prepared_at: datetime
    person_name: str
    round_id: int | None
    sent_at: datetime | None
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def chosen(self) -> Chosen:
        """The outcome that was decided."""
        return Chosen(self.outcome, self.track, self.position)


@dataclass(frozen=True, slots=True)
class Round:
    """Decisions that are sent together; ``person_name`` planned it, ``exceeding`` is why places are exceeded."""

    id: int
    call_id: int
    send_at: datetime
    scheduled_at: datetime
    person_name: str
    sent_at: datetime | None
    exceeding: str


@dataclass(frozen=True, slots=True)
class SentDecision:
    """What a candidate is told. ``state`` is where the candidacy stands now, so that a reserve that moved up shows.

    ``position`` is the place on the reserve list today, which may be before the one in the letter.
    """

    outcome: CandidacyState
    state: CandidacyState
    track: str
    position: int | None
    opening: str
    reasons: Mapping[str, str]
    sent_at: datetime
    has_letter: bool


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The letter of a decision that was sent. ``is_own``: whoever asks writes the candidacy."""

    candidacy_id: int
    file_id: int
    name: str
    media_type: str
    is_own: bool


def decisions_of(session: Session, call_id: int) -> dict[int, DecisionRecord]:
    """Give all decisions of a call by candidacy, by local government (one query)."""
    rows = session.execute(_records().where(col(Candidacy.call_id) == call_id))
    return {row[1]: DecisionRecord(*row) for row in rows}


def decision_of(session: Session, candidacy_id: int) -> DecisionRecord | None:
    """Give the decision on a candidacy, were it only prepared (one query)."""
    row = session.execute(_records().where(col(Candidacy.id) == candidacy_id)).first()
    return DecisionRecord(*row) if row else None


def planned_round(session: Session, call_id: int) -> Round | None:
    """Give the sending of a call that is planned and not over (one query)."""
    row = session.execute(_rounds().where(col(DecisionRound.call_id) == call_id, *_open())).first()
    return Round(*row) if row else None


def sent_rounds(session: Session, call_id: int) -> list[Round]:
    """Give the rounds of a call that were sent, the latest first (one query)."""
    query = _rounds().where(col(DecisionRound.call_id) == call_id, col(DecisionRound.sent_at).is_not(None))
    return [Round(*row) for row in session.execute(query)]


def due_rounds(session: Session, now: datetime) -> list[Round]:
    """Give the rounds that are to be sent at ``now``, the earliest first (one query)."""
    query = _rounds().where(*_open(), col(DecisionRound.send_at) <= now)
    return [Round(*row) for row in reversed(session.execute(query).all())]


def were_sent(session: Session, call_id: int) -> bool:
    """Tell whether decisions of a call were sent (one query)."""
    query = sa.select(col(Decision.id)).join(Candidacy, col(Candidacy.id) == col(Decision.candidacy_id))
    sent = query.where(col(Candidacy.call_id) == call_id, col(Decision.sent_at).is_not(None))
    return session.execute(sent.limit(1)).first() is not None


def wait_to_be_sent(session: Session, call_id: int) -> bool:
    """Tell whether decisions on candidacies in assessment are prepared and not sent (one query)."""
    query = sa.select(col(Decision.id)).join(Candidacy, col(Candidacy.id) == col(Decision.candidacy_id))
    waiting = query.where(
        col(Candidacy.call_id) == call_id,
        col(Candidacy.state) == CandidacyState.IN_ASSESSMENT,
        col(Decision.sent_at).is_(None),
    )
    return session.execute(waiting.limit(1)).first() is not None


def tracks_of_selected(session: Session, call_id: int) -> dict[int, str]:
    """Give the track in which each selected candidacy of a call has its place, by a decision that was sent."""
    query: Query = (
        sa.select(col(Decision.candidacy_id), col(Decision.track_slug))
        .join(Candidacy, col(Candidacy.id) == col(Decision.candidacy_id))
        .where(
            col(Candidacy.call_id) == call_id,
            col(Candidacy.state) == SELECTED,
            col(Decision.sent_at).is_not(None),
        )
    )
    return {row[0]: row[1] for row in session.execute(query)}


def waiting_reserves(session: Session, call_id: int, track: str) -> list[int]:
    """Give the candidacies on the reserve list of a track, the first in line first (one query)."""
    query = (
        sa.select(col(Decision.candidacy_id))
        .join(Candidacy, col(Candidacy.id) == col(Decision.candidacy_id))
        .where(col(Candidacy.call_id) == call_id, *_waits_in(track))
        .order_by(col(Decision.reserve_position), col(Decision.id))
    )
    return list(session.scalars(query))


def sent_decision(session: Session, candidacy_id: int) -> SentDecision | None:
    """Give what the candidate is told, ``None`` before it is sent (one query, two for a reserve).

    Fetch the candidacy through the actor first.
    """
    columns: tuple[Any, ...] = (
        Decision.outcome,
        Candidacy.state,
        Decision.track_slug,
        Candidacy.call_id,
        Decision.opening,
        Decision.reasons,
        Decision.sent_at,
        col(Decision.letter_id).is_not(None),
    )
    query = sa.select(*columns).join(Candidacy, col(Candidacy.id) == col(Decision.candidacy_id))
    row = session.execute(query.where(col(Candidacy.id) == candidacy_id, col(Decision.sent_at).is_not(None))).first()
    if row is None:
        return None
    outcome, state, track, call_id, *words = row
    line = waiting_reserves(session, call_id, track) if state is RESERVE else []
    position = line.index(candidacy_id) + 1 if candidacy_id in line else None
    return SentDecision(outcome, state, track, position, *words)


def letter_file(session: Session, actor: Actor, reference: str) -> LetterFile | None:
    """Give the letter of a decision that was sent, to its candidate and to the programme team (one query)."""
    columns: tuple[Any, ...] = (Candidacy.id, StoredFile.id, StoredFile.name, StoredFile.media_type)
    query: Query = (
        sa.select(*columns, written_by(actor))
        .select_from(Decision)
        .join(Candidacy, col(Candidacy.id) == col(Decision.candidacy_id))
        .join(StoredFile, col(StoredFile.id) == col(Decision.letter_id))
        .where(
            col(Candidacy.reference) == reference,
            col(Decision.sent_at).is_not(None),
            sa.or_(written_by(actor), open_to_staff(actor)),
        )
    )
    row = session.execute(query).first()
    return LetterFile(*row) if row else None


def contact_names(session: Session, candidacy_ids: Collection[int]) -> dict[int, str]:
    """Give the administrative contact that each candidacy names (one query)."""
    query: Query = sa.select(col(CandidacySection.candidacy_id), col(CandidacySection.answers)).where(
        col(CandidacySection.section) == Section.GOVERNMENT,
        col(CandidacySection.candidacy_id).in_(sorted(candidacy_ids)),
    )
    return {row[0]: str(row[1].get("administrative_name") or "") for row in session.execute(query)}


def _waits_in(track: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Candidacy.state) == RESERVE,
        col(Decision.outcome) == RESERVE,
        col(Decision.track_slug) == track,
        col(Decision.sent_at).is_not(None),
    )


def _records() -> Query:
    columns: tuple[Any, ...] = (
        Decision.id,
        Candidacy.id,
        Candidacy.reference,
        Candidacy.state,
        Candidacy.language,
        LocalGovernment.name,
        Decision.outcome,
        Decision.track_slug,
        Decision.reserve_position,
        Decision.opening,
        Decision.edit,
        Decision.prepared_at,
        sa.func.coalesce(col(Person.name), ""),
        Decision.round_id,
        Decision.sent_at,
        Decision.reasons,
    )
    return (
        sa.select(*columns)
        .select_from(Decision)
        .join(Candidacy, col(Candidacy.id) == col(Decision.candidacy_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .outerjoin(Person, col(Person.id) == col(Decision.person_id))
        .order_by(col(LocalGovernment.name), col(Candidacy.id))
    )


def _rounds() -> Query:
    columns: tuple[Any, ...] = (
        DecisionRound.id,
        DecisionRound.call_id,
        DecisionRound.send_at,
        DecisionRound.scheduled_at,
        Person.name,
        DecisionRound.sent_at,
        DecisionRound.exceeding,
    )
    query = sa.select(*columns).join(Person, col(Person.id) == col(DecisionRound.scheduled_by))
    return query.order_by(col(DecisionRound.send_at).desc(), col(DecisionRound.id).desc())


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    return col(DecisionRound.sent_at).is_(None), col(DecisionRound.cancelled_at).is_(None)
