"""The best circulation of a pairing problem, in stages: the count, the weakest pair, the total, ties.

Loads NumPy and OR-Tools: import this module where pairing runs, not with the web process.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.matching.flow import cheapest_circulation, node_prices, tight_arcs
from app.matching.network import Mask, Network, Whole
from app.matching.problem import OBJECTIVE_WEAKEST_FIRST, Places, Problem
from app.matching.ties import first_of_the_best


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best pairing as a flow.

    - ``network``: all pairs and places of the problem
    - ``last``: the network of the last stage, which has the same best pairing for the total alone: only the ``kept``
      pairs (with ``weakest-first`` those of at least ``level`` points), the whole fixed to ``count`` with ``fill``
    - ``flow``: a number per arc of ``last``
    - ``prices``: a number per node of ``last`` under which no arc is worth changing, if they were needed on the way
    """

    network: Network
    last: Network
    kept: Mask
    flow: Whole
    count: int
    level: int | None
    prices: Whole | None = None

    def flow_of_all(self) -> Whole:
        """Return the flow per arc of ``network``."""
        pairs = np.zeros(self.network.pair_count, dtype=np.int64)
        pairs[self.kept] = self.flow[: self.last.pair_count]
        return np.concatenate([pairs, self.flow[self.last.pair_count :]])


def best(problem: Problem, network: Network) -> Optimum | None:
    """Return the best pairing of a canonical problem laid out as ``network``, or None if there is none.

    The network's bounds count, not the problem's locks, vetoes and places; the problem gives the objective.
    """
    first = cheapest_circulation(network, pair_costs(network, fill=problem.fill))
    if first is None:
        return None
    level = _highest_level(problem, network, first) if problem.objective == OBJECTIVE_WEAKEST_FIRST else None
    count = int(first[-1])
    kept = np.ones(network.pair_count, dtype=np.bool_) if level is None else network.points >= level
    last = network if level is None else network.only(kept)
    last = last.with_total(Places(count, count)) if problem.fill else last
    costs = last_costs(last, fill=problem.fill)
    flow = first if level is None else cheapest_circulation(last, costs)
    assert flow is not None  # noqa: S101 - the level was reached
    flow, prices = _settled(last, flow, costs)
    return Optimum(network, last, kept, flow, int(flow[-1]), level, prices if problem.fill else None)


def pair_costs(network: Network, *, fill: bool) -> Whole:
    """Return what each pair costs, so that the cheapest circulation has the most pairs, then the highest total.

    Two circulations differ by simple cycles, each of which changes the number of pairs by at most one and passes each
    id at most once. With ``fill`` a pair costs −(bonus + points): see ``bonus``. Without, it costs 1 − 4·points: first
    the points count, then the fewest pairs, so that a pair that adds nothing is not made.
    """
    if not fill:
        return 1 - 4 * network.points
    return -bonus(network) - network.points


def last_costs(last: Network, *, fill: bool) -> Whole:
    """Return what each pair costs in the network of the last stage, where with ``fill`` the count is fixed."""
    return -last.points if fill else pair_costs(last, fill=False)


def largest_change(network: Network) -> int:
    """Return a bound on the points that a simple cycle can gain or lose.

    It makes at most as many pairs as the smaller side has ids, undoes as many, and one more of either.
    """
    if not network.pair_count:
        return 0
    lowest, highest = int(network.points.min()), int(network.points.max())
    return min(network.left_count, network.right_count) * (highest - lowest) + max(abs(lowest), abs(highest))


def bonus(network: Network) -> int:
    """Return what a pair more is worth: so much that points can neither outweigh it nor be mistaken for it."""
    return 2 * largest_change(network) + 1


def _settled(network: Network, flow: Whole, costs: Whole) -> tuple[Whole, Whole | None]:
    """Return the first of the best flows, and its node prices if it is the one that was given."""
    prices = node_prices(network, flow, costs)
    settled = first_of_the_best(network, flow, tight_arcs(network, flow, costs, prices))
    return settled, prices if np.array_equal(settled, flow) else None


def _highest_level(problem: Problem, network: Network, first: Whole) -> int:
    """Return the highest points that the weakest pair can have; ``first`` is a pairing with as many pairs as it must.

    A pairing without pairs counts as one whose weakest pair has 0 points.
    """
    reaches = _reaches(problem, network, count=int(first[-1]))
    levels = _levels(network, first, or_none=not problem.fill)
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if reaches(levels[middle]) else (low, middle - 1)
    return levels[low]


def _levels(network: Network, first: Whole, *, or_none: bool) -> list[int]:
    """Return the points that the weakest pair may have, from those in the pairing ``first`` on, but above no lock."""
    pairs = network.pair_count
    chosen, locked = network.points[first[:pairs] > 0], network.points[network.lower[:pairs] > 0]
    known = int(chosen.min()) if len(chosen) else 0
    levels = {known, *network.points[network.upper[:pairs] > 0].tolist(), *([0] if or_none else [])}
    most = int(locked.min()) if len(locked) else max(levels)
    return sorted(level for level in levels if known <= level <= most)


def _reaches(problem: Problem, network: Network, *, count: int) -> Callable[[int], bool]:
    """Return the question whether a pairing exists in which no pair has fewer points than a level."""

    def reaches(level: int) -> bool:
        part = at_least(problem, network, level, count=count)
        return cheapest_circulation(part, np.zeros(part.pair_count, dtype=np.int64)) is not None

    return reaches


def at_least(problem: Problem, network: Network, level: int, *, count: int) -> Network:
    """Return the network of the pairs of at least ``level`` points, in which a circulation means a pairing that counts.

    With ``fill`` that is one of ``count`` pairs; without, one of at least a pair if ``level`` is above what no pairs
    count as.
    """
    part = network.only(network.points >= level)
    if problem.fill:
        return part.with_total(Places(count, count))
    if level <= 0:
        return part
    lower, upper = int(network.lower[-1]), int(network.upper[-1])
    return part.with_total(Places(max(lower, 1), upper)) if upper else part
