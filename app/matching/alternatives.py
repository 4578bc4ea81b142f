"""The next best pairings, exactly in the order in which pairings are better than one another, ties by ids included.

All pairings but the best are divided again and again (Chegireddy and Hamacher): a part is all pairings in which some
pairs are made for certain and some are not, and its best pairing is known. The second best of a part is found, and the
best of the second bests of all parts is the next alternative. Its part is then divided by a pair in which the two
differ: each half has its own best pairing, known already.

The second best differs from the best by one cycle through what the best leaves open. Its cost is the least price of a
pair that is not certain (``distances``), so only one problem is solved per part, to settle ties. Of several second
bests the one whose list of pairs comes first is found by making the first pairs certain, see ``_turned``.

With ``weakest-first`` the cycle is looked for among the pairs of at least the highest level that leaves a choice; below
the level of the best pairing, what is cheapest there may be new.

Loads NumPy and OR-Tools: import this module where pairing runs, not with the web process.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from app.matching.distances import FAR, turning_costs
from app.matching.network import Network, Whole, ids_of
from app.matching.optimum import Optimum, best, pair_costs
from app.matching.problem import OBJECTIVE_TOTAL, OBJECTIVE_WEAKEST_FIRST, Places, Problem
from app.matching.solution import Alternative, Pair, summed_up

Rank = tuple[int, int, int, tuple[int, ...]]


def next_best(problem: Problem, optimum: Optimum, count: int) -> tuple[Alternative, ...]:
    """Return up to ``count`` other pairings of a canonical problem, the best first; fewer where there are no more.

    They are in the order of ``solve``: with ``fill`` by most pairs, else by fewest among equal totals; then by sorted
    list of (left id, right id). With ``fill`` those with fewer pairs come after all with as many as can be.
    """
    heap: list[_Part] = []
    found: list[Alternative] = []
    _add(heap, problem, optimum.network, optimum.flow_of_all())
    while heap and len(found) < count:
        part = heappop(heap)
        found.append(_alternative(problem, part.network, part.second, rank=len(found) + 2))
        if len(found) < count:
            _divide(heap, problem, part)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Part:
    """The pairings that hold the bounds of ``network``: ``first`` is the best of them, ``second`` the next."""

    rank: Rank
    network: Network
    first: Whole
    second: Whole

    def __lt__(self, other: "_Part") -> bool:
        return self.rank < other.rank


def _add(heap: list[_Part], problem: Problem, network: Network, first: Whole) -> None:
    second = _second(problem, network, first)
    if second is not None:
        heappush(heap, _Part(_rank(problem, network, second), network, first, second))


def _divide(heap: list[_Part], problem: Problem, part: _Part) -> None:
    """Add the pairings in which a pair is as in the first of a part, and those in which it is as in the second."""
    pairs = part.network.pair_count
    differing = int(np.flatnonzero(part.first[:pairs] != part.second[:pairs])[0])
    for flow in (part.first, part.second):
        _add(heap, problem, _certain(part.network, differing, int(flow[differing])), flow)


def _rank(problem: Problem, network: Network, flow: Whole) -> Rank:
    """Return what sorts pairings, the best first; the positions of pairs sort as their ids do."""
    pairs = _made(network, flow)
    total = int(network.points[pairs].sum())
    weakest = _level(network, flow) if problem.objective == OBJECTIVE_WEAKEST_FIRST else 0
    if problem.fill:
        return -len(pairs), -weakest, -total, tuple(pairs.tolist())
    return -weakest, -total, len(pairs), tuple(pairs.tolist())


def _alternative(problem: Problem, network: Network, flow: Whole, *, rank: int) -> Alternative:
    locks = set(problem.locks)
    whole = summed_up(
        [
            Pair(left, right, int(network.points[pair]), locked=(left, right) in locks)
            for pair, left, right in ids_of(problem, network, _made(network, flow))
        ]
    )
    return Alternative(rank, whole.pairs, whole.count, whole.total, whole.weakest)


def _made(network: Network, flow: Whole) -> Whole:
    """Return the places of the pairs that are made, in order."""
    return np.flatnonzero(flow[: network.pair_count])


def _level(network: Network, flow: Whole) -> int:
    """Return the points of the weakest pair; a pairing without pairs counts as one of 0 points."""
    return int(min(network.points[_made(network, flow)], default=0))


def _second(problem: Problem, network: Network, first: Whole) -> Whole | None:
    """Return the next best pairing of a network, given its best one, or None if there is no other."""
    if problem.objective == OBJECTIVE_TOTAL:
        return _second_by_total(problem, network, first)
    as_strong = _at_least(problem, network, first, _level(network, first))
    second = _second_by_total(problem, as_strong, first)
    if second is None:
        second = _second_that_is_weaker(problem, network, first)
    if second is None and problem.fill:
        second = _best_with_fewer(problem, network, int(first[-1]))
    return second


def _second_that_is_weaker(problem: Problem, network: Network, first: Whole) -> Whole | None:
    """Return the next best pairing where no other is as strong as the first; with ``fill`` one of as many pairs.

    Of the levels below that of the first it is the highest at which there is any other; all others there are exactly as
    weak, so their total decides. The first, which has no such weak pair, may or may not have the highest total.
    """
    open_to = network.upper[: network.pair_count] > 0
    levels = sorted({0, *network.points[open_to].tolist()}, reverse=True)
    levels = [level for level in levels if level < _level(network, first)]

    def leaves_a_choice(level: int) -> bool:
        part = _at_least(problem, network, first, level)
        return _cheapest_turn(part, first, np.zeros(part.pair_count, dtype=np.int64)) is not None

    place = bisect_left(levels, True, key=leaves_a_choice)
    if place == len(levels):
        return None
    part = _at_least(problem, network, first, levels[place])
    highest = _best_by_total(problem, part)
    return _second_by_total(problem, part, first) if np.array_equal(highest, first) else highest


def _best_with_fewer(problem: Problem, network: Network, count: int) -> Whole | None:
    """Return the best pairing with fewer than ``count`` pairs."""
    least = int(network.lower[-1])
    optimum = best(problem, network.with_total(Places(least, count - 1))) if count > least else None
    return None if optimum is None else optimum.flow_of_all()


def _at_least(problem: Problem, network: Network, first: Whole, level: int) -> Network:
    """Return a network whose pairings have no pair of fewer points than a level and, with ``fill``, as many as one has.

    Without ``fill`` a pairing without pairs is left out where it would count as weaker.
    """
    upper = network.upper.copy()
    upper[: network.pair_count][network.points < level] = 0
    part = network.bounded(upper=upper)
    if problem.fill:
        return part.with_total(Places(int(first[-1]), int(first[-1])))
    return part.with_total(Places(max(int(network.lower[-1]), int(level > 0)), int(network.upper[-1])))


def _second_by_total(problem: Problem, network: Network, first: Whole) -> Whole | None:
    """Return the pairing of the next best total (and count) in a network, given the best one, which comes first too."""
    turned = _turned(network, first, pair_costs(network, fill=problem.fill))
    return None if turned is None else _best_by_total(problem, turned)


def _best_by_total(problem: Problem, network: Network) -> Whole:
    optimum = best(replace(problem, objective=OBJECTIVE_TOTAL), network)
    assert optimum is not None  # noqa: S101 - asked only where there is one
    return optimum.flow_of_all()


class _Turn(NamedTuple):
    """The least cost of a change, and the pairs that a change of this cost can turn round, in order."""

    cost: int
    pairs: list[int]


def _cheapest_turn(network: Network, flow: Whole, costs: Whole) -> _Turn | None:
    """Return the cheapest change of a cheapest flow, or None if nothing can be changed."""
    free = np.flatnonzero(network.lower[: network.pair_count] < network.upper[: network.pair_count])
    turning = turning_costs(network, flow, costs)[free]
    cost = int(turning.min(initial=FAR))
    return None if cost == FAR else _Turn(cost, free[turning == cost].tolist())


def _turned(network: Network, first: Whole, costs: Whole) -> Network | None:
    """Return a network whose best pairing is the second best of another, or None if there is no second.

    Of pairings of equal cost, and so of as many pairs, that one comes first which has the first pair in which they
    differ. All second bests change only pairs of the cheapest turn. Let p be the first of these. If p is not made, one
    of the second bests makes it, and comes before those that do not. If p is made, those that keep it come before those
    that do not: p is made certain, if then a second best is left, and the question is asked again.
    """
    turn = _cheapest_turn(network, first, costs)
    if turn is None:
        return None
    if turn.cost == 0:
        network, turn = _last_of_equals(network, first, costs, turn)
    while first[turn.pairs[0]]:
        rest = _certain(network, turn.pairs[0], 1)
        following = _cheapest_turn(rest, first, costs)
        if following is None or following.cost > turn.cost:
            break
        network, turn = rest, following
    return _certain(network, turn.pairs[0], 1 - int(first[turn.pairs[0]]))


def _last_of_equals(network: Network, first: Whole, costs: Whole, turn: _Turn) -> tuple[Network, _Turn]:
    """Make as many of the first pairs certain as leave another best pairing; the same as one by one, but by halving.

    Where a change costs nothing, the first pair that it turns is one that is made: the first pairing comes first.
    """
    made = [pair for pair in turn.pairs if first[pair]]
    low, high, kept = 0, len(made) - 1, (network, turn)
    while low < high:
        middle = (low + high + 1) // 2
        rest = _all_certain(network, made[:middle])
        following = _cheapest_turn(rest, first, costs)
        if following is not None and following.cost == 0:
            low, kept = middle, (rest, following)
        else:
            high = middle - 1
    return kept


def _certain(network: Network, pair: int, flow: int) -> Network:
    """Return the network in which a pair is made for certain (1), or for certain not made (0)."""
    lower, upper = network.lower.copy(), network.upper.copy()
    lower[pair] = upper[pair] = flow
    return network.bounded(lower=lower, upper=upper)


def _all_certain(network: Network, pairs: Iterable[int]) -> Network:
    lower = network.lower.copy()
    lower[list(pairs)] = 1
    return network.bounded(lower=lower)
