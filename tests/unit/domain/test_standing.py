"""Points, spread, disagreement and ranking, in exact arithmetic."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessment import REFERENCE, AssessmentRules, Criterion, Given, LinkFinding, Scores
from app.domain.codes import CandidacyState
from app.domain.standing import Apart, Standing, own_points, ranking, rounded, summarise

RULES = AssessmentRules()
CODES = [one.code for one in RULES.scored]
NONE = LinkFinding.NONE

points = st.integers(0, 5)
a_reader = st.fixed_dictionaries(dict.fromkeys(CODES, points)).map(
    lambda values: {code: Given(value, "Why.") for code, value in values.items()}
)
readers = st.lists(a_reader, min_size=1, max_size=4)
findings = st.sampled_from(LinkFinding)


def all_of(value: int, **others: int) -> Scores:
    return {code: Given(others.get(code, value), "Why.") for code in CODES}


def test_points_are_the_weighted_mean_over_readers() -> None:
    found = summarise([all_of(5), all_of(0, exchange=5)], LinkFinding.ACTIVE, RULES)
    # exchange 30 in full, the other 60 by half, no points for links
    assert found.points == 6000
    assert found.means == {
        "exchange": Fraction(5),
        "openness": Fraction(5, 2),
        "involvement": Fraction(5, 2),
        "commitment": Fraction(5, 2),
        "city_links": Fraction(0),
    }
    assert found.spread == 9000 - 3000
    # 60 of 90 in full disagreement
    assert found.disagreement == 6667
    assert found.apart["exchange"] == Apart(5, 5, 0)
    assert found.apart["openness"] == Apart(0, 5, 250)
    assert (found.apart["openness"].spread, found.apart["openness"].clearly) == (5, True)
    assert found.apart["exchange"].clearly is False
    assert found.unknown == ()


def test_without_finished_readers_there_are_no_points() -> None:
    found = summarise([], NONE, RULES)
    assert (found.points, found.spread, found.disagreement, found.unknown, found.apart) == (None, None, None, (), {})
    assert found.means["exchange"] is None


def test_one_reader_does_not_disagree() -> None:
    found = summarise([all_of(3)], NONE, RULES)
    assert (found.points, found.spread, found.disagreement) == (6400, None, None)


def test_what_nobody_scored_counts_half_and_is_named() -> None:
    scores = {code: given for code, given in all_of(4).items() if code != "openness"}
    found = summarise([scores, scores], LinkFinding.UNKNOWN, RULES)
    assert found.unknown == ("openness", "city_links")
    assert found.points == 2400 + 1000 + 1600 + 1600 + 500
    assert "openness" not in found.apart
    assert found.disagreement == 0


def test_a_criterion_that_only_one_reader_scored_is_no_disagreement() -> None:
    found = summarise([{"exchange": Given(5, "")}, {"openness": Given(0, "")}], NONE, RULES)
    assert found.disagreement == 0


def test_a_disputed_link_counts_half_and_is_named() -> None:
    assert summarise([all_of(0)], LinkFinding.DISPUTED, RULES).unknown == ("city_links",)
    assert summarise([all_of(0)], LinkFinding.DISPUTED, RULES).points == 500


@pytest.mark.parametrize(("value", "whole"), [(Fraction(1, 2), 1), (Fraction(3, 2), 2), (Fraction(49, 100), 0)])
def test_halves_are_rounded_up(value: Fraction, whole: int) -> None:
    assert rounded(value) == whole


@given(readers, findings)
def test_points_and_disagreement_stay_on_their_scale(found: list[Scores], links: LinkFinding) -> None:
    summary = summarise(found, links, RULES)
    assert summary.points is not None
    assert 0 <= summary.points <= 10_000
    assert 0 <= (summary.disagreement or 0) <= 10_000
    assert (summary.spread is None) == (len(found) == 1)


@given(readers, findings, st.randoms())
def test_the_order_of_readers_plays_no_part(found: list[Scores], links: LinkFinding, chance: object) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summarise(shuffled, links, RULES) == summarise(found, links, RULES)


@given(readers, findings, st.sampled_from(CODES))
def test_better_never_scores_worse(found: list[Scores], links: LinkFinding, code: str) -> None:
    before = summarise(found, links, RULES).points
    raised = {**found[0], code: Given(min(5, (found[0][code].points or 0) + 1), "Why.")}
    after = summarise([raised, *found[1:]], links, RULES).points
    assert before is not None
    assert after is not None
    assert after >= before


@given(a_reader, findings)
def test_one_readers_own_points_are_those_of_the_candidacy_on_these_scores(scores: Scores, links: LinkFinding) -> None:
    assert own_points(scores, links, RULES) == summarise([scores], links, RULES).points


def standing(name: str, *scores: Scores, tracks: tuple[str, ...] = ("rwanda",)) -> Standing:
    summary = summarise(scores, NONE, RULES)
    return Standing(1, name, CandidacyState.IN_ASSESSMENT, "nl", name, "Antwerpen", tracks, (), NONE, (), summary)


def test_a_ranking_is_cut_at_the_places_of_the_first_choice() -> None:
    found = ranking(
        [
            standing("low", all_of(1)),
            standing("high", all_of(5)),
            standing("other", all_of(4), tracks=("benin", "rwanda")),
            standing("middle", all_of(3)),
            standing("waiting"),
        ],
        {"rwanda": 2, "benin": 1},
    )
    rwanda, benin = found
    assert (rwanda.track, rwanda.places, rwanda.tie_at_cut) == ("rwanda", 2, False)
    assert [(one.standing.reference, one.rank, one.tied, one.inside) for one in rwanda.ranked] == [
        ("high", 1, False, True),
        ("middle", 2, False, True),
        ("low", 3, False, False),
    ]
    assert [one.reference for one in rwanda.unscored] == ["waiting"]
    assert [one.standing.reference for one in benin.ranked] == ["other"]


def test_a_candidacy_of_no_listed_track_is_not_lost() -> None:
    found = ranking([standing("lost", all_of(3), tracks=()), standing("gone", all_of(2), tracks=("mars",))], {"a": 1})
    assert [(one.track, [row.standing.reference for row in one.ranked]) for one in found] == [
        ("a", []),
        ("", ["lost", "gone"]),
    ]
    assert [row.inside for row in found[1].ranked] == [False, False]


def test_equal_points_share_a_rank_and_the_heaviest_criterion_lists_first() -> None:

    rules = AssessmentRules((Criterion("b", "B", weight=50), Criterion("a", "A", weight=25), *_rest()))
    one = {"b": Given(4, ""), "a": Given(0, ""), "c": Given(0, "")}
    other = {"b": Given(2, ""), "a": Given(4, ""), "c": Given(0, "")}
    both = [_of("second", other, rules), _of("first", one, rules), _of("again", one, rules)]
    (found,) = ranking(both, {"rwanda": 2}, rules)
    assert [(row.standing.reference, row.rank, row.tied, row.inside) for row in found.ranked] == [
        ("again", 1, True, True),
        ("first", 1, True, True),
        ("second", 1, True, False),
    ]
    assert found.tie_at_cut is True


def _rest() -> tuple[Criterion, ...]:
    return (Criterion("c", "C", weight=25),)


def _of(name: str, scores: Scores, rules: AssessmentRules) -> Standing:
    return replace(standing(name), summary=summarise([scores], NONE, rules))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=8), st.integers(0, 4), st.randoms())
def test_a_ranking_loses_nobody_and_does_not_depend_on_order(
    made: list[tuple[int, bool]], places: int, chance: object
) -> None:
    rows = [
        standing(f"c{position}", *([all_of(value)] if is_scored else []))
        for position, (value, is_scored) in enumerate(made)
    ]
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    (found,) = ranking(rows, {"rwanda": places})
    assert ranking(shuffled, {"rwanda": places}) == (found,)
    listed = [row.standing.reference for row in found.ranked] + [one.reference for one in found.unscored]
    assert sorted(listed) == sorted(one.reference for one in rows)
    assert sum(row.inside for row in found.ranked) == min(places, len(found.ranked))
    ranked = [row.standing.points or 0 for row in found.ranked]
    assert ranked == sorted(ranked, reverse=True)


def test_a_standing_gives_what_its_scores_come_to() -> None:
    one = standing("one", all_of(5), all_of(3), tracks=())
    assert (one.points, one.spread, one.disagreement, one.first_track) == (8200, 3600, 4000, "")
    assert REFERENCE[0].code in one.means
