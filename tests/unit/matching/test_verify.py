"""The proof of every solved problem holds, in whole numbers; a tampered pair, sum or dual is refused."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from app.matching.clash import NoPairing
from app.matching.holds import DoesNotHold
from app.matching.problem import OBJECTIVE_WEAKEST_FIRST, OBJECTIVES, Group, Node, Options, Places, Problem
from app.matching.solution import Alternative, Duals, Pair, Proof, Solution, summed_up
from app.matching.solve import solve
from app.matching.verify import _check_alternatives, verify
from tests.unit.matching.strategies import problems, problems_with_choice, sparse

PROBLEM = Problem(
    left=(Node("a"), Node("b"), Node("c")),
    right=(Node("x", ("track",)), Node("y", ("track",)), Node("z")),
    points=((9, 8, 1), (8, 4, None), (2, 3, 2)),
    groups=(Group("track", Places(0, 2)),),
)
WEAKEST = replace(PROBLEM, objective=OBJECTIVE_WEAKEST_FIRST)


def solved(problem: Problem) -> Solution:
    try:
        return solve(problem)
    except NoPairing:
        assume(False)
        raise


def stages(proof: Proof) -> Iterator[tuple[str, Duals]]:
    for stage in fields(Proof):
        duals = getattr(proof, stage.name)
        if isinstance(duals, Duals):
            yield stage.name, duals


def tampered(duals: Duals) -> Iterator[Duals]:
    """Give the same duals with each single number a bit higher and a bit lower."""
    for change in (-1, 1):
        yield replace(duals, bound=duals.bound + change)
        yield replace(duals, total=duals.total + change)
        for side in ("left", "right", "groups"):
            values = getattr(duals, side)
            for name in values:
                yield replace(duals, **{side: values | {name: values[name] + change}})
        for place, (left, right, dual) in enumerate(duals.pairs):
            changed = (left, right, dual + change)
            yield replace(duals, pairs=(*duals.pairs[:place], changed, *duals.pairs[place + 1 :]))


@settings(max_examples=200, deadline=None)
@given(problems())
def test_the_proof_of_every_solved_problem_holds_in_either_form(problem: Problem) -> None:
    solution = solved(problem)
    verify(problem, solution)
    verify(sparse(problem), solution)
    assert solution.proof is not None
    event(f"{problem.objective}, stages: {[name for name, _ in stages(solution.proof)]}")


@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=60, deadline=None)
@given(problem=problems_with_choice(most=7))
def test_the_proof_of_larger_problems_holds(problem: Problem, objective: str, fill: bool) -> None:
    problem = replace(problem, objective=objective, fill=fill)
    verify(problem, solved(problem))


@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=60, deadline=None)
@given(problem=problems_with_choice(), data=st.data())
def test_a_dual_that_is_a_bit_higher_or_lower_is_refused(
    problem: Problem,
    data: st.DataObject,
    objective: str,
    fill: bool,
) -> None:
    problem = replace(problem, objective=objective, fill=fill)
    solution = solved(problem)
    assert solution.proof is not None
    found = list(stages(solution.proof))
    name, duals = data.draw(st.sampled_from(found))
    for other in tampered(duals):
        with pytest.raises(DoesNotHold):
            verify(problem, replace(solution, proof=replace(solution.proof, **{name: other})))


@settings(max_examples=100, deadline=None)
@given(problems_with_choice())
def test_a_pairing_that_is_not_the_best_is_refused_with_the_proof_of_the_best(problem: Problem) -> None:
    solution = solved(problem)
    assume(solution.pairs)
    for pair in solution.pairs:
        fewer = summed_up([one for one in solution.pairs if one != pair], solution.proof)
        with pytest.raises(DoesNotHold):
            verify(problem, fewer)


@pytest.mark.parametrize("problem", [PROBLEM, WEAKEST])
def test_another_total_count_or_weakest_is_refused(problem: Problem) -> None:
    solution = solve(problem)
    for name in ("total", "count", "weakest"):
        with pytest.raises(DoesNotHold, match="count, total or weakest"):
            verify(problem, replace(solution, **{name: getattr(solution, name) + 1}))


def test_a_dual_moved_to_another_id_is_refused() -> None:
    solution = solve(PROBLEM)
    assert solution.proof is not None
    duals = solution.proof.total
    first, *others = duals.left
    free = next(node.id for node in PROBLEM.left if node.id not in duals.left)
    moved = replace(duals, left={free: duals.left[first], **{name: duals.left[name] for name in others}})
    with pytest.raises(DoesNotHold, match="total:"):
        verify(PROBLEM, replace(solution, proof=replace(solution.proof, total=moved)))


@pytest.mark.parametrize(
    ("proof", "what"),
    [
        (None, "no proof"),
        (Proof(total=Duals(0)), "count is missing"),
        (Proof(total=Duals(0), count=Duals(0), weakest=Duals(0)), "weakest pair is missing or not asked for"),
        (Proof(total=Duals(0), count=Duals(0)), "count: the bound is 0, but 3 was reached"),
        (Proof(total=Duals(0), count=Duals(3)), "count: the duals add up to 0, not 3"),
        (Proof(total=Duals(0), count=Duals(3, left={"q": 3})), "count: q is not in the problem"),
        (Proof(total=Duals(0), count=Duals(3, left={"a": -3})), "count: the dual of a goes with no places"),
        (Proof(total=Duals(0), count=Duals(3, pairs=(("a", "x", -1),))), "goes with no lock"),
        (Proof(total=Duals(0), count=Duals(3, pairs=(("a", "x", 1), ("a", "x", 2)))), "two duals"),
        (Proof(total=Duals(0), count=Duals(3, pairs=(("a", "q", 3),))), "counts more than its duals"),
        (Proof(total=Duals(0), count=Duals(3, left={"a": 3})), "b with x counts more than its duals"),
        (
            Proof(total=Duals(0), count=Duals(3, left=dict.fromkeys("abc", 1), pairs=(("a", "q", 1), ("b", "q", -1)))),
            "goes with no lock",
        ),
        (
            Proof(total=Duals(0), count=Duals(4, left=dict.fromkeys("abc", 1), pairs=(("a", "q", 1),))),
            "but 3 was reached",
        ),
    ],
)
def test_a_proof_that_shows_nothing_is_refused(proof: Proof | None, what: str) -> None:
    with pytest.raises(DoesNotHold, match=what):
        verify(PROBLEM, replace(solve(PROBLEM), proof=proof))


def test_the_dual_of_a_lock_may_not_be_lower_than_what_the_pair_counts() -> None:
    problem = replace(PROBLEM, locks=(("a", "z"),))
    solution = solve(problem)
    assert solution.proof is not None
    duals = solution.proof.total
    ((left, right, dual),) = duals.pairs
    assert (left, right) == ("a", "z")
    assert dual < 0
    name, value = next(iter(duals.right.items()))
    lower = replace(duals, pairs=(("a", "z", dual - 1),), right={**duals.right, name: value + 1})
    with pytest.raises(DoesNotHold, match="a with z counts more than its duals"):
        verify(problem, replace(solution, proof=replace(solution.proof, total=lower)))


def test_the_weakest_pair_is_shown_by_a_cut_or_by_the_lock_that_sets_it() -> None:
    solution = solve(WEAKEST)
    assert solution.proof is not None
    assert solution.weakest == 2
    assert isinstance(solution.proof.weakest, Duals)
    assert solution.proof.weakest.bound < 0
    locked = replace(WEAKEST, locks=(("a", "z"),))
    with_lock = solve(locked)
    assert with_lock.proof is not None
    assert with_lock.proof.weakest == ("a", "z")
    verify(locked, with_lock)
    for other in (("b", "x"), ("q", "q")):
        with pytest.raises(DoesNotHold, match="is no lock, or not the weakest"):
            verify(locked, replace(with_lock, proof=replace(with_lock.proof, weakest=other)))


def test_a_bound_on_the_weakest_pair_that_is_not_below_zero_is_refused() -> None:
    solution = solve(WEAKEST)
    assert solution.proof is not None
    with pytest.raises(DoesNotHold, match="not below zero"):
        verify(WEAKEST, replace(solution, proof=replace(solution.proof, weakest=Duals(0))))


def test_alternatives_must_be_other_pairings_in_order_and_not_better() -> None:
    solution = solve(PROBLEM)
    pairs = (Pair("a", "y", 8, False), Pair("b", "x", 8, False))
    other, one = Alternative(2, pairs, 2, 16, 8), (Pair("a", "x", 9, False),)
    verify(PROBLEM, replace(solution, alternatives=(other,)))
    faults = {
        "ranked wrongly": (replace(other, rank=3),),
        "the same as another": (other, replace(other, rank=3)),
        "count, total": (replace(other, total=17),),
        "better than the one before": (replace(other, pairs=one, total=9, count=1, weakest=9), replace(other, rank=3)),
    }
    for what, alternatives in faults.items():
        with pytest.raises(DoesNotHold, match=what):
            verify(PROBLEM, replace(solution, alternatives=alternatives))


def test_an_alternative_that_is_better_than_the_best_is_refused() -> None:
    """The proof alone would refuse such a best one; the alternatives are looked at all the same."""
    solution = solve(PROBLEM)
    better = Alternative(2, solution.pairs, solution.count, solution.total, solution.weakest)
    told = replace(solution, pairs=(), count=0, total=0, weakest=None)
    with pytest.raises(DoesNotHold, match="better than the one before"):
        _check_alternatives(PROBLEM, replace(told, alternatives=(better,)))


@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=40, deadline=None)
@given(problem=problems_with_choice(most=3))
def test_alternatives_hold_in_their_order_only(problem: Problem, objective: str, fill: bool) -> None:
    problem = replace(problem, objective=objective, fill=fill, options=Options(alternatives=5))
    solution = solved(problem)
    verify(problem, solution)
    others = solution.alternatives or ()
    assume(len(others) > 1)
    turned = tuple(replace(one, rank=rank) for rank, one in enumerate(reversed(others), 2))
    with pytest.raises(DoesNotHold, match="better than the one before"):
        verify(problem, replace(solution, alternatives=turned))


def test_blocking_pairs_must_be_those_that_block() -> None:
    wishes = ((1, 2), (1, None))
    problem = Problem((Node("a"), Node("b")), (Node("x"), Node("y")), ((9, 0), (0, 9)), wishes, wishes)
    solution = solve(problem)
    assert solution.blocking == (("a", "y"),)
    verify(problem, solution)
    for told in ((), (("b", "x"),), (("a", "y"), ("b", "x"))):
        with pytest.raises(DoesNotHold, match="blocking"):
            verify(problem, replace(solution, blocking=told))


def test_verifying_needs_neither_numpy_nor_a_solver() -> None:
    code = (
        "import sys, app.matching.verify, app.matching.json_format\n"
        "assert not {'numpy', 'ortools', 'sqlalchemy', 'fastapi'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
