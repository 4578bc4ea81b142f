"""What may happen to a candidacy, and when; every way that is not in the table is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.candidacy import (
    DECISIONS,
    EDITABLE,
    REASON_NEEDED,
    REFERENCE_LETTERS,
    TRANSITIONS,
    CallClosed,
    CallNotOpen,
    CallPeriod,
    PartnershipExists,
    ReasonMissing,
    SectionsMissing,
    UnableToEdit,
    UnableToMove,
    UnableToSubmit,
    UnableToWithdraw,
    check_call_open,
    check_can_edit,
    check_can_move,
    check_can_move_by_hand,
    check_can_submit,
    check_can_withdraw,
    moves,
    moves_by_hand,
    reference,
    refusal,
)
from app.domain.codes import CandidacyState, Section, SectionStatus
from app.language.messages import has_message

OPENS = datetime(2026, 11, 1, tzinfo=UTC)
CALL = CallPeriod(OPENS, OPENS + timedelta(days=30))
NOW = OPENS + timedelta(days=10)
DONE = dict.fromkeys(Section, SectionStatus.DONE)
PAIRS = [(state, target) for state in CandidacyState for target in CandidacyState]
DECIDED = (CandidacyState.SELECTED, CandidacyState.RESERVE, CandidacyState.NOT_SELECTED)


def test_the_table_knows_every_state_and_no_state_leads_to_itself_or_back_to_draft() -> None:
    assert set(TRANSITIONS) == set(CandidacyState)
    for state, following in TRANSITIONS.items():
        assert state not in following
        assert CandidacyState.DRAFT not in following
        assert len(set(following)) == len(following)


def test_the_table_is_that_of_the_design() -> None:
    """DESIGN §4: returned is submitted again or assessed as it was, decisions come from the assessment.

    Who is selected or on the reserve list can still withdraw.
    """
    withdrawable = {state for state in CandidacyState if CandidacyState.WITHDRAWN in TRANSITIONS[state]}
    assert withdrawable == set(CandidacyState) - {CandidacyState.NOT_SELECTED, CandidacyState.WITHDRAWN}
    submittable = {state for state in CandidacyState if CandidacyState.SUBMITTED in TRANSITIONS[state]}
    assert submittable == EDITABLE == {CandidacyState.DRAFT, CandidacyState.RETURNED}
    for decision in DECIDED:
        before = {state for state in CandidacyState if decision in TRANSITIONS[state]}
        assert before - {CandidacyState.RESERVE} == {CandidacyState.IN_ASSESSMENT}


@pytest.mark.parametrize(("state", "target"), PAIRS)
def test_staff_move_only_along_the_table_and_never_submit(state: CandidacyState, target: CandidacyState) -> None:
    elsewhere = (CandidacyState.SUBMITTED, CandidacyState.RETURNED)
    unanswered = (state, target) == (CandidacyState.RETURNED, CandidacyState.IN_ASSESSMENT)
    allowed = target in TRANSITIONS[state] and target not in elsewhere and not unanswered
    assert (target in moves(state)) == allowed
    refused = refusal(check_can_move, state, target, reason="Because.")
    assert (refused is None) == allowed
    if not allowed:
        assert isinstance(refused, UnableToMove)
        assert refused.params == {"state": state, "target": target}


@pytest.mark.parametrize("state", CandidacyState)
def test_a_first_decision_is_no_move_by_hand(state: CandidacyState) -> None:
    together = DECISIONS if state is CandidacyState.IN_ASSESSMENT else frozenset()
    assert set(moves_by_hand(state)) == set(moves(state)) - together
    for target in CandidacyState:
        refused = refusal(check_can_move_by_hand, state, target, reason="Because.")
        assert (refused is None) == (target in moves_by_hand(state))


@pytest.mark.parametrize(("state", "target"), [(state, to) for state in CandidacyState for to in moves(state)])
def test_a_move_that_the_candidate_feels_needs_a_reason(state: CandidacyState, target: CandidacyState) -> None:
    refused = refusal(check_can_move, state, target, reason=" \n")
    assert isinstance(refused, ReasonMissing) == (target in REASON_NEEDED)


@pytest.mark.parametrize("state", CandidacyState)
def test_answers_can_be_changed_in_draft_and_when_returned_only(state: CandidacyState) -> None:
    if state in EDITABLE:
        check_can_edit(state)
    else:
        with pytest.raises(UnableToEdit):
            check_can_edit(state)


@pytest.mark.parametrize("state", CandidacyState)
def test_withdrawing_is_refused_once_it_was_not_selected(state: CandidacyState) -> None:
    if state in (CandidacyState.NOT_SELECTED, CandidacyState.WITHDRAWN):
        with pytest.raises(UnableToWithdraw):
            check_can_withdraw(state)
    else:
        check_can_withdraw(state)
        with pytest.raises(PartnershipExists):
            check_can_withdraw(state, partnered=True)


@pytest.mark.parametrize("state", CandidacyState)
def test_submitting_is_refused_in_every_other_state(state: CandidacyState) -> None:
    if state in EDITABLE:
        check_can_submit(state, CALL, NOW, DONE)
    else:
        with pytest.raises(UnableToSubmit):
            check_can_submit(state, CALL, NOW, DONE)


def test_a_call_is_open_from_its_opening_until_just_before_its_close() -> None:
    check_call_open(CALL, CALL.opens_at)
    check_call_open(CALL, CALL.closes_at - timedelta(microseconds=1))
    with pytest.raises(CallNotOpen):
        check_call_open(CALL, CALL.opens_at - timedelta(microseconds=1))
    with pytest.raises(CallClosed) as closed:
        check_call_open(CALL, CALL.closes_at)
    assert closed.value.params == {"closed_at": CALL.closes_at}
    with pytest.raises(CallNotOpen):
        check_call_open(None, NOW)


def test_a_draft_is_refused_after_the_call_and_a_returned_candidacy_is_not() -> None:
    with pytest.raises(CallClosed):
        check_can_submit(CandidacyState.DRAFT, CALL, CALL.closes_at, DONE)
    check_can_submit(CandidacyState.RETURNED, CALL, CALL.closes_at, DONE)


@pytest.mark.parametrize("lacking", Section)
def test_each_section_that_is_not_complete_is_named(lacking: Section) -> None:
    for status in (SectionStatus.TO_DO, SectionStatus.STARTED):
        with pytest.raises(SectionsMissing) as refused:
            check_can_submit(CandidacyState.DRAFT, CALL, NOW, {**DONE, lacking: status})
        assert refused.value.params == {"sections": (lacking,)}


def test_a_reference_has_no_letters_that_are_mistaken_for_others() -> None:
    assert not set(REFERENCE_LETTERS) & set("01ILOU")
    letters = iter("7K3M9Q")
    assert reference(lambda _choices: next(letters)) == "SDG-7K3M9Q"


def test_every_refusal_has_its_sentence() -> None:
    refusals = (
        CallClosed,
        CallNotOpen,
        PartnershipExists,
        ReasonMissing,
        SectionsMissing,
        UnableToEdit,
        UnableToMove,
        UnableToSubmit,
        UnableToWithdraw,
    )
    assert all(has_message(one.code) for one in refusals)
