"""Problems made in code are checked like those from a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.nesting import GroupsCross, Nesting, nest
from app.matching.problem import Node, PairPoints, Places, Problem, ProblemInvalid
from app.matching.solve import solve
from app.matching.validation import validate

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
