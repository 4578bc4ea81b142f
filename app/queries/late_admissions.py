"""Reads of late admissions: for which local government a call stays open longer."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy import CallPeriod
from app.domain.codes import CandidacyState
from app.models import Call, Candidacy, LateAdmission, LocalGovernment, Person
from app.queries.programmes import CallFacts


@dataclass(frozen=True, slots=True)
class Admission:
    """A local government that may submit until ``until`` (UTC), why, and the candidacy that it has, if any."""

    id: int
    call_id: int
    government_id: int
    government_code: str
    government_name: str
    until: datetime
    reason: str
    admitted_at: datetime
    admitted_by: str
    reference: str | None
    state: CandidacyState | None


def admissions_of(session: Session, call_id: int) -> list[Admission]:
    """Give the late admissions of a call, by name of the local government (one query)."""
    query = _admissions().where(col(LateAdmission.call_id) == call_id)
    rows = session.execute(query.order_by(col(LocalGovernment.name), col(LateAdmission.id)))
    return [Admission(*row) for row in rows]


def admission_by_id(session: Session, admission_id: int) -> Admission | None:
    """Give a late admission (one query)."""
    row = session.execute(_admissions().where(col(LateAdmission.id) == admission_id)).first()
    return Admission(*row) if row else None


def admission_of(session: Session, call_id: int, government_id: int) -> Admission | None:
    """Give the late admission of a local government to a call (one query)."""
    here = (col(LateAdmission.call_id) == call_id, col(LateAdmission.local_government_id) == government_id)
    row = session.execute(_admissions().where(*here)).first()
    return Admission(*row) if row else None


def call_of_latecomer(session: Session, government_id: int, now: datetime) -> CallFacts | None:
    """Give the call into which a local government is let in at ``now``, closing when its admission does (one query)."""
    columns: tuple[Any, ...] = (col(Call.id), col(Call.programme_id), col(Call.opens_at), col(LateAdmission.until))
    query = sa.select(*columns).join(LateAdmission, col(LateAdmission.call_id) == col(Call.id))
    query = query.where(
        col(LateAdmission.local_government_id) == government_id,
        col(LateAdmission.until) > now,
        col(Call.opens_at) <= now,
    )
    row = session.execute(query.order_by(col(LateAdmission.until), col(Call.id)).limit(1)).first()
    return CallFacts(*row) if row else None


def period_of(session: Session, candidacy_id: int) -> CallPeriod:
    """Give the period in which a candidacy can be submitted, a late admission counted in, as stored now (one query)."""
    query = (
        sa.select(col(Call.opens_at), col(Call.closes_at), col(LateAdmission.until))
        .join(Candidacy, col(Candidacy.call_id) == col(Call.id))
        .outerjoin(LateAdmission, ADMITTED)
        .where(col(Candidacy.id) == candidacy_id)
    )
    opens_at, closes_at, until = session.execute(query).one()
    period = CallPeriod(opens_at, closes_at)
    return replace(period, closes_at=until) if until is not None and until > closes_at else period


ADMITTED = sa.and_(
    col(LateAdmission.call_id) == col(Candidacy.call_id),
    col(LateAdmission.local_government_id) == col(Candidacy.local_government_id),
)
"""Joins a candidacy with the late admission of its local government."""


def _admissions() -> sa.Select[Any]:
    in_use = sa.and_(
        col(Candidacy.call_id) == col(LateAdmission.call_id),
        col(Candidacy.local_government_id) == col(LateAdmission.local_government_id),
        col(Candidacy.state) != CandidacyState.WITHDRAWN,
    )
    columns: tuple[Any, ...] = (
        col(LateAdmission.id),
        col(LateAdmission.call_id),
        col(LocalGovernment.id),
        col(LocalGovernment.code),
        col(LocalGovernment.name),
        col(LateAdmission.until),
        col(LateAdmission.reason),
        col(LateAdmission.admitted_at),
        col(Person.name),
        col(Candidacy.reference),
        col(Candidacy.state),
    )
    return (
        sa.select(*columns)
        .select_from(LateAdmission)
        .join(LocalGovernment, col(LocalGovernment.id) == col(LateAdmission.local_government_id))
        .join(Person, col(Person.id) == col(LateAdmission.admitted_by))
        .outerjoin(Candidacy, in_use)
    )
