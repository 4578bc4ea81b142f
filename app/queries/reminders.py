"""Reads for reminders: drafts and open questions whose last moment comes near, and the reminders that went out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, MailState
from app.domain.programme import Rules
from app.models import Call, Candidacy, Clarification, LateAdmission, Mail, Programme
from app.queries.late_admissions import ADMITTED

DRAFT_REMINDER: Final = "candidacy_reminder"
QUESTION_REMINDER: Final = "clarification_reminder"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidacy that waits for its members: until when, since when they know of that moment, and the days before it.

    ``question_id`` is there where the programme team waits for an answer.
    """

    candidacy_id: int
    reference: str
    closes_at: datetime
    since: datetime
    days: tuple[int, ...]
    question_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that was written: to whom, when, and whether it went out."""

    kind: str
    recipient: str
    created_at: datetime
    state: MailState


def drafts(session: Session, now: datetime, candidacy_id: int | None = None) -> list[Waiting]:
    """Give the drafts (or one of them) that can still be submitted, late admissions counted in (one query)."""
    columns: tuple[Any, ...] = (
        col(Candidacy.id),
        col(Candidacy.reference),
        col(Candidacy.created_at),
        col(Call.closes_at),
        col(LateAdmission.until),
        col(LateAdmission.admitted_at),
        col(Programme.rules),
    )
    query = (
        sa.select(*columns)
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .join(Programme, col(Programme.id) == col(Call.programme_id))
        .outerjoin(LateAdmission, ADMITTED)
        .where(
            col(Candidacy.state) == CandidacyState.DRAFT,
            sa.or_(col(Call.closes_at) > now, col(LateAdmission.until) > now),
        )
        .order_by(col(Candidacy.id))
    )
    if candidacy_id is not None:
        query = query.where(col(Candidacy.id) == candidacy_id)
    return [_draft(row) for row in session.execute(query)]


def questions(session: Session, now: datetime, days: tuple[int, ...], candidacy_id: int | None = None) -> list[Waiting]:
    """Give the candidacies (or one of them) with a question that can still be answered (one query)."""
    columns: tuple[Any, ...] = (
        col(Candidacy.id),
        col(Candidacy.reference),
        col(Clarification.until),
        col(Clarification.asked_at),
        col(Clarification.id),
    )
    query = (
        sa.select(*columns)
        .join(Clarification, col(Clarification.candidacy_id) == col(Candidacy.id))
        .where(
            col(Candidacy.state) == CandidacyState.RETURNED,
            col(Clarification.closed_at).is_(None),
            col(Clarification.until) > now,
        )
        .order_by(col(Clarification.id))
    )
    if candidacy_id is not None:
        query = query.where(col(Candidacy.id) == candidacy_id)
    return [Waiting(row[0], row[1], row[2], row[3], days, row[4]) for row in session.execute(query)]


def reminders_of(session: Session, candidacy_id: int) -> list[Reminder]:
    """Give the reminders about a candidacy, the latest first (one query)."""
    columns: tuple[Any, ...] = (col(Mail.kind), col(Mail.recipient), col(Mail.created_at), col(Mail.state))
    query = sa.select(*columns).where(
        col(Mail.kind).in_((DRAFT_REMINDER, QUESTION_REMINDER)),
        col(Mail.unique_key).startswith(f"reminder:{candidacy_id}:", autoescape=True),
    )
    rows = session.execute(query.order_by(col(Mail.created_at).desc(), col(Mail.id).desc()))
    return [Reminder(*row) for row in rows]


def _draft(row: Any) -> Waiting:  # noqa: ANN401 - a row
    days = Rules.from_data(row.rules).reminder_days
    if row.until is not None and row.until > row.closes_at:
        return Waiting(row.id, row.reference, row.until, max(row.created_at, row.admitted_at), days)
    return Waiting(row.id, row.reference, row.closes_at, row.created_at, days)
