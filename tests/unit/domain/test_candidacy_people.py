"""Who may invite and remove whom."""

import pytest

from app.domain.candidacy_people import (
    MOST_PEOPLE,
    AddressUnconfirmed,
    AlreadyAuthor,
    AssessesCandidacies,
    LastAuthor,
    PeopleFixed,
    TooManyAuthors,
    check_can_change_people,
    check_can_invite,
    check_can_remove,
)
from app.domain.codes import CandidacyState

OPEN = {CandidacyState.DRAFT, CandidacyState.SUBMITTED, CandidacyState.RETURNED, CandidacyState.IN_ASSESSMENT}


@pytest.mark.parametrize("state", sorted(OPEN))
def test_people_change_until_the_decision(state: CandidacyState) -> None:
    check_can_change_people(state, is_known=True)


@pytest.mark.parametrize("state", sorted(set(CandidacyState) - OPEN))
def test_people_are_fixed_once_it_is_decided_or_withdrawn(state: CandidacyState) -> None:
    with pytest.raises(PeopleFixed) as refused:
        check_can_change_people(state, is_known=True)
    assert refused.value.params == {"state": state}


def test_who_only_typed_an_address_changes_nothing() -> None:
    with pytest.raises(AddressUnconfirmed):
        check_can_change_people(CandidacyState.DRAFT, is_known=False)


def test_a_colleague_is_invited_once() -> None:
    check_can_invite("b@example.org", authors=["a@example.org"], is_of_team=False)
    with pytest.raises(AlreadyAuthor):
        check_can_invite("a@example.org", authors=["a@example.org"], is_of_team=False)


def test_the_programme_team_is_not_invited() -> None:
    with pytest.raises(AssessesCandidacies):
        check_can_invite("team@example.org", authors=["a@example.org"], is_of_team=True)


def test_there_is_room_for_so_many_and_no_more() -> None:
    authors = [f"person-{number}@example.org" for number in range(MOST_PEOPLE - 1)]
    check_can_invite("next@example.org", authors=authors, is_of_team=False)
    with pytest.raises(TooManyAuthors):
        check_can_invite("next@example.org", authors=[*authors, "last@example.org"], is_of_team=False)


def test_somebody_always_remains() -> None:
    check_can_remove({1, 2})
    with pytest.raises(LastAuthor):
        check_can_remove({1})
