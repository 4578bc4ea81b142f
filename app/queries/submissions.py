"""Reads of what was submitted: all answers of a candidacy as they were at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState, Section
from app.models import Attachment, Candidacy, CandidacySubmission
from app.queries.candidacies import CandidacyRecord, sections_of

Query = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission; ``reference`` is that of its candidacy, ``number`` counts from 1."""

    id: int
    candidacy_id: int
    reference: str
    number: int
    form_version: int
    answers: Mapping[Section, Mapping[str, Any]]
    submitted_at: datetime
    confirmed_by: str


def submission_by_id(session: Session, submission_id: int) -> Submission | None:
    """Give a submission by its id (one query)."""
    return _one(session, _submissions().where(col(CandidacySubmission.id) == submission_id))


def submissions_of(session: Session, candidacy_id: int) -> list[Submission]:
    """Give the submissions of a candidacy, the first first (one query)."""
    query = _submissions().where(col(CandidacySubmission.candidacy_id) == candidacy_id)
    return [_submission(row) for row in session.execute(query.order_by(col(CandidacySubmission.number)))]


def latest_submission(session: Session, candidacy_id: int) -> Submission | None:
    """Give what was submitted last, if anything was (one query)."""
    query = _submissions().where(col(CandidacySubmission.candidacy_id) == candidacy_id)
    return _one(session, query.order_by(col(CandidacySubmission.number).desc()).limit(1))


def answers_to_read(session: Session, candidacy: CandidacyRecord) -> dict[Section, Mapping[str, Any]]:
    """Give the answers as others than the authors read them (one query, or two).

    While a candidacy is returned they are those of its last submission: what is being typed is not handed in yet.
    """
    if candidacy.state is CandidacyState.RETURNED:
        submission = latest_submission(session, candidacy.id)
        if submission is not None:
            return dict(submission.answers)
    return {section: saved.answers for section, saved in sections_of(session, candidacy.id).items()}


def latest_submission_id(session: Session, candidacy_id: int) -> int:
    """Give the id of what was submitted last; something was (one query)."""
    query = sa.select(sa.func.max(col(CandidacySubmission.id))).where(
        col(CandidacySubmission.candidacy_id) == candidacy_id
    )
    found = session.execute(query).scalar_one()
    assert found is not None  # noqa: S101 - something was submitted
    return found


def attachment_names(session: Session, candidacy_id: int, at: datetime | None = None) -> tuple[str, ...]:
    """Give the names of the attachments as they were at a moment, or as they are now, the oldest first (one query)."""
    query = sa.select(col(Attachment.name)).where(col(Attachment.candidacy_id) == candidacy_id)
    removed = col(Attachment.removed_at)
    if at is None:
        query = query.where(removed.is_(None))
    else:
        query = query.where(col(Attachment.added_at) <= at, sa.or_(removed.is_(None), removed > at))
    return tuple(session.scalars(query.order_by(col(Attachment.added_at), col(Attachment.id))))


def _submissions() -> Query:
    query: Query = sa.select(
        col(CandidacySubmission.id),
        col(CandidacySubmission.candidacy_id),
        col(Candidacy.reference),
        col(CandidacySubmission.number),
        col(CandidacySubmission.form_version),
        col(CandidacySubmission.answers),
        col(CandidacySubmission.submitted_at),
        col(CandidacySubmission.confirmed_by),
    ).join(Candidacy, col(Candidacy.id) == col(CandidacySubmission.candidacy_id))
    return query


def _one(session: Session, query: Query) -> Submission | None:
    row = session.execute(query).first()
    return None if row is None else _submission(row)


def _submission(row: sa.Row[Any]) -> Submission:
    values = row._asdict()
    answers = {Section(name): given for name, given in values["answers"].items()}
    return Submission(**{**values, "answers": answers})
