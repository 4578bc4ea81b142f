"""How much the best pairing depends on the exact weights: in how many variations of them each pair stays.

NumPy and OR-Tools are loaded at the first call of ``robustness``, not with this module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from app.matching.criteria import CRITERIA, neutral
from app.matching.problem import Ids, Problem, canonical
from app.matching.profiles import Candidate, Partner
from app.matching.validation import check_size, validate
from app.matching.weights import ASSESSMENT, FULL_SCORE, Weights, divide

if TYPE_CHECKING:
    from app.matching.network import Network, Whole

VARIATIONS = 1_000
SPREAD = 25
SEED = 20_270_101
PARTS = 1_000_000
"""Into how many parts a score is divided over the criteria; a factor counts as many parts of one."""

Progress = Callable[[int], None]
"""Told how many variations are done, after each."""


def robustness(
    candidates: Sequence[Candidate],
    partners: Sequence[Partner],
    weights: Weights,
    problem: Problem,
    *,
    variations: int = VARIATIONS,
    seed: int = SEED,
    spread: int = SPREAD,
    progress: Progress | None = None,
) -> Mapping[Ids, int]:
    """Return in how many of the ``variations`` of the weights each pair is in the best pairing, sorted by ids.

    A pair that never is, is left out. In each variation (see ``varied``) the pairs that ``problem`` allows get their
    points anew, and it is solved with the same places, locks, vetoes and objective, ties by the same rule. The points
    are whole: each criterion at a maximum of 10,000, rounded once there, times its part in a million; the rounding per
    criterion to the maxima of ``Weights``, as in ``scoring.score``, is not repeated, so pairs that only this rounding
    makes equal are not equal here. The same seed gives the same counts on every machine, in whatever order the sides
    come. ``candidates`` and ``partners`` are those of the problem, and may be more. A variation at 30 × 8 costs below a
    millisecond, more than half of that for the ties.

    :raises ProblemInvalid: the problem is not whole, or too large for the finer points.
    :raises NoPairing: locks, vetoes and places cannot all hold.
    :raises ValueError: a spread outside 0 to 99.
    """
    from app.matching.network import build_network

    validate(problem)
    check_size(problem, FULL_SCORE * PARTS)
    ordered = canonical(problem)
    network = build_network(ordered)
    criteria = _criteria_of(ordered, network, candidates, partners)
    draw = Random(seed)  # noqa: S311 - variations, not secrets
    counts, nothing = [0] * network.pair_count, 0 * network.points
    for number in range(variations):
        maxima = varied(weights, spread, draw)
        points = sum((maxima[code] * given for code, given in criteria.items()), start=nothing)
        for pair in _best(ordered, network, points):
            counts[pair] += 1
        if progress is not None:
            progress(number + 1)
    return {ids: count for ids, count in sorted(zip(_ids(ordered, network), counts, strict=True)) if count}


def varied(weights: Weights, spread: int, draw: Random) -> dict[str, int]:
    """Return how a million parts are divided over the criteria in the next variation of the weights.

    Every weight of fit, then the share of the assessment (never above the whole), is multiplied by a factor of its own,
    evenly from 1 − ``spread`` % to 1 + ``spread`` % in steps of a millionth. The assessment has its share, rounded
    down; the criteria of fit divide the rest by largest remainder. Whole numbers throughout: of ``draw`` only
    ``random`` is used, whose values are multiples of 2⁻⁵³ and the same in every version of Python.

    :raises ValueError: a spread outside 0 to 99.
    """
    if not 0 <= spread < 100:
        raise ValueError("a spread lies from 0 to 99 per cent")
    fit = {code: weight * _factor(spread, draw) for code, weight in weights.fit().items()}
    assessment = min(PARTS, weights.assessment_share * _factor(spread, draw) // 100)
    return divide(PARTS - assessment, fit) | {ASSESSMENT: assessment}


def _factor(spread: int, draw: Random) -> int:
    """Return the next factor, in millionths."""
    width = PARTS * spread // 100
    return PARTS - width + (int(draw.random() * 2**53) * (2 * width + 1) >> 53)


def _criteria_of(
    problem: Problem, network: "Network", candidates: Sequence[Candidate], partners: Sequence[Partner]
) -> dict[str, "Whole"]:
    """Return what each criterion gives every pair of the network at a maximum of 10,000, unknown ones neutral."""
    import numpy as np

    left, right = {one.id: one for one in candidates}, {one.id: one for one in partners}
    pairs = [(left[first], right[second]) for first, second in _ids(problem, network)]
    found: dict[str, list[int | None]] = {
        code: [criterion(*pair, FULL_SCORE) for pair in pairs] for code, criterion in CRITERIA.items()
    }
    found[ASSESSMENT] = [candidate.assessment for candidate, _ in pairs]
    return {
        code: np.array([neutral(FULL_SCORE) if one is None else one for one in points], dtype=np.int64)
        for code, points in found.items()
    }


def _ids(problem: Problem, network: "Network") -> list[Ids]:
    """Return the ids of every pair of the network."""
    ends = zip(network.rows.tolist(), network.columns.tolist(), strict=True)
    return [(problem.left[row].id, problem.right[column].id) for row, column in ends]


def _best(problem: Problem, network: "Network", points: "Whole") -> list[int]:
    """Return which pairs of the network are in its best pairing under other points."""
    from app.matching.clash import clash_of
    from app.matching.optimum import best

    optimum = best(problem, replace(network, points=points))
    if optimum is None:
        raise clash_of(problem, network)
    chosen: list[int] = optimum.flow_of_all()[: network.pair_count].nonzero()[0].tolist()
    return chosen
