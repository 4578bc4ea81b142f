"""Problems and their best pairings, kept for a while in this process: the next look at the same board costs nothing.

What is kept is found again by its value alone, never by time: the same inputs and settings give the same answer.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Final

from app.domain.pairing import Ids
from app.domain.programme import PairingRules
from app.matching.clash import NoPairing
from app.matching.problem import Options, Problem
from app.matching.robustness import VARIATIONS, robustness
from app.matching.solution import Solution
from app.matching.solve import solve
from app.matching.weights import Weights
from app.queries.pairing_inputs import Inputs

FEW_VARIATIONS: Final = 100
MOST_PAIRS: Final = 4_000
"""A board with more pairs than this is tried with few variations of the weights: each takes its time."""

_bare: deque[tuple[Inputs, PairingRules, Problem]] = deque(maxlen=4)
_shares: deque[tuple[Inputs, Weights, Problem, Mapping[Ids, int]]] = deque(maxlen=8)
_trying = Lock()


def bare_problem(inputs: Inputs, rules: PairingRules, make: Callable[[], Problem]) -> Problem:
    """Give the problem of these inputs and rules without locks and vetoes of staff; made if it is not there."""
    for known, under, problem in tuple(_bare):
        if under == rules and known == inputs:
            return problem
    made = make()
    _bare.append((inputs, rules, made))
    return made


@lru_cache(maxsize=16)
def solved(problem: Problem) -> Solution | NoPairing:
    """Give the best pairing of a problem, or why there is none."""
    try:
        return solve(problem)
    except NoPairing as clash:
        return clash.with_traceback(None)


def priced(problem: Problem) -> Solution | NoPairing:
    """Give the best pairing with the price of every pair, and of every lock and veto."""
    return solved(replace(problem, options=Options(prices=True)))


def variations_of(problem: Problem) -> int:
    """Tell with how many variations of the weights a problem is tried."""
    return VARIATIONS if len(problem.left) * len(problem.right) <= MOST_PAIRS else FEW_VARIATIONS


def shares(inputs: Inputs, weights: Weights, problem: Problem) -> Mapping[Ids, int] | None:
    """Give in how many variations of the weights each pair is in the best pairing; None while others are tried.

    The first time takes seconds on a large board; one board at a time, so that no thread waits for another.

    :raises NoPairing: locks, vetoes and places cannot all hold.
    """
    known = known_shares(inputs, weights, problem)
    if known is not None or not _trying.acquire(blocking=False):
        return known
    try:
        found = robustness(
            [one.profile for one in inputs.candidates],
            [one.profile for one in inputs.partners],
            weights,
            problem,
            variations=variations_of(problem),
        )
        _shares.append((inputs, weights, problem, found))
    finally:
        _trying.release()
    return found


def known_shares(inputs: Inputs, weights: Weights, problem: Problem) -> Mapping[Ids, int] | None:
    """Give what ``shares`` found for this board; None where nobody asked for it yet."""
    for known, under, of, found in tuple(_shares):
        if under == weights and of == problem and known == inputs:
            return found
    return None
