"""What is to be paired: two sides, the points of each possible pair, and what must hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from app.domain.errors import DomainError

Side = Literal["left", "right"]
Row = tuple[int | None, ...]
Ids = tuple[str, str]

OBJECTIVE_TOTAL = "total"
OBJECTIVE_WEAKEST_FIRST = "weakest-first"
OBJECTIVES = (OBJECTIVE_TOTAL, OBJECTIVE_WEAKEST_FIRST)


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
    """An allowed pair of a sparse problem, its points, and what it is worth to either side by its own points."""

    left: str
    right: str
    points: int
    left_points: int | None = None
    right_points: int | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked beside the best pairing: how many of the next best ones, and the price of every pair."""

    alternatives: int = 0
    prices: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A pairing problem, in the words of the file format ``tandem-pairing/1``.

    Exactly one of ``points`` and ``pairs`` is given. ``points`` has a row per ``left`` and a column per ``right``, None
    where the pair is not allowed; ``pairs`` lists the allowed pairs. ``total`` None means no limit. ``fill`` asks for
    as many pairs as possible before all else; without it a pair is made only if it adds points.

    ``left_points`` and ``right_points`` have the shape of ``points``: what each pair is worth to either side alone,
    None where that side has no opinion. They play no part in the pairing, only in which pairs block it.

    Nothing is checked here: see ``validation.validate``.
    """

    left: tuple[Node, ...]
    right: tuple[Node, ...]
    points: tuple[Row, ...] | None = None
    left_points: tuple[Row, ...] | None = None
    right_points: tuple[Row, ...] | None = None
    pairs: tuple[PairPoints, ...] | None = None
    groups: tuple[Group, ...] = ()
    total: Places | None = None
    locks: tuple[Ids, ...] = ()
    vetoes: tuple[Ids, ...] = ()
    objective: str = OBJECTIVE_TOTAL
    fill: bool = True
    options: Options = Options()


def canonical(problem: Problem) -> Problem:
    """Return a valid problem with everything sorted by id, so that the order in its file plays no part.

    Ids compare by their code points, not by the rules of a language.
    """
    rows = sorted(range(len(problem.left)), key=lambda row: problem.left[row].id)
    columns = sorted(range(len(problem.right)), key=lambda column: problem.right[column].id)
    return replace(
        problem,
        left=tuple(_sorted_node(problem.left[row]) for row in rows),
        right=tuple(_sorted_node(problem.right[column]) for column in columns),
        points=_sorted_points(problem.points, rows, columns),
        left_points=_sorted_points(problem.left_points, rows, columns),
        right_points=_sorted_points(problem.right_points, rows, columns),
        pairs=None if problem.pairs is None else tuple(sorted(problem.pairs, key=_ids)),
        groups=tuple(sorted(problem.groups, key=_id)),
        locks=tuple(sorted(problem.locks)),
        vetoes=tuple(sorted(problem.vetoes)),
    )


def positions(nodes: Sequence[Node]) -> dict[str, int]:
    """Return where each id of a side stands."""
    return {node.id: position for position, node in enumerate(nodes)}


def points_of(problem: Problem, pair: Ids) -> int | None:
    """Return the points of one pair of known ids, None where it is not allowed. Looks through all pairs listed."""
    if problem.points is None:
        return next((one.points for one in problem.pairs or () if (one.left, one.right) == pair), None)
    return problem.points[positions(problem.left)[pair[0]]][positions(problem.right)[pair[1]]]


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


def _sorted_points(points: tuple[Row, ...] | None, rows: list[int], columns: list[int]) -> tuple[Row, ...] | None:
    if points is None or (_is_sorted(rows) and _is_sorted(columns)):
        return points
    return tuple(tuple([points[row][column] for column in columns]) for row in rows)


def _is_sorted(places: list[int]) -> bool:
    return places == list(range(len(places)))


def _ids(pair: PairPoints) -> Ids:
    return pair.left, pair.right
