"""Blocking pairs are those that both sides would rather have, and no others; the same for whom somebody prefers."""

from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.matching.blocking import BetterOff, Rather, better_off, blocking_pairs
from app.matching.clash import NoPairing
from app.matching.problem import Ids, Node, PairPoints, Places, Problem
from app.matching.solution import Pair
from app.matching.solve import solve
from tests.unit.matching.strategies import (
    own_points_by_ids,
    points_by_ids,
    problems_with_own_points,
    problems_with_pairs,
    shuffled,
)

Own = dict[Ids, tuple[int | None, int | None]]


def made(*pairs: Ids) -> tuple[Pair, ...]:
    return tuple(Pair(left, right, 0, locked=False) for left, right in pairs)


def wants(places: Places, other: int | None, present: list[int | None]) -> bool:
    """Return whether somebody with these partners, each with its own points, would rather have another one."""
    if other is None:
        return False
    return len(present) < places.max or any(points is None or other > points for points in present)


def blocking_by_looking_at_each(problem: Problem, own: Own, pairs: list[Ids]) -> set[Ids]:
    found = set()
    for left in problem.left:
        for right in problem.right:
            pair = (left.id, right.id)
            ours = [own[one][0] for one in pairs if one[0] == left.id]
            theirs = [own[one][1] for one in pairs if one[1] == right.id]
            if (
                pair in own
                and pair not in problem.vetoes
                and pair not in pairs
                and wants(left.places, own[pair][0], ours)
                and wants(right.places, own[pair][1], theirs)
            ):
                found.add(pair)
    return found


@settings(max_examples=300, deadline=None)
@given(problems_with_pairs())
def test_the_blocking_pairs_are_those_that_both_would_rather_have(drawn: tuple[Problem, list[Ids]]) -> None:
    problem, pairs = drawn
    expected = blocking_by_looking_at_each(problem, own_points_by_ids(problem), pairs)
    # An id without places may be in no pair.
    closed = {("left", node.id) for node in problem.left if not node.places.max}
    closed |= {("right", node.id) for node in problem.right if not node.places.max}
    expected = {pair for pair in expected if not closed & {("left", pair[0]), ("right", pair[1])}}
    event(f"{min(len(expected), 3)} blocking pairs")
    assert blocking_pairs(problem, made(*pairs)) == tuple(sorted(expected))


@settings(max_examples=150, deadline=None)
@given(problems_with_own_points())
def test_a_solution_names_the_pairs_that_block_it(problem: Problem) -> None:
    try:
        solution = solve(problem)
    except NoPairing:
        return
    pairs = [(pair.left, pair.right) for pair in solution.pairs]
    expected = blocking_by_looking_at_each(problem, own_points_by_ids(problem), pairs)
    assert solution.blocking == tuple(sorted(expected))
    plain = replace(problem, left_points=None, right_points=None)
    if problem.pairs is not None:
        plain = replace(problem, pairs=tuple(PairPoints(*pair[:3]) for pair in problem.pairs))
    assert replace(solution, blocking=()) == solve(plain)
    assert solve(shuffled(problem, 1)) == solution


@settings(max_examples=200, deadline=None)
@given(problems_with_pairs(), st.data())
def test_whom_somebody_would_rather_have(drawn: tuple[Problem, list[Ids]], data: st.DataObject) -> None:
    problem, pairs = drawn
    own, present = own_points_by_ids(problem), made(*pairs)
    if not own:
        return
    left, right = data.draw(st.sampled_from(sorted(own)))
    blocking = blocking_pairs(problem, present)
    open_to = {pair for pair in set(own) - set(pairs) - set(problem.vetoes) if has_places(problem, pair)}
    found = better_off(problem, present, (left, right), most=99)
    expected = {pair for pair in open_to if pair[0] == left and higher(own[pair][0], own[left, right][0])}
    assert {one.other for one in found.left} == {pair[1] for pair in expected}
    assert all(one.blocks == ((left, one.other) in blocking) for one in found.left)
    expected = {pair for pair in open_to if pair[1] == right and higher(own[pair][1], own[left, right][1])}
    assert {one.other for one in found.right} == {pair[0] for pair in expected}
    assert all(one.blocks == ((one.other, right) in blocking) for one in found.right)
    fewer = better_off(problem, present, (left, right), most=1)
    assert fewer == BetterOff(found.left[:1], found.right[:1])


def has_places(problem: Problem, pair: Ids) -> bool:
    places = [
        node.places.max
        for side, end in ((problem.left, 0), (problem.right, 1))
        for node in side
        if node.id == pair[end]
    ]
    return all(places)


def higher(points: int | None, than: int | None) -> bool:
    return points is not None and (than is None or points > than)


