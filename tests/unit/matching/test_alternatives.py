"""The alternatives are the next best pairings of all, in order, and only the ids decide among equals."""

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.matching.problem import OBJECTIVE_WEAKEST_FIRST, OBJECTIVES, Group, Ids, Node, Options, Places, Problem
from app.matching.solution import Alternative, Pair, summed_up
from app.matching.solve import solve
from app.matching.verify import verify
from tests.unit.matching.strategies import points_by_ids, problems, problems_with_choice, ranked

SMALL = Problem((Node("a"), Node("b")), (Node("x"), Node("y")), ((9, 7), (6, 1)))


def alternatives(problem: Problem, count: int) -> tuple[Alternative, ...]:
    found = solve(replace(problem, options=Options(alternatives=count))).alternatives
    assert found is not None
    return found


def lists(problem: Problem, count: int) -> list[list[Ids]]:
    return [[(pair.left, pair.right) for pair in other.pairs] for other in alternatives(problem, count)]


def test_the_other_pairings_come_best_first_and_those_of_fewer_pairs_last() -> None:
    """The best is a-y with b-x, 13 points."""
    assert lists(SMALL, 10) == [
        [("a", "x"), ("b", "y")],
        [("a", "x")],
        [("a", "y")],
        [("b", "x")],
        [("b", "y")],
        [],
    ]
    assert lists(SMALL, 2) == lists(SMALL, 10)[:2]


def test_without_filling_they_come_by_total_alone() -> None:
    """The best is a-x with 9 points: with a-y and b-x it would be 5."""
    problem = replace(SMALL, points=((9, 7), (-2, -1)), fill=False)
    assert lists(problem, 4) == [[("a", "x"), ("b", "y")], [("a", "y")], [("a", "y"), ("b", "x")], []]


def test_weakest_first_goes_down_level_by_level() -> None:
    """The best is a-y with b-x, 6 the weakest; a-x with b-y has 10 points, but 1 the weakest."""
    problem = replace(SMALL, objective=OBJECTIVE_WEAKEST_FIRST)
    assert [(other.count, other.weakest, other.total) for other in alternatives(problem, 9)] == [
        (2, 1, 10),
        (1, 9, 9),
        (1, 7, 7),
        (1, 6, 6),
        (1, 1, 1),
        (0, None, 0),
    ]


def test_an_alternative_says_all_of_itself() -> None:
    problem = replace(SMALL, locks=(("b", "y"),))
    assert alternatives(problem, 9) == (Alternative(2, (Pair("b", "y", 1, locked=True),), 1, 1, 1),)


def test_weakest_first_without_filling_counts_nobody_paired_as_none() -> None:
    problem = replace(SMALL, objective=OBJECTIVE_WEAKEST_FIRST, fill=False, total=Places(0, 1))
    assert lists(problem, 9) == [[("a", "y")], [("b", "x")], [("b", "y")], []]
    assert lists(replace(problem, points=((9, -1), (None, 0))), 9) == [[], [("b", "y")], [("a", "y")]]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_where_there_is_no_other_pairing_there_is_no_alternative(objective: str) -> None:
    problem = replace(SMALL, objective=objective)
    assert lists(Problem((), (), (), objective=objective), 5) == []
    assert lists(replace(problem, locks=(("a", "x"), ("b", "y"))), 5) == []
    assert lists(replace(problem, total=Places(0, 0), fill=False), 5) == []


def test_of_equal_second_bests_the_one_that_keeps_an_earlier_pair_comes_first() -> None:
    """Both others have 2 points; x must be paired, so that b-x is either beside a-x or frees a for y."""
    problem = Problem(
        left=(Node("a"), Node("b")),
        right=(Node("x", places=Places(1, 2)), Node("y")),
        points=((5, 5), (-3, None)),
        fill=False,
    )
    assert lists(problem, 9) == [[("a", "x"), ("b", "x")], [("a", "y"), ("b", "x")], [("b", "x")]]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_equals_come_in_the_order_of_their_ids(objective: str) -> None:
    left, right = tuple(Node(f"l{number}") for number in range(5)), tuple(Node(f"r{number}") for number in range(5))
    problem = Problem(left, right, ((4,) * 5,) * 5, objective=objective)
    expected = [[(f"l{row}", f"r{column}") for row, column in enumerate(one)] for one in permutations(range(5))]
    assert lists(problem, 119) == expected[1:]


