"""What stands written already in the open drafts of a programme: before somebody changes the form under them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy_form import CandidacyForm
from app.domain.codes import CandidacyState, QuestionKind
from app.models import Call, Candidacy, CandidacySection, PartnerProfile, Track


@dataclass(frozen=True, slots=True)
class FormUse:
    """How many drafts are open; how many of them answered each question, and chose each policy field.

    ``profiles`` counts the partner profiles of the programme that chose each policy field.
    """

    drafts: int = 0
    answered: Mapping[str, int] = field(default_factory=Counter)
    fields: Mapping[str, int] = field(default_factory=Counter)
    profiles: Mapping[str, int] = field(default_factory=Counter)


def use_of(session: Session, programme_id: int, form: CandidacyForm) -> FormUse:
    """Count how a form is used (three queries); ``form`` says which questions choose policy fields."""
    learning = [one.code for one in form.questions() if one.kind is QuestionKind.LEARNING]
    drafts = _drafts(session, programme_id)
    chosen = ((of, _fields(answers, learning)) for of, answers in drafts)
    profiles = session.execute(
        sa.select(col(PartnerProfile.answers))
        .join(Track, col(Track.id) == col(PartnerProfile.track_id))
        .where(col(Track.programme_id) == programme_id)
        .order_by(col(PartnerProfile.id))
    ).scalars()
    return FormUse(
        drafts=count_drafts(session, programme_id),
        answered=Counter(code for _, answers in drafts for code, answer in answers.items() if answer),
        fields=Counter(code for _, code in {(of, code) for of, codes in chosen for code in codes}),
        profiles=Counter(code for answers in profiles for code in _fields(answers, ("strengths", "challenges"))),
    )


def count_drafts(session: Session, programme_id: int) -> int:
    """Count the drafts that go on with the next version of the form (one query)."""
    query = sa.select(sa.func.count(col(Candidacy.id))).join(Call, col(Call.id) == col(Candidacy.call_id))
    return session.execute(query.where(*_is_draft(programme_id))).scalar_one()


def _drafts(session: Session, programme_id: int) -> list[tuple[int, Mapping[str, Any]]]:
    query = (
        sa.select(col(CandidacySection.candidacy_id), col(CandidacySection.answers))
        .join(Candidacy, col(Candidacy.id) == col(CandidacySection.candidacy_id))
        .join(Call, col(Call.id) == col(Candidacy.call_id))
        .where(*_is_draft(programme_id))
        .order_by(col(CandidacySection.id))
    )
    return [(row.candidacy_id, row.answers) for row in session.execute(query)]


def _is_draft(programme_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Call.programme_id) == programme_id, col(Candidacy.state) == CandidacyState.DRAFT


def _fields(answers: Mapping[str, Any], questions: Iterable[str]) -> set[str]:
    return {code for question in questions for code in answers.get(question) or ()}