LEFT, RIGHT = (Node("a"), Node("b")), (Node("x"), Node("y"))
CROSSED = Problem(LEFT, RIGHT, ((0, 9), (9, 0)), left_points=((8, 3), (None, 5)), right_points=((4, 9), (4, 2)))


def test_likes_must_be_strictly_more_on_both_sides() -> None:
    pairs = made(("a", "y"), ("b", "x"))
    assert blocking_pairs(CROSSED, pairs) == ()  # x likes a as much as b
    assert blocking_pairs(replace(CROSSED, right_points=((5, 9), (4, 2))), pairs) == (("a", "x"),)
    assert blocking_pairs(replace(CROSSED, right_points=((5, 9), (None, 2))), pairs) == (("a", "x"),)
    assert blocking_pairs(replace(CROSSED, right_points=((None, 9), (4, 2))), pairs) == ()


def test_a_free_place_takes_anybody_with_an_opinion() -> None:
    assert blocking_pairs(CROSSED, made(("a", "y"))) == (("a", "x"),)
    assert blocking_pairs(CROSSED, ()) == (("a", "x"), ("a", "y"), ("b", "y"))
    two = replace(CROSSED, right=(Node("x", places=Places(0, 2)), Node("y")))
    assert blocking_pairs(two, made(("a", "y"), ("b", "x"))) == (("a", "x"),)
    assert blocking_pairs(replace(two, vetoes=(("a", "x"),)), made(("a", "y"), ("b", "x"))) == ()
    assert blocking_pairs(replace(two, points=((None, 9), (9, 0))), made(("a", "y"), ("b", "x"))) == ()


def test_of_several_partners_the_least_liked_counts() -> None:
    problem = Problem(
        (Node("a"), Node("b"), Node("c")),
        (Node("x", places=Places(0, 2)),),
        ((1,), (1,), (1,)),
        left_points=((1,), (1,), (1,)),
        right_points=((7,), (3,), (5,)),
    )
    assert blocking_pairs(problem, made(("a", "x"), ("b", "x"))) == (("c", "x"),)
    assert blocking_pairs(problem, made(("a", "x"), ("c", "x"))) == ()


def test_an_id_without_places_wants_nobody() -> None:
    closed = replace(CROSSED, left=(Node("a", places=Places(0, 0)), Node("b")))
    assert blocking_pairs(closed, ()) == (("b", "y"),)
    assert better_off(closed, (), ("a", "y")) == BetterOff()


def test_better_off_tells_how_much_more_and_who_would_agree() -> None:
    problem = Problem(
        (Node("a"), Node("b"), Node("c")),
        tuple(Node(name) for name in "vwxyz"),
        ((1,) * 5,) * 3,
        left_points=((4, 6, 6, 2, 9), (5, None, 5, 5, 5), (5, 5, 5, 5, 5)),
        right_points=((1, 3, 9, 9, None), (3, 9, 1, 1, 1), (2, 1, 1, 1, 1)),
    )
    pairs = made(("a", "v"), ("b", "w"), ("c", "x"))
    assert better_off(problem, pairs, ("a", "v")) == BetterOff(
        left=(Rather("z", 5, False), Rather("w", 2, False), Rather("x", 2, True)),
        right=(Rather("b", 2, True), Rather("c", 1, False)),
    )
    assert better_off(problem, pairs, ("a", "v"), most=1) == BetterOff(
        (Rather("z", 5, False),), (Rather("b", 2, True),)
    )
    assert better_off(problem, pairs, ("b", "w")).left == tuple(
        Rather(name, None, blocks) for name, blocks in (("v", True), ("x", False), ("y", True))
    )


@pytest.mark.parametrize("pair", [("a", "y"), ("a", "x")])
def test_without_own_points_nobody_would_rather_have_another(pair: Ids) -> None:
    plain = Problem(LEFT, RIGHT, ((0, 9), (9, 0)))
    assert better_off(plain, made(("a", "y"), ("b", "x")), pair) == BetterOff()
    assert blocking_pairs(plain, made(("a", "y"), ("b", "x"))) == ()


def test_one_side_alone_blocks_nothing_but_may_be_better_off() -> None:
    problem = replace(CROSSED, right_points=None)
    pairs = made(("a", "y"), ("b", "x"))
    assert blocking_pairs(problem, pairs) == ()
    assert better_off(problem, pairs, ("a", "y")) == BetterOff(left=(Rather("x", 5, False),))


def test_a_pair_that_is_not_made_can_be_asked_about() -> None:
    pairs = made(("a", "x"), ("b", "y"))
    assert better_off(CROSSED, pairs, ("a", "y")) == BetterOff()  # a likes x better, but has x
    assert better_off(CROSSED, pairs, ("b", "x")) == BetterOff()
    assert better_off(CROSSED, (), ("a", "y")).left == (Rather("x", 5, True),)
    assert set(points_by_ids(CROSSED)) == set(own_points_by_ids(CROSSED))
