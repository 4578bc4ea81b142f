"""Pairs in which both sides would rather have each other, and whom somebody would rather have.

Both by the two sides' own points (``Problem.left_points`` and ``right_points``), which play no part in the pairing.
Only the places of the two ids count: whether a group or the whole would have room for the pair is not looked at, nor
whether a present pair is locked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from app.matching.problem import Ids, Node, Problem
from app.matching.solution import Pair


class Rather(NamedTuple):
    """An id of the other side that somebody would rather have, and by how many own points more.

    ``more`` is None where the present partner has no own points. ``blocks``: that one would rather have it, too.
    """

    other: str
    more: int | None
    blocks: bool


@dataclass(frozen=True, slots=True)
class BetterOff:
    """Whom each of a pair would rather have than the other, what it likes best first."""

    left: tuple[Rather, ...] = ()
    right: tuple[Rather, ...] = ()


Own = tuple[int | None, int | None]
"""What a pair is worth to its left id and to its right id; None is no opinion."""


def blocking_pairs(problem: Problem, pairs: Sequence[Pair]) -> tuple[Ids, ...]:
    """Return the pairs that block a pairing of a valid problem, sorted.

    A pair blocks if it may be made and is not, both its ids gave own points for it, and each of them has a free place
    or likes the other strictly better than the partner that it likes least; a partner for whom it gave no own points is
    liked least of all. Looks a few times at each pair with own points; costs nothing where there are none.
    """
    given = _given(problem)
    return tuple(sorted(_blocking(problem, given, pairs))) if given else ()


def better_off(problem: Problem, pairs: Sequence[Pair], pair: Ids, *, most: int = 3) -> BetterOff:
    """Return whom each id of a pair would rather have, by its own points for the others against those for this pair.

    Others are those with whom it may be paired and is not; strictly better only, any with own points if it gave none
    for this pair. What it likes best comes first, then by id, at most ``most`` on either side. The pair need not be in
    the pairing. For what ``blocks`` means see ``blocking_pairs``. Nobody where no own points are given.
    """
    given = _given(problem)
    blocking = _blocking(problem, given, pairs)
    others = _others(problem, given, pairs)
    here = given.get(pair, (None, None))
    left = [(ids[1], given[ids][0], ids in blocking) for ids in others if ids[0] == pair[0]]
    right = [(ids[0], given[ids][1], ids in blocking) for ids in others if ids[1] == pair[1]]
    return BetterOff(_liked_more(left, here[0])[:most], _liked_more(right, here[1])[:most])


def _liked_more(others: Iterable[tuple[str, int | None, bool]], here: int | None) -> tuple[Rather, ...]:
    """Return those of (id, own points for it, whether it blocks) who are worth more than ``here``, the best first."""
    better = [one for one in others if _liking(one[1]) > _liking(here)]
    return tuple(
        Rather(other, None if here is None or points is None else points - here, blocks)
        for other, points, blocks in sorted(better, key=lambda one: (-_liking(one[1]), one[0]))
    )


def _given(problem: Problem) -> dict[Ids, Own]:
    """Return the own points of every allowed pair for which either id gave some."""
    if problem.points is None:
        sparse = (((pair.left, pair.right), (pair.left_points, pair.right_points)) for pair in problem.pairs or ())
        return {ids: own for ids, own in sparse if own != (None, None)}
    if problem.left_points is None and problem.right_points is None:
        return {}
    nothing = ((None,) * len(problem.right),) * len(problem.left)
    rows = zip(
        problem.left, problem.points, problem.left_points or nothing, problem.right_points or nothing, strict=True
    )
    return {
        (left.id, right.id): (ours, theirs)
        for left, *row in rows
        for right, points, ours, theirs in zip(problem.right, *row, strict=True)
        if points is not None and (ours is not None or theirs is not None)
    }


def _others(problem: Problem, given: Mapping[Ids, Own], pairs: Sequence[Pair]) -> list[Ids]:
    """Return the pairs with own points that may be made and are not: not vetoed, and both ids have places."""
    closed = {(pair.left, pair.right) for pair in pairs}.union(problem.vetoes)
    left, right = ({node.id for node in side if node.places.max} for side in (problem.left, problem.right))
    return [ids for ids in given if ids[0] in left and ids[1] in right and ids not in closed]


def _blocking(problem: Problem, given: Mapping[Ids, Own], pairs: Sequence[Pair]) -> set[Ids]:
    made = {(pair.left, pair.right): given.get((pair.left, pair.right), (None, None)) for pair in pairs}
    left = _bars(problem.left, [(ids[0], own[0]) for ids, own in made.items()])
    right = _bars(problem.right, [(ids[1], own[1]) for ids, own in made.items()])
    wanted = {
        ids
        for ids, (ours, theirs) in given.items()
        if ours is not None and theirs is not None and ours > left[ids[0]] and theirs > right[ids[1]]
    }
    return wanted.difference(made, problem.vetoes)


def _bars(nodes: Sequence[Node], partners: Sequence[tuple[str, int | None]]) -> dict[str, float]:
    """Return above which own points each id would rather have another: those of the partner that it likes least.

    Infinitely low where a place is free: then it likes anybody for whom it gave own points. Infinitely high where there
    are no places at all.
    """
    used = Counter(name for name, _ in partners)
    bars = {node.id: -inf if used[node.id] < node.places.max else inf for node in nodes}
    for name, points in partners:
        bars[name] = min(bars[name], _liking(points))
    return bars


def _liking(points: int | None) -> float:
    """Return own points to be compared (exactly: a whole number or minus infinity), no opinion the lowest."""
    return -inf if points is None else points
