"""The form of a traveller's day allowance: category, meals by day, and what a claim needs besides."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import Field

from app.domain.codes import Currency, Meal
from app.domain.errors import DomainError
from app.domain.money import Rate, parse_rate
from app.domain.per_diem import Allowance
from app.web.days import Day
from app.web.forms import FieldRefused, Form, FormModel
from app.web.numbers import ChosenRow

FIELDS: Mapping[str, str] = {"rate_needed": "rate"}
MOST_MEALS = 300


class AllowanceForm(FormModel):
    """As which category of traveller somebody stays, and which meals are provided: ``2027-05-04:lunch``."""

    category: str = Field("", max_length=40)
    meals: list[str] = Field(default_factory=list, max_length=MOST_MEALS)


class ClaimForm(AllowanceForm):
    """An allowance that is claimed as it was on the page (``seen``), in a new claim or an own draft."""

    seen: str = Field(max_length=200)
    claim: ChosenRow | None = None
    rate: str = Field("", max_length=30)
    rate_source: str = Field("", max_length=200)
    rate_date: Day | None = None


def meals_of(typed: Iterable[str], days: Iterable[date]) -> dict[date, frozenset[Meal]]:
    """Read the meals that were ticked; days that are none of the stay are left out."""
    ticked = set(typed)
    return {day: frozenset(meal for meal in Meal if meal_value(day, meal) in ticked) for day in days}


def meal_value(day: date, meal: Meal) -> str:
    """Give what the box of a meal says."""
    return f"{day.isoformat()}:{meal.value}"


def chosen_category(typed: str, categories: tuple[str, ...]) -> str:
    """Give the category that was chosen, else the first that there is."""
    return typed if typed in categories else (categories[0] if categories else typed)


def rate_of(form: Form[Any], rates: Mapping[Currency, Rate | None]) -> Rate | None:
    """Read the exchange rate that was written where the list has none; what lacks is noted at its field."""
    typed: ClaimForm | None = form.cleaned
    if typed is None or all(rates.values()):
        return None
    for name in ("rate", "rate_source", "rate_date"):
        if not getattr(typed, name):
            form.refuse(FieldRefused("required"), name)
    try:
        return Rate(parse_rate(typed.rate), typed.rate_source, typed.rate_date) if typed.rate else None
    except DomainError as refusal:
        form.refuse(refusal, "rate")
        return None


def shown_days(allowance: Allowance, claimed: Mapping[date, int]) -> list[dict[str, Any]]:
    """Give the days of an allowance as the form shows them."""
    return [
        {
            "day": one.day,
            "rate": one.rate,
            "meals": [(meal, meal_value(one.day, meal), meal in one.meals) for meal in Meal],
            "cut_percent": one.cut_percent,
            "rest_hundredths": one.rest_hundredths,
            "claim": claimed.get(one.day),
        }
        for one in allowance.days
    ]
