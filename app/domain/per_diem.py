"""Day allowances (per diem): what each day of a stay gives, less for meals that a host provides, with its reasons.

Computed exactly and rounded once, over all days of a currency together, half to even, to the smallest unit of the
currency (the cent; the whole franc). A missing rate is never guessed: the day is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar, Final

from app.domain.budget_rules import BudgetRules, DayRate
from app.domain.codes import Country, Currency, DayCount, Meal
from app.domain.errors import DomainError

WHOLE: Final = 100


class AllowanceIncomplete(DomainError):
    """No rate is known for some ``days`` (in a ``country``, for a ``category``): nothing can be claimed."""

    code: ClassVar[str] = "allowance_incomplete"


class AllowanceNothing(DomainError):
    """There is nothing to claim: no day counts, or all meals of all days are provided."""

    code: ClassVar[str] = "allowance_nothing"


class AllowanceChanged(DomainError):
    """The rules or the visit changed since the page was opened, so that another amount comes out."""

    code: ClassVar[str] = "allowance_changed"


class DayClaimed(DomainError):
    """The ``day`` of this traveller is in the claim ``number`` already."""

    code: ClassVar[str] = "allowance_day_claimed"


@dataclass(frozen=True, slots=True)
class Stay:
    """Where somebody stays and when, as a traveller of which category, and the meals that the host provides by day."""

    country: Country
    category: str
    first_day: date
    last_day: date
    meals: Mapping[date, frozenset[Meal]]


@dataclass(frozen=True, slots=True)
class AllowanceDay:
    """What one day gives: its rate, the meals provided, and by how many percent of the whole it is less for them."""

    day: date
    rate: DayRate | None
    meals: tuple[Meal, ...]
    cut_percent: int

    @property
    def rest_hundredths(self) -> int:
        """What is left, exactly: hundredths of the smallest unit of the rate's currency; 0 without a rate."""
        return 0 if self.rate is None else self.rate.amount_minor * (WHOLE - self.cut_percent)


@dataclass(frozen=True, slots=True)
class Allowance:
    """The allowance of a stay, day by day."""

    stay: Stay
    count: DayCount
    days: tuple[AllowanceDay, ...]

    @property
    def missing(self) -> tuple[date, ...]:
        """The days for which there is no rate."""
        return tuple(one.day for one in self.days if one.rate is None)

    @property
    def totals(self) -> dict[Currency, int]:
        """What all days together give, in the smallest unit of each currency, rounded once, half to even."""
        exact: dict[Currency, int] = {}
        for one in self.days:
            if one.rate is not None:
                exact[one.rate.currency] = exact.get(one.rate.currency, 0) + one.rest_hundredths
        return {currency: round(Fraction(hundredths, WHOLE)) for currency, hundredths in exact.items()}

    def of(self, currency: Currency) -> tuple[AllowanceDay, ...]:
        """Give the days whose rate is in a currency."""
        return tuple(one for one in self.days if one.rate is not None and one.rate.currency is currency)


def counted_days(first_day: date, last_day: date, count: DayCount) -> tuple[date, ...]:
    """Give the days of a stay from ``first_day`` to ``last_day`` that count.

    Source of ``BETWEEN_NIGHTS``: federal Foreign Affairs service, rules of 2015: a day lies between two overnight
    stays, so that the days of arrival and of departure do not count.
    """
    days = (first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1))
    if count is DayCount.EVERY_DAY:
        return tuple(days)
    return tuple(day for day in days if first_day < day < last_day)


def rate_of_day(rates: Iterable[DayRate], country: Country, category: str, day: date) -> DayRate | None:
    """Give the rate that counts on a day; of several the one that began last, of those the last in the list."""
    valid = [one for one in rates if one.country is country and one.category == category and one.is_valid_on(day)]
    return max(enumerate(valid), key=lambda one: (one[1].valid_from, one[0]))[1] if valid else None


def categories_of(rates: Iterable[DayRate], country: Country) -> tuple[str, ...]:
    """Give the categories of travellers for which there are rates in a country."""
    return tuple(sorted({one.category for one in rates if one.country is country}))


def reckon(stay: Stay, rules: BudgetRules) -> Allowance:
    """Compute the allowance of a stay by the rules of the programme."""
    counted = counted_days(stay.first_day, stay.last_day, rules.day_count)
    return Allowance(stay, rules.day_count, tuple(_day(day, stay, rules) for day in counted))


def check_allowance(allowance: Allowance) -> None:
    """Refuse an allowance that cannot be claimed.

    :raises AllowanceIncomplete: a day has no rate.
    :raises AllowanceNothing: it comes to nothing.
    """
    if allowance.missing:
        stay = allowance.stay
        raise AllowanceIncomplete(days=list(allowance.missing), country=stay.country, category=stay.category)
    if not any(allowance.totals.values()):
        raise AllowanceNothing


def check_not_claimed(days: Iterable[date], claimed: Mapping[date, int]) -> None:
    """Refuse days that are in a claim already; ``claimed`` gives its number by day.

    :raises DayClaimed: with the first such day and the number of the claim.
    """
    for day in days:
        if day in claimed:
            raise DayClaimed(day=day, number=str(claimed[day]))


def to_data(
    allowance: Allowance, days: Sequence[AllowanceDay], total_minor: int, **whose: int | None
) -> dict[str, Any]:
    """Give the computation of the days of one currency as plain values, to be kept with a line of a claim.

    ``whose``: the numbers of the ``traveller`` and of the ``person``, no names.
    """
    rate = next((one.rate for one in days if one.rate is not None), None)
    return {
        **whose,
        "country": allowance.stay.country.value,
        "category": allowance.stay.category,
        "count": allowance.count.value,
        "currency": rate.currency.value if rate else "",
        "total_minor": total_minor,
        "days": [_plain(one) for one in days],
    }


def days_of_data(data: Mapping[str, Any]) -> tuple[date, ...]:
    """Give the days of a computation that was kept."""
    return tuple(date.fromisoformat(one["day"]) for one in data.get("days", ()))


def _day(day: date, stay: Stay, rules: BudgetRules) -> AllowanceDay:
    provided = stay.meals.get(day, frozenset())
    meals = tuple(meal for meal in Meal if meal in provided)
    cut = min(sum(rules.meal_cuts.get(meal, 0) for meal in meals), WHOLE)
    return AllowanceDay(day, rate_of_day(rules.day_rates, stay.country, stay.category, day), meals, cut)


def _plain(one: AllowanceDay) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "amount_minor": one.rate.amount_minor if one.rate else None,
        "meals": [meal.value for meal in one.meals],
        "cut_percent": one.cut_percent,
        "rest_hundredths": one.rest_hundredths,
        "source": one.rate.source if one.rate else "",
    }
