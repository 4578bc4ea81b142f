"""What is to be paired: two sides, the points of each possible pair, and what must hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from app.domain.errors import DomainError

Side = Literal["left", "right"]
Row = tuple[int | None, ...]
Ids = tuple[str, str]
AllowedPair = tuple[int, int, int]
"""Row, column and points."""

OBJECTIVE_TOTAL = "total"


class ProblemInvalid(DomainError):
    """A problem does not say what is to be paired; ``place`` is where, ``fault`` is what (a code).

    ``params`` holds both, and what the sentence about the fault needs.
    """

    code = "problem_invalid"

    def __init__(self, place: str, fault: str, **params: object) -> None:
        super().__init__(place=place, fault=fault, **params)
        self.place = place
        self.fault = fault

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}"


@dataclass(frozen=True, slots=True)
class Places:
    """In how many pairs an id, a group or the whole must be (``min``) and may be (``max``), both inclusive."""

    min: int = 0
    max: int = 1


@dataclass(frozen=True, slots=True)
class Node:
    """One to be paired; ``groups`` names the groups of its own side that it belongs to."""

    id: str
    groups: tuple[str, ...] = ()
    places: Places = Places()


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes of one side that share places."""

    id: str
    places: Places = Places()


class PairPoints(NamedTuple):
    """An allowed pair of a sparse problem and its points."""

    left: str
    right: str
    points: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A pairing problem, in the words of the file format ``tandem-pairing/1``.

    Exactly one of ``points`` and ``pairs`` is given. ``points`` has a row per ``left`` and a column per ``right``, None
    where the pair is not allowed; ``pairs`` lists the allowed pairs. ``total`` None means no limit. ``fill`` asks for
    as many pairs as possible before the highest total; without it a pair is made only if it adds points.

    Nothing is checked here: see ``validation.validate``.
    """

    left: tuple[Node, ...]
    right: tuple[Node, ...]
    points: tuple[Row, ...] | None = None
    pairs: tuple[PairPoints, ...] | None = None
    groups: tuple[Group, ...] = ()
    total: Places | None = None
    locks: tuple[Ids, ...] = ()
    vetoes: tuple[Ids, ...] = ()
    objective: str = OBJECTIVE_TOTAL
    fill: bool = True


def canonical(problem: Problem) -> Problem:
    """Return a valid problem with everything sorted by id, so that the order in its file plays no part.

    Ids compare by their code points, not by the rules of a language.
    """
    return replace(
        problem,
        left=tuple(_sorted_node(node) for node in sorted(problem.left, key=_id)),
        right=tuple(_sorted_node(node) for node in sorted(problem.right, key=_id)),
        points=None if problem.points is None else _sorted_points(problem, problem.points),
        pairs=None if problem.pairs is None else tuple(sorted(problem.pairs)),
        groups=tuple(sorted(problem.groups, key=_id)),
        locks=tuple(sorted(problem.locks)),
        vetoes=tuple(sorted(problem.vetoes)),
    )


def allowed_pairs(problem: Problem) -> list[AllowedPair]:
    """Return (row, column, points) of every pair that may be made, vetoed ones left out.

    Rows and columns count in the order of the problem; the list is in the order of its points or pairs.
    """
    rows, columns = positions(problem.left), positions(problem.right)
    vetoed = {(rows[left], columns[right]) for left, right in problem.vetoes}
    if problem.points is not None:
        return [
            (row, column, points)
            for row, line in enumerate(problem.points)
            for column, points in enumerate(line)
            if points is not None and (row, column) not in vetoed
        ]
    listed = ((rows[pair.left], columns[pair.right], pair.points) for pair in problem.pairs or ())
    return [entry for entry in listed if entry[:2] not in vetoed]


def positions(nodes: Sequence[Node]) -> dict[str, int]:
    """Return where each id of a side stands."""
    return {node.id: position for position, node in enumerate(nodes)}


def members(nodes: tuple[Node, ...]) -> dict[str, frozenset[int]]:
    """Return the positions of the nodes in each group that these nodes name."""
    found: dict[str, set[int]] = {}
    for position, node in enumerate(nodes):
        for group in node.groups:
            found.setdefault(group, set()).add(position)
    return {group: frozenset(positions) for group, positions in found.items()}


def _id(item: Node | Group) -> str:
    return item.id


def _sorted_node(node: Node) -> Node:
    return replace(node, groups=tuple(sorted(node.groups)))


def _sorted_points(problem: Problem, points: tuple[Row, ...]) -> tuple[Row, ...]:
    rows = sorted(range(len(problem.left)), key=lambda row: problem.left[row].id)
    columns = sorted(range(len(problem.right)), key=lambda column: problem.right[column].id)
    return tuple(tuple([points[row][column] for column in columns]) for row in rows)
