"""A price is what forcing or forbidding a pair really costs, found without solving again."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.matching.clash import NoPairing
from app.matching.problem import (
    OBJECTIVE_WEAKEST_FIRST,
    OBJECTIVES,
    Group,
    Ids,
    Node,
    Options,
    Places,
    Problem,
    canonical,
)
from app.matching.solution import Price, Solution
from app.matching.solve import best_pairs, solve
from tests.unit.matching.strategies import points_by_ids, problems, problems_with_choice, ranked

SMALL = Problem(
    left=(Node("a"), Node("b")),
    right=(Node("x"), Node("y")),
    points=((9, 7), (6, 1)),
    options=Options(prices=True),
)


def priced(problem: Problem) -> Solution:
    return solve(replace(problem, options=Options(prices=True)))


def prices(problem: Problem) -> dict[Ids, tuple[int | None, int]]:
    return {(price.left, price.right): (price.points, price.pairs) for price in priced(problem).prices or ()}


def marks(problem: Problem) -> dict[Ids, tuple[int | None, int]]:
    return {(price.left, price.right): (price.points, price.pairs) for price in priced(problem).marks or ()}


def test_a_price_is_what_the_other_pairing_has_less() -> None:
    assert prices(SMALL) == {("a", "x"): (3, 0), ("a", "y"): (3, 0), ("b", "x"): (3, 0), ("b", "y"): (3, 0)}
    one = replace(SMALL, total=Places(0, 1))
    assert prices(one) == {("a", "x"): (2, 0), ("a", "y"): (2, 0), ("b", "x"): (3, 0), ("b", "y"): (8, 0)}


def test_forcing_a_pair_can_cost_a_pair() -> None:
    problem = replace(SMALL, points=((9, 7), (6, None)))
    assert prices(problem) == {("a", "x"): (4, 1), ("a", "y"): (4, 1), ("b", "x"): (4, 1)}


def test_without_filling_a_pair_more_is_no_loss() -> None:
    problem = replace(SMALL, points=((9, -2), (-3, -4)), fill=False)
    assert prices(problem) == {("a", "x"): (9, 1), ("a", "y"): (11, 0), ("b", "x"): (12, 0), ("b", "y"): (4, -1)}


def test_a_lock_cannot_be_left_out_and_a_veto_is_not_listed() -> None:
    problem = replace(SMALL, locks=(("b", "y"),), vetoes=(("a", "y"),))
    assert prices(problem) == {("a", "x"): (9, 1), ("b", "x"): (None, 0), ("b", "y"): (None, 0)}


def test_a_mark_is_priced_by_what_it_loses() -> None:
    assert marks(SMALL) == {}
    assert marks(replace(SMALL, locks=(("b", "y"),))) == {("b", "y"): (-3, 0)}
    assert marks(replace(SMALL, vetoes=(("a", "y"),))) == {("a", "y"): (-3, 0)}
    assert marks(replace(SMALL, vetoes=(("a", "x"), ("a", "y")))) == {("a", "x"): (-4, -1), ("a", "y"): (-7, -1)}


def test_a_veto_on_what_is_not_allowed_anyway_has_no_price() -> None:
    problem = replace(SMALL, points=((9, 7), (6, None)), vetoes=(("b", "y"),))
    assert marks(problem) == {("b", "y"): (None, 0)}
    assert ("b", "y") not in prices(problem)


def test_weakest_first_keeps_the_other_pairs_as_strong() -> None:
    """The best is a-y and b-x, 6 the weakest. With a-x, b would need y for 2 points: a-x stays alone."""
    problem = Problem(
        left=(Node("a"), Node("b")),
        right=(Node("x"), Node("y"), Node("z")),
        points=((9, 8, 1), (6, 2, None)),
        objective=OBJECTIVE_WEAKEST_FIRST,
    )
    open_to = {("a", "z"): (7, 0), ("b", "y"): (3, 0)}
    assert prices(problem) == {("a", "x"): (5, 1), ("a", "y"): (5, 1), ("b", "x"): (5, 1)} | open_to
    both = replace(problem, total=Places(2, 2))
    assert prices(both) == {("a", "x"): (None, 0), ("a", "y"): (None, 0), ("b", "x"): (None, 0)} | open_to


def test_nobody_to_pair_has_no_prices() -> None:
    assert prices(Problem((), (), ())) == {}
    assert prices(Problem((Node("a"),), (), ((),))) == {}


def value(problem: Problem, pairs: list[Ids]) -> tuple[int, int]:
    """Return what decides which of two pairings loses less, the more the better."""
    points = points_by_ids(problem)
    total = sum(points[pair] for pair in pairs)
    return (len(pairs), total) if problem.fill else (total, -len(pairs))


def price_by_trying(problem: Problem, best: list[Ids], pair: Ids, others: list[list[Ids]]) -> tuple[int | None, int]:
    """Return the price of a pair, given all pairings that may be made once it is turned round."""
    points = points_by_ids(problem)
    level = min((points[one] for one in best), default=0)
    if problem.objective == OBJECTIVE_WEAKEST_FIRST:
        others = [pairs for pairs in others if all(points[one] >= level for one in pairs if one != pair)]
    turned = [pairs for pairs in others if (pair in pairs) != (pair in best)]
    if not turned:
        return None, 0
    first = max(turned, key=lambda pairs: value(problem, pairs))
    lost = sum(points[one] for one in best) - sum(points[one] for one in first)
    return lost, len(best) - len(first)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("fill", [True, False])
@settings(max_examples=60, deadline=None)
@given(problem=problems_with_choice() | problems())
def test_every_price_is_what_trying_all_pairings_gives(problem: Problem, fill: bool, objective: str) -> None:
    problem = replace(problem, fill=fill, objective=objective)
    every = ranked(problem)
    if every:
        open_to = sorted(set(points_by_ids(problem)) - set(problem.vetoes))
        expected = {pair: price_by_trying(problem, every[0], pair, every) for pair in open_to}
        found = priced(problem)
        event(f"a price of a pair: {any(pairs for _, pairs in expected.values())}")
        assert prices(problem) == expected
        assert [(price.left, price.right) for price in found.prices or ()] == open_to


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("fill", [True, False])
@settings(max_examples=40, deadline=None)
@given(problem=problems_with_choice() | problems())
def test_every_mark_costs_what_trying_all_pairings_without_it_gives(
    problem: Problem, fill: bool, objective: str
) -> None:
    problem = replace(problem, fill=fill, objective=objective)
    every = ranked(problem)
    if every:
        expected = {}
        for pair in sorted((*problem.locks, *problem.vetoes)):
            freed = replace(
                problem,
                locks=tuple(lock for lock in problem.locks if lock != pair),
                vetoes=tuple(veto for veto in problem.vetoes if veto != pair),
            )
            expected[pair] = price_by_trying(problem, every[0], pair, ranked(freed))
        found = priced(problem).marks or ()
        assert [(price.left, price.right, (price.points, price.pairs)) for price in found] == [
            (*pair, price) for pair, price in sorted(expected.items())
        ]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize(("rows", "columns"), [(12, 9), (8, 13)])
def test_prices_of_a_larger_problem_are_those_of_solving_again(
    rows: int, columns: int, fill: bool, objective: str
) -> None:
    random = Random(rows)  # noqa: S311 - an example, not a secret
    problem = Problem(
        left=tuple(Node(f"l{row:02}", (f"province:{row % 3}",)) for row in range(rows)),
        right=tuple(Node(f"r{column:02}", (f"track:{column % 2}",), Places(0, 2)) for column in range(columns)),
        points=tuple(tuple(random.randrange(-400, 600) for _ in range(columns)) for _ in range(rows)),
        groups=(
            *(Group(f"province:{number}", Places(1, 3)) for number in range(3)),
            *(Group(f"track:{number}", Places(0, 4)) for number in range(2)),
        ),
        total=Places(2, 7),
        fill=fill,
        objective=objective,
    )
    best = best_pairs(problem)
    made = {(pair.left, pair.right) for pair in best.pairs}
    assert prices(problem) == {
        pair: price_by_solving(problem, best, pair, pair in made) for pair in points_by_ids(problem)
    }


def price_by_solving(problem: Problem, best: Solution, pair: Ids, made: bool) -> tuple[int | None, int]:
    if problem.objective == OBJECTIVE_WEAKEST_FIRST:
        assert best.weakest is not None
        weak = [other for other, points in points_by_ids(problem).items() if points < best.weakest and other != pair]
        problem = replace(problem, objective=OBJECTIVES[0], vetoes=tuple(weak))
    turned = replace(problem, vetoes=(*problem.vetoes, pair)) if made else replace(problem, locks=(pair,))
    try:
        other = best_pairs(turned)
    except NoPairing:
        return None, 0
    return best.total - other.total, best.count - other.count


@settings(max_examples=40, deadline=None)
@given(problems_with_choice(most=7), st.booleans())
def test_either_side_can_be_the_larger_one(problem: Problem, fill: bool) -> None:
    """Prices do not depend on which side is called left."""
    problem = replace(canonical(problem), fill=fill)
    mirrored = replace(
        problem,
        left=problem.right,
        right=problem.left,
        points=problem.points and tuple(zip(*problem.points, strict=True)),
        pairs=problem.pairs and tuple(one._replace(left=one.right, right=one.left) for one in problem.pairs),
        locks=tuple((right, left) for left, right in problem.locks),
        vetoes=tuple((right, left) for left, right in problem.vetoes),
    )
    if not problem.left or not problem.right:
        return
    try:
        found = prices(problem)
    except NoPairing:
        return
    assert {pair[::-1]: price for pair, price in prices(mirrored).items()} == found


def test_prices_are_whole_numbers_of_python() -> None:
    price = (priced(SMALL).prices or ())[0]
    assert price == Price("a", "x", 3)
    assert type(price.points) is int
    assert type(price.pairs) is int
