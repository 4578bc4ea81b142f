"""A pairing problem as a circulation: every pair is one unit that runs once around.

From the left root through the groups of the left side (outer before inner) to a left id, over a pair to a right id,
through the groups of the right side (inner before outer) to the right root, and back over the total. Places are the
bounds of the arcs, locks are pairs with lower bound 1, vetoes pairs with upper bound 0. Flows in such a network are
whole wherever its bounds are.

Loads NumPy: import this module where pairing runs, not with the web process.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.matching.nesting import nest
from app.matching.problem import Group, Ids, Node, Places, Problem, members, positions

Whole = NDArray[np.int64]
Nodes = NDArray[np.int32]
Mask = NDArray[np.bool_]


class Scope(NamedTuple):
    """What has places: an id of a side, a group, or the total (``of`` is empty)."""

    kind: Literal["left", "right", "group", "total"]
    of: str


@dataclass(frozen=True, slots=True)
class Network:
    """Arcs as columns: the pairs first, in the order of the problem, then the places of both sides, the total last.

    - ``tails``, ``heads``, ``lower``, ``upper``: a number per arc; flows are as long
    - ``points``: a number per pair
    - ``scopes``: what each arc after the pairs has the places of, in the same order

    Nodes 0 … ``left_count`` − 1 are the left ids, the next ``right_count`` the right ids, in the order of the problem.
    """

    size: int
    left_count: int
    right_count: int
    tails: Nodes
    heads: Nodes
    lower: Whole
    upper: Whole
    points: Whole
    scopes: tuple[Scope, ...]

    @property
    def pair_count(self) -> int:
        """Return how many of the arcs are pairs."""
        return len(self.points)

    @property
    def rows(self) -> Nodes:
        """Return the position of the left id of each pair."""
        return self.tails[: self.pair_count]

    @property
    def columns(self) -> Nodes:
        """Return the position of the right id of each pair, among the right ids."""
        return self.heads[: self.pair_count] - np.int32(self.left_count)

    def bounded(self, *, lower: Whole | None = None, upper: Whole | None = None) -> "Network":
        """Return the same network with other bounds."""
        return replace(self, lower=self.lower if lower is None else lower, upper=self.upper if upper is None else upper)

    def with_total(self, places: Places) -> "Network":
        """Return the same network with other places of the whole."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[-1], upper[-1] = places.min, places.max
        return self.bounded(lower=lower, upper=upper)

    def only(self, kept: Mask) -> "Network":
        """Return the network of some of the pairs, given one truth value per pair."""
        arcs = np.concatenate([kept, np.ones(len(self.scopes), dtype=np.bool_)])
        return replace(
            self,
            tails=self.tails[arcs],
            heads=self.heads[arcs],
            lower=self.lower[arcs],
            upper=self.upper[arcs],
            points=self.points[kept],
        )


def build_network(problem: Problem) -> Network:
    """Lay out a valid, canonical problem as a circulation."""
    rows, columns, points = _dense(problem.points) if problem.points is not None else _sparse(problem)
    offset = len(problem.left)
    left_root = offset + len(problem.right)
    of_right = {name for node in problem.right for name in node.groups}
    of_left = [group for group in problem.groups if group.id not in of_right]
    left_tree = _tree(of_left, problem.left, first=0, root=left_root)
    right_root = left_root + 1 + len(left_tree.groups)
    right_groups = [group for group in problem.groups if group.id in of_right]
    right_tree = _tree(right_groups, problem.right, first=offset, root=right_root)
    most = len(points) + 1  # more than any places hold: such a bound never binds
    total = problem.total or Places(0, most)
    bounds = [*left_tree.places, *right_tree.places, total]
    lower = [places.min for places in bounds]
    upper = [min(places.max, max(places.min, most)) for places in bounds]
    locked, vetoed = _marked(problem.locks, problem, rows, columns), _marked(problem.vetoes, problem, rows, columns)
    return Network(
        size=right_root + 1 + len(right_tree.groups),
        left_count=offset,
        right_count=len(problem.right),
        tails=_nodes(rows, left_tree.parents, right_tree.children, [right_root]),
        heads=_nodes(columns + offset, left_tree.children, right_tree.parents, [left_root]),
        lower=np.concatenate([locked, np.array(lower, dtype=np.int64)]),
        upper=np.concatenate([1 - vetoed, np.array(upper, dtype=np.int64)]),
        points=points,
        scopes=(*_scopes(left_tree, "left"), *_scopes(right_tree, "right"), Scope("total", "")),
    )