def check_against_all(problem: Problem, count: int) -> None:
    every = ranked(problem)
    others = "no" if not every else "many" if len(every) > 20 else "few" if len(every) > 1 else "one"
    event(f"{others} pairings, {problem.objective}, fill {problem.fill}")
    if every:
        assert lists(problem, count) == every[1 : count + 1]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("fill", [True, False])
@settings(max_examples=100, deadline=None)
@given(problem=problems_with_choice(), count=st.integers(1, 12))
def test_the_alternatives_are_the_next_best_of_all_pairings(
    problem: Problem, count: int, fill: bool, objective: str
) -> None:
    check_against_all(replace(problem, fill=fill, objective=objective), count)


@settings(max_examples=100, deadline=None)
@given(problems(), st.integers(1, 12))
def test_the_alternatives_are_the_next_best_where_hardly_anything_can_be_chosen(problem: Problem, count: int) -> None:
    check_against_all(problem, count)


@settings(max_examples=80, deadline=None)
@given(problems_with_choice(most=3))
def test_all_pairings_come_in_order_until_there_are_no_more(problem: Problem) -> None:
    every = ranked(problem)[:60]
    if every:
        assert lists(problem, 59) == every[1:]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("fill", "highest"), [(True, 3), (True, 20), (False, 3), (False, 20)])
def test_the_alternatives_of_seven_by_seven_are_the_next_best(fill: bool, highest: int, objective: str) -> None:
    random = Random(highest)  # noqa: S311 - an example, not a secret
    problem = Problem(
        left=tuple(Node(f"l{row}") for row in range(7)),
        right=tuple(Node(f"r{column}") for column in range(7)),
        points=tuple(tuple(random.choice([*[None] * highest, *range(highest)]) for _ in range(7)) for _ in range(7)),
        fill=fill,
        objective=objective,
    )
    assert lists(problem, 25) == ranked(problem)[1:26]


@settings(max_examples=40, deadline=None)
@given(problems(most=7, most_places=2))
def test_alternatives_hold_and_differ(problem: Problem) -> None:
    problem = replace(problem, locks=(), options=Options(alternatives=6))
    if any(places.min for places in all_places(problem)):
        return
    solution = solve(problem)
    verify(problem, solution)
    points = points_by_ids(problem)
    for other in solution.alternatives or ():
        again = summed_up(other.pairs)
        assert (other.count, other.total, other.weakest) == (again.count, again.total, again.weakest)
        assert all(points[pair.left, pair.right] == pair.points for pair in other.pairs)


def all_places(problem: Problem) -> list[Places]:
    nodes = [node.places for node in (*problem.left, *problem.right)]
    return [*nodes, *(group.places for group in problem.groups), problem.total or Places()]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_six_by_six_with_groups_and_marks(seed: int, fill: bool, objective: str) -> None:
    random = Random(seed)  # noqa: S311 - an example, not a secret
    problem = Problem(
        left=tuple(Node(f"l{row}", (f"province:{row % 2}",)) for row in range(6)),
        right=tuple(Node(f"r{column}", (f"track:{column % 2}",)) for column in range(6)),
        points=tuple(tuple(random.randrange(-2, 9) for _ in range(6)) for _ in range(6)),
        groups=(
            Group("province:0", Places(1, 2)),
            Group("province:1", Places(0, 3)),
            Group("track:0", Places(0, 2)),
            Group("track:1", Places(1, 3)),
        ),
        total=Places(1, 4),
        locks=(("l3", "r2"),),
        vetoes=(("l0", "r0"), ("l5", "r1")),
        fill=fill,
        objective=objective,
    )
    assert lists(problem, 40) == ranked(problem)[1:41]
