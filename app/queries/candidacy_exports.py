"""Reads for exports: every candidacy of a call with all its answers, as far as somebody may read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Section
from app.models import Candidacy, CandidacyMember, CandidacySection, LocalGovernment, Person

Condition = sa.ColumnElement[bool]
Query = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ExportedCandidacy:
    """A candidacy; one that is not ``readable`` has neither contact nor answers here."""

    id: int
    reference: str
    state: CandidacyState
    form_version: int
    submitted_at: datetime | None
    government_code: str
    government_name: str
    region: str
    readable: bool
    contact_name: str = ""
    contact_email: str = ""
    answers: Mapping[Section, Mapping[str, Any]] = field(default_factory=dict)


def exported_candidacies(
    session: Session, call_id: int, readable: Condition, *, drafts: bool
) -> list[ExportedCandidacy]:
    """Give the candidacies of a call by local government, withdrawn ones too, drafts where asked (three queries)."""
    chosen: Condition = col(Candidacy.call_id) == call_id
    if not drafts:
        chosen = sa.and_(chosen, col(Candidacy.state) != CandidacyState.DRAFT)
    may_read = sa.and_(chosen, readable)
    answers, contacts = _answers(session, may_read), _contacts(session, may_read)
    columns: tuple[Any, ...] = (
        Candidacy.id,
        Candidacy.reference,
        Candidacy.state,
        Candidacy.form_version,
        Candidacy.submitted_at,
        col(LocalGovernment.code).label("government_code"),
        col(LocalGovernment.name).label("government_name"),
        LocalGovernment.region,
        sa.case((readable, True), else_=False).label("readable"),
    )
    query: Query = (
        sa.select(*columns)
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .where(chosen)
        .order_by(col(LocalGovernment.name), col(Candidacy.id))
    )
    return [
        ExportedCandidacy(**row._asdict(), **contacts.get(row.id, {}), answers=answers.get(row.id, {}))
        for row in session.execute(query)
    ]


def _answers(session: Session, chosen: Condition) -> dict[int, dict[Section, Mapping[str, Any]]]:
    query = (
        sa.select(col(CandidacySection.candidacy_id), col(CandidacySection.section), col(CandidacySection.answers))
        .join(Candidacy, col(Candidacy.id) == col(CandidacySection.candidacy_id))
        .where(chosen)
        .order_by(col(CandidacySection.id))
    )
    found: dict[int, dict[Section, Mapping[str, Any]]] = {}
    for candidacy_id, section, answers in session.execute(query):
        found.setdefault(candidacy_id, {})[Section(section)] = answers
    return found


def _contacts(session: Session, chosen: Condition) -> dict[int, dict[str, Any]]:
    """Give who started each candidacy: the member that nobody invited, the first of them."""
    query = (
        sa.select(col(CandidacyMember.candidacy_id), col(Person.name), col(Person.email))
        .join(Person, col(Person.id) == col(CandidacyMember.person_id))
        .join(Candidacy, col(Candidacy.id) == col(CandidacyMember.candidacy_id))
        .where(chosen)
        .order_by(col(CandidacyMember.invited_by).is_(None), col(Person.id).desc())
    )
    return {
        candidacy_id: {"contact_name": name, "contact_email": email}
        for candidacy_id, name, email in session.execute(query)
    }
