"""Reads of questions about candidacies: the one that is open, all rounds with what the answers changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.clarifications import in_form_order
from app.domain.codes import Section
from app.models import Clarification, Person
from app.queries.candidacies import CandidacyRecord
from app.queries.candidacy_form import form_for
from app.queries.submissions import Submission, submissions_of


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What the programme team asks, about which sections, and until when (UTC) it can be answered."""

    id: int
    sections: tuple[Section, ...]
    reason: str
    until: datetime
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """A question with what came of it: ``before`` and ``after`` are the submissions around it.

    ``after`` is empty while the question is open, and where the team went on without an answer.
    """

    question: OpenQuestion
    asked_by: str
    closed_at: datetime | None
    before: Submission | None
    after: Submission | None


def open_question(session: Session, candidacy_id: int) -> OpenQuestion | None:
    """Give the question that is open about a candidacy, if there is one (one query)."""
    row = session.connection().execute(_OPEN, {"candidacy_id": candidacy_id}).first()
    return _question(row) if row else None


def rounds_of(session: Session, candidacy_id: int) -> list[Round]:
    """Give the questions about a candidacy, the latest first, with the submissions around each (two queries)."""
    query = (
        sa.select(*_COLUMNS, col(Clarification.closed_at), col(Person.name))
        .join(Person, col(Person.id) == col(Clarification.asked_by))
        .where(col(Clarification.candidacy_id) == candidacy_id)
        .order_by(col(Clarification.asked_at).desc(), col(Clarification.id).desc())
    )
    rows = session.execute(query).all()
    submissions = submissions_of(session, candidacy_id) if rows else []
    return [_round(row, submissions) for row in rows]


def part_titles(session: Session, candidacy: CandidacyRecord, sections: Collection[Section], locale: str) -> list[str]:
    """Give what the form of a candidacy calls some of its sections, in a reader's language and the form's order."""
    if not sections:
        return []
    form = form_for(session, candidacy).form
    return [str(part.title.said(locale)) for part in form.sections if part.section in sections]


def _round(row: Any, submissions: list[Submission]) -> Round:  # noqa: ANN401 - a row
    question = _question(row)
    closed = [one for one in submissions if row.closed_at is not None and one.submitted_at == row.closed_at]
    answer = closed[-1] if closed else None
    earlier = [
        one
        for one in submissions
        if one.submitted_at <= question.asked_at and (answer is None or one.number < answer.number)
    ]
    return Round(question, row.name, row.closed_at, earlier[-1] if earlier else None, answer)


def _question(row: Any) -> OpenQuestion:  # noqa: ANN401 - a row
    return OpenQuestion(row.id, in_form_order(row.sections), row.reason, row.until, row.asked_at)


_COLUMNS: tuple[Any, ...] = tuple(
    col(getattr(Clarification, name)) for name in ("id", "sections", "reason", "until", "asked_at")
)
# built once: every save of a returned candidacy runs it
_OPEN = (
    sa.select(*_COLUMNS)
    .where(col(Clarification.candidacy_id) == sa.bindparam("candidacy_id"), col(Clarification.closed_at).is_(None))
    .order_by(col(Clarification.id).desc())
    .limit(1)
)
