"""The points of a pair are the sum of its criteria, and each tells its reason."""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.build import chose_track
from app.matching.criteria import CRITERIA
from app.matching.profiles import Candidate, Partner
from app.matching.scoring import CriterionScore, Score, points_matrix, score
from app.matching.weights import Weights, WeightsInvalid, divide
from tests.unit.matching.profiles import candidates, partners, weights

CANDIDATE = Candidate(
    id="11001",
    strengths={"water": 1, "waste": 2},
    challenges={"roads": 1, "youth": 2},
    subjects=frozenset({"markets", "energy"}),
    sdgs=frozenset({7, 8}),
    population_rank=(100, 285),
    tags=frozenset({"rural"}),
    languages={"nl": 3, "fr": 2, "en": 2},
    wishes=("rural",),
    tracks=("benin",),
    assessment=8000,
)
PARTNER = Partner(
    id="BJ-x",
    strengths={"roads": 1, "youth": 1},
    challenges={"waste": 1, "water": 1},
    subjects=frozenset({"markets"}),
    sdgs=frozenset({8, 10}),
    population_rank=(30, 77),
    tags=frozenset({"rural", "border"}),
    languages={"fr": 3, "en": 2},
    wishes=("coast",),
    track="benin",
)


def test_score_adds_up_the_criteria_with_their_reasons() -> None:
    assert score(CANDIDATE, PARTNER, Weights()) == Score(
        7507,
        (
            CriterionScore(
                "mutual_learning",
                2237,
                2450,
                "learning_both_ways",
                {
                    "candidate_helps_with": ["water", "waste"],
                    "partner_helps_with": ["roads", "youth"],
                    "candidate_helps_percent": 83,
                    "partner_helps_percent": 100,
                },
                unknown=False,
            ),
            CriterionScore(
                "theme",
                1021,
                1750,
                "theme_shared",
                {"subjects": ["markets"], "sdgs": [8], "unknown_parts": []},
                unknown=False,
            ),
            CriterionScore(
                "position",
                857,
                1050,
                "position_compared",
                {
                    "closeness_percent": 97,
                    "candidate_rank": [100, 285],
                    "partner_rank": [30, 77],
                    "tags": ["rural"],
                    "unknown_parts": [],
                },
                unknown=False,
            ),
            CriterionScore("language", 467, 700, "language_shared", {"language": "fr", "level": 2}, unknown=False),
            CriterionScore(
                "wishes",
                525,
                1050,
                "wishes_candidate",
                {"candidate_percent": 100, "partner_percent": 0, "unknown_parts": []},
                unknown=False,
            ),
            CriterionScore("assessment", 2400, 3000, "assessment_given", {"percent": 80}, unknown=False),
        ),
    )


def test_what_is_not_answered_counts_half_and_is_named() -> None:
    blank = score(Candidate(id="a", tracks=("benin",)), Partner(id="b", track="benin"), Weights())
    assert blank.points == 5000
    assert [(part.points * 2, part.reason_code, part.parameters, part.unknown) for part in blank.criteria] == [
        (2450, "learning_unknown", {}, True),
        (1750, "theme_unknown", {}, True),
        (1050, "position_unknown", {}, True),
        (700, "language_unknown", {}, True),
        (1050, "wishes_unknown", {}, True),
        (3000, "assessment_unknown", {}, True),
    ]


def reasons(candidate: Candidate, partner: Partner) -> dict[str, tuple[str, dict[str, object]]]:
    return {part.code: (part.reason_code, part.parameters) for part in score(candidate, partner, Weights()).criteria}


def test_reasons_say_that_nothing_is_shared() -> None:
    other = Partner(
        id="x",
        strengths={"sport": 1},
        challenges={"water": 1},
        subjects=frozenset({"votes"}),
        population_rank=None,
        tags=frozenset({"urban"}),
        languages={"rw": 3},
        wishes=("coast",),
        track="benin",
    )
    found = reasons(replace(CANDIDATE, wishes=()), other)
    assert found["mutual_learning"][0] == "learning_one_way"
    assert found["theme"] == ("theme_none", {"subjects": [], "sdgs": [], "unknown_parts": ["sdgs"]})
    assert found["position"][1] == {
        "closeness_percent": None,
        "candidate_rank": [100, 285],
        "partner_rank": None,
        "tags": [],
        "unknown_parts": ["rank"],
    }
    assert found["language"] == ("language_none", {"language": None, "level": 0})
    assert found["wishes"] == (
        "wishes_none",
        {"candidate_percent": None, "partner_percent": 0, "unknown_parts": ["candidate"]},
    )
    assert reasons(CANDIDATE, replace(other, challenges={"sport": 1}))["mutual_learning"][0] == "learning_none"


def test_reasons_say_whose_wishes_are_met() -> None:
    wanting = replace(PARTNER, wishes=("11001",))
    assert reasons(CANDIDATE, wanting)["wishes"][0] == "wishes_both"
    assert reasons(replace(CANDIDATE, wishes=("coast",)), wanting)["wishes"][0] == "wishes_partner"


def test_the_named_language_is_the_one_spoken_best_together() -> None:
    partner = replace(PARTNER, languages={"fr": 2, "en": 3})
    assert reasons(CANDIDATE, partner)["language"][1] == {"language": "en", "level": 2}
    assert reasons(CANDIDATE, replace(PARTNER, languages={"fr": 2, "en": 2}))["language"][1]["language"] == "en"


