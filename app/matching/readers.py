"""Giving candidacies to readers: each to enough of them, loads as even as possible, never against a conflict.

The same problem as a pairing: readers on the left with their loads as places, candidacies on the right with the number
of their readers. Loads are settled first. From a common floor that all can bear they are raised one reader at a time,
always one with the lowest load that still can be raised while all else holds. Possible loads form an integral base
polytope, for which this gives the most even loads there are: within one of each other wherever that is possible, else
the lowest load as high as it can be, then the next (Federgruen and Groenevelt 1986, on greedy allocation over
polymatroids). Then the engine chooses the pairs.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from app.matching.clash import NoPairing
from app.matching.problem import Node, PairPoints, Places, Problem
from app.matching.solution import Solution
from app.matching.solve import best_pairs

Pair = tuple[str, str]
"""Reader and candidacy."""
KEPT_POINTS = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be given: ids of readers and candidacies, how many readers each candidacy should have.

    ``conflicts`` are pairs that may not be; ``locked`` those that must stay; ``current`` those that stay where nothing
    speaks against it. A pair in conflict is neither locked nor current, whatever these say.
    """

    readers: tuple[str, ...]
    candidacies: tuple[str, ...]
    per_candidacy: int
    conflicts: frozenset[Pair] = frozenset()
    locked: frozenset[Pair] = frozenset()
    current: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who reads what, sorted; the load of each reader; and candidacies with fewer readers than wanted, by how many."""

    pairs: tuple[Pair, ...]
    loads: Mapping[str, int]
    lacking: Mapping[str, int]


def assign(wanted: Wanted) -> Assignment:
    """Give candidacies to readers; the same for every order of what is given.

    A candidacy with fewer possible readers than wanted gets all of these. Where loads and conflicts leave a choice,
    ``current`` pairs stay, and the rest is mixed by a digest of both ids, so that readers do not always meet the same
    colleague and everybody can compute it again.
    """
    possible = _possible(wanted)
    locked = frozenset(wanted.locked & possible)
    needs = _needs(wanted, possible, locked)
    loads = _even_loads(wanted, possible, locked, needs)
    chosen = _solved(wanted, possible, locked, needs, {one: Places(load, load) for one, load in loads.items()})
    pairs = tuple((pair.left, pair.right) for pair in chosen.pairs)
    lacking = {one: wanted.per_candidacy - need for one, need in sorted(needs.items()) if need < wanted.per_candidacy}
    return Assignment(pairs, loads, lacking)


def _possible(wanted: Wanted) -> frozenset[Pair]:
    """Give the pairs without a conflict."""
    return frozenset((one, other) for one in wanted.readers for other in wanted.candidacies) - wanted.conflicts


def _needs(wanted: Wanted, possible: Collection[Pair], locked: Collection[Pair]) -> dict[str, int]:
    """Give how many readers each candidacy gets: as wanted, unless there are too few, or more are locked."""
    able, held = Counter(other for _, other in possible), Counter(other for _, other in locked)
    return {one: max(min(wanted.per_candidacy, able[one]), held[one]) for one in wanted.candidacies}


def _even_loads(
    wanted: Wanted, possible: frozenset[Pair], locked: frozenset[Pair], needs: Mapping[str, int]
) -> dict[str, int]:
    able, held = Counter(one for one, _ in possible), Counter(one for one, _ in locked)
    most = len(wanted.candidacies)

    def holds(least: Mapping[str, int]) -> bool:
        places = {one: Places(load, most) for one, load in least.items()}
        try:
            _solved(wanted, possible, locked, needs, places)
        except NoPairing:
            return False
        return True

    def floor(load: int) -> dict[str, int]:
        return {one: max(min(load, able[one]), held[one]) for one in sorted(wanted.readers)}

    common = _highest(lambda load: holds(floor(load)), most)
    return _raised(floor(common), holds, total=sum(needs.values()))


def _highest(holds: Callable[[int], bool], most: int) -> int:
    """Give the highest number from 0 to ``most`` that holds; 0 does, and none above the first that does not."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _raised(loads: dict[str, int], holds: Callable[[Mapping[str, int]], bool], *, total: int) -> dict[str, int]:
    """Raise loads until they add up to ``total``: the lowest first, of equal ones the first id."""
    open_to = set(loads)
    while sum(loads.values()) < total:
        lowest = min(open_to, key=lambda one: (loads[one], one))
        raised = {**loads, lowest: loads[lowest] + 1}
        if holds(raised):
            loads = raised
        else:
            open_to.remove(lowest)
    return loads


def _solved(
    wanted: Wanted,
    possible: Collection[Pair],
    locked: Collection[Pair],
    needs: Mapping[str, int],
    loads: Mapping[str, Places],
) -> Solution:
    """Let the engine choose.

    :raises NoPairing: these loads cannot be.
    """
    return best_pairs(
        Problem(
            left=tuple(Node(one, places=loads[one]) for one in wanted.readers),
            right=tuple(Node(one, places=Places(needs[one], needs[one])) for one in wanted.candidacies),
            pairs=tuple(PairPoints(*pair, _points(pair, wanted.current)) for pair in possible),
            locks=tuple(locked),
        )
    )


def _points(pair: Pair, current: Collection[Pair]) -> int:
    mixed = int.from_bytes(sha256("\x00".join(pair).encode()).digest()[:2], "big") % KEPT_POINTS
    return mixed + (KEPT_POINTS if pair in current else 0)
