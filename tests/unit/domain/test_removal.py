"""What stands in the way of removing a person's data."""

import pytest

from app.domain.codes import CandidacyState
from app.domain.people import LastStaff
from app.domain.removal import (
    OPEN_STATES,
    OnlyCoordinator,
    OnlyMember,
    Ties,
    check_can_remove,
    obstacles,
    placeholder_address,
)


def test_every_obstacle_is_named() -> None:
    ties = Ties(candidacies=("SDG-1", "SDG-2"), governments=("Alfa",), is_last_staff=True)
    assert [(type(one), one.params) for one in obstacles(ties)] == [
        (OnlyMember, {"reference": "SDG-1"}),
        (OnlyMember, {"reference": "SDG-2"}),
        (OnlyCoordinator, {"government": "Alfa"}),
        (LastStaff, {}),
    ]


def test_the_first_obstacle_refuses() -> None:
    with pytest.raises(OnlyCoordinator):
        check_can_remove(Ties(governments=("Alfa",), is_last_staff=True))


def test_nothing_ties_nobody() -> None:
    check_can_remove(Ties())
    assert obstacles(Ties()) == ()


def test_somebody_must_answer_until_the_decision() -> None:
    final = {CandidacyState.SELECTED, CandidacyState.NOT_SELECTED, CandidacyState.WITHDRAWN}
    assert set(CandidacyState) - OPEN_STATES == final


def test_no_mail_reaches_a_person_who_was_removed() -> None:
    assert placeholder_address(7) == "removed-7@removed.invalid"
