"""The estimate of a visit: what is proposed, what it adds up to, and what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import Category, CostUnit, Country, Side
from app.domain.errors import DomainError
from app.domain.visit_costs import (
    EXPECTED,
    CostLine,
    EstimateApproved,
    EstimateChanged,
    LineOutOfRange,
    NoteMissing,
    NothingEstimated,
    OwnLineUnnamed,
    Party,
    RateMissing,
    by_category,
    check_can_approve,
    check_can_save,
    check_lines,
    commitments,
    line_faults,
    missing,
    proposed_lines,
    total_cents,
)
from app.domain.visit_rules import UnitRate

PARTY = Party(travellers=3, nights=6, days=7, country=Country.RWANDA)
FLIGHT = UnitRate("flight", "Vlucht", "Vol", "Flight", Category.TRAVEL, CostUnit.TRAVELLER, 85_000, source="test")
NIGHT = UnitRate("night", "Nacht", "Nuit", "Night", Category.STAY, CostUnit.TRAVELLER_NIGHT, 9_000)
OWN_LINE = CostLine("own", "Gift", "", "", Category.OTHER, None, 1, 5_000, Side.PARTNER)


def line(**changed: object) -> CostLine:
    """Give the line of the flights, changed."""
    return replace(proposed_lines([FLIGHT], PARTY, side=Side.FLEMISH)[0], **changed)  # type: ignore[arg-type]


def test_quantities_follow_travellers_nights_and_days() -> None:
    assert [PARTY.quantity(unit) for unit in CostUnit] == [3, 18, 21, 7, 1]


def test_each_expected_cost_has_a_line_and_those_without_a_rate_are_named() -> None:
    lines = proposed_lines([FLIGHT, NIGHT], PARTY, side=Side.FLEMISH)
    assert [one.code for one in lines] == list(EXPECTED)
    assert [one.code for one in missing(lines)] == [
        "day",
        "visa",
        "insurance",
        "local_transport",
        "interpreter",
    ]
    assert [one.unit_cents for one in lines[2:]] == [None] * 5
    assert total_cents(lines) == 3 * 85_000 + 18 * 9_000


def test_a_rate_for_the_country_goes_before_the_one_for_everywhere() -> None:
    here = replace(FLIGHT, country=Country.RWANDA, amount_cents=70_000)
    elsewhere = replace(FLIGHT, country=Country.BENIN, amount_cents=60_000)
    for rates in ([FLIGHT, here, elsewhere], [elsewhere, here, FLIGHT]):
        assert proposed_lines(rates, PARTY, side=Side.FLEMISH)[0].unit_cents == 70_000
    assert proposed_lines([elsewhere], PARTY, side=Side.FLEMISH)[0].unit_cents is None


def test_further_rates_have_lines_after_the_expected_ones() -> None:
    gift = replace(FLIGHT, code="gift", category=Category.OTHER, unit=CostUnit.VISIT, amount_cents=4_000)
    last = proposed_lines([gift], PARTY, side=Side.PARTNER)[-1]
    assert (last.code, last.quantity, last.total_cents, last.side) == ("gift", 1, 4_000, Side.PARTNER)


def test_a_line_is_stored_whole() -> None:
    for one in (*proposed_lines([FLIGHT], PARTY, side=Side.FLEMISH), OWN_LINE):
        assert CostLine.from_data(one.to_data()) == one


def test_one_commitment_per_side_and_category() -> None:
    lines = [line(), line(side=Side.PARTNER), line(quantity=1), OWN_LINE, replace(OWN_LINE, quantity=0)]
    assert commitments(lines) == {
        (Side.FLEMISH, Category.TRAVEL): 340_000,
        (Side.PARTNER, Category.TRAVEL): 255_000,
        (Side.PARTNER, Category.OTHER): 5_000,
    }
    assert by_category(lines) == {Category.TRAVEL: 595_000, Category.OTHER: 5_000}


@given(
    st.lists(
        st.builds(
            lambda quantity, cents, side, category: replace(
                OWN_LINE, quantity=quantity, unit_cents=cents, side=side, category=category
            ),
            st.integers(0, 50),
            st.integers(0, 1_000_000),
            st.sampled_from(Side),
            st.sampled_from(Category),
        )
    )
)
def test_no_cent_is_lost_between_lines_categories_and_commitments(lines: list[CostLine]) -> None:
    assert sum(by_category(lines).values()) == sum(commitments(lines).values()) == total_cents(lines)


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([line(quantity=-1, note="x")], LineOutOfRange),
        ([line(quantity=10_001, note="x")], LineOutOfRange),
        ([line(unit_cents=-1, note="x")], LineOutOfRange),
        ([line(), replace(OWN_LINE, title_nl=" ")], OwnLineUnnamed),
        ([line(quantity=2)], NoteMissing),
        ([line(unit_cents=1)], NoteMissing),
        ([line(unit_cents=1, note=" ")], NoteMissing),
    ],
)
def test_lines_that_nobody_can_follow_are_refused(lines: list[CostLine], refusal: type[DomainError]) -> None:
    with pytest.raises(refusal) as caught:
        check_lines(lines)
    assert caught.value.params == {"line": len(lines)}


def test_a_changed_line_with_a_note_is_accepted() -> None:
    check_lines([line(), line(quantity=2, note="One travels by herself"), OWN_LINE])


def test_every_line_has_its_own_fault() -> None:
    faults = list(line_faults([line(quantity=2), line(), replace(OWN_LINE, quantity=-1)]))
    assert [(type(one), one.params["line"]) for one in faults] == [(NoteMissing, 1), (LineOutOfRange, 3)]


def test_approval_needs_every_price() -> None:
    with pytest.raises(RateMissing) as caught:
        check_can_approve([line(), line(unit_cents=None)], approved=False)
    assert caught.value.params == {"codes": ("flight",)}
    check_can_approve([line(), line(unit_cents=None, quantity=0)], approved=False)


def test_approval_is_refused_twice_and_of_nothing() -> None:
    with pytest.raises(EstimateApproved):
        check_can_approve([line()], approved=True)
    with pytest.raises(NothingEstimated):
        check_can_approve([line(quantity=0)], approved=False)


def test_saving_is_refused_once_approved_and_over_somebody_elses_words() -> None:
    check_can_save(approved=False, version=2, stored=2)
    with pytest.raises(EstimateApproved):
        check_can_save(approved=True, version=2, stored=2)
    with pytest.raises(EstimateChanged) as caught:
        check_can_save(approved=False, version=1, stored=2)
    assert caught.value.params == {"version": 2}
