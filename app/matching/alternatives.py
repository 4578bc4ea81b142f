"""The next best pairings."""

from app.matching.optimum import Optimum
from app.matching.problem import Problem
from app.matching.solution import Alternative


def next_best(problem: Problem, optimum: Optimum, count: int) -> tuple[Alternative, ...]:
    """Return up to ``count`` other pairings of a canonical problem, the best first."""
    raise NotImplementedError(problem, optimum, count)
