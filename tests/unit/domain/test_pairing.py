"""What staff set on a board, what a change moved, and what changed since a scenario was kept."""

from copy import deepcopy
from typing import Any

import pytest

from app.domain.codes import CandidacyState
from app.domain.pairing import (
    BoardSettings,
    Changed,
    Mark,
    Move,
    OutcomeMissing,
    Pairing,
    WeightsDoNotSum,
    changes,
    check_outcomes,
    check_weights,
    difference,
)
from app.domain.programme import PairingRules

ALFA_KARONGI = ("alfa", "karongi")
PROBLEM: dict[str, Any] = {
    "left": [{"id": "alfa", "places": {"min": 0, "max": 1}}, {"id": "beta", "places": {"min": 0, "max": 1}}],
    "right": [{"id": "karongi", "places": {"min": 0, "max": 1}}, {"id": "nyanza", "places": {"min": 0, "max": 1}}],
    "groups": [{"id": "track:rwanda", "places": {"min": 0, "max": 4}}],
    "points": [[7000, 5000], [6000, None]],
    "vetoes": [],
}


def test_settings_read_back_what_they_wrote() -> None:
    settings = BoardSettings(PairingRules(learning=40, theme=20)).marked(ALFA_KARONGI, Mark.LOCK)
    assert BoardSettings.from_data(settings.to_data(), PairingRules()) == settings


def test_settings_that_were_never_set_are_those_of_the_programme() -> None:
    rules = PairingRules(province_limit=7)
    assert BoardSettings.from_data({}, rules) == BoardSettings(rules)


def test_an_unknown_setting_is_left_out() -> None:
    assert BoardSettings.from_data({"rules": {"theme": 30, "gone": 1}}, PairingRules()).rules.theme == 30


def test_a_pair_is_never_locked_and_vetoed_at_once() -> None:
    locked = BoardSettings().marked(ALFA_KARONGI, Mark.LOCK)
    vetoed = locked.marked(ALFA_KARONGI, Mark.VETO)
    assert (locked.locks, locked.vetoes) == ((ALFA_KARONGI,), ())
    assert (vetoed.locks, vetoed.vetoes) == ((), (ALFA_KARONGI,))
    assert vetoed.marked(ALFA_KARONGI, Mark.FREE) == BoardSettings()


def test_locking_twice_locks_once() -> None:
    once = BoardSettings().marked(ALFA_KARONGI, Mark.LOCK)
    assert once.marked(ALFA_KARONGI, Mark.LOCK) == once


def test_weights_that_sum_to_100_pass() -> None:
    check_weights(PairingRules())


@pytest.mark.parametrize(("learning", "total"), [(34, 99), (36, 101)])
def test_weights_that_do_not_sum_to_100_are_refused(learning: int, total: int) -> None:
    with pytest.raises(WeightsDoNotSum) as refusal:
        check_weights(PairingRules(learning=learning))
    assert refusal.value.params == {"sum": total}


def test_difference_tells_who_moved_came_and_went() -> None:
    before = Pairing((("alfa", "karongi"), ("beta", "nyanza"), ("delta", "gatsibo")), 18_000, 5000)
    after = Pairing((("alfa", "nyanza"), ("gamma", "karongi"), ("delta", "gatsibo")), 17_000, 4000)
    found = difference(before, after)
    assert (found.total_before, found.total_after, found.count_before, found.count_after) == (18_000, 17_000, 3, 3)
    assert found.moves == (
        Move("alfa", "karongi", "nyanza"),
        Move("beta", "nyanza", None),
        Move("gamma", None, "karongi"),
    )


def test_the_same_pairing_has_no_moves() -> None:
    pairing = Pairing((ALFA_KARONGI,), 7000, 7000)
    assert difference(pairing, pairing).moves == ()


def test_every_candidate_without_a_pair_needs_an_outcome() -> None:
    chosen = {"alfa": CandidacyState.RESERVE}
    assert check_outcomes([("alfa", "Alfa")], chosen) == chosen
    with pytest.raises(OutcomeMissing) as refusal:
        check_outcomes([("alfa", "Alfa"), ("beta", "Beta")], chosen)
    assert refusal.value.params == {"name": "Beta"}


def test_nobody_is_selected_without_a_pair() -> None:
    with pytest.raises(OutcomeMissing):
        check_outcomes([("alfa", "Alfa")], {"alfa": CandidacyState.SELECTED})


def test_nothing_changed_when_nothing_changed() -> None:
    assert changes(PROBLEM, deepcopy(PROBLEM)) == ()


def test_changes_name_who_left_and_who_came() -> None:
    today = deepcopy(PROBLEM)
    today["left"][0]["id"] = "gamma"
    today["right"][1]["id"] = "gatsibo"
    assert changes(PROBLEM, today) == (
        Changed("candidate_gone", "alfa"),
        Changed("candidate_added", "gamma"),
        Changed("partner_gone", "nyanza"),
        Changed("partner_added", "gatsibo"),
    )


def test_changes_name_places_points_and_pairs_that_cannot_be_any_more() -> None:
    today = deepcopy(PROBLEM)
    today["groups"][0]["places"]["max"] = 3
    today["right"][0]["places"]["max"] = 2
    today["points"] = [[7100, 5100], [6000, None]]
    today["vetoes"] = [["beta", "karongi"]]
    assert changes(PROBLEM, today) == (
        Changed("places_changed", "karongi"),
        Changed("places_changed", "track:rwanda"),
        Changed("answers_changed", "alfa"),
        Changed("no_longer_possible", "beta", "karongi"),
    )


def test_a_pair_that_has_become_possible_is_a_change() -> None:
    today = deepcopy(PROBLEM)
    today["points"][1][1] = 4000
    assert changes(PROBLEM, today) == (Changed("answers_changed", "beta"),)
