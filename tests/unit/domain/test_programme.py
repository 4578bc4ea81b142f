"""The rules of a programme: what is refused, what clashes, what differs."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import programme as rules_of
from app.domain.codes import SessionKind
from app.domain.errors import DomainError
from app.domain.programme import Clash, Difference, PairingRules, PlannedKind, Promise, Rules

FULL_YEAR = [
    *[PlannedKind(SessionKind.JOINT_DIGITAL, 1)] * 3,
    PlannedKind(SessionKind.PHYSICAL_EXCHANGE, 1),
    PlannedKind(SessionKind.INTRODUCTORY, 1),
    PlannedKind(SessionKind.WORK_VISIT, 1),
    PlannedKind(SessionKind.THEMATIC, 1),
]


def test_rules_are_read_back_as_they_were_written() -> None:
    rules = Rules(promises=(Promise("visits", "Bezoek", "Visite", "Visit"),), pairing=PairingRules(province_limit=3))
    assert Rules.from_data(rules.to_data()) == rules


def test_rules_that_are_not_there_have_their_default() -> None:
    assert Rules.from_data({"meetings_expected": 6}) == Rules(meetings_expected=6)


def test_the_default_rules_hold() -> None:
    rules_of.check_rules(Rules())


@pytest.mark.parametrize(
    ("rules", "refusal"),
    [
        (Rules(visit_days=-1), rules_of.RuleNegative),
        (Rules(pairing=PairingRules(province_limit=-1)), rules_of.RuleNegative),
        (Rules(pairing=PairingRules(learning=34)), rules_of.WeightsNotHundred),
        (Rules(pairing=PairingRules(learning=-5, theme=65)), rules_of.WeightOutOfRange),
        (Rules(pairing=PairingRules(assessment_share=101)), rules_of.WeightOutOfRange),
        (Rules(reminder_days=(14, 0)), rules_of.ReminderDaysUnclear),
        (Rules(reminder_days=(91,)), rules_of.ReminderDaysUnclear),
    ],
)
def test_rules_that_do_not_hold_are_refused(rules: Rules, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        rules_of.check_rules(rules)


@given(st.lists(st.integers(0, 100), min_size=5, max_size=5))
def test_only_weights_of_a_hundred_together_hold(weights: list[int]) -> None:
    names = ("learning", "theme", "position", "language", "wishes")
    rules = Rules(pairing=PairingRules(**dict(zip(names, weights, strict=True))))
    if sum(weights) == 100:
        rules_of.check_rules(rules)
    else:
        with pytest.raises(rules_of.WeightsNotHundred) as refusal:
            rules_of.check_rules(rules)
        assert refusal.value.params == {"total": sum(weights)}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "years"),
    [
        (date(2024, 1, 1), date(2025, 12, 31), 2),
        (date(2024, 7, 1), date(2026, 6, 30), 2),
        (date(2024, 7, 1), date(2026, 7, 1), 3),
        (date(2024, 1, 1), date(2024, 2, 1), 1),
    ],
)
def test_a_part_of_a_year_counts_as_one(starts_on: date, ends_on: date, years: int) -> None:
    assert rules_of.years_of(starts_on, ends_on) == years


def test_a_programme_ends_after_it_starts() -> None:
    rules_of.check_period(date(2026, 1, 1), date(2026, 1, 2))
    with pytest.raises(rules_of.PeriodEndsBeforeStart):
        rules_of.check_period(date(2026, 1, 1), date(2026, 1, 1))


def test_a_budget_and_places_may_be_nothing_but_not_less() -> None:
    rules_of.check_budget(0)
    rules_of.check_places(0)
    with pytest.raises(rules_of.BudgetNegative):
        rules_of.check_budget(-1)
    with pytest.raises(rules_of.PlacesNegative):
        rules_of.check_places(-1)


def test_a_call_closes_after_it_opens_and_before_the_programme_ends() -> None:
    opens_at, last_moment = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 12, 31, 22, 59, tzinfo=UTC)
    rules_of.check_call(opens_at, last_moment, ends_on=date(2027, 12, 31))
    with pytest.raises(rules_of.CallEndsBeforeStart):
        rules_of.check_call(opens_at, opens_at, ends_on=date(2027, 12, 31))
    with pytest.raises(rules_of.CallOutlivesProgramme):
        rules_of.check_call(opens_at, datetime(2027, 12, 31, 23, 0, tzinfo=UTC), ends_on=date(2027, 12, 31))


def test_a_day_of_the_template_exists_in_the_programme() -> None:
    rules_of.check_template_day(2, 2, 29, years=2)
    with pytest.raises(rules_of.TemplateDayMissing):
        rules_of.check_template_day(1, 2, 30, years=2)
    for year in (0, 3):
        with pytest.raises(rules_of.TemplateYearMissing):
            rules_of.check_template_day(year, 1, 1, years=2)


def test_a_session_of_the_template_lasts() -> None:
    rules_of.check_template_length(time(14), 90)
    with pytest.raises(rules_of.TemplateLengthMissing):
        rules_of.check_template_length(time(14), 0)
    with pytest.raises(rules_of.TemplateLengthMissing):
        rules_of.check_template_length(time(14, tzinfo=UTC), 90)


def test_a_template_that_keeps_the_rules_clashes_with_nothing() -> None:
    assert rules_of.clashes(Rules(), FULL_YEAR, years=1) == ()


def test_two_sessions_organised_clash_with_three_expected() -> None:
    rules = replace(Rules(), digital_sessions_organised=2)
    assert rules_of.clashes(rules, FULL_YEAR, years=1) == (Clash("clash_organised", {"organised": 2, "expected": 3}),)


def test_each_year_that_lacks_something_is_named() -> None:
    found = rules_of.clashes(Rules(), FULL_YEAR[1:], years=2)
    assert [(clash.code, clash.params.get("nth_year"), clash.params.get("planned")) for clash in found] == [
        ("clash_digital", 1, 2),
        ("clash_meetings", 1, 4),
        ("clash_digital", 2, 0),
        ("clash_exchanges", 2, 0),
        ("clash_meetings", 2, 0),
        ("clash_visits", 2, 0),
    ]


def test_differences_are_named_by_their_path() -> None:
    before: dict[str, Any] = {
        "title": "A",
        "rules": {"visit_days": 7},
        "tracks": [{"slug": "rwanda", "places": 4}, {"slug": "benin", "places": 4}],
        "template": [{"key": 1, "month": 2}],
    }
    after: dict[str, Any] = {
        "title": "A",
        "rules": {"visit_days": 6},
        "tracks": [{"slug": "benin", "places": 3}, {"slug": "rwanda", "places": 4}],
        "template": [],
    }
    assert rules_of.differences(before, after) == (
        Difference(("rules", "visit_days"), 7, 6),
        Difference(("tracks", "benin", "places"), 4, 3),
        Difference(("template", "1", "key"), 1, None),
        Difference(("template", "1", "month"), 2, None),
    )


@given(st.dictionaries(st.sampled_from("abc"), st.integers() | st.lists(st.integers()), max_size=3))
def test_nothing_differs_from_itself(snapshot: dict[str, Any]) -> None:
    assert rules_of.differences(snapshot, snapshot) == ()
