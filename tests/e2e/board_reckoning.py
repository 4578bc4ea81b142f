"""The best pairing of a small board by trying everything: what the board must show, reckoned from its matrix alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby

from tests.e2e.staff_steps import Pair


@dataclass(frozen=True)
class Wanted:
    """What is set on a board. Each partner has one place; ``limit`` is that of each province, 0 is none."""

    points: Mapping[Pair, int] = field(hash=False)
    provinces: Mapping[str, str] = field(hash=False)
    limit: int
    weakest_first: bool = False
    locks: frozenset[Pair] = field(default_factory=frozenset)
    vetoes: frozenset[Pair] = field(default_factory=frozenset)

    def with_lock(self, pair: Pair) -> "Wanted":
        """Lock one pair more."""
        return replace(self, locks=self.locks | {pair})

    def with_veto(self, pair: Pair) -> "Wanted":
        """Exclude one pair more."""
        return replace(self, vetoes=self.vetoes | {pair})

    def without(self, pair: Pair) -> "Wanted":
        """Set nothing on a pair any more."""
        return replace(self, locks=self.locks - {pair}, vetoes=self.vetoes - {pair})


@dataclass(frozen=True)
class Reckoned:
    """A pairing with its points."""

    points: Mapping[Pair, int]

    @property
    def partners(self) -> dict[str, str]:
        """Give the partner of each candidate."""
        return {pair.flemish: pair.partner for pair in self.points}

    @property
    def total(self) -> int:
        """Give the points of all pairs together."""
        return sum(self.points.values())

    @property
    def weakest(self) -> int:
        """Give the points of the weakest pair."""
        return min(self.points.values())

    @property
    def count(self) -> int:
        """Give the number of pairs."""
        return len(self.points)


@cache
def best(wanted: Wanted) -> Reckoned:
    """Try every pairing; give the best one: most pairs, with ``weakest_first`` the best weakest, then the total."""
    found = _best(wanted, wanted.points)
    levels = sorted(set(wanted.points.values())) if wanted.weakest_first else []
    low, high = 0, len(levels)
    while high - low > 1:
        middle = (low + high) // 2
        strong = {pair: one for pair, one in wanted.points.items() if one >= levels[middle] or pair in wanted.locks}
        strongest = _best(wanted, strong)
        if strongest.count == found.count:
            low, found = middle, strongest
        else:
            high = middle
    return found


def second_best(wanted: Wanted) -> Reckoned:
    """Give the best of all pairings but the best one: it lacks one of its pairs."""
    free = set(best(wanted).points) - wanted.locks
    others = (best(wanted.with_veto(pair)) for pair in free)
    return max(others, key=lambda one: (one.count, one.total))


def moves(before: Reckoned, after: Reckoned) -> Iterator[tuple[str, str | None, str | None]]:
    """Give the candidates with another outcome: whom they had and have."""
    earlier, later = before.partners, after.partners
    for candidate in sorted({*earlier, *later}):
        if earlier.get(candidate) != later.get(candidate):
            yield candidate, earlier.get(candidate), later.get(candidate)


def _best(wanted: Wanted, points: Mapping[Pair, int]) -> Reckoned:
    """Go through the candidates by province; of all ways to the same partners taken keep the best."""
    ways: dict[frozenset[str], _Way] = {frozenset(): _Way()}
    for _, inside in groupby(sorted(wanted.provinces, key=_by_province(wanted)), wanted.provinces.__getitem__):
        open_ways = {(taken, 0): way for taken, way in ways.items()}
        for candidate in inside:
            choices = _choices(wanted, points, candidate)
            further: dict[tuple[frozenset[str], int], _Way] = {}
            for (taken, here), way in open_ways.items():
                for pair in choices:
                    _go_on(further, way, taken, here, pair, wanted)
            open_ways = further
        ways = {}
        for (taken, _), way in open_ways.items():
            ways[taken] = max(ways.get(taken, way), way, key=_Way.value)
    pairs = max(ways.values(), key=_Way.value).pairs
    return Reckoned({pair: wanted.points[pair] for pair in pairs})


@dataclass(frozen=True)
class _Way:
    """Pairs that were made so far, and their points together."""

    pairs: tuple[Pair, ...] = ()
    total: int = 0

    def value(self) -> tuple[int, int]:
        return len(self.pairs), self.total


def _go_on(
    further: dict[tuple[frozenset[str], int], _Way],
    way: _Way,
    taken: frozenset[str],
    here: int,
    pair: Pair | None,
    wanted: Wanted,
) -> None:
    """Make one pair more, or none, if the partner is free and the province has room."""
    key, after = (taken, here), way
    if pair is not None:
        if pair.partner in taken or here == (wanted.limit or len(wanted.provinces)):
            return
        key, after = (taken | {pair.partner}, here + 1), _Way((*way.pairs, pair), way.total + wanted.points[pair])
    further[key] = max(further.get(key, after), after, key=_Way.value)


def _by_province(wanted: Wanted) -> Callable[[str], tuple[str, str]]:
    return lambda candidate: (wanted.provinces[candidate], candidate)


def _choices(wanted: Wanted, points: Mapping[Pair, int], candidate: str) -> list[Pair | None]:
    locked = [pair for pair in wanted.locks if pair.flemish == candidate]
    return [*locked] or [None, *(pair for pair in points if pair.flemish == candidate and pair not in wanted.vetoes)]
