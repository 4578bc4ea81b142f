"""In how many variations of the weights each pair is in the best pairing."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.build import build_problem
from app.matching.clash import NoPairing
from app.matching.criteria import CRITERIA
from app.matching.problem import OBJECTIVES, Ids, Node, Places, Problem, ProblemInvalid
from app.matching.profiles import Candidate, Partner
from app.matching.robustness import PARTS, robustness, varied
from app.matching.solve import best_pairs
from app.matching.weights import Weights
from tests.unit.matching import profiles
from tests.unit.matching.strategies import best_of_all, shuffled, sparse

PLACES = {"rw": Places(0, 2), "bj": Places(0, 2)}


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[Candidate], list[Partner], Weights, Problem]:
    """Draw candidates, partners and weights, and the problem that they make."""
    given_candidates = draw(st.lists(profiles.candidates, max_size=3))
    given_partners = draw(st.lists(profiles.partners, max_size=3))
    candidates = [replace(one, id=f"F{number}") for number, one in enumerate(given_candidates)]
    partners = [replace(one, id=f"P{number}") for number, one in enumerate(given_partners)]
    weights = draw(profiles.weights)
    problem = build_problem(candidates, partners, weights, places_per_track=PLACES)
    problem = replace(problem, objective=draw(st.sampled_from(OBJECTIVES)), fill=draw(st.booleans()))
    return candidates, partners, weights, sparse(problem) if draw(st.booleans()) else problem


def by_trying_all(
    candidates: list[Candidate], partners: list[Partner], weights: Weights, problem: Problem, seed: int
) -> Counter[Ids]:
    """Count the pairs of the best pairings of three variations, each found among all pairings."""
    left, right = {one.id: one for one in candidates}, {one.id: one for one in partners}
    draw, counts = Random(seed), Counter[Ids]()  # noqa: S311 - variations, not secrets
    for _ in range(3):
        maxima = varied(weights, 25, draw)

        def points(pair: Ids, maxima: dict[str, int] = maxima) -> int:
            candidate, partner = left[pair[0]], right[pair[1]]
            found = {code: criterion(candidate, partner, 10_000) for code, criterion in CRITERIA.items()}
            found["assessment"] = candidate.assessment
            return sum(maximum * (5000 if (of := found[code]) is None else of) for code, maximum in maxima.items())

        counts.update(best_of_all(with_points(problem, points)) or ())
    return counts


def with_points(problem: Problem, points: Callable[[Ids], int]) -> Problem:
    """Return a problem with other points of its allowed pairs."""
    if problem.pairs is not None:
        return replace(
            problem, pairs=tuple(one._replace(points=points((one.left, one.right))) for one in problem.pairs)
        )
    return replace(
        problem,
        points=tuple(
            tuple(
                None if old is None else points((left.id, right.id))
                for right, old in zip(problem.right, row, strict=True)
            )
            for left, row in zip(problem.left, problem.points or (), strict=True)
        ),
    )


@settings(max_examples=60, deadline=None)
@given(calls(), st.integers(0, 99))
def test_the_counts_are_those_of_the_best_of_all_pairings(
    call: tuple[list[Candidate], list[Partner], Weights, Problem], seed: int
) -> None:
    candidates, partners, weights, problem = call
    found = robustness(candidates, partners, weights, problem, variations=3, seed=seed)
    assert found == by_trying_all(candidates, partners, weights, problem, seed)
    assert list(found) == sorted(found)


@settings(max_examples=30, deadline=None)
@given(calls(), st.integers(1, 20), st.integers(0, 1000))
def test_neither_the_order_nor_the_unit_of_the_weights_plays_a_part(
    call: tuple[list[Candidate], list[Partner], Weights, Problem], factor: int, seed: int
) -> None:
    candidates, partners, weights, problem = call
    expected = robustness(candidates, partners, weights, problem, variations=5)
    larger = replace(weights, **{code: weight * factor for code, weight in weights.fit().items()})
    other = shuffled(problem, seed)
    assert robustness(candidates[::-1], partners[::-1], larger, other, variations=5) == expected


CANDIDATES = (
    Candidate(id="a", tracks=("rw",), strengths={"water": 1}, challenges={"waste": 1}, assessment=7500),
    Candidate(id="b", tracks=("rw",), languages={"fr": 3}, tags=frozenset({"coast"}), assessment=9000),
    Candidate(id="c", tracks=("rw",), languages={"fr": 3}, wishes=("x",), assessment=8000),
)
PARTNERS = (
    Partner(id="x", track="rw", strengths={"waste": 2}, challenges={"water": 1}, languages={"fr": 3}),
    Partner(id="y", track="rw", tags=frozenset({"coast", "hills"}), languages={"fr": 2}, wishes=("coast",)),
)
PROBLEM = build_problem(CANDIDATES, PARTNERS, Weights(), places_per_track=PLACES)


def test_the_same_seed_gives_the_same_counts_everywhere() -> None:
    found = robustness(CANDIDATES, PARTNERS, Weights(), PROBLEM)
    assert found == {("a", "x"): 521, ("b", "y"): 1000, ("c", "x"): 479}
    found = robustness(CANDIDATES, PARTNERS, Weights(), PROBLEM, seed=2, variations=100)
    assert found == {("a", "x"): 55, ("b", "y"): 100, ("c", "x"): 45}


def test_the_same_draws_give_the_same_variations_everywhere() -> None:
    draw = Random(1)  # noqa: S311 - a variation, not a secret
    found = [varied(Weights(), 25, draw) for _ in range(2)]
    assert [list(maxima) for maxima in found] == [[*CRITERIA, "assessment"]] * 2
    assert [list(maxima.values()) for maxima in found] == [
        [205_118, 210_436, 121_762, 62_933, 107_328, 292_423],
        [258_637, 196_515, 82_111, 52_491, 120_332, 289_914],
    ]


@given(profiles.weights, st.integers(0, 99), st.integers(0, 2**32))
def test_each_weight_varies_by_at_most_the_spread(weights: Weights, spread: int, seed: int) -> None:
    """The bounds of what a criterion has of the fit, since the others vary as well."""
    maxima = varied(weights, spread, Random(seed))  # noqa: S311 - a variation, not a secret
    assert sum(maxima.values()) == PARTS
    share, low, high = weights.assessment_share, 100 - spread, 100 + spread
    assert PARTS * share * low // 10_000 <= maxima["assessment"] <= min(PARTS, PARTS * share * high // 10_000)
    rest, total = PARTS - maxima["assessment"], sum(weights.fit().values())
    for code, weight in weights.fit().items():
        least, most = weight * low, weight * high
        others = total - weight
        assert maxima[code] >= rest * least // (least + others * high) - 1
        assert maxima[code] <= rest * most // (most + others * low) + 1


class Always(Random):
    """Draws the same number every time."""

    def __init__(self, number: float) -> None:
        super().__init__()
        self.number = number

    def random(self) -> float:
        return self.number


def test_the_spread_is_reached_at_either_end() -> None:
    drawn = [varied(Weights(assessment_share=40), 25, Always(number)) for number in (0, 0.5, 1 - 2**-53)]
    assert [maxima["assessment"] for maxima in drawn] == [300_000, 400_000, 500_000]


def test_without_a_spread_every_variation_is_the_weights_themselves() -> None:
    maxima = varied(Weights(), 0, Random(1))  # noqa: S311 - a variation, not a secret
    assert maxima == {code: 100 * points for code, points in Weights().maxima().items()}
    found = robustness(CANDIDATES, PARTNERS, Weights(), PROBLEM, variations=4, spread=0)
    assert found == {(pair.left, pair.right): 4 for pair in best_pairs(PROBLEM).pairs}


def test_the_assessment_never_has_more_than_everything() -> None:
    weights = Weights(assessment_share=100)
    shares = [varied(weights, 50, Random(seed))["assessment"] for seed in range(40)]  # noqa: S311 - variations
    assert max(shares) == PARTS
    assert min(shares) < PARTS


def test_a_wider_spread_moves_more() -> None:
    narrow, wide = (robustness(CANDIDATES, PARTNERS, Weights(), PROBLEM, spread=spread) for spread in (1, 99))
    assert narrow["a", "x"] > 990
    assert wide["a", "x"] < 500


def test_locks_stay_and_vetoes_and_what_is_not_allowed_never_come() -> None:
    problem = replace(PROBLEM, locks=(("b", "x"),), vetoes=(("a", "y"),))
    assert robustness(CANDIDATES, PARTNERS, Weights(), problem, variations=20) == {("b", "x"): 20, ("c", "y"): 20}
    assert robustness((), (), Weights(), Problem((), (), ()), variations=2) == {}


def test_every_variation_is_told() -> None:
    told: list[int] = []
    robustness(CANDIDATES, PARTNERS, Weights(), PROBLEM, variations=3, progress=told.append)
    assert told == [1, 2, 3]


@pytest.mark.parametrize("spread", [-1, 100])
def test_a_spread_that_leaves_no_weights_is_refused(spread: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 99"):
        robustness(CANDIDATES, PARTNERS, Weights(), PROBLEM, spread=spread)


def test_what_cannot_be_solved_is_refused() -> None:
    with pytest.raises(ProblemInvalid, match=r"points\[0\]: wrong_shape"):
        robustness(CANDIDATES, PARTNERS, Weights(), replace(PROBLEM, points=((1,), (1,), (1,))))
    with pytest.raises(NoPairing):
        robustness(CANDIDATES, PARTNERS, Weights(), replace(PROBLEM, total=Places(3, 3)))
    many = tuple(Node(f"l{number}") for number in range(4_000))
    others = tuple(Node(f"r{number}") for number in range(4_000))
    with pytest.raises(ProblemInvalid, match="points: points_too_large"):
        robustness((), (), Weights(), Problem(many, others, pairs=()))


def test_nothing_heavy_is_loaded_before_the_first_call() -> None:
    code = (
        "import sys, app.matching.robustness, app.matching.blocking, app.matching.own_points\n"
        "assert not {'numpy', 'ortools'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
