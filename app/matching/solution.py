"""A pairing, the proof that it is the best, and what was asked beside it: plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.matching.problem import Ids


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of a pairing; ``locked`` if it was asked for."""

    left: str
    right: str
    points: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Duals:
    """Whole numbers that show with additions alone that a sum over the pairs of any pairing is at most ``bound``.

    One per constraint that binds: places of an id (``left``, ``right``), of a group and of the whole (``total``), and
    ``pairs``, each at most once in a pairing and a lock at least once. What a pair counts is at most the sum of the
    duals of all that it is in; each dual times its places, added up, is ``bound``. Positive duals go with the highest
    number of places, negative ones with the lowest. See ``verify.verify``.
    """

    bound: int
    left: Mapping[str, int] = field(default_factory=dict)
    right: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    pairs: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Why no pairing is better, in stages.

    - ``count``: no pairing has more pairs (with ``fill`` only)
    - ``weakest``: none with as many pairs has a higher weakest pair (``weakest-first`` only): the duals of the pairs
      with more points have a bound below zero, which no pairing can have; or the lock that is the weakest pair itself
    - ``total``: none with as many pairs, none of them weaker, has a higher total
    """

    total: Duals
    count: Duals | None = None
    weakest: Duals | Ids | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a pair costs against the best pairing: ``points`` of the total lost by forcing it in, or by leaving it out.

    None where that cannot be done. ``pairs`` is how many pairs fewer there are then (−1: one more).
    """

    left: str
    right: str
    points: int | None
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another pairing; ``rank`` 2 is the next best one."""

    rank: int
    pairs: tuple[Pair, ...]
    count: int
    total: int
    weakest: int | None


@dataclass(frozen=True, slots=True)
class Solution:
    """A pairing: the pairs sorted by (left, right), how many, their sum of points, and the lowest points among them.

    ``prices`` (of every pair that may be made, sorted) and ``alternatives`` (best first) are None where they were not
    asked for. ``blocking`` are pairs that both sides would rather have by their own points. ``marks``, asked for with
    the prices, says of each lock and veto what taking it back and doing the opposite would lose: points below zero are
    what the mark costs.
    """

    pairs: tuple[Pair, ...]
    count: int
    total: int
    weakest: int | None
    proof: Proof | None = None
    prices: tuple[Price, ...] | None = None
    alternatives: tuple[Alternative, ...] | None = None
    blocking: tuple[Ids, ...] = ()
    marks: tuple[Price, ...] | None = None


def summed_up(pairs: Sequence[Pair], proof: Proof | None = None) -> Solution:
    """Return the pairs, sorted, with their count, total and weakest."""
    ordered = tuple(sorted(pairs, key=lambda pair: (pair.left, pair.right)))
    points = [pair.points for pair in ordered]
    return Solution(ordered, len(points), sum(points), min(points, default=None), proof)
