"""What forcing or forbidding a pair costs, by shortest ways through what the best pairing leaves open.

Loads NumPy and OR-Tools: import this module where pairing runs, not with the web process.
"""

import numpy as np

from app.matching.distances import FAR, turning_costs
from app.matching.network import Mask, Network, Whole, ids_of
from app.matching.optimum import Optimum, bonus, largest_change, pair_costs
from app.matching.problem import Problem
from app.matching.solution import Price


def prices_of(problem: Problem, optimum: Optimum) -> tuple[Price, ...]:
    """Return the price of every pair of a canonical problem that may be made, sorted by (left id, right id).

    For a pair outside the pairing it is what forcing it in loses, for a pair inside what leaving it out loses: with
    ``fill`` first as few pairs as can be, then as few points. None where it cannot be done; a lock cannot be left out.
    Vetoed pairs are not listed: see ``marks_of``.

    With ``weakest-first`` the other pairs stay at least as strong as the weakest pair of the best pairing, whatever the
    pair itself has; None where that cannot be done.
    """
    network = optimum.network
    lower, upper = network.lower[: network.pair_count], network.upper[: network.pair_count]
    return tuple(_priced(problem, optimum, listed=upper > 0, able=lower < upper))


def marks_of(problem: Problem, optimum: Optimum) -> tuple[Price, ...]:
    """Return what taking back each lock and veto, and doing the opposite, would lose, sorted by (left id, right id).

    For a lock that is leaving the pair out, for a veto forcing it in; points below zero are what the mark costs. None
    where the opposite cannot be done, as for a veto on a pair that is not allowed. See ``prices_of`` for
    ``weakest-first``.
    """
    marks = sorted((*problem.locks, *problem.vetoes))
    if not marks:
        return ()
    network = optimum.network
    marked = (network.lower[: network.pair_count] > 0) | (network.upper[: network.pair_count] == 0)
    known = {(price.left, price.right): price for price in _priced(problem, optimum, listed=marked, able=marked)}
    return tuple(known.get(mark, Price(*mark, None)) for mark in marks)


def _priced(problem: Problem, optimum: Optimum, *, listed: Mask, able: Mask) -> list[Price]:
    """Return the prices of the ``listed`` pairs, None for those that are not ``able`` to change."""
    network = optimum.network
    kept = np.concatenate([optimum.kept, np.ones(len(network.scopes), dtype=np.bool_)])
    strong = network.bounded(upper=np.where(kept, network.upper, 0))
    loss = turning_costs(strong, optimum.flow_of_all(), pair_costs(network, fill=problem.fill))
    points, pairs = _points_and_pairs(network, loss, fill=problem.fill)
    able = able & (loss < FAR)
    which = np.flatnonzero(listed)
    columns = zip(points[which].tolist(), pairs[which].tolist(), able[which].tolist(), strict=True)
    return [
        Price(left, right, lost, fewer) if can else Price(left, right, None)
        for (_, left, right), (lost, fewer, can) in zip(ids_of(problem, network, which), columns, strict=True)
    ]


def _points_and_pairs(network: Network, loss: Whole, *, fill: bool) -> tuple[Whole, Whole]:
    """Return how many points and how many pairs a change of cost means: see ``optimum.pair_costs``."""
    if not fill:
        points = (loss + 1) // 4
        return points, 4 * points - loss
    pairs = (loss + largest_change(network)) // bonus(network)
    return loss - pairs * bonus(network), pairs
