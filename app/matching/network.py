"""A pairing problem as a circulation: every pair is one unit that runs once around.

From the left root through the groups of the left side (outer before inner) to a left id, over a pair to a right id,
through the groups of the right side (inner before outer) to the right root, and back over the total. Places are the
bounds of the arcs, locks are pairs with lower bound 1. Flows in such a network are whole wherever its bounds are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.matching.nesting import nest
from app.matching.problem import AllowedPair, Node, Places, Problem, members, positions

Branch = tuple[int, int, Places]
"""Parent, child, and the places of the child."""


@dataclass(frozen=True, slots=True)
class Network:
    """Arcs as columns: the pairs first, in the order of the problem, then the places of both sides, the total last.

    Nodes 0 … count of left ids − 1 are the left ids, in order. ``rows``, ``columns`` and ``points`` belong to the
    pairs.
    """

    size: int
    tails: list[int]
    heads: list[int]
    lower: list[int]
    upper: list[int]
    costs: list[int]
    rows: list[int]
    columns: list[int]
    points: list[int]

    @property
    def pair_count(self) -> int:
        """Return how many of the arcs are pairs."""
        return len(self.points)


def build_network(problem: Problem, allowed: Sequence[AllowedPair]) -> Network:
    """Lay out a valid, canonical problem and its ``allowed_pairs`` as a circulation.

    Every bound is at most the number of allowed pairs, and no lower bound is above its upper one, once
    ``clash.check_counts`` has passed.
    """
    rows, columns, points = ([entry[part] for entry in allowed] for part in range(3))
    offset = len(problem.left)
    left_root = offset + len(problem.right)
    left_arcs, end = _branches(problem, problem.left, first=0, root=left_root)
    right_arcs, size = _branches(problem, problem.right, first=offset, root=end)
    total = problem.total or Places(0, len(points))
    arcs = [*left_arcs, *((child, parent, places) for parent, child, places in right_arcs), (end, left_root, total)]
    locked = _locked(problem, rows, columns)
    return Network(
        size=size,
        tails=rows + [tail for tail, _, _ in arcs],
        heads=[offset + column for column in columns] + [head for _, head, _ in arcs],
        lower=locked + [places.min for _, _, places in arcs],
        upper=[1] * len(points) + [min(places.max, len(points)) for _, _, places in arcs],
        costs=pair_costs(points, most_pairs=min(offset, len(problem.right)), fill=problem.fill) + [0] * len(arcs),
        rows=rows,
        columns=columns,
        points=points,
    )


def pair_costs(points: list[int], *, most_pairs: int, fill: bool) -> list[int]:
    """Return what each pair costs, so that the cheapest circulation is the best pairing.

    Two circulations differ by simple cycles, each of which changes the number of pairs by at most one and passes each
    id at most once (``most_pairs`` of the smaller side). With ``fill`` a pair costs −(B + points), B larger than any
    gain of points along such a cycle: first the number of pairs counts, then the points. Without, it costs 1 −
    2·points: first the points count, then the fewest pairs, so that a pair that adds nothing is not made.
    """
    if not fill:
        return [1 - 2 * value for value in points]
    if not points:
        return []
    bonus = most_pairs * (max(points) - min(points)) + max(abs(value) for value in points) + 1
    return [-bonus - value for value in points]


def _branches(problem: Problem, nodes: tuple[Node, ...], *, first: int, root: int) -> tuple[list[Branch], int]:
    """Return the tree of one side as (parent, child, places), and the first number that is free after it.

    The groups are numbered from ``root`` + 1 on.
    """
    held = members(nodes)
    nesting = nest(held)
    numbers = {group: root + 1 + position for position, group in enumerate(sorted(held))}
    places = {group.id: group.places for group in problem.groups}
    inner = [(_number(numbers, nesting.parents[group], root), numbers[group], places[group]) for group in numbers]
    leaves = [
        (_number(numbers, nesting.innermost.get(position), root), first + position, node.places)
        for position, node in enumerate(nodes)
    ]
    return inner + leaves, root + 1 + len(numbers)


def _number(numbers: dict[str, int], group: str | None, root: int) -> int:
    return root if group is None else numbers[group]


def _locked(problem: Problem, rows: Iterable[int], columns: Iterable[int]) -> list[int]:
    """Return 1 for each pair that is locked, else 0."""
    left, right = positions(problem.left), positions(problem.right)
    locks = {(left[first], right[second]) for first, second in problem.locks}
    return [int(pair in locks) for pair in zip(rows, columns, strict=True)]
