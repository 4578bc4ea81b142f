from collections.abc import Callable
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.budget import Half
from app.domain.budget_plan import Cell, CellKey, Figures, Plan, Used, cells, forecast, groups, total_of
from app.domain.codes import Category, Side

VISIT = 7
TRAVEL = CellKey(Side.FLEMISH, Category.TRAVEL, 2027, VISIT)
TRAINING = CellKey(Side.FLEMISH, Category.TRAINING, 2027)

KEYS = st.builds(
    CellKey,
    st.sampled_from(Side),
    st.sampled_from([Category.TRAVEL, Category.STAY]),
    st.sampled_from([2026, 2027]),
    st.sampled_from([None, 1, 2]),
)
PLANS = st.lists(st.builds(Plan, KEYS, st.integers(1, 900), st.booleans()), max_size=12)
USES = st.lists(st.builds(Used, KEYS, st.integers(0, 900), st.integers(0, 900)), max_size=12)


def figures(found: list[Cell], key: CellKey) -> Figures:
    return next(cell.figures for cell in found if cell.key == key)


def half(side: Side = Side.FLEMISH, *, paid: int = 0, committed: int = 0, returned: int = 0) -> Half:
    return Half(side, 1, 1, 7, "Gamma", 1_000, paid, committed, returned)


def coming(plans: list[Plan], used: list[Used], **more: object) -> int:
    return total_of(cell.figures for cell in cells(plans, used, **more)).to_come_cents  # type: ignore[arg-type]


def test_an_estimate_that_waits_is_still_to_come() -> None:
    found = cells([Plan(TRAVEL, 100)], [])
    assert found == [Cell(TRAVEL, Figures(planned_cents=100, to_come_cents=100))]
    assert found[0].figures.forecast_cents == 100
    assert found[0].figures.difference_cents == 0


def test_an_approved_estimate_is_in_the_ledger_and_counts_once_though_it_was_booked_a_year_earlier() -> None:
    booked = Used(CellKey(Side.FLEMISH, Category.TRAVEL, 2026, VISIT), 0, 100)
    found = cells([Plan(TRAVEL, 100, is_set_aside=True)], [booked])
    assert total_of(cell.figures for cell in found) == Figures(planned_cents=100, committed_cents=100)
    assert figures(found, TRAVEL).forecast_cents == 0


def test_what_an_approved_visit_cost_less_is_saved() -> None:
    (cell,) = cells([Plan(TRAVEL, 100, is_set_aside=True)], [Used(TRAVEL, 80, 0)])
    assert cell.figures.forecast_cents == 80
    assert cell.figures.difference_cents == -20


def test_a_plan_beside_an_approved_estimate_is_less_only_by_what_goes_beyond_the_estimate() -> None:
    plans = [Plan(TRAVEL, 100, is_set_aside=True), Plan(TRAVEL, 50)]
    assert [coming(plans, [Used(TRAVEL, paid, 0)]) for paid in (0, 100, 120, 150, 900)] == [50, 50, 30, 0, 0]


def test_a_plan_of_a_session_is_used_up_in_whichever_year() -> None:
    early = CellKey(Side.FLEMISH, Category.TRAVEL, 2026, VISIT)
    assert coming([Plan(TRAVEL, 100)], [Used(early, 30, 20)]) == 50


def test_what_is_used_is_taken_off_the_earliest_year_first() -> None:
    early = CellKey(Side.FLEMISH, Category.TRAVEL, 2026, VISIT)
    found = cells([Plan(TRAVEL, 100), Plan(early, 100)], [Used(TRAVEL, 130, 0)])
    assert figures(found, early).to_come_cents == 0
    assert figures(found, TRAVEL).to_come_cents == 70


def test_a_plan_without_a_session_stands_for_what_has_no_plan_of_its_own() -> None:
    in_session = CellKey(Side.FLEMISH, Category.TRAINING, 2027, 3)
    assert coming([Plan(TRAINING, 100)], [Used(in_session, 40, 0)]) == 60
    assert coming([Plan(TRAINING, 100), Plan(in_session, 40)], [Used(in_session, 40, 0)]) == 100