@settings(deadline=None)
@given(candidates, partners, weights)
def test_a_score_is_the_sum_of_its_parts_and_fits_into_json(
    candidate: Candidate, partner: Partner, chosen: Weights
) -> None:
    found = score(candidate, partner, chosen)
    assert [part.code for part in found.criteria] == [*CRITERIA, "assessment"]
    assert sum(part.points for part in found.criteria) == found.points
    assert 0 <= found.points <= sum(part.maximum for part in found.criteria) == 10_000
    assert all(0 <= part.points <= part.maximum for part in found.criteria)
    assert all(part.unknown == part.reason_code.endswith("_unknown") for part in found.criteria)
    parameters = [part.parameters for part in found.criteria]
    assert json.loads(json.dumps(parameters)) == parameters
    assert points_matrix([candidate], [partner], chosen, lambda _, __: True) == [[found.points]]


OPEN_HALVES = {
    "theme": ("subjects", "sdgs"),
    "position": ("rank", "tags"),
    "wishes": ("candidate", "partner"),
}


@settings(deadline=None)
@given(candidates, partners)
def test_a_half_that_is_not_answered_is_named(candidate: Candidate, partner: Partner) -> None:
    answered = {
        "subjects": candidate.subjects and partner.subjects,
        "sdgs": candidate.sdgs and partner.sdgs,
        "rank": candidate.population_rank and partner.population_rank,
        "tags": candidate.tags and partner.tags,
        "candidate": candidate.wishes or len(candidate.tracks) > 1,
        "partner": partner.wishes,
    }
    for part in score(candidate, partner, Weights()).criteria:
        halves = OPEN_HALVES.get(part.code, ())
        missing = [half for half in halves if not answered[half]]
        assert part.unknown or part.parameters.get("unknown_parts", []) == missing
        assert part.unknown == (len(missing) == 2) or not halves


@settings(deadline=None)
@given(st.lists(candidates, max_size=3), st.lists(partners, max_size=3), weights, st.randoms(use_true_random=False))
def test_the_order_of_the_sides_plays_no_part(
    ours: list[Candidate], theirs: list[Partner], chosen: Weights, random: Random
) -> None:
    rows, columns = (random.sample(range(len(side)), len(side)) for side in (ours, theirs))
    matrix = points_matrix(ours, theirs, chosen, chose_track)
    turned = points_matrix([ours[row] for row in rows], [theirs[column] for column in columns], chosen, chose_track)
    assert turned == [[matrix[row][column] for column in columns] for row in rows]


@settings(deadline=None)
@given(candidates, partners, weights, st.integers(1, 50))
def test_a_score_knows_no_unit_of_the_weights(
    candidate: Candidate, partner: Partner, chosen: Weights, factor: int
) -> None:
    larger = replace(chosen, **{code: weight * factor for code, weight in chosen.fit().items()})
    assert score(candidate, partner, larger) == score(candidate, partner, chosen)


@given(candidates, partners, weights, st.integers(0, 10_000))
def test_a_better_assessment_never_scores_less(
    candidate: Candidate, partner: Partner, chosen: Weights, assessment: int
) -> None:
    lower, higher = sorted((candidate.assessment or 0, assessment))
    before, after = (score(replace(candidate, assessment=given), partner, chosen) for given in (lower, higher))
    assert before.points <= after.points
    assert before.criteria[:-1] == after.criteria[:-1]


def test_points_matrix_leaves_out_what_is_not_allowed() -> None:
    other = replace(PARTNER, id="RW-y", track="rwanda")
    matrix = points_matrix([CANDIDATE], [other, PARTNER], Weights(), lambda ours, theirs: theirs.track in ours.tracks)
    assert matrix == [[None, 7507]]


def test_the_reference_weights_divide_ten_thousand_points() -> None:
    assert Weights().maxima() == {
        "mutual_learning": 2450,
        "theme": 1750,
        "position": 1050,
        "language": 700,
        "wishes": 1050,
        "assessment": 3000,
    }


@given(weights)
def test_the_maxima_are_ten_thousand_together_and_in_proportion(chosen: Weights) -> None:
    maxima, total = chosen.maxima(), sum(chosen.fit().values())
    rest = 100 * (100 - chosen.assessment_share)
    assert sum(maxima.values()) == 10_000
    assert all(abs(maxima[code] * total - rest * weight) < total for code, weight in chosen.fit().items())


def test_what_cannot_be_divided_goes_to_the_largest_remainder_then_to_the_earlier() -> None:
    assert divide(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert divide(10, {"a": 10, "b": 16, "c": 13}) == {"a": 3, "b": 4, "c": 3}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"theme": -1}, "theme"),
        ({"assessment_share": 101}, "assessment_share"),
        ({"assessment_share": -1}, "assessment_share"),
        ({"mutual_learning": 0, "theme": 0, "position": 0, "language": 0, "wishes": 0}, "fit"),
    ],
)
def test_weights_that_divide_nothing_are_refused(changes: dict[str, int], field: str) -> None:
    with pytest.raises(WeightsInvalid) as refusal:
        Weights(**changes)
    assert (refusal.value.field, refusal.value.code) == (field, "weights_invalid")
