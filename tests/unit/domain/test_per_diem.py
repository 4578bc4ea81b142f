from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.budget_rules import BudgetRules, DayRate
from app.domain.codes import Country, Currency, DayCount, Meal
from app.domain.per_diem import (
    AllowanceIncomplete,
    AllowanceNothing,
    DayClaimed,
    Stay,
    categories_of,
    check_allowance,
    check_not_claimed,
    counted_days,
    days_of_data,
    rate_of_day,
    reckon,
    to_data,
)

FIRST, LAST = date(2027, 5, 3), date(2027, 5, 7)
MIDDLE = date(2027, 5, 5)
RATE = DayRate(Country.RWANDA, "1", Currency.USD, 50_25, "2027-01-01", "", "Invented")
RULES = BudgetRules(day_rates=(RATE,))


def stay(meals: Mapping[date, frozenset[Meal]] | None = None, **changes: object) -> Stay:
    """Give a stay of five days in Rwanda."""
    return replace(Stay(Country.RWANDA, "1", FIRST, LAST, meals or {}), **changes)  # type: ignore[arg-type]


def test_the_days_between_two_nights_count() -> None:
    assert counted_days(FIRST, LAST, DayCount.BETWEEN_NIGHTS) == tuple(date(2027, 5, day) for day in (4, 5, 6))
    assert counted_days(FIRST, FIRST + timedelta(days=1), DayCount.BETWEEN_NIGHTS) == ()


def test_every_day_counts_where_the_rule_says_so() -> None:
    assert counted_days(FIRST, LAST, DayCount.EVERY_DAY) == tuple(date(2027, 5, day) for day in range(3, 8))
    assert counted_days(FIRST, FIRST, DayCount.EVERY_DAY) == (FIRST,)


def test_meals_that_are_provided_make_it_less() -> None:
    found = reckon(stay({MIDDLE: frozenset({Meal.DINNER, Meal.LUNCH})}), RULES)
    assert [(one.meals, one.cut_percent, one.rest_hundredths) for one in found.days] == [
        ((), 0, 502_500),
        ((Meal.LUNCH, Meal.DINNER), 80, 100_500),
        ((), 0, 502_500),
    ]
    assert found.totals == {Currency.USD: 110_55}


def test_it_is_rounded_once_over_all_days() -> None:
    half = replace(RATE, currency=Currency.RWF, amount_minor=10)
    meals = {date(2027, 5, day): frozenset({Meal.BREAKFAST}) for day in (4, 5, 6)}
    found = reckon(stay(meals), replace(RULES, day_rates=(half,)))
    assert [one.rest_hundredths for one in found.days] == [850, 850, 850]
    assert found.totals == {Currency.RWF: 26}


def test_a_rate_counts_while_it_is_valid_and_a_later_one_takes_its_place() -> None:
    later = replace(RATE, amount_minor=60_00, valid_from="2027-05-05")
    ended = replace(RATE, amount_minor=99_00, valid_from="2027-05-06", valid_until="2027-05-05")
    rates = (later, RATE, ended)
    assert rate_of_day(rates, Country.RWANDA, "1", date(2027, 5, 4)) == RATE
    assert rate_of_day(rates, Country.RWANDA, "1", MIDDLE) == later
    assert rate_of_day(rates, Country.RWANDA, "1", date(2026, 12, 31)) is None
    assert rate_of_day(rates, Country.RWANDA, "2", MIDDLE) is None
    assert rate_of_day(rates, Country.BENIN, "1", MIDDLE) is None
    assert categories_of((*rates, replace(RATE, category="2")), Country.RWANDA) == ("1", "2")


def test_a_missing_rate_is_named_and_never_guessed() -> None:
    short = replace(RATE, valid_until="2027-05-05")
    found = reckon(stay(), replace(RULES, day_rates=(short,)))
    assert found.missing == (date(2027, 5, 6),)
    with pytest.raises(AllowanceIncomplete) as refused:
        check_allowance(found)
    assert refused.value.params == {"days": [date(2027, 5, 6)], "country": Country.RWANDA, "category": "1"}


def test_nothing_cannot_be_claimed() -> None:
    with pytest.raises(AllowanceNothing):
        check_allowance(reckon(stay(last_day=FIRST), RULES))
    whole = replace(RULES, meal_cuts={Meal.DINNER: 100})
    fed = {day: frozenset({Meal.DINNER}) for day in counted_days(FIRST, LAST, DayCount.EVERY_DAY)}
    with pytest.raises(AllowanceNothing):
        check_allowance(reckon(stay(fed), whole))


def test_a_day_is_claimed_once() -> None:
    check_not_claimed([FIRST], {LAST: 3})
    with pytest.raises(DayClaimed) as refused:
        check_not_claimed([FIRST, LAST], {LAST: 3})
    assert refused.value.params == {"day": LAST, "number": "3"}


def test_rates_of_two_currencies_give_a_total_of_each() -> None:
    francs = replace(RATE, currency=Currency.RWF, amount_minor=60_000, valid_from="2027-05-06")
    found = reckon(stay(), replace(RULES, day_rates=(RATE, francs)))
    assert found.totals == {Currency.USD: 100_50, Currency.RWF: 60_000}
    assert [one.day for one in found.of(Currency.RWF)] == [date(2027, 5, 6)]


meal_sets = st.frozensets(st.sampled_from(Meal))
cuts = st.fixed_dictionaries({meal: st.integers(0, 33) for meal in Meal})
stays = st.builds(
    lambda first, length, meals, currency, minor, cut, count: (
        Stay(
            Country.BENIN,
            "2",
            first,
            first + timedelta(days=length),
            {first + timedelta(days=place): one for place, one in enumerate(meals)},
        ),
        BudgetRules(
            meal_cuts=cut,
            day_count=count,
            day_rates=(DayRate(Country.BENIN, "2", currency, minor, "2020-01-01"),),
        ),
    ),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.integers(0, 20),
    st.lists(meal_sets, max_size=25),
    st.sampled_from(Currency),
    st.integers(1, 10**7),
    cuts,
    st.sampled_from(DayCount),
)


@given(stays)
def test_the_total_is_the_exact_sum_rounded_half_to_even(case: tuple[Stay, BudgetRules]) -> None:
    found = reckon(*case)
    exact = Fraction(sum(one.rest_hundredths for one in found.days), 100)
    for total in found.totals.values():
        assert abs(total - exact) <= Fraction(1, 2)
        assert abs(total - exact) < Fraction(1, 2) or total % 2 == 0
    assert len(found.days) == len({one.day for one in found.days})


@given(stays, st.sampled_from(Meal))
def test_another_meal_never_gives_more_and_more_days_never_less(case: tuple[Stay, BudgetRules], meal: Meal) -> None:
    one, rules = case
    total = sum(reckon(one, rules).totals.values())
    fed = replace(one, meals={day.day: frozenset({*day.meals, meal}) for day in reckon(one, rules).days})
    assert sum(reckon(fed, rules).totals.values()) <= total
    longer = replace(one, last_day=one.last_day + timedelta(days=1))
    assert sum(reckon(longer, rules).totals.values()) >= total


@given(stays)
def test_what_is_kept_says_which_days_it_is_about(case: tuple[Stay, BudgetRules]) -> None:
    found = reckon(*case)
    for currency, total in found.totals.items():
        data = to_data(found, found.of(currency), total, traveller=1, person=None)
        assert days_of_data(data) == tuple(one.day for one in found.of(currency))
        assert data["total_minor"] == total
