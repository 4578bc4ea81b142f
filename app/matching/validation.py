"""Whether a problem says clearly what is to be paired; every error names its place."""

from collections.abc import Iterable, Sequence

from app.matching.nesting import GroupsCross, nest
from app.matching.problem import (
    OBJECTIVES,
    Group,
    Ids,
    Node,
    Places,
    Problem,
    ProblemInvalid,
    Row,
    members,
    positions,
)

MOST_PLACES = 10**9
"""More pairs than anything can be in; the sum of the places of all stays far below what the solver counts."""

WORK_LIMIT = 2**62
"""The solver counts in 64 bits; its largest intermediate number must stay below this."""


def validate(problem: Problem) -> None:
    """Refuse a problem that is not whole and unambiguous.

    Whether a pairing exists is another question: see ``solve.solve``.

    :raises ProblemInvalid: with the first place at fault, in the order of the file format.
    """
    if problem.objective not in OBJECTIVES:
        raise ProblemInvalid("objective", "objective_unknown", objective=problem.objective)
    _check_nodes("left", problem.left, problem.groups)
    _check_nodes("right", problem.right, problem.groups)
    _check_groups(problem)
    if problem.total is not None:
        _check_places("total", problem.total)
    _check_points(problem)
    _check_own_points(problem)
    _check_locks_and_vetoes(problem)


def _check_nodes(side: str, nodes: Sequence[Node], groups: Sequence[Group]) -> None:
    _check_ids(side, nodes)
    known = {group.id for group in groups}
    for position, node in enumerate(nodes):
        _check_places(f"{side}[{position}].places", node.places)
        _check_memberships(f"{side}[{position}].groups", node.groups, known)


def _check_ids(place: str, items: Iterable[Node | Group]) -> None:
    seen: set[str] = set()
    for position, item in enumerate(items):
        if item.id in seen:
            raise ProblemInvalid(f"{place}[{position}].id", "duplicate_id", id=item.id)
        seen.add(item.id)


def _check_memberships(place: str, names: Sequence[str], known: set[str]) -> None:
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name not in known:
            raise ProblemInvalid(f"{place}[{position}]", "unknown_group", group=name)
        if name in seen:
            raise ProblemInvalid(f"{place}[{position}]", "duplicate_group", group=name)
        seen.add(name)


def _check_places(place: str, places: Places) -> None:
    if not (_is_whole(places.min) and _is_whole(places.max)):
        raise ProblemInvalid(place, "not_whole")
    if places.min < 0:
        raise ProblemInvalid(place, "negative", min=places.min)
    if places.min > places.max:
        raise ProblemInvalid(place, "min_above_max", min=places.min, max=places.max)
    if places.max > MOST_PLACES:
        raise ProblemInvalid(place, "out_of_range", min=0, max=MOST_PLACES)


def _check_groups(problem: Problem) -> None:
    _check_ids("groups", problem.groups)
    left, right = members(problem.left), members(problem.right)
    for position, group in enumerate(problem.groups):
        _check_places(f"groups[{position}].places", group.places)
        if group.id in left and group.id in right:
            raise ProblemInvalid(f"groups[{position}]", "group_on_both_sides", group=group.id)
    for side in (left, right):
        try:
            nest(side)
        except GroupsCross as crossing:
            raise ProblemInvalid("groups", "groups_cross", first=crossing.first, second=crossing.second) from crossing


def _check_points(problem: Problem) -> None:
    if (problem.points is None) == (problem.pairs is None):
        raise ProblemInvalid("points", "points_or_pairs")
    largest = _check_matrix(problem, "points", problem.points) if problem.points is not None else _check_sparse(problem)
    check_size(problem, largest)


def check_size(problem: Problem, largest: int) -> None:
    """Refuse a problem with points up to ``largest``, above or below zero, if the solver cannot count that far.

    :raises ProblemInvalid: ``points_too_large``.
    """
    sides = (len(problem.left), len(problem.right))
    nodes = sum(sides) + len(problem.groups) + 2
    # A pair costs at most this much (optimum.bonus); the solver multiplies by the number of nodes. Eight is for safety.
    if (4 * min(sides) + 4) * (largest + 1) * nodes * 8 >= WORK_LIMIT:
        raise ProblemInvalid("points", "points_too_large", points=largest)


