"""The pairing is the best there is, and only the ids decide among equals."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.matching.clash import LockHeld, NoPairing, PlacesHeld
from app.matching.problem import OBJECTIVES, Ids, Node, Problem
from app.matching.solution import Pair, Solution
from app.matching.solve import best_pairs, solve
from tests.unit.matching.strategies import best_of_all, points_by_ids, problems, problems_with_choice, shuffled


def solved(problem: Problem) -> Solution | None:
    try:
        return solve(problem)
    except NoPairing:
        return None


def ids(solution: Solution | None) -> list[Ids] | None:
    return None if solution is None else [(pair.left, pair.right) for pair in solution.pairs]


@settings(max_examples=350, deadline=None)
@given(problems())
def test_the_pairing_is_the_best_of_all_pairings(problem: Problem) -> None:
    expected = best_of_all(problem)
    event("no pairing" if expected is None else f"{len(expected)} pairs")
    assert ids(solved(problem)) == expected


@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=120, deadline=None)
@given(problem=problems_with_choice())
def test_the_pairing_is_the_best_of_many(problem: Problem, objective: str, fill: bool) -> None:
    problem = replace(problem, objective=objective, fill=fill)
    assert ids(solved(problem)) == best_of_all(problem)


@settings(max_examples=60, deadline=None)
@given(problems(most=5, most_places=1))
def test_the_pairing_of_up_to_five_by_five_is_the_best_of_all_pairings(problem: Problem) -> None:
    assert ids(solved(problem)) == best_of_all(problem)


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(0, 1000))
def test_the_order_in_the_problem_plays_no_part(problem: Problem, seed: int) -> None:
    assert solved(shuffled(problem, seed)) == solved(problem)


@settings(max_examples=60, deadline=None)
@given(problems_with_choice(most=7), st.integers(0, 1000))
def test_the_order_plays_no_part_in_larger_problems(problem: Problem, seed: int) -> None:
    assert solved(shuffled(problem, seed)) == solved(problem)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_sums_are_those_of_the_pairs(problem: Problem) -> None:
    solution = solved(problem)
    if solution is not None:
        points = [points_by_ids(problem)[pair] for pair in ids(solution) or ()]
        assert [pair.points for pair in solution.pairs] == points
        assert (solution.count, solution.total) == (len(points), sum(points))
        assert solution.weakest == min(points, default=None)
        assert {(pair.left, pair.right) for pair in solution.pairs if pair.locked} == set(problem.locks)


def square(size: int, points: int = 5) -> Problem:
    left = tuple(Node(f"l{number:03}") for number in range(size))
    right = tuple(Node(f"r{number:03}") for number in range(size))
    return Problem(left, right, ((points,) * size,) * size)


def test_among_equals_the_first_ids_are_paired() -> None:
    assert ids(solve(square(60))) == [(f"l{number:03}", f"r{number:03}") for number in range(60)]


def test_more_pairs_go_before_more_points_only_when_filling() -> None:
    problem = Problem((Node("a"), Node("b")), (Node("x"), Node("y")), ((9, -1), (-1, None)))
    assert best_pairs(problem) == Solution((Pair("a", "y", -1, False), Pair("b", "x", -1, False)), 2, -2, -1)
    assert best_pairs(replace(problem, fill=False)) == Solution((Pair("a", "x", 9, False),), 1, 9, 9)


def test_without_filling_a_pair_that_adds_nothing_is_made_only_where_asked() -> None:
    problem = replace(square(1, points=0), fill=False)
    assert solve(problem).pairs == ()
    assert solve(replace(problem, locks=(("l000", "r000"),))).pairs == (Pair("l000", "r000", 0, True),)


def test_nobody_on_either_side_gives_an_empty_pairing() -> None:
    assert best_pairs(Problem((), (), ())) == Solution((), 0, 0, None)


def test_points_up_to_the_limit_are_added_exactly() -> None:
    points = 10**15
    problem = Problem((Node("a"), Node("b")), (Node("x"), Node("y")), ((points, points - 1), (points - 1, -points)))
    assert solve(problem).total == 2 * points - 2


def test_without_a_pairing_solve_tells_what_clashes() -> None:
    with pytest.raises(NoPairing) as refusal:
        solve(replace(square(2), locks=(("l000", "r000"), ("l000", "r001"))))
    assert refusal.value.code == "no_pairing"
    assert refusal.value.constraints == (
        LockHeld("l000", "r000"),
        LockHeld("l000", "r001"),
        PlacesHeld("left", "l000", "max", 1),
    )


def test_nothing_heavy_is_loaded_before_solving() -> None:
    code = (
        "import sys, app.matching.solve, app.matching.build, app.matching.json_format\n"
        "assert not {'numpy', 'ortools'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
