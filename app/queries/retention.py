"""Reads of what is kept, for how long, and of what was removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState
from app.domain.programme import Rules
from app.domain.retention import Kept, removed_on, versions_removed_on
from app.models import Call, Candidacy, CandidacySectionVersion, Decision, LocalGovernment, Programme


@dataclass(frozen=True, slots=True)
class KeptCandidacy:
    """A candidacy whose answers are kept until the day ``removed_on``; its single saves until ``saves_removed_on``."""

    id: int
    reference: str
    government_name: str
    state: CandidacyState
    removed_on: date
    saves_removed_on: date | None


@dataclass(frozen=True, slots=True)
class EmptiedCandidacy:
    """A candidacy of which the statistics are left."""

    reference: str
    government_name: str
    state: CandidacyState
    emptied_at: datetime


def kept_candidacies(
    session: Session, *, programme_id: int | None = None, candidacy_id: int | None = None
) -> list[KeptCandidacy]:
    """Give the candidacies that are not emptied, those that go first first (one query)."""
    own: tuple[Any, ...] = (Candidacy.id, Candidacy.reference, LocalGovernment.name, Candidacy.state)
    deciding: tuple[Any, ...] = (
        Call.closes_at,
        Programme.ends_on,
        Candidacy.updated_at,
        Decision.sent_at,
        Programme.rules,
    )
    query = (
        sa.select(*own, *deciding)
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .join(Programme, col(Programme.id) == col(Call.programme_id))
        .outerjoin(Decision, col(Decision.candidacy_id) == col(Candidacy.id))
        .where(col(Candidacy.emptied_at).is_(None))
    )
    if programme_id is not None:
        query = query.where(col(Programme.id) == programme_id)
    if candidacy_id is not None:
        query = query.where(col(Candidacy.id) == candidacy_id)
    found = [_kept(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: (one.removed_on, one.government_name, one.id))


def _kept(
    candidacy_id: int,
    reference: str,
    government_name: str,
    state: CandidacyState,
    closes_at: datetime,
    ends_on: date,
    changed_at: datetime,
    decided_at: datetime | None,
    rules: dict[str, object],
) -> KeptCandidacy:
    kept = Kept(state, closes_at, ends_on, changed_at, decided_at)
    periods = Rules.from_data(rules).retention
    days = removed_on(kept, periods), versions_removed_on(kept, periods)
    return KeptCandidacy(candidacy_id, reference, government_name, state, *days)


def emptied_candidacies(session: Session, programme_id: int) -> Sequence[EmptiedCandidacy]:
    """Give the candidacies of a programme that were emptied, the last first (one query)."""
    emptied_at = col(Candidacy.emptied_at)
    columns: tuple[Any, ...] = (Candidacy.reference, LocalGovernment.name, Candidacy.state, Candidacy.emptied_at)
    query = (
        sa.select(*columns)
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .where(emptied_at.is_not(None), col(Call.programme_id) == programme_id)
        .order_by(emptied_at.desc(), col(Candidacy.id).desc())
    )
    return [EmptiedCandidacy(*row) for row in session.execute(query)]


def emptied_on(session: Session, candidacy_id: int) -> datetime | None:
    """Give when a candidacy was emptied, if it was (one query)."""
    return session.execute(sa.select(col(Candidacy.emptied_at)).where(col(Candidacy.id) == candidacy_id)).scalar()


def with_saves(session: Session) -> set[int]:
    """Give the ids of the candidacies of which single saves are kept (one query)."""
    return set(session.scalars(sa.select(col(CandidacySectionVersion.candidacy_id)).distinct()))
