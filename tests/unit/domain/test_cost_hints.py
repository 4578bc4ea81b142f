from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.budget_rules import HINTS, CostHint
from app.domain.codes import Category, HintForce, HintKind
from app.domain.cost_hints import CostFacts, CostRefused, advice_for, check_costs, stopping

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
GOOD = CostFacts(Category.TRAVEL, 4_250, date(2026, 11, 20), 1, FIRST, LAST)
FACTS = st.builds(
    CostFacts,
    st.none() | st.sampled_from(Category),
    st.integers(0, 600_000),
    st.none() | st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    st.integers(0, 4),
    st.just(FIRST),
    st.just(LAST),
    st.booleans(),
)


def hint(kind: HintKind, force: HintForce, **more: object) -> CostHint:
    return CostHint(kind.value, kind, force, "nl", "fr", "en", "somebody", **more)  # type: ignore[arg-type]


def codes(facts: CostFacts) -> list[str]:
    return [one.hint.code for one in advice_for(HINTS, facts)]


def test_an_ordinary_cost_only_reads_what_is_general() -> None:
    assert codes(GOOD) == ["keep", "vat"]


def test_rules_of_a_category_and_above_a_limit_only_show_where_they_count() -> None:
    assert "durable_goods" in codes(replace(GOOD, category=Category.MATERIAL))
    assert "offers" not in codes(replace(GOOD, amount_cents=300_000))
    assert "offers" in codes(replace(GOOD, amount_cents=300_001))


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (replace(GOOD, receipts=0), "receipt"),
        (replace(GOOD, spent_on=date(2025, 12, 31)), "period"),
        (replace(GOOD, spent_on=date(2028, 1, 1)), "period"),
    ],
)
def test_a_cost_outside_the_period_or_without_a_receipt_is_refused(facts: CostFacts, kind: str) -> None:
    with pytest.raises(CostRefused) as refused:
        check_costs(HINTS, [GOOD, facts])
    assert refused.value.params == {"hint": kind, "line": 2, "reason": kind}


def test_both_ends_of_the_period_belong_to_it_and_a_day_allowance_needs_no_receipt() -> None:
    check_costs(HINTS, [replace(GOOD, spent_on=FIRST), replace(GOOD, spent_on=LAST)])
    check_costs(HINTS, [replace(GOOD, receipts=0, is_day_allowance=True)])


def test_the_period_refuses_whatever_its_rule_says() -> None:
    warns = hint(HintKind.PERIOD, HintForce.WARNS)
    check_costs([warns], [GOOD])
    with pytest.raises(CostRefused):
        check_costs([warns], [replace(GOOD, spent_on=date(2028, 1, 1))])


def test_offers_and_a_category_refuse_where_the_rule_says_so() -> None:
    offers = hint(HintKind.OFFERS, HintForce.REFUSES, above_cents=100)
    assert stopping(advice_for([offers], replace(GOOD, receipts=2))) == [offers]
    assert stopping(advice_for([offers], replace(GOOD, receipts=3))) == []
    cars = hint(HintKind.NOT_ELIGIBLE, HintForce.REFUSES, category=Category.MATERIAL)
    assert stopping(advice_for([cars], replace(GOOD, category=Category.MATERIAL))) == [cars]
    assert stopping(advice_for([cars], GOOD)) == []


@given(FACTS, st.sampled_from(HintKind))
def test_what_warns_never_stops_and_general_rules_never_refuse(facts: CostFacts, kind: HintKind) -> None:
    if kind is not HintKind.PERIOD:
        check_costs([hint(kind, HintForce.WARNS)], [facts])
    if kind in (HintKind.GENERAL, HintKind.KEEP, HintKind.PRIOR_AGREEMENT, HintKind.NOT_ELIGIBLE):
        check_costs([hint(kind, HintForce.REFUSES)], [facts])
