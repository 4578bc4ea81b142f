"""Small random problems, and the best pairing found by trying all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations
from random import Random
from typing import Any

from hypothesis import strategies as st

from app.matching.problem import (
    OBJECTIVE_WEAKEST_FIRST,
    OBJECTIVES,
    Group,
    Ids,
    Node,
    PairPoints,
    Places,
    Problem,
    Row,
    positions,
)

POINTS = st.one_of(st.integers(0, 2), st.integers(-5, 9), st.just(0), st.none())
"""Few different values, so that ties are common."""

PATHS = ((), ("outer",), ("outer", "inner"), ("other-inner", "outer"), ("apart",))
"""Groups that a node may be in: always nested or disjoint."""


def places(most: int) -> st.SearchStrategy[Places]:
    bounds = st.tuples(st.sampled_from([0, 0, 0, 1, 2]), st.integers(0, most))
    return bounds.map(lambda pair: Places(min(pair), max(pair)))


@st.composite
def nodes(draw: st.DrawFn, side: str, most: int, most_places: int) -> tuple[Node, ...]:
    count = draw(st.integers(0, most))
    return tuple(
        Node(
            f"{side}{number}",
            tuple(f"{side}:{name}" for name in draw(st.sampled_from(PATHS))),
            draw(places(most_places)),
        )
        for number in range(count)
    )


@st.composite
def problems(draw: st.DrawFn, *, most: int = 4, most_places: int = 2) -> Problem:
    """Draw a valid problem of at most ``most`` by ``most``; it may have no pairing."""
    left, right = draw(nodes("l", most, most_places)), draw(nodes("r", most, most_places))
    matrix = tuple(tuple(draw(POINTS) for _ in right) for _ in left)
    allowed = [
        (a.id, b.id)
        for a, row in zip(left, matrix, strict=True)
        for b, value in zip(right, row, strict=True)
        if value is not None
    ]
    special = draw(st.lists(st.sampled_from(allowed), unique=True, max_size=3)) if allowed else []
    locked = draw(st.integers(0, len(special)))
    names = sorted({name for node in left + right for name in node.groups})
    problem = Problem(
        left,
        right,
        matrix,
        groups=tuple(Group(name, draw(places(most))) for name in names),
        total=draw(st.none() | places(most)),
        locks=tuple(special[:locked]),
        vetoes=tuple(special[locked:]),
        fill=draw(st.booleans()),
        objective=draw(st.sampled_from(OBJECTIVES)),
    )
    return sparse(problem) if draw(st.booleans()) else problem


PLACES_WITH_CHOICE = (*[Places(0, 1)] * 6, *[Places(0, 2)] * 2, Places(1, 1), Places(1, 2), Places(0, 0))
POINTS_WITH_CHOICE = (*range(10), 0, 1, 1, 2, 2, 3, -1, -4, None, None)


@st.composite
def problems_with_choice(draw: st.DrawFn, *, most: int = 4) -> Problem:
    """Draw a valid problem of two by two to ``most`` by ``most`` that nearly always has many pairings."""
    sides = [draw(st.integers(2, most)) for _ in "lr"]
    left, right = (
        tuple(
            Node(
                f"{side}{number}",
                tuple(f"{side}:{name}" for name in draw(st.sampled_from(PATHS))),
                draw(st.sampled_from(PLACES_WITH_CHOICE)),
            )
            for number in range(count)
        )
        for side, count in zip("lr", sides, strict=True)
    )
    values = st.sampled_from(POINTS_WITH_CHOICE if draw(st.booleans()) else (0, 1, 1, 2))
    matrix = tuple(tuple(draw(values) for _ in right) for _ in left)
    pairs = [(a.id, b.id) for a, row in zip(left, matrix, strict=True) for b, v in zip(right, row, strict=True) if v]
    special = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=2)) if pairs else []
    locked = draw(st.sampled_from([0, 0, 1])) if special else 0
    bounds = st.sampled_from([Places(0, most), Places(0, most), Places(0, 2), Places(0, 1), Places(1, most)])
    problem = Problem(
        left,
        right,
        matrix,
        groups=tuple(Group(name, draw(bounds)) for name in sorted({name for n in left + right for name in n.groups})),
        total=draw(st.none() | bounds),
        locks=tuple(special[:locked]),
        vetoes=tuple(special[locked:]),
        fill=draw(st.booleans()),
        objective=draw(st.sampled_from(OBJECTIVES)),
    )
    return sparse(problem) if draw(st.booleans()) else problem


def points_by_ids(problem: Problem) -> dict[Ids, int]:
    """Return the points of every pair that has some, vetoed or not."""
    if problem.pairs is not None:
        return {(left, right): points for left, right, points, *_ in problem.pairs}
    return {
        (left.id, right.id): value
        for left, row in zip(problem.left, problem.points or (), strict=True)
        for right, value in zip(problem.right, row, strict=True)
        if value is not None
    }


def sparse(problem: Problem) -> Problem:
    """Return the same problem with its allowed pairs listed."""
    own = own_points_by_ids(problem)
    pairs = tuple(PairPoints(*ids, points, *own[ids]) for ids, points in points_by_ids(problem).items())
    return replace(problem, points=None, left_points=None, right_points=None, pairs=pairs)


def shuffled(problem: Problem, seed: int) -> Problem:
    """Return the same problem with everything in another order."""
    random = Random(seed)  # noqa: S311 - an order, not a secret

    def mixed(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(items, len(items)))

    rows, columns = mixed(tuple(range(len(problem.left)))), mixed(tuple(range(len(problem.right))))

    def turned(points: tuple[Row, ...] | None) -> tuple[Row, ...] | None:
        return None if points is None else tuple(tuple(points[row][column] for column in columns) for row in rows)

    return replace(
        problem,
        left=tuple(replace(problem.left[row], groups=mixed(problem.left[row].groups)) for row in rows),
        right=tuple(replace(problem.right[column], groups=mixed(problem.right[column].groups)) for column in columns),
        points=turned(problem.points),
        left_points=turned(problem.left_points),
        right_points=turned(problem.right_points),
        pairs=None if problem.pairs is None else mixed(problem.pairs),
        groups=mixed(problem.groups),
        locks=mixed(problem.locks),
        vetoes=mixed(problem.vetoes),
    )


def best_of_all(problem: Problem) -> list[Ids] | None:
    """Return the pairs of the best pairing, sorted, by looking at every one; None where there is none."""
    points = points_by_ids(problem)
    return min(_pairings(problem, points), key=lambda pairs: _rank(problem, points, pairs), default=None)


def ranked(problem: Problem) -> list[list[Ids]]:
    """Return the pairs of every pairing, the best pairing first, by looking at every one."""
    points = points_by_ids(problem)
    return sorted(_pairings(problem, points), key=lambda pairs: _rank(problem, points, pairs))


def _rank(problem: Problem, points: Mapping[Ids, int], pairs: list[Ids]) -> tuple[int, int, int, list[Ids]]:
    total = sum(points[pair] for pair in pairs)
    weakest = min((points[pair] for pair in pairs), default=0) if problem.objective == OBJECTIVE_WEAKEST_FIRST else 0
    if problem.fill:
        return -len(pairs), -weakest, -total, pairs
    return -weakest, -total, len(pairs), pairs


def _pairings(problem: Problem, points: Mapping[Ids, int]) -> Iterator[list[Ids]]:
    allowed = set(points) - set(problem.vetoes)
    for pairs in _combined(problem.left, allowed, {node.id: node.places.max for node in problem.right}):
        if set(problem.locks) <= set(pairs) and _in_bounds(problem, pairs):
            yield sorted(pairs)


def _combined(left: Sequence[Node], allowed: set[Ids], free: Mapping[str, int]) -> Iterator[list[Ids]]:
    if not left:
        yield []
        return
    node, *others = left
    open_to = [right for right in free if free[right] and (node.id, right) in allowed]
    sizes = range(node.places.min, node.places.max + 1)
    for chosen in chain.from_iterable(combinations(open_to, size) for size in sizes):
        rest = {right: count - (right in chosen) for right, count in free.items()}
        for pairs in _combined(others, allowed, rest):
            yield [(node.id, right) for right in chosen] + pairs


def _in_bounds(problem: Problem, pairs: list[Ids]) -> bool:
    bounds = [(problem.total or Places(0, len(pairs)), len(pairs))]
    for end, side in enumerate((problem.left, problem.right)):
        bounds += [(node.places, sum(pair[end] == node.id for pair in pairs)) for node in side]
        for group in problem.groups:
            inside = {node.id for node in side if group.id in node.groups}
            if inside:
                bounds.append((group.places, sum(pair[end] in inside for pair in pairs)))
    return all(allowed.min <= count <= allowed.max for allowed, count in bounds)


OWN_POINTS = st.none() | st.integers(-2, 4)


@st.composite
def problems_with_own_points(draw: st.DrawFn, *, most: int = 4, most_places: int = 2) -> Problem:
    """Draw a valid problem in which either side may have given own points, for some pairs or all."""
    problem = draw(problems(most=most, most_places=most_places))
    if problem.pairs is not None:
        return replace(
            problem,
            pairs=tuple(
                one._replace(left_points=draw(OWN_POINTS), right_points=draw(OWN_POINTS)) for one in problem.pairs
            ),
        )
    matrix = st.tuples(*[st.tuples(*[OWN_POINTS for _ in problem.right]) for _ in problem.left])
    return replace(problem, left_points=draw(st.none() | matrix), right_points=draw(st.none() | matrix))


@st.composite
def problems_with_pairs(draw: st.DrawFn) -> tuple[Problem, list[Ids]]:
    """Draw a problem with own points and pairs that may be made in it, within the places of both sides, no others."""
    problem = draw(problems_with_own_points())
    allowed = sorted(set(points_by_ids(problem)) - set(problem.vetoes))
    free = {(0, node.id): node.places.max for node in problem.left}
    free |= {(1, node.id): node.places.max for node in problem.right}
    chosen = []
    for pair in draw(st.lists(st.sampled_from(allowed), unique=True)) if allowed else []:
        ends = list(enumerate(pair))
        if all(free[end] for end in ends):
            free |= {end: free[end] - 1 for end in ends}
            chosen.append(pair)
    return problem, sorted(chosen)


def own_points_by_ids(problem: Problem) -> dict[Ids, tuple[int | None, int | None]]:
    """Return what every allowed pair is worth to its left and right id, None where that one has no opinion."""
    if problem.pairs is not None:
        return {(one.left, one.right): (one.left_points, one.right_points) for one in problem.pairs}
    rows, columns = positions(problem.left), positions(problem.right)
    return {
        (left, right): (
            None if problem.left_points is None else problem.left_points[rows[left]][columns[right]],
            None if problem.right_points is None else problem.right_points[rows[left]][columns[right]],
        )
        for left, right in points_by_ids(problem)
    }
