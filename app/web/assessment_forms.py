"""The forms of an assessment: scores by criterion, a conflict of interest, a note, and who reads."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, create_model
from starlette.datastructures import FormData

from app.domain.assessment import CONFLICT_LIMIT, HIGHEST_SCORE, NOTE_LIMIT, REASON_LIMIT, AssessmentRules, Given
from app.domain.errors import DomainError
from app.web.forms import Form, FormModel, bind

FINISH = "finish"


class _ScoreFields(FormModel):
    edit: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    step: Annotated[str, Field(max_length=16)] = ""


class ConflictForm(FormModel):
    """Why somebody may not read a candidacy."""

    reason: Annotated[str, Field(min_length=1, max_length=CONFLICT_LIMIT)]


class NoteForm(FormModel):
    """A note of the discussion."""

    text: Annotated[str, Field(min_length=1, max_length=NOTE_LIMIT)]


class ReaderForm(FormModel):
    """The address of a known person."""

    email: Annotated[str, Field(min_length=1, max_length=254)]


class GiveForm(FormModel):
    """One of the readers."""

    reader: Annotated[int, Field(ge=1, le=2**31 - 1)]


class PlanForm(FormModel):
    """The proposal that was looked at."""

    plan: Annotated[str, Field(min_length=1, max_length=64)]


def read_scores(data: FormData, rules: AssessmentRules) -> tuple[Form[Any], dict[str, Given]]:
    """Read the scores that were sent; each criterion is among them, also where nothing was given."""
    codes = tuple(one.code for one in rules.scored)
    form: Form[Any] = bind(_score_form(codes), data)
    typed = form.cleaned
    if typed is None:
        return form, {}
    return form, {code: Given(getattr(typed, f"points_{code}"), getattr(typed, f"reason_{code}")) for code in codes}


def score_values(scores: Mapping[str, Given], edit: int) -> dict[str, object]:
    """Give what the form shows for scores that are stored."""
    values: dict[str, object] = {"edit": edit}
    for code, given in scores.items():
        values |= {f"points_{code}": "" if given.points is None else given.points, f"reason_{code}": given.reason}
    return values


def field_of(refusal: DomainError) -> str:
    """Give the field at which a refusal to finish is shown."""
    names = {"score_missing": "points", "score_reason_missing": "reason"}
    return f"{names[refusal.code]}_{refusal.params['criterion']}" if refusal.code in names else ""


@lru_cache(maxsize=32)
def _score_form(codes: tuple[str, ...]) -> type[_ScoreFields]:
    points = Annotated[int, Field(ge=0, le=HIGHEST_SCORE)]
    reason = Annotated[str, Field(max_length=REASON_LIMIT)]
    fields: dict[str, Any] = {f"points_{code}": (points | None, None) for code in codes}
    fields |= {f"reason_{code}": (reason, "") for code in codes}
    return create_model("ScoreForm", __base__=_ScoreFields, **fields)
