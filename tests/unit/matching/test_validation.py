"""Problems made in code are checked like those from a file."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.nesting import GroupsCross, Nesting, nest
from app.matching.problem import Node, PairPoints, Places, Problem, ProblemInvalid
from app.matching.solve import solve
from app.matching.validation import WORK_LIMIT, check_size, validate

ONE = (Node("a"),)


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (Problem((Node("a", places=Places(0, 1.5)),), ONE, ((1,),)), "left[0].places"),  # type: ignore[arg-type]
        (Problem(ONE, ONE, pairs=(PairPoints("a", "a", True),)), "pairs[0].points"),
    ],
)
def test_numbers_are_whole(problem: Problem, place: str) -> None:
    with pytest.raises(ProblemInvalid) as refusal:
        validate(problem)
    assert (refusal.value.place, refusal.value.fault) == (place, "not_whole")


def fault(problem: Problem) -> str | None:
    """Return the place and the fault of a problem, None if it is valid."""
    try:
        validate(problem)
    except ProblemInvalid as refusal:
        return str(refusal)
    return None


@pytest.mark.parametrize("place", ["left_points", "right_points"])
def test_own_points_have_the_shape_of_the_points_and_are_whole(place: str) -> None:
    problem = Problem((Node("a"), Node("b")), (Node("x"), Node("y")), ((1, 2), (3, None)))

    def given(*rows: object) -> str | None:
        return fault(replace(problem, **{place: rows}))  # type: ignore[arg-type]

    assert given((None, -5), (10**30, 0)) is None
    assert given() == f"{place}: wrong_shape"
    assert given((1, 2), (3,)) == f"{place}[1]: wrong_shape"
    assert given((1, 2), (3, 4.0)) == f"{place}[1][1]: not_whole"
    assert given((True, 2), (3, 4)) == f"{place}[0][0]: not_whole"


@pytest.mark.parametrize("place", ["left_points", "right_points"])
def test_a_list_of_pairs_has_its_own_points_in_the_list(place: str) -> None:
    pairs = (PairPoints("a", "a", 1), PairPoints("a", "b", 1, None, -(10**30)))
    problem = Problem(ONE, (Node("a"), Node("b")), pairs=pairs)
    assert fault(problem) is None
    assert fault(replace(problem, **{place: ((1, 2),)})) == f"{place}: not_with_pairs"  # type: ignore[arg-type]
    wrong = pairs[1]._replace(**{place: "3"})  # type: ignore[arg-type]
    assert fault(replace(problem, pairs=(pairs[0], wrong))) == f"pairs[1].{place}: not_whole"


def test_check_size_tells_how_far_the_solver_counts() -> None:
    problem = Problem(ONE, ONE, ((1,),))
    most = WORK_LIMIT // (8 * 4 * 8) - 2
    check_size(problem, most)
    with pytest.raises(ProblemInvalid, match="points: points_too_large"):
        check_size(problem, most + 1)


def test_solve_refuses_an_invalid_problem() -> None:
    with pytest.raises(ProblemInvalid, match=r"points\[0\]: wrong_shape"):
        solve(Problem(ONE, ONE, ((1, 2),)))


def test_the_same_id_may_stand_on_both_sides() -> None:
    assert solve(Problem(ONE, ONE, ((1,),))).count == 1


def outcome(members: dict[str, frozenset[int]]) -> tuple[tuple[str, str] | None, Nesting | None]:
    """Return the two groups that are said to cross, or how the groups lie inside each other."""
    try:
        return None, nest(members)
    except GroupsCross as refusal:
        return (refusal.first, refusal.second), None


@given(st.dictionaries(st.sampled_from("ghijk"), st.frozensets(st.integers(0, 5), min_size=1)))
def test_nest_refuses_exactly_what_crosses(members: dict[str, frozenset[int]]) -> None:
    crossing = {
        (first, second)
        for first, ours in members.items()
        for second, theirs in members.items()
        if first < second and ours & theirs and not ours <= theirs and not theirs <= ours
    }
    found, nesting = outcome(members)
    assert (found in crossing) if crossing else (found is None)
    if nesting is not None:
        assert all(parent is None or members[group] <= members[parent] for group, parent in nesting.parents.items())
        for position, group in nesting.innermost.items():
            around = [held for held in members.values() if position in held]
            assert all(members[group] <= held for held in around)
