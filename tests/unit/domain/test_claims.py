from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import Actor, NotAllowed
from app.domain.claims import (
    DECISIONS,
    EDITABLE,
    TRANSITIONS,
    Approver,
    Approvers,
    ApproverTier,
    Asked,
    ClaimExceeded,
    ClaimLocked,
    ClaimReasonMissing,
    Involved,
    NotApprover,
    OwnClaim,
    PaidOutTooEarly,
    UnableToMoveClaim,
    check_can_claim,
    check_can_decide,
    check_can_edit,
    check_can_move,
    check_fits,
    check_paid_out,
    check_reason,
    may_claim,
    may_mark_paid_out,
    over_cents,
    who_approves,
)
from app.domain.codes import ClaimState, Role

PEOPLE = st.integers(1, 8)
TIERS = st.dictionaries(st.sampled_from(ApproverTier), st.lists(PEOPLE, unique=True, max_size=5))
INVOLVED = st.builds(Involved, PEOPLE, st.none() | PEOPLE, st.none() | PEOPLE)


def known(number: int, *roles: Role, **more: object) -> Actor:
    return Actor(person_id=number, roles=frozenset(roles), **more)  # type: ignore[arg-type]


def approver(number: int) -> Approver:
    return Approver(number, f"Person {number}", f"{number}@example.org", "en")


@given(st.lists(st.sampled_from(ClaimState), max_size=8))
def test_a_claim_moves_only_along_the_table_and_never_out_of_an_end(path: list[ClaimState]) -> None:
    state = ClaimState.DRAFT
    for target in path:
        if target in TRANSITIONS[state]:
            check_can_move(state, target)
            state = target
        else:
            with pytest.raises(UnableToMoveClaim):
                check_can_move(state, target)
    if not TRANSITIONS[state]:
        assert state in {ClaimState.APPROVED, ClaimState.REFUSED, ClaimState.WITHDRAWN}


def test_every_decision_is_made_over_a_sent_claim_only() -> None:
    leading = {state for state, targets in TRANSITIONS.items() if DECISIONS & set(targets)}
    assert leading == {ClaimState.SUBMITTED}
    assert all(ClaimState.SUBMITTED in TRANSITIONS[state] for state in EDITABLE)


@given(TIERS, INVOLVED)
def test_nobody_involved_ever_approves_and_the_first_tier_with_somebody_decides(
    tiers: dict[ApproverTier, list[int]], involved: Involved
) -> None:
    found = who_approves({tier: [approver(one) for one in people] for tier, people in tiers.items()}, involved)
    left = {tier: set(tiers.get(tier, [])) - involved.people for tier in ApproverTier}
    first = next((tier for tier in ApproverTier if left[tier]), None)
    assert found.tier is first
    assert {one.person_id for one in found.people} == (left[first] if first else set())


@given(TIERS, INVOLVED, PEOPLE, st.sampled_from(ClaimState), st.sampled_from(sorted(DECISIONS)))
def test_a_decision_needs_an_approver_who_is_not_involved_and_a_claim_that_waits(
    tiers: dict[ApproverTier, list[int]], involved: Involved, person: int, state: ClaimState, target: ClaimState
) -> None:
    approvers = who_approves({tier: [approver(one) for one in people] for tier, people in tiers.items()}, involved)
    allowed = person in {one.person_id for one in approvers.people} and state is ClaimState.SUBMITTED
    try:
        check_can_decide(known(person), state, target, involved=involved, approvers=approvers)
    except OwnClaim:
        assert person in involved.people
    except (NotApprover, UnableToMoveClaim):
        assert not allowed
    else:
        assert allowed


def test_somebody_who_only_started_a_candidacy_never_decides() -> None:
    only_started = replace(known(3), candidacy_id=1)
    assert not Approvers(ApproverTier.TEAM, (approver(3),)).include(only_started)


def test_people_of_the_side_and_staff_claim() -> None:
    assert may_claim(known(1, Role.PARTICIPANT, participates=frozenset({5})), 5)
    assert not may_claim(known(1, Role.PARTICIPANT, participates=frozenset({6})), 5)
    assert may_claim(known(1, Role.STAFF), 5)
    with pytest.raises(NotAllowed):
        check_can_claim(known(1, Role.AUDITOR), 5)


def test_only_its_claimant_changes_a_claim_and_only_before_it_is_sent_or_after_it_was_returned() -> None:
    for state in ClaimState:
        if state in EDITABLE:
            check_can_edit(known(1), state, claimant_id=1)
        else:
            with pytest.raises(ClaimLocked):
                check_can_edit(known(1), state, claimant_id=1)
        with pytest.raises(NotAllowed):
            check_can_edit(known(2, Role.STAFF), state, claimant_id=1)


def test_who_gets_the_money_never_says_that_it_was_paid_out() -> None:
    coordinator = known(1, Role.COORDINATOR, coordinates=frozenset({5}))
    assert may_mark_paid_out(coordinator, 5, beneficiary_id=2)
    assert may_mark_paid_out(coordinator, 5, beneficiary_id=None)
    assert not may_mark_paid_out(coordinator, 5, beneficiary_id=1)
    assert not may_mark_paid_out(coordinator, 6, beneficiary_id=2)
    assert not may_mark_paid_out(known(3, Role.STAFF), 5, beneficiary_id=3)


def test_a_return_and_a_refusal_need_a_reason() -> None:
    check_reason(ClaimState.APPROVED, "")
    for target in (ClaimState.RETURNED, ClaimState.REFUSED):
        with pytest.raises(ClaimReasonMissing):
            check_reason(target, " \n")


def test_money_is_paid_out_from_the_approval_until_today() -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 22)
    check_paid_out(first, decided_on=first, today=last)
    check_paid_out(last, decided_on=first, today=last)
    for day in (date(2026, 11, 1), date(2026, 11, 23)):
        with pytest.raises(PaidOutTooEarly):
            check_paid_out(day, decided_on=first, today=last)


LINES = st.lists(st.builds(Asked, st.integers(1, 500), st.none() | st.integers(1, 3)), max_size=6)
OPEN = st.dictionaries(st.integers(1, 3), st.integers(0, 500))


@given(LINES, st.integers(0, 900), OPEN)
def test_what_is_said_to_fit_is_what_booking_line_by_line_leaves(
    lines: list[Asked], available: int, opened: dict[int, int]
) -> None:
    left, rest = available, dict(opened)
    for line in lines:
        used = min(line.amount_cents, rest.get(line.commitment_id or 0, 0))
        rest[line.commitment_id or 0] = rest.get(line.commitment_id or 0, 0) - used
        left -= line.amount_cents - used
    over = over_cents(lines, available_cents=available, open_cents=opened)
    assert over == max(-left, 0)
    if over:
        with pytest.raises(ClaimExceeded) as refused:
            check_fits(lines, available_cents=available, open_cents=opened)
        assert refused.value.params["over_cents"] == over
        assert refused.value.params["available_cents"] == sum(line.amount_cents for line in lines) - over
    else:
        check_fits(lines, available_cents=available, open_cents=opened)
