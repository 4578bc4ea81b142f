from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.budget import (
    AllotmentExceeded,
    CommitmentExceeded,
    Half,
    NothingToDivide,
    NothingToRelease,
    OutsidePeriod,
    check_can_book,
    check_can_commit,
    check_can_pay,
    check_can_release,
    check_within,
    distance_permille,
    divide_equally,
    elapsed_permille,
    may_book,
    pace_of,
    settled_by,
)
from app.domain.codes import BudgetPace, Role, Side
from app.domain.errors import DomainError

BOTH = (Side.FLEMISH, Side.PARTNER)
YEARS = {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 12, 31)}


def half(*, amount: int = 1_750_000, paid: int = 0, committed: int = 0) -> Half:
    return Half(Side.FLEMISH, 1, 1, 7, "Gamma", amount, paid, committed)


def test_a_budget_is_divided_in_two_equal_halves() -> None:
    assert divide_equally(3_500_000, BOTH) == {Side.FLEMISH: 1_750_000, Side.PARTNER: 1_750_000}


@pytest.mark.parametrize("sides", [BOTH, BOTH[::-1]])
def test_the_odd_cent_goes_to_the_side_that_the_rule_names(sides: tuple[Side, ...]) -> None:
    assert divide_equally(3, sides) == {Side.FLEMISH: 2, Side.PARTNER: 1}
    assert divide_equally(3, sides, odd_cent=Side.FLEMISH) == {Side.FLEMISH: 2, Side.PARTNER: 1}
    assert divide_equally(3, sides, odd_cent=Side.PARTNER) == {Side.FLEMISH: 1, Side.PARTNER: 2}


def test_where_the_side_that_the_rule_names_is_open_already_another_gets_the_odd_cent() -> None:
    assert divide_equally(3, [Side.PARTNER], odd_cent=Side.FLEMISH) == {Side.PARTNER: 3}


@given(st.integers(min_value=0, max_value=10**12), st.lists(st.sampled_from(Side), min_size=1, unique=True))
def test_division_loses_nothing_and_parts_differ_by_a_cent_at_most(amount: int, sides: list[Side]) -> None:
    parts = divide_equally(amount, sides)
    assert sum(parts.values()) == amount
    assert max(parts.values()) - min(parts.values()) <= 1
    assert list(parts) == sides


@pytest.mark.parametrize(("amount", "sides"), [(100, ()), (-1, BOTH)])
def test_nothing_cannot_be_divided(amount: int, sides: tuple[Side, ...]) -> None:
    with pytest.raises(NothingToDivide):
        divide_equally(amount, sides)


def test_what_is_left_is_neither_paid_nor_committed() -> None:
    assert half(paid=500_000, committed=250_000).available_cents == 1_000_000


def test_what_was_given_back_is_not_left() -> None:
    assert Half(Side.FLEMISH, 1, 1, 7, "Gamma", 1_750_000, 500_000, 0, 1_200_000).available_cents == 50_000


def test_a_commitment_to_the_last_cent_fits_and_a_cent_more_says_by_how_much() -> None:
    check_can_commit(100_000, available_cents=100_000)
    with pytest.raises(AllotmentExceeded) as refusal:
        check_can_commit(100_001, available_cents=100_000)
    assert refusal.value.params == {"over_cents": 1, "available_cents": 100_000, "reason": ""}


def test_a_payment_may_use_the_open_rest_of_its_commitment_and_what_is_left() -> None:
    check_can_pay(600, available_cents=100, open_cents=500)
    with pytest.raises(AllotmentExceeded) as refusal:
        check_can_pay(700, available_cents=100, open_cents=500)
    assert refusal.value.params == {"over_cents": 100, "available_cents": 600, "reason": ""}


def test_when_nothing_is_left_the_refusal_says_so() -> None:
    with pytest.raises(AllotmentExceeded) as refusal:
        check_can_pay(15_000, available_cents=0)
    assert refusal.value.params == {"over_cents": 15_000, "available_cents": 0, "reason": "nothing_left"}


def test_a_release_takes_at_most_what_is_open() -> None:
    check_can_release(500, open_cents=500)
    with pytest.raises(CommitmentExceeded) as refusal:
        check_can_release(501, open_cents=500)
    assert refusal.value.params == {"over_cents": 1, "open_cents": 500}
    with pytest.raises(NothingToRelease):
        check_can_release(1, open_cents=0)