def ids_of(problem: Problem, network: Network, pairs: Whole) -> Iterator[tuple[int, str, str]]:
    """Yield (place, left id, right id) of some pairs of a canonical problem, given their places in its network."""
    left, right = network.rows[pairs].tolist(), network.columns[pairs].tolist()
    for pair, row, column in zip(pairs.tolist(), left, right, strict=True):
        yield pair, problem.left[row].id, problem.right[column].id


class _Tree(NamedTuple):
    """One side: for each of its ids, then each of its groups, the node above it, its own node and its places."""

    ids: list[str]
    groups: list[str]
    parents: list[int]
    children: list[int]
    places: list[Places]


def _tree(groups: Sequence[Group], nodes: tuple[Node, ...], *, first: int, root: int) -> _Tree:
    """Lay out one side; its ids are numbered from ``first``, its groups from ``root`` + 1 on, by id.

    A group that nobody is in hangs from the root: then nothing can run through it.
    """
    nesting = nest(members(nodes))
    numbers: dict[str | None, int] = {group.id: root + 1 + position for position, group in enumerate(groups)}
    numbers[None] = root
    return _Tree(
        ids=[node.id for node in nodes],
        groups=[group.id for group in groups],
        parents=[
            *(numbers[nesting.innermost.get(position)] for position in range(len(nodes))),
            *(numbers[nesting.parents.get(group.id)] for group in groups),
        ],
        children=[*range(first, first + len(nodes)), *(numbers[group.id] for group in groups)],
        places=[*(node.places for node in nodes), *(group.places for group in groups)],
    )


def _scopes(tree: _Tree, side: Literal["left", "right"]) -> Iterable[Scope]:
    return chain((Scope(side, name) for name in tree.ids), (Scope("group", name) for name in tree.groups))


def _dense(points: Sequence[Sequence[int | None]]) -> tuple[Nodes, Nodes, Whole]:
    """Return row, column and points of the pairs of a matrix that are allowed."""
    if not any(None in line for line in points):
        matrix = np.array(points, dtype=np.int64).reshape(len(points), len(points[0]) if points else 0)
        rows, columns = np.indices(matrix.shape, dtype=np.int32)
        return rows.ravel(), columns.ravel(), matrix.ravel()
    filled = np.array([[np.nan if value is None else 0.0 for value in line] for line in points])
    rows, columns = (found.astype(np.int32) for found in np.nonzero(np.isfinite(filled)))
    values = [value for line in points for value in line if value is not None]
    return rows, columns, np.array(values, dtype=np.int64)


def _sparse(problem: Problem) -> tuple[Nodes, Nodes, Whole]:
    left, right = positions(problem.left), positions(problem.right)
    pairs = problem.pairs or ()
    return (
        np.array([left[pair.left] for pair in pairs], dtype=np.int32),
        np.array([right[pair.right] for pair in pairs], dtype=np.int32),
        np.array([pair.points for pair in pairs], dtype=np.int64),
    )


def _marked(marks: Sequence[Ids], problem: Problem, rows: Nodes, columns: Nodes) -> Whole:
    """Return 1 for each pair that is among the marks, else 0."""
    found = np.zeros(len(rows), dtype=np.int64)
    if marks:
        left, right = positions(problem.left), positions(problem.right)
        width = len(problem.right)
        wanted = [left[first] * width + right[second] for first, second in marks]
        found[np.isin(rows.astype(np.int64) * width + columns, wanted)] = 1
    return found


def _nodes(pairs: Nodes, *parts: Sequence[int]) -> Nodes:
    return np.concatenate([pairs, np.fromiter(chain(*parts), dtype=np.int32)])
