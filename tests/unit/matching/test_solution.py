"""A pairing is believed only if it holds; a tampered one does not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from app.matching.clash import NoPairing
from app.matching.flow import SolverFault, _is_optimal, node_prices
from app.matching.holds import DoesNotHold, check_holds
from app.matching.network import build_network
from app.matching.problem import Group, Node, Places, Problem
from app.matching.solution import Pair, Solution, summed_up
from app.matching.solve import best_pairs, solve
from tests.unit.matching.strategies import problems, sparse

PROBLEM = Problem(
    left=(Node("a", ("north",)), Node("b", ("north",))),
    right=(Node("x"), Node("y", places=Places(1, 1)), Node("z")),
    points=((5, 4, None), (3, 2, 1)),
    groups=(Group("north", Places(0, 2)),),
    locks=(("a", "x"),),
    vetoes=(("a", "y"),),
)
GOOD = (Pair("a", "x", 5, locked=True), Pair("b", "y", 2, locked=False))


def test_the_solution_holds() -> None:
    assert best_pairs(PROBLEM) == Solution(GOOD, 2, 7, 2)
    check_holds(PROBLEM, Solution(GOOD, 2, 7, 2))
    check_holds(sparse(PROBLEM), Solution(GOOD, 2, 7, 2))


@pytest.mark.parametrize(
    ("solution", "what"),
    [
        (summed_up((*GOOD, GOOD[1])), "twice"),
        (Solution(GOOD[::-1], 2, 7, 2), "order"),
        (Solution(GOOD, 3, 7, 2), "count"),
        (Solution(GOOD, 2, 8, 2), "total"),
        (Solution(GOOD, 2, 7, 5), "weakest"),
        (summed_up(GOOD[1:]), "lock is missing"),
        (summed_up((*GOOD, Pair("a", "y", 4, locked=False))), "veto"),
        (summed_up((GOOD[0], replace(GOOD[1], points=3))), "other points"),
        (summed_up((*GOOD, Pair("a", "z", 0, locked=False))), "not allowed"),
        (summed_up((*GOOD, Pair("c", "x", 1, locked=False))), "not allowed"),
        (summed_up((replace(GOOD[0], locked=False), GOOD[1])), "wrongly marked"),
        (summed_up((GOOD[0], Pair("b", "z", 1, locked=False))), "y is in 0 pairs"),
        (summed_up((*GOOD, Pair("b", "z", 1, locked=False))), "b is in 2 pairs"),
    ],
)
def test_a_tampered_solution_does_not_hold(solution: Solution, what: str) -> None:
    with pytest.raises(DoesNotHold, match=what):
        check_holds(PROBLEM, solution)


def test_groups_and_the_total_are_counted() -> None:
    solution = summed_up(GOOD)
    with pytest.raises(DoesNotHold, match="north is in 2 pairs"):
        check_holds(replace(PROBLEM, groups=(Group("north", Places(0, 1)),)), solution)
    with pytest.raises(DoesNotHold, match="total is in 2 pairs"):
        check_holds(replace(PROBLEM, total=Places(3, 3)), solution)


def test_a_flow_that_can_be_made_cheaper_is_not_believed() -> None:
    network = build_network(PROBLEM)
    with pytest.raises(SolverFault, match="cheaper"):
        node_prices(network, network.lower, -network.points)


def test_an_answer_that_is_none_is_not_believed() -> None:
    with pytest.raises(SolverFault, match="UNBALANCED"):
        _is_optimal("UNBALANCED")


@settings(max_examples=40, deadline=None)
@given(problems())
def test_a_pairing_holds_for_the_problem_in_either_form(problem: Problem) -> None:
    try:
        solution = solve(problem)
    except NoPairing:
        return
    check_holds(sparse(problem), solution)
