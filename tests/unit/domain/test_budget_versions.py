import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.budget_versions import (
    BudgetBelowUse,
    BudgetPlanUnseen,
    BudgetReasonMissing,
    OpenBudget,
    OpenHalf,
    Plan,
    Shortfall,
    check_plan,
    plan_budget,
)
from app.domain.codes import Side

F, P = Side.FLEMISH, Side.PARTNER


def budget(flemish: tuple[int, int], partner: tuple[int, int]) -> OpenBudget:
    return OpenBudget(1, "Gamma & Karongi", (OpenHalf(F, *flemish), OpenHalf(P, *partner)))


@pytest.mark.parametrize(
    ("given", "wanted", "odd", "cents"),
    [
        ((50, 50), 102, F, {F: 1, P: 1}),
        ((50, 50), 101, F, {F: 1, P: 0}),
        ((50, 50), 101, P, {F: 0, P: 1}),
        ((51, 50), 103, P, {F: 0, P: 2}),
        ((51, 50), 99, F, {F: -1, P: -1}),
    ],
)
def test_the_difference_of_two_equal_divisions(
    given: tuple[int, int], wanted: int, odd: Side, cents: dict[Side, int]
) -> None:
    plan = plan_budget(wanted, [budget((given[0], given[0]), (given[1], given[1]))], odd_cent=odd)
    assert [one.cents for one in plan.changes] == [cents]
    assert plan.shortfalls == ()


def test_a_half_that_uses_more_is_named_with_the_lowest_possible() -> None:
    plan = plan_budget(80, [budget((50, 5), (50, 50))], odd_cent=F)
    assert plan.shortfalls == (Shortfall("Gamma & Karongi", F, 5),)
    assert plan.lowest_cents == 89
    with pytest.raises(BudgetBelowUse) as refused:
        check_plan(plan, reason="Less money", seen=None)
    assert (refused.value.params["lowest_cents"], refused.value.params["over_cents"]) == (89, 5)


def test_a_plan_needs_a_reason_and_to_be_seen() -> None:
    plan = plan_budget(102, [budget((50, 50), (50, 50))], odd_cent=F, settled=1)
    with pytest.raises(BudgetReasonMissing):
        check_plan(plan, reason=" ", seen=plan.key)
    for seen in ("", "102:1:0:[(1, 1)]"):
        with pytest.raises(BudgetPlanUnseen):
            check_plan(plan, reason="More money", seen=seen)
    check_plan(plan, reason="More money", seen=plan.key)
    check_plan(plan, reason="More money", seen=None)
    check_plan(Plan(5, (), (), 0), reason="", seen="")


def test_partnerships_that_get_the_same_are_counted_together() -> None:
    same, other = budget((50, 50), (50, 50)), budget((40, 40), (50, 50))
    assert plan_budget(102, [same, other, same], odd_cent=F).groups == [(2, 1, 1), (1, 11, 1)]


@given(st.integers(0, 10**9), st.data(), st.sampled_from(Side))
def test_the_lowest_possible_fits_and_a_cent_less_does_not(cents: int, data: st.DataObject, odd: Side) -> None:
    given_cents = (cents // 2 + cents % 2, cents // 2)
    left = [data.draw(st.integers(0, one)) for one in given_cents]
    found = [budget((given_cents[0], left[0]), (given_cents[1], left[1]))]
    lowest = plan_budget(cents, found, odd_cent=odd).lowest_cents
    assert plan_budget(lowest, found, odd_cent=odd).shortfalls == ()
    if lowest:
        assert plan_budget(lowest - 1, found, odd_cent=odd).shortfalls != ()