def _check_matrix(problem: Problem, place: str, points: tuple[Row, ...]) -> int:
    """Return the largest absolute number in a matrix of the right shape."""
    if len(points) != len(problem.left):
        raise ProblemInvalid(place, "wrong_shape", expected=len(problem.left), found=len(points))
    for row, line in enumerate(points):
        if len(line) != len(problem.right):
            raise ProblemInvalid(f"{place}[{row}]", "wrong_shape", expected=len(problem.right), found=len(line))
        if not {int, type(None)}.issuperset(map(type, line)):
            column = next(column for column, value in enumerate(line) if value is not None and not _is_whole(value))
            raise ProblemInvalid(f"{place}[{row}][{column}]", "not_whole")
    return max((max(map(abs, filter(None, line)), default=0) for line in points), default=0)


def _check_sparse(problem: Problem) -> int:
    """Return the largest absolute number of points among the listed pairs."""
    pairs = problem.pairs or ()
    _check_pairs(problem, "pairs", [(pair.left, pair.right) for pair in pairs])
    for position, pair in enumerate(pairs):
        if not _is_whole(pair.points):
            raise ProblemInvalid(f"pairs[{position}].points", "not_whole")
    return max((abs(pair.points) for pair in pairs), default=0)


def _check_own_points(problem: Problem) -> None:
    """Check what either side alone gives, as large as may be; matrices stand beside ``points`` only."""
    for place, matrix in (("left_points", problem.left_points), ("right_points", problem.right_points)):
        if matrix is not None and problem.points is None:
            raise ProblemInvalid(place, "not_with_pairs")
        if matrix is not None:
            _check_matrix(problem, place, matrix)
    pairs = problem.pairs or ()
    _check_own_of_pairs("left_points", (pair.left_points for pair in pairs))
    _check_own_of_pairs("right_points", (pair.right_points for pair in pairs))


def _check_own_of_pairs(name: str, values: Iterable[object]) -> None:
    for position, value in enumerate(values):
        if value is not None and not _is_whole(value):
            raise ProblemInvalid(f"pairs[{position}].{name}", "not_whole")


def _check_pairs(problem: Problem, place: str, pairs: Sequence[Ids]) -> None:
    """Refuse ids that their side does not have, and a pair that is named twice."""
    left, right = {node.id for node in problem.left}, {node.id for node in problem.right}
    seen: set[Ids] = set()
    for position, pair in enumerate(pairs):
        for name, known in zip(pair, (left, right), strict=True):
            if name not in known:
                raise ProblemInvalid(f"{place}[{position}]", "unknown_id", id=name)
        if pair in seen:
            raise ProblemInvalid(f"{place}[{position}]", "duplicate_pair", left=pair[0], right=pair[1])
        seen.add(pair)


def _check_locks_and_vetoes(problem: Problem) -> None:
    _check_pairs(problem, "locks", problem.locks)
    _check_pairs(problem, "vetoes", problem.vetoes)
    vetoed = set(problem.vetoes)
    scored = _scored_among(problem, problem.locks)
    for position, lock in enumerate(problem.locks):
        if lock in vetoed:
            raise ProblemInvalid(f"locks[{position}]", "lock_vetoed", left=lock[0], right=lock[1])
        if lock not in scored:
            raise ProblemInvalid(f"locks[{position}]", "lock_not_allowed", left=lock[0], right=lock[1])


def _scored_among(problem: Problem, wanted: Sequence[Ids]) -> set[Ids]:
    """Return which of the wanted pairs have points."""
    if problem.points is None:
        return {(pair.left, pair.right) for pair in problem.pairs or ()}.intersection(wanted)
    rows, columns = positions(problem.left), positions(problem.right)
    return {(left, right) for left, right in wanted if problem.points[rows[left]][columns[right]] is not None}


def _is_whole(value: object) -> bool:
    return type(value) is int