@pytest.mark.parametrize(
    "key",
    [
        CellKey(Side.PARTNER, Category.TRAINING, 2027),
        CellKey(Side.FLEMISH, Category.STAY, 2027),
        CellKey(Side.FLEMISH, Category.TRAINING, 2026),
    ],
)
def test_what_another_side_category_or_year_uses_takes_nothing_off(key: CellKey) -> None:
    assert coming([Plan(TRAINING, 100)], [Used(key, 40, 0)]) == 100


def test_nothing_is_to_come_in_a_closed_year_or_of_a_settled_budget() -> None:
    assert coming([Plan(TRAINING, 100)], [], closed_years=[2026]) == 100
    assert coming([Plan(TRAINING, 100)], [], closed_years=[2027]) == 0
    assert coming([Plan(TRAINING, 100)], [], is_settled=True) == 0


def test_a_half_says_what_will_be_left() -> None:
    found = cells([Plan(TRAVEL, 600)], [Used(TRAINING, 100, 200)])
    known = forecast(half(paid=100, committed=200, returned=50), found)
    assert (known.rest_cents, known.is_short) == (50, False)
    assert forecast(half(Side.PARTNER), found).rest_cents == 1_000
    assert forecast(half(paid=100, committed=200, returned=150), found).is_short


def test_groups_keep_the_sides_apart() -> None:
    there = CellKey(Side.PARTNER, Category.TRAVEL, 2027, VISIT)
    found = groups(cells([Plan(TRAVEL, 100), Plan(there, 20)], [Used(TRAINING, 5, 0)]), attrgetter("category"))
    assert [(one.value, one.total.planned_cents) for one in found] == [(Category.TRAVEL, 120), (Category.TRAINING, 0)]
    assert found[0].sides[Side.PARTNER].planned_cents == 20


@given(PLANS, USES, st.sets(st.sampled_from([2026, 2027])))
def test_nothing_is_lost_and_nothing_counts_twice(plans: list[Plan], used: list[Used], closed: set[int]) -> None:
    found = cells(plans, used, closed_years=closed)
    total = total_of(cell.figures for cell in found)
    assert total.planned_cents == sum(plan.amount_cents for plan in plans)
    assert total.paid_cents == sum(one.paid_cents for one in used)
    assert total.committed_cents == sum(one.committed_cents for one in used)
    assert len({cell.key for cell in found}) == len(found)
    waiting = sum(plan.amount_cents for plan in plans if not plan.is_set_aside)
    assert total.used_cents <= total.forecast_cents <= total.used_cents + waiting
    for cell in found:
        own = sum(plan.amount_cents for plan in plans if plan.key == cell.key and not plan.is_set_aside)
        assert 0 <= cell.figures.to_come_cents <= own
        assert cell.figures.forecast_cents >= cell.figures.used_cents


@given(PLANS, USES)
def test_every_way_to_group_adds_up_to_the_same(plans: list[Plan], used: list[Used]) -> None:
    found = cells(plans, used)
    ways: list[Callable[[CellKey], Category | int | None]] = [
        attrgetter("category"),
        attrgetter("year"),
        attrgetter("session_id"),
    ]
    totals = [total_of(one.total for one in groups(found, by)) for by in ways]
    assert totals == [total_of(cell.figures for cell in found)] * 3


@given(PLANS, USES, st.randoms())
def test_the_order_of_plans_and_uses_changes_nothing(plans: list[Plan], used: list[Used], chance: object) -> None:
    found = cells(plans, used)
    chance.shuffle(plans)  # type: ignore[attr-defined]
    chance.shuffle(used)  # type: ignore[attr-defined]
    assert cells(plans, used) == found


@given(PLANS, USES, st.builds(Used, KEYS, st.integers(0, 900), st.integers(0, 900)))
def test_spending_more_never_lowers_the_forecast(plans: list[Plan], used: list[Used], more: Used) -> None:
    before = total_of(cell.figures for cell in cells(plans, used))
    after = total_of(cell.figures for cell in cells(plans, [*used, more]))
    assert before.forecast_cents <= after.forecast_cents
    assert after.to_come_cents <= before.to_come_cents