def test_a_payment_uses_up_its_commitment_and_leaves_the_rest_open() -> None:
    assert settled_by(300, 500) == 300
    assert settled_by(700, 500) == 500


operations = st.lists(
    st.tuples(st.sampled_from(["commit", "pay", "settle", "release"]), st.integers(1, 400), st.integers(0, 5)),
    max_size=40,
)


@given(st.integers(0, 1000), operations)
def test_no_sequence_of_entries_brings_a_half_below_nothing(amount: int, sequence: list[tuple[str, int, int]]) -> None:
    paid = committed = 0
    rests: list[int] = []
    booked: list[tuple[int, int]] = []
    for kind, cents, choice in sequence:
        left = amount - paid - committed
        which = choice % len(rests) if rests else None
        rest = 0 if which is None else rests[which]
        change = (0, 0)
        try:
            if kind == "commit":
                check_can_commit(cents, available_cents=left)
                rests.append(cents)
                change = (0, cents)
            elif kind == "release":
                check_can_release(cents, open_cents=rest)
                change = (0, -cents)
            else:
                rest = rest if kind == "settle" else 0
                check_can_pay(cents, available_cents=left, open_cents=rest)
                change = (cents, -settled_by(cents, rest))
        except DomainError:
            continue
        if which is not None and kind in ("release", "settle"):
            rests[which] += change[1]
        paid, committed = paid + change[0], committed + change[1]
        booked.append(change)
        assert half(amount=amount, paid=paid, committed=committed).available_cents >= 0
        assert committed == sum(rests) >= 0
        assert min(rests, default=0) >= 0
    assert (paid, committed) == (sum(change[0] for change in booked), sum(change[1] for change in booked))


COORDINATOR = Actor(
    person_id=1, roles=frozenset({Role.COORDINATOR}), coordinates=frozenset({7}), participates=frozenset({7})
)


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (COORDINATOR, True),
        (Actor(person_id=1, roles=frozenset({Role.STAFF})), True),
        (Actor(person_id=1, roles=frozenset({Role.COORDINATOR}), coordinates=frozenset({8})), False),
        (Actor(person_id=1, roles=frozenset({Role.PARTICIPANT}), participates=frozenset({7})), False),
        (Actor(person_id=1, roles=frozenset({Role.ASSOCIATION})), False),
        (Actor(person_id=1, roles=frozenset({Role.AUDITOR})), False),
        (Actor(person_id=1, coordinates=frozenset({7}), candidacy_id=3), False),
        (PUBLIC, False),
    ],
)
def test_only_the_sides_own_coordinators_and_staff_book(actor: Actor, may: bool) -> None:
    assert may_book(actor, 7) is may
    if may:
        check_can_book(actor, 7)
    else:
        with pytest.raises(NotAllowed):
            check_can_book(actor, 7)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2027, 12, 31)])
def test_both_ends_of_the_period_belong_to_it(day: date) -> None:
    check_within(day, **YEARS)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2028, 1, 1)])
def test_a_day_outside_the_period_is_refused_with_the_period(day: date) -> None:
    with pytest.raises(OutsidePeriod) as refusal:
        check_within(day, **YEARS)
    assert refusal.value.params == YEARS


@pytest.mark.parametrize(
    ("today", "permille"),
    [(date(2025, 6, 1), 0), (date(2026, 1, 1), 0), (date(2027, 1, 1), 500), (date(2028, 1, 1), 1000)],
)
def test_time_passes_from_nothing_to_the_whole(today: date, permille: int) -> None:
    assert elapsed_permille(today, **YEARS) == permille


@pytest.mark.parametrize(
    ("paid", "elapsed", "pace"),
    [
        (875_000, 500, BudgetPace.ON_TRACK),
        (400_000, 500, BudgetPace.BEHIND),
        (1_400_000, 500, BudgetPace.AHEAD),
        (1_750_000, 500, BudgetPace.SPENT),
        (1_750_000, 1000, BudgetPace.ON_TRACK),
        (0, 1000, BudgetPace.BEHIND),
    ],
)
def test_a_quarter_between_money_and_time_asks_for_attention(paid: int, elapsed: int, pace: BudgetPace) -> None:
    assert pace_of(half(paid=paid), elapsed_permille=elapsed) is pace


def test_the_distance_between_money_and_time_orders_what_needs_attention() -> None:
    assert distance_permille(half(), elapsed_permille=300) == 300
    assert distance_permille(half(paid=1_750_000), elapsed_permille=300) == 700
    assert distance_permille(half(amount=0), elapsed_permille=1000) == 0
