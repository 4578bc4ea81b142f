from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.closing import Obstacles, RestReasonMissing, check_rest
from app.domain.codes import ConsentParty, RestRule, Role, Side, TransferState
from app.domain.transfers import (
    TRANSITIONS,
    TransferAnswered,
    TransferClosed,
    TransferExceeded,
    booking_day,
    check_can_answer,
    check_can_withdraw,
    check_gives,
    other,
    parties_of,
)

F, P, S = ConsentParty.FLEMISH, ConsentParty.PARTNER, ConsentParty.STAFF
SIDES = {Side.FLEMISH: 1, Side.PARTNER: 2}
STARTS, ENDS = date(2026, 1, 1), date(2027, 12, 31)


def test_who_speaks_for_whom() -> None:
    both = Actor(person_id=1, coordinates=frozenset({1, 2}), roles=frozenset({Role.STAFF}))
    assert parties_of(both, SIDES) == (F, P, S)
    assert parties_of(Actor(person_id=2, coordinates=frozenset({2})), SIDES) == (P,)
    assert parties_of(Actor(person_id=3, participates=frozenset({1})), SIDES) == ()
    assert parties_of(Actor(person_id=3, coordinates=frozenset({1}), candidacy_id=4), SIDES) == ()
    assert parties_of(PUBLIC, SIDES) == ()


def test_only_an_open_transfer_is_answered_or_withdrawn() -> None:
    for state in TransferState:
        if TransferState.DONE in TRANSITIONS[state]:
            continue
        with pytest.raises(TransferClosed):
            check_can_answer(F, state=state, parties=[F], person_id=1, answered={})
        with pytest.raises(TransferClosed):
            check_can_withdraw(state=state, proposed_by=1, person_id=1)
    with pytest.raises(NotAllowed):
        check_can_withdraw(state=TransferState.OPEN, proposed_by=1, person_id=None)


@given(st.lists(st.tuples(st.sampled_from(ConsentParty), st.integers(1, 4)), max_size=12))
def test_three_answers_are_of_three_people(tries: list[tuple[ConsentParty, int]]) -> None:
    answered: dict[ConsentParty, int] = {}
    for party, person in tries:
        facts = {"state": TransferState.OPEN, "parties": list(ConsentParty), "answered": answered}
        try:
            check_can_answer(party, person_id=person, **facts)  # type: ignore[arg-type]
        except TransferAnswered:
            assert party in answered or person in answered.values()
        else:
            answered[party] = person
    assert len(set(answered.values())) == len(answered) <= len(ConsentParty)


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_a_side_gives_what_it_has(amount: int, available: int) -> None:
    if amount <= available:
        check_gives(amount, available_cents=available)
        return
    with pytest.raises(TransferExceeded) as refused:
        check_gives(amount, available_cents=available)
    assert refused.value.params["over_cents"] == amount - available
    assert refused.value.params["reason"] == ("" if available else "nothing_left")


@pytest.mark.parametrize(
    ("today", "day"),
    [(date(2025, 12, 31), STARTS), (date(2026, 5, 5), date(2026, 5, 5)), (date(2028, 1, 1), ENDS)],
)
def test_the_day_lies_in_the_period(today: date, day: date) -> None:
    assert booking_day(today, starts_on=STARTS, ends_on=ENDS) == day


def test_the_other_side_and_what_is_in_the_way() -> None:
    assert [other(side) for side in Side] == list(reversed(Side))
    assert Obstacles((1, 2), (3,), (), (4,)).count == 4
    check_rest(RestRule.RETURNED, rule=RestRule.RETURNED, reason="")
    with pytest.raises(RestReasonMissing):
        check_rest(RestRule.CARRIED_OVER, rule=RestRule.RETURNED, reason=" ")
