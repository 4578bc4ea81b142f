"""What the ranking proposes, what stands in the way of sending, and numbers of reserve lists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessment import AssessmentRules, LinkFinding
from app.domain.codes import CandidacyState
from app.domain.decisions import (
    NOT_SELECTED,
    RESERVE,
    SELECTED,
    Chosen,
    Contender,
    DecisionMissing,
    DecisionOpeningMissing,
    DecisionReasonMissing,
    DecisionRuleOutOfRange,
    DecisionRules,
    DecisionSent,
    DecisionsScheduled,
    DecisionTrackMissing,
    NotAssessedYet,
    NothingToSend,
    PlacesExceeded,
    Prepared,
    ReserveGap,
    ReserveTwice,
    SendMomentPassed,
    Tie,
    check_can_prepare,
    check_decision_rules,
    check_send_at,
    check_sendable,
    contenders,
    faults,
    places_left,
    propose,
    renumbered,
)
from app.domain.standing import Standing, Summary
from tests.factories import NOW

RULES = DecisionRules()
PLACES = {"rwanda": 1, "benin": 1}
IN_ASSESSMENT = CandidacyState.IN_ASSESSMENT


def able(candidacy_id: int, points: int | None, *tracks: str) -> Contender:
    """Make a contender whose place in the list is that of its points."""
    return Contender(candidacy_id, points, tracks, candidacy_id - (points or 0) * 100)


def standing(candidacy_id: int, points: int | None, tracks: tuple[str, ...], *, exchange: int = 0) -> Standing:
    """Make a standing with given points."""
    means = {"exchange": Fraction(exchange)}
    return Standing(
        candidacy_id,
        f"SDG-{candidacy_id}",
        IN_ASSESSMENT,
        "nl",
        f"Government {candidacy_id}",
        "",
        tracks,
        (),
        LinkFinding.NONE,
        (),
        Summary(means, {}, points, (), None, None),
    )


def prepared(candidacy_id: int, chosen: Chosen | None, **more: object) -> Prepared:
    """Make a decision with everything that is needed."""
    whole: dict[str, object] = {
        "state": IN_ASSESSMENT,
        "tracks": ("rwanda", "benin"),
        "opening": "Thank you.",
        "reasons": {"exchange": "Because."},
    }
    return Prepared(candidacy_id, f"Government {candidacy_id}", chosen=chosen, **(whole | more))  # type: ignore[arg-type]


def found(of: Sequence[Prepared], places: Mapping[str, int] = PLACES, **more: object) -> list[tuple[str, object]]:
    """Give the faults as codes with their parameters."""
    named = faults(of, places, more.pop("taken", ()), ("exchange",), **more)  # type: ignore[arg-type]
    return [(fault.code, fault.params) for fault in named]


def test_places_go_by_points_and_each_gets_the_track_that_it_wants_most() -> None:
    proposal = propose(
        [
            able(1, 9000, "rwanda", "benin"),
            able(2, 8000, "rwanda", "benin"),
            able(3, 7000, "benin"),
            able(4, 6000, "rwanda"),
            able(5, 4999, "rwanda"),
        ],
        PLACES,
        RULES,
        {},
    )
    assert proposal.chosen == {
        1: Chosen(SELECTED, "rwanda"),
        2: Chosen(SELECTED, "benin"),
        3: Chosen(RESERVE, "benin", 1),
        4: Chosen(RESERVE, "rwanda", 1),
        5: Chosen(NOT_SELECTED),
    }
    assert proposal.ties == ()
    assert proposal.open == ()


def test_equal_points_for_the_last_place_are_not_broken_and_what_is_below_waits() -> None:
    among = [able(1, 9000, "rwanda"), able(2, 8000, "benin"), able(3, 8000, "benin"), able(4, 7000, "rwanda")]
    proposal = propose(among, {"rwanda": 2, "benin": 1}, RULES, {})
    assert proposal.chosen == {1: Chosen(SELECTED, "rwanda")}
    assert proposal.ties == (Tie("benin", 1, (2, 3)),)
    assert proposal.open == (2, 3, 4)


def test_once_people_decided_a_tie_the_rest_is_proposed() -> None:
    among = [able(2, 8000, "benin"), able(3, 8000, "benin", "rwanda"), able(4, 7000, "rwanda"), able(5, 6000, "benin")]
    decided = {2: Chosen(SELECTED, "benin")}
    proposal = propose(among, PLACES, RULES, decided)
    assert proposal.chosen == {
        3: Chosen(SELECTED, "rwanda"),
        4: Chosen(RESERVE, "rwanda", 1),
        5: Chosen(RESERVE, "benin", 1),
    }


def test_equal_points_with_room_for_all_are_no_tie() -> None:
    proposal = propose([able(1, 8000, "rwanda"), able(2, 8000, "rwanda")], {"rwanda": 2}, RULES, {})
    assert {one.outcome for one in proposal.chosen.values()} == {SELECTED}


def test_without_points_or_a_track_nothing_is_proposed() -> None:
    proposal = propose([able(1, None, "rwanda"), able(2, 9000)], PLACES, RULES, {})
    assert proposal.chosen == {}
    assert proposal.open == (2, 1)


def test_the_reserve_list_ends_at_its_limit_but_never_between_equal_points() -> None:
    rest = [able(number, points, "rwanda") for number, points in enumerate((8000, 7000, 7000, 6000), 1)]
    proposal = propose(rest, {"rwanda": 0}, DecisionRules(reserves=2, least_points=0), {})
    assert [proposal.chosen[number].position for number in (1, 2, 3, 4)] == [1, 2, 3, None]
    full = propose(rest, {"rwanda": 0}, DecisionRules(reserves=1), {9: Chosen(RESERVE, "rwanda", 1)})
    assert {one.outcome for one in full.chosen.values()} == {NOT_SELECTED}


def test_new_reserves_come_after_those_who_are_there() -> None:
    decided = {8: Chosen(RESERVE, "rwanda", 1), 9: Chosen(SELECTED, "rwanda")}
    proposal = propose([able(1, 9000, "rwanda")], PLACES, RULES, decided)
    assert proposal.chosen == {1: Chosen(RESERVE, "rwanda", 2)}


def test_contenders_are_listed_over_all_tracks_and_keep_those_that_there_are() -> None:
    standings = [
        standing(1, 7000, ("rwanda",), exchange=3),
        standing(2, 7000, ("benin", "gone", "rwanda"), exchange=4),
        standing(3, None, ("rwanda",)),
    ]
    expected = (
        Contender(2, 7000, ("benin", "rwanda"), 0),
        Contender(1, 7000, ("rwanda",), 1),
        Contender(3, None, ("rwanda",), 2),
    )
    for order in (standings, standings[::-1]):
        assert contenders(order, ("rwanda", "benin"), AssessmentRules()) == expected


AMONG = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 12).map(lambda tens: tens * 800)),
        st.lists(st.sampled_from(("rwanda", "benin", "peru")), unique=True, max_size=3),
    ),
    max_size=12,
).map(lambda rows: [able(number, points, *tracks) for number, (points, tracks) in enumerate(rows, 1)])
SOME_PLACES = st.fixed_dictionaries({track: st.integers(0, 4) for track in ("rwanda", "benin", "peru")})
SOME_RULES = st.builds(DecisionRules, reserves=st.integers(0, 4), least_points=st.integers(0, 10_000))


@given(AMONG, SOME_PLACES, SOME_RULES, st.randoms())
def test_a_proposal_keeps_its_promises(
    among: list[Contender], places: dict[str, int], rules: DecisionRules, chance: object
) -> None:
    proposal = propose(among, places, rules, {})
    known = {one.candidacy_id: one for one in among}
    assert sorted((*proposal.chosen, *proposal.open)) == sorted(known), "nobody twice, nobody lost"
    taken = Counter(one.track for one in proposal.chosen.values() if one.outcome is SELECTED)
    assert all(taken[track] <= places[track] for track in taken), "places are never exceeded"
    positions: dict[str, list[int]] = {}
    for candidacy_id, one in proposal.chosen.items():
        assert one.outcome is NOT_SELECTED or one.track in known[candidacy_id].tracks
        if one.outcome is RESERVE:
            positions.setdefault(one.track, []).append(one.position or 0)
    assert all(sorted(there) == list(range(1, len(there) + 1)) for there in positions.values())
    shuffled = list(among)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert propose(shuffled, places, rules, {}) == proposal, "the order given plays no part"
    _is_stable(proposal.chosen, known, places)


def _is_stable(chosen: Mapping[int, Chosen], known: Mapping[int, Contender], places: Mapping[str, int]) -> None:
    """Check that nobody would rather have a place that is free or that somebody with fewer points has."""
    holders = {
        track: [known[number].points or 0 for number, one in chosen.items() if one == Chosen(SELECTED, track)]
        for track in places
    }
    for number, one in chosen.items():
        wished = known[number].tracks
        better = wished[: wished.index(one.track)] if one.outcome is SELECTED else wished
        for track in better:
            assert len(holders[track]) >= places[track]
            assert all(points >= (known[number].points or 0) for points in holders[track])


@given(AMONG, SOME_PLACES, SOME_RULES)
def test_deciding_ties_one_by_one_ends_with_an_outcome_for_everybody(
    among: list[Contender], places: dict[str, int], rules: DecisionRules
) -> None:
    able_ones = [one for one in among if one.points is not None and one.tracks]
    decided: dict[int, Chosen] = {}
    for _ in range(len(able_ones) + 1):
        proposal = propose(able_ones, places, rules, decided)
        decided |= proposal.chosen
        if not proposal.ties:
            break
        tie = proposal.ties[0]
        decided |= {number: Chosen(SELECTED, tie.track) for number in tie.candidacies[: tie.places]}
    assert sorted(decided) == sorted(one.candidacy_id for one in able_ones)
    assert min(places_left(places, decided.values()).values()) >= 0
    assert not [fault for fault in faults_of_order(decided) if isinstance(fault, ReserveGap | ReserveTwice)]


def faults_of_order(decided: Mapping[int, Chosen]) -> list[object]:
    """Give what is wrong with the reserve lists."""
    return list(faults([prepared(number, one) for number, one in decided.items()], {}, (), ()))


def test_everything_there_nothing_stands_in_the_way() -> None:
    whole = [prepared(1, Chosen(SELECTED, "rwanda")), prepared(2, Chosen(RESERVE, "rwanda", 1))]
    assert found([*whole, prepared(3, Chosen(NOT_SELECTED))]) == []
    check_sendable(())


def test_each_fault_is_named() -> None:
    broken = [
        prepared(1, Chosen(SELECTED, "peru"), opening=" "),
        prepared(2, None),
        prepared(3, None, state=CandidacyState.RETURNED),
        prepared(4, Chosen(RESERVE, "rwanda", 2), reasons={"exchange": "\n"}),
        prepared(5, Chosen(RESERVE, "rwanda", 2)),
    ]
    assert found(broken) == [
        ("decision_track_missing", {"government": "Government 1"}),
        ("decision_opening_missing", {"government": "Government 1"}),
        ("decision_missing", {"government": "Government 2"}),
        ("decision_not_assessed", {"government": "Government 3", "state": CandidacyState.RETURNED}),
        ("decision_reason_missing", {"government": "Government 4", "criterion": "exchange"}),
        ("reserve_twice", {"track": "rwanda", "position": 2}),
        ("reserve_gap", {"track": "rwanda", "position": 1}),
        ("places_exceeded", {"track": "peru", "places": 0, "selected": 1}),
    ]


def test_the_codes_of_faults_are_those_of_their_classes() -> None:
    classes = (
        DecisionTrackMissing,
        DecisionOpeningMissing,
        DecisionMissing,
        NotAssessedYet,
        DecisionReasonMissing,
        ReserveTwice,
        ReserveGap,
        PlacesExceeded,
    )
    assert len({one.code for one in classes}) == len(classes)


def test_more_than_the_places_needs_a_reason_and_earlier_rounds_count() -> None:
    one = prepared(1, Chosen(SELECTED, "rwanda"))
    taken = [Chosen(SELECTED, "rwanda")]
    exceeded = [("places_exceeded", {"track": "rwanda", "places": 1, "selected": 2})]
    assert found([one], taken=taken) == exceeded
    assert found([one], taken=taken, exceeding=" ") == exceeded
    assert found([one], taken=taken, exceeding="The donor pays for two.") == []


def test_without_candidacies_there_is_nothing_to_send() -> None:
    assert found([]) == [("nothing_to_send", {})]
    with pytest.raises(NothingToSend):
        check_sendable((NothingToSend(), SendMomentPassed()))


@given(
    st.dictionaries(
        st.integers(1, 30),
        st.builds(
            Chosen,
            st.just(RESERVE),
            st.sampled_from(("rwanda", "benin")),
            st.one_of(st.none(), st.integers(1, 40)),
        ),
    ),
    st.integers(1, 5),
)
def test_renumbering_closes_gaps_and_keeps_the_order(chosen: dict[int, Chosen], first: int) -> None:
    numbered = renumbered({**chosen, 99: Chosen(SELECTED, "rwanda")}, {"rwanda": first})
    assert numbered.pop(99) == Chosen(SELECTED, "rwanda")
    for track, start in (("rwanda", first), ("benin", 1)):
        there = sorted((one.position or 0, number) for number, one in numbered.items() if one.track == track)
        assert [position for position, _ in there] == list(range(start, start + len(there)))
        before = [chosen[number].position or 1000 for _, number in there]
        assert before == sorted(before)


def test_an_outcome_as_one_word_reads_back() -> None:
    for one in (Chosen(SELECTED, "rwanda"), Chosen(RESERVE, "benin", 3), Chosen(NOT_SELECTED)):
        assert Chosen.of_key(one.key, one.position) == one
    assert Chosen.of_key("not_selected", 4) == Chosen(NOT_SELECTED)
    with pytest.raises(ValueError, match="chosen"):
        Chosen.of_key("chosen:rwanda")


def test_what_was_sent_or_is_planned_stands_still() -> None:
    check_can_prepare(sent=False, send_at=None)
    with pytest.raises(DecisionSent):
        check_can_prepare(sent=True, send_at=None)
    with pytest.raises(DecisionsScheduled) as refusal:
        check_can_prepare(sent=False, send_at=NOW)
    assert refusal.value.params == {"send_at": NOW}


def test_decisions_are_sent_at_a_moment_that_lies_ahead() -> None:
    check_send_at(NOW + timedelta(seconds=1), NOW)
    with pytest.raises(SendMomentPassed):
        check_send_at(NOW, NOW)


@pytest.mark.parametrize(
    ("rules", "rule", "most"),
    [
        (DecisionRules(reserves=-1), "reserves", 99),
        (DecisionRules(reserves=100), "reserves", 99),
        (DecisionRules(least_points=10_001), "least_points", 10_000),
    ],
)
def test_rules_lie_within_bounds(rules: DecisionRules, rule: str, most: int) -> None:
    with pytest.raises(DecisionRuleOutOfRange) as refusal:
        check_decision_rules(rules)
    assert refusal.value.params == {"rule": rule, "most": most}


def test_rules_are_read_back_from_what_is_stored() -> None:
    check_decision_rules(RULES)
    rules = DecisionRules(3, 6000)
    assert DecisionRules.from_data({**rules.to_data(), "other": 1}) == rules
    assert DecisionRules.from_data({}) == RULES
