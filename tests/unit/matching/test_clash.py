"""What clashes is named: too much together, and possible without any one of it."""

from dataclasses import replace
from functools import reduce
from itertools import product
from time import perf_counter
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.matching.clash import Constraint, LockHeld, NoPairing, PlacesHeld, VetoHeld, clash_to_json
from app.matching.problem import Group, Node, Places, Problem
from app.matching.solve import best_pairs, solve
from tests.unit.matching.strategies import points_by_ids, problems, shuffled

Truths = NDArray[np.bool_]
Kind = Literal["left", "right", "group", "total"]


class Pairings:
    """Every set of the pairs of a problem that have points, whatever else the problem asks."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.pairs = sorted(points_by_ids(problem))
        self.made = np.array(list(product([0, 1], repeat=len(self.pairs))), dtype=np.int64)

    def with_all(self, constraints: tuple[Constraint, ...]) -> bool:
        """Tell whether one of the sets holds all of these constraints."""
        every = np.ones(len(self.made), dtype=np.bool_)
        return bool(reduce(np.logical_and, map(self._hold, constraints), every).any())

    def _hold(self, constraint: Constraint) -> Truths:
        if isinstance(constraint, PlacesHeld):
            count = self.made[:, [self._concerns(constraint, *pair) for pair in self.pairs]].sum(axis=1)
            least, most = (constraint.value, count) if constraint.bound == "min" else (count, constraint.value)
            held: Truths = np.less_equal(least, most)
            return held
        made = self.made[:, self.pairs.index((constraint.left, constraint.right))]
        found: Truths = made == isinstance(constraint, LockHeld)
        return found

    def _concerns(self, constraint: PlacesHeld, left: str, right: str) -> bool:
        if constraint.kind == "group":
            nodes = self.problem.left + self.problem.right
            return any(node.id in (left, right) and constraint.of in node.groups for node in nodes)
        return constraint.kind == "total" or constraint.of == (left if constraint.kind == "left" else right)


def asked(problem: Problem) -> set[Constraint]:
    """Return all that a problem asks."""
    bounded: list[tuple[Kind, str, Places]] = [("total", "", problem.total or Places(0, 1000))]
    bounded += [("left", node.id, node.places) for node in problem.left]
    bounded += [("right", node.id, node.places) for node in problem.right]
    bounded += [("group", group.id, group.places) for group in problem.groups]
    return {
        *(LockHeld(*pair) for pair in problem.locks),
        *(VetoHeld(*pair) for pair in problem.vetoes),
        *(PlacesHeld(kind, of, "min", held.min) for kind, of, held in bounded),
        *(PlacesHeld(kind, of, "max", held.max) for kind, of, held in bounded),
    }


def clash(problem: Problem) -> tuple[Constraint, ...] | None:
    try:
        solve(problem)
    except NoPairing as found:
        return found.constraints
    return None


PATHS = ((), ("all",), ("all", "some"), ("all", "others"))
TIGHT = tuple(Places(*bounds) for bounds in ((0, 1), (0, 1), (0, 1), (1, 1), (0, 2), (1, 2), (0, 0)))
LOOSE = tuple(Places(*bounds) for bounds in ((0, 9), (0, 9), (0, 1), (0, 2), (1, 2), (2, 3), (3, 3)))


@st.composite
def crowded(draw: st.DrawFn) -> Problem:
    """Draw a problem of which much is asked for what is there: locks, vetoes, places that must be filled, groups."""
    left, right = (
        tuple(
            Node(f"{side}{number}", tuple(f"{side}:{name}" for name in path), held)
            for number, (path, held) in enumerate(
                draw(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(TIGHT)), min_size=2, max_size=4))
            )
        )
        for side in "lr"
    )
    ids = [(one.id, other.id) for one in left for other in right]
    marks = st.sampled_from(["free"] * draw(st.integers(1, 6)) + ["veto", "veto", "lock", "none"])
    marked = dict(zip(ids, draw(st.lists(marks, min_size=len(ids), max_size=len(ids))), strict=True))
    names = sorted({name for node in left + right for name in node.groups})
    return Problem(
        left,
        right,
        tuple(tuple(None if marked[one.id, other.id] == "none" else 1 for other in right) for one in left),
        groups=tuple(Group(name, draw(st.sampled_from(LOOSE))) for name in names),
        total=draw(st.none() | st.sampled_from(LOOSE)),
        locks=tuple(pair for pair in ids if marked[pair] == "lock")[: draw(st.integers(0, 4))],
        vetoes=tuple(pair for pair in ids if marked[pair] == "veto"),
    )


@settings(max_examples=400, deadline=None)
@given(problems() | crowded() | crowded())
def test_what_clashes_has_no_pairing_and_has_one_without_any_of_it(problem: Problem) -> None:
    found = clash(problem)
    pairings = Pairings(problem)
    event("pairing" if found is None else f"{len(found)} clash")
    everything = tuple(asked(problem))
    assert pairings.with_all(everything) == (found is None)
    if found is not None:
        assert set(found) <= set(everything)
        assert not pairings.with_all(found)
        for one in found:
            assert pairings.with_all(tuple(other for other in found if other != one)), one


@settings(max_examples=100, deadline=None)
@given(crowded() | problems(), st.integers(0, 1000))
def test_the_order_in_the_problem_plays_no_part_in_what_clashes(problem: Problem, seed: int) -> None:
    found = clash(problem)
    assume(found is not None)
    assert clash(shuffled(problem, seed)) == found


def square(size: int, **asks: Any) -> Problem:  # noqa: ANN401 - any of the fields of a problem
    left = tuple(Node(f"l{number:03}") for number in range(size))
    right = tuple(Node(f"r{number:03}") for number in range(size))
    return replace(Problem(left, right, ((5,) * size,) * size), **asks)


@pytest.mark.parametrize(
    ("problem", "constraints"),
    [
        pytest.param(
            square(2, locks=(("l000", "r000"), ("l000", "r001"))),
            (LockHeld("l000", "r000"), LockHeld("l000", "r001"), PlacesHeld("left", "l000", "max", 1)),
            id="two locks at one place",
        ),
        pytest.param(
            square(5, locks=tuple((f"l{number:03}", "r003") for number in range(5))),
            (LockHeld("l000", "r003"), LockHeld("l001", "r003"), PlacesHeld("right", "r003", "max", 1)),
            id="of many locks at one place, two",
        ),
        pytest.param(
            square(2, locks=(("l000", "r000"),), total=Places(0, 0)),
            (LockHeld("l000", "r000"), PlacesHeld("total", "", "max", 0)),
            id="a lock and no pair at all",
        ),
        pytest.param(
            square(2, groups=(Group("nobody", Places(1, 1)),)),
            (PlacesHeld("group", "nobody", "min", 1),),
            id="a group without members",
        ),
        pytest.param(square(2, total=Places(5, 9)), (PlacesHeld("total", "", "min", 5),), id="more than all pairs"),
        pytest.param(
            square(2, total=Places(10**8, 10**9)),
            (PlacesHeld("total", "", "min", 10**8),),
            id="far more than all pairs",
        ),
        pytest.param(
            square(2, total=Places(3, 3)),
            (
                PlacesHeld("left", "l000", "max", 1),
                PlacesHeld("left", "l001", "max", 1),
                PlacesHeld("total", "", "min", 3),
            ),
            id="more than the places of a side",
        ),
        pytest.param(
            square(
                2,
                right=(Node("x", ("track:a",), Places(1, 1)), Node("y", ("track:a",), Places(1, 1))),
                groups=(Group("track:a", Places(0, 1)),),
            ),
            (
                PlacesHeld("right", "x", "min", 1),
                PlacesHeld("right", "y", "min", 1),
                PlacesHeld("group", "track:a", "max", 1),
            ),
            id="members that need more than their group has",
        ),
        pytest.param(
            square(2, right=(Node("x", places=Places(1, 1)), Node("y")), vetoes=(("l000", "x"), ("l001", "x"))),
            (VetoHeld("l000", "x"), VetoHeld("l001", "x"), PlacesHeld("right", "x", "min", 1)),
            id="somebody who must have a pair and may have none",
        ),
        pytest.param(
            Problem(
                tuple(Node(name, places=Places(1, 1)) for name in "abc"),
                tuple(Node(name) for name in "xyz"),
                ((1, 1, None), (1, 1, None), (1, 1, None)),
            ),
            (
                PlacesHeld("left", "a", "min", 1),
                PlacesHeld("left", "b", "min", 1),
                PlacesHeld("left", "c", "min", 1),
                PlacesHeld("right", "x", "max", 1),
                PlacesHeld("right", "y", "max", 1),
            ),
            id="three for two",
        ),
        pytest.param(
            square(2, left=(Node("a", ("a",)), Node("total")), groups=(Group("a", Places(2, 2)),), total=Places(0, 1)),
            (PlacesHeld("group", "a", "min", 2), PlacesHeld("total", "", "max", 1)),
            id="what was set by hand before what is so by default",
        ),
    ],
)
def test_what_clashes_is_named(problem: Problem, constraints: tuple[Constraint, ...]) -> None:
    assert clash(problem) == constraints


def test_a_veto_that_stands_for_nothing_plays_no_part() -> None:
    """A pair without points is not allowed, excluded or not."""
    right = (Node("x", places=Places(1, 1)),)
    problem = Problem((Node("a"), Node("b")), right, ((None,), (1,)), vetoes=(("a", "x"), ("b", "x")))
    assert clash(problem) == (VetoHeld("b", "x"), PlacesHeld("right", "x", "min", 1))


def test_hundreds_of_vetoes_are_sorted_out_in_a_moment() -> None:
    left = tuple(Node(f"l{number:03}") for number in range(285))
    right = tuple(Node(f"r{number:03}", places=Places(1, 1)) for number in range(107))
    vetoes = tuple((one.id, other.id) for one in left[4:] for other in right[:5])
    problem = Problem(left, right, ((1,) * 107,) * 285, vetoes=vetoes)
    start = perf_counter()
    found = clash(problem)
    assert perf_counter() - start < 10  # a fraction of a second where nothing else runs
    assert found == (
        *(VetoHeld(*pair) for pair in vetoes),
        *(PlacesHeld("left", one.id, "max", 1) for one in left[:4]),
        *(PlacesHeld("right", one.id, "min", 1) for one in right[:5]),
    )


def test_a_clash_is_written_so_that_nobody_is_taken_for_another() -> None:
    found = NoPairing(
        (
            LockHeld("a", "x"),
            VetoHeld("a", "y"),
            PlacesHeld("left", "total", "max", 1),
            PlacesHeld("right", "", "max", 1),
            PlacesHeld("group", "total", "min", 2),
            PlacesHeld("total", "", "max", 3),
        )
    )
    assert clash_to_json(found, "Not all of this.") == {
        "format": "tandem-pairing-clash/1",
        "clash": [
            {"kind": "lock", "left": "a", "right": "x"},
            {"kind": "veto", "left": "a", "right": "y"},
            {"kind": "places", "scope": "left", "of": "total", "max": 1},
            {"kind": "places", "scope": "right", "of": "", "max": 1},
            {"kind": "places", "scope": "group", "of": "total", "min": 2},
            {"kind": "places", "scope": "total", "of": "total", "max": 3},
        ],
        "sentence": "Not all of this.",
    }


def test_who_only_asks_whether_there_is_a_pairing_pays_for_no_more() -> None:
    with pytest.raises(NoPairing) as refusal:
        best_pairs(square(2, total=Places(3, 3)))
    assert refusal.value.constraints == ()
