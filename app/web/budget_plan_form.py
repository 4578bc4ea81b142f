"""The form with which somebody plans to spend of a half of a budget."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field

from app.domain.budget import Half
from app.domain.codes import Category, Currency, Side
from app.domain.errors import DomainError
from app.domain.money import parse_amount
from app.services.budget_plans import NewPlan
from app.web.forms import Form, FormModel
from app.web.numbers import ChosenRow

FIELDS: Final[Mapping[str, str]] = {"plan_year": "year", "year_closed": "year", "session_elsewhere": "session"}


class PlanForm(FormModel):
    """What is planned: amounts are in euro."""

    side: Side
    amount: str = Field(max_length=40)
    category: Category
    year: int = Field(ge=1900, le=2999)
    session: ChosenRow | None = None
    description: str = Field(max_length=300)


class RemovalForm(FormModel):
    """That a plan does not count any more: nothing but the press of a button."""


def plan_of(form: Form[Any], half: Half) -> NewPlan | None:
    """Read the amount of a form; what cannot be read is noted at its field."""
    cleaned: PlanForm | None = form.cleaned
    if cleaned is None:
        return None
    try:
        cents = parse_amount(cleaned.amount, Currency.EUR)
    except DomainError as refusal:
        form.refuse(refusal, "amount")
        return None
    return NewPlan(half.allotment_id, cleaned.category, cleaned.year, cents, cleaned.description, cleaned.session)
