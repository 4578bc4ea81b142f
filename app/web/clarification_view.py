"""Rounds of clarification for a page: the question, until when, and what the answer changed, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.documents.candidacy_sheet import SheetRow, answer_sheet
from app.domain.codes import Section
from app.domain.texts import Text
from app.queries.candidacies import CandidacyRecord
from app.queries.candidacy_form import form_choices, form_of
from app.queries.clarifications import Round, part_titles
from app.queries.submissions import Submission


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A question of the form whose answer changed: its lines before and after."""

    part: Text
    question: Text
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownRound:
    """A round in the reader's words; ``outcome`` is open, answered or unanswered."""

    reason: str
    parts: Sequence[str]
    until: datetime
    asked_at: datetime
    asked_by: str
    closed_at: datetime | None
    outcome: str
    changes: Sequence[ShownChange]


def shown_rounds(
    session: Session, candidacy: CandidacyRecord, rounds: Sequence[Round], locale: str
) -> list[ShownRound]:
    """Put rounds in the reader's words (up to four queries each)."""
    return [_shown(session, candidacy, one, locale) for one in rounds]


def _shown(session: Session, candidacy: CandidacyRecord, one: Round, locale: str) -> ShownRound:
    question = one.question
    return ShownRound(
        reason=question.reason,
        parts=part_titles(session, candidacy, question.sections, locale),
        until=question.until,
        asked_at=question.asked_at,
        asked_by=one.asked_by,
        closed_at=one.closed_at,
        outcome=_outcome(one),
        changes=_changes(session, candidacy, one, locale),
    )


def _outcome(one: Round) -> str:
    if one.closed_at is None:
        return "open"
    return "answered" if one.after is not None else "unanswered"


def _changes(session: Session, candidacy: CandidacyRecord, one: Round, locale: str) -> list[ShownChange]:
    if one.before is None or one.after is None:
        return []
    before = _rows(session, candidacy, one.before, locale)
    after = _rows(session, candidacy, one.after, locale)
    names = dict.fromkeys((*after, *before))
    return [_change(before.get(name), after.get(name)) for name in names if _lines(before, name) != _lines(after, name)]


def _change(before: tuple[Text, SheetRow] | None, after: tuple[Text, SheetRow] | None) -> ShownChange:
    found = after or before
    assert found is not None  # noqa: S101 - it comes from one of the two
    part, row = found
    return ShownChange(part, row.question, before[1].lines if before else (), after[1].lines if after else ())


def _lines(rows: Mapping[tuple[Section, str], tuple[Text, SheetRow]], name: tuple[Section, str]) -> tuple[str, ...]:
    return rows[name][1].lines if name in rows else ()


def _rows(
    session: Session, candidacy: CandidacyRecord, submission: Submission, locale: str
) -> dict[tuple[Section, str], tuple[Text, Any]]:
    """Put a submission in words, in the form that it answered: section title and row by section and question."""
    form = form_of(session, candidacy.programme_id, submission.form_version).form
    sheet = answer_sheet(locale, form, submission.answers, form_choices(session, candidacy.programme_id, locale, form))
    return {(part.section, row.name): (part.title, row) for part in sheet for row in part.rows}
