"""What forcing or forbidding a pair costs, by shortest paths in what the best pairing leaves open."""

from app.matching.optimum import Optimum
from app.matching.problem import Problem
from app.matching.solution import Price


def prices_of(problem: Problem, optimum: Optimum) -> tuple[Price, ...]:
    """Return the price of every pair of a canonical problem that may be made, sorted."""
    raise NotImplementedError(problem, optimum)


def marks_of(problem: Problem, optimum: Optimum) -> tuple[Price, ...]:
    """Return what taking back each lock and veto, and doing the opposite, would lose, sorted."""
    raise NotImplementedError(problem, optimum)
