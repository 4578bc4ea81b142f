"""Solutions as files: read back as they were, the same for every order of the problem, and strictly."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.clash import NoPairing
from app.matching.faults import sentence
from app.matching.json_format import (
    SolutionInvalid,
    json_bytes,
    problem_sha256,
    solution_from_bytes,
    solution_from_json,
    solution_to_json,
)
from app.matching.problem import Node, Problem
from app.matching.solution import Alternative, Duals, Pair, Price, Proof, Solution
from app.matching.solve import solve
from tests.unit.matching.strategies import problems, shuffled
from tests.unit.matching.test_json_format import change

PROBLEM = Problem((Node("a"), Node("b")), (Node("x"), Node("y")), ((5, 2), (4, None)))
PAIRS = (Pair("a", "y", 2, locked=False), Pair("b", "x", 4, locked=True))
WHOLE = Solution(
    pairs=PAIRS,
    count=2,
    total=6,
    weakest=2,
    proof=Proof(
        total=Duals(6, {"a": 2}, {"x": -4}, {"g": 1}, -7, (("a", "x", 1), ("a", "y", -1))),
        count=Duals(2, {"a": 1}),
        weakest=("b", "x"),
    ),
    prices=(Price("a", "x", 1, 1), Price("a", "y", None), Price("b", "x", 0)),
    alternatives=(Alternative(2, (Pair("a", "x", 5, locked=False),), 1, 5, 5),),
    blocking=(("a", "x"),),
    marks=(Price("b", "x", -3, -1),),
)


def written(solution: Solution = WHOLE) -> Any:  # noqa: ANN401 - JSON
    return json.loads(json_bytes(solution_to_json(solution, PROBLEM)))


def test_the_file_has_the_names_of_the_format() -> None:
    pair = {"left": "a", "right": "x", "points": 5, "locked": False}
    assert list(written().items()) == [
        ("format", "tandem-pairing-solution/1"),
        (
            "pairs",
            [
                {"left": "a", "right": "y", "points": 2, "locked": False},
                {"left": "b", "right": "x", "points": 4, "locked": True},
            ],
        ),
        ("count", 2),
        ("total", 6),
        ("weakest", 2),
        (
            "proof",
            {
                "count": {"bound": 2, "left": {"a": 1}},
                "weakest": {"lock": ["b", "x"]},
                "total": {
                    "bound": 6,
                    "left": {"a": 2},
                    "right": {"x": -4},
                    "groups": {"g": 1},
                    "total": -7,
                    "pairs": [["a", "x", 1], ["a", "y", -1]],
                },
            },
        ),
        (
            "prices",
            [
                {"left": "a", "right": "x", "price": 1, "pairs_lost": 1},
                {"left": "a", "right": "y", "price": None},
                {"left": "b", "right": "x", "price": 0},
            ],
        ),
        ("marks", [{"left": "b", "right": "x", "price": -3, "pairs_lost": -1}]),
        ("alternatives", [{"rank": 2, "total": 5, "count": 1, "weakest": 5, "pairs": [pair]}]),
        ("blocking", [{"left": "a", "right": "x"}]),
        ("problem_sha256", problem_sha256(PROBLEM)),
    ]


def test_a_part_that_is_zero_or_was_not_asked_for_is_left_out() -> None:
    bare = Solution(PAIRS, 2, 6, 2, Proof(total=Duals(0, {"a": 0})))
    assert written(bare)["proof"] == {"total": {"bound": 0}}
    assert written(bare).keys() == {
        "format",
        "pairs",
        "count",
        "total",
        "weakest",
        "proof",
        "blocking",
        "problem_sha256",
    }
    assert "proof" not in written(replace(bare, proof=None))


@pytest.mark.parametrize(
    "solution", [WHOLE, Solution((), 0, 0, None), replace(WHOLE, proof=Proof(Duals(1), weakest=Duals(-1)))]
)
def test_a_solution_is_read_back_as_it_was(solution: Solution) -> None:
    content = json_bytes(solution_to_json(solution, PROBLEM))
    assert solution_from_bytes(content) == (solution, problem_sha256(PROBLEM))


def solved(problem: Problem) -> Solution | None:
    try:
        return solve(problem)
    except NoPairing:
        return None


@settings(max_examples=80, deadline=None)
@given(problems(), st.integers(0, 1000))
def test_a_solution_has_the_same_bytes_for_every_order_of_its_problem(problem: Problem, seed: int) -> None:
    solution, other = solved(problem), solved(shuffled(problem, seed))
    assert (solution is None) == (other is None)
    if solution is not None and other is not None:
        content = json_bytes(solution_to_json(solution, problem))
        assert content == json_bytes(solution_to_json(other, shuffled(problem, seed)))
        assert content.endswith(b"}\n")
        assert solution_from_json(json.loads(content)) == solution


def test_the_parts_of_a_file_have_lines_of_their_own() -> None:
    lines = json_bytes(solution_to_json(replace(WHOLE, pairs=PAIRS[:1], prices=None), PROBLEM)).decode().splitlines()
    assert lines[:5] == [
        "{",
        '  "format": "tandem-pairing-solution/1",',
        '  "pairs": [',
        '    {"left": "a", "right": "y", "points": 2, "locked": false}',
        "  ],",
    ]
    assert '    "weakest": {"lock": ["b", "x"]},' in lines


@pytest.mark.parametrize(
    ("changes", "place", "fault"),
    [
        ({"format": "tandem-pairing/1"}, "format", "format_unknown"),
        ({"colour": 1}, "solution", "unknown_field"),
        ({"pairs": None}, "pairs", "wrong_type"),
        ({"pairs": [{"left": "a"}]}, "pairs[0]", "missing_field"),
        ({"pairs": [{"left": "a", "right": "x", "points": "5", "locked": True}]}, "pairs[0].points", "not_whole"),
        ({"count": 2.0}, "count", "not_whole"),
        ({"weakest": "2"}, "weakest", "not_whole"),
        ({"proof": {}}, "proof", "missing_field"),
        ({"proof": {"total": {"bound": 1, "left": {"a": None}}}}, "proof.total.left.a", "not_whole"),
        ({"proof": {"total": {"bound": 1, "left": {"\ud800": 1}}}}, "proof.total.left", "not_text"),
        ({"proof": {"total": {"bound": 1, "pairs": [["a", "x"]]}}}, "proof.total.pairs[0]", "wrong_shape"),
        ({"proof": {"total": {"bound": 1, "pairs": [["a", "x", True]]}}}, "proof.total.pairs[0][2]", "not_whole"),
        ({"proof": {"total": {"bound": 1, "pairs": [["a", 7, 1]]}}}, "proof.total.pairs[0][1]", "wrong_type"),
        ({"proof": {"total": {"bound": 1}, "weakest": {"lock": ["a"]}}}, "proof.weakest.lock", "wrong_shape"),
        (
            {"proof": {"total": {"bound": 1}, "weakest": {"lock": ["a", "x"], "bound": 1}}},
            "proof.weakest",
            "unknown_field",
        ),
        ({"prices": [{"left": "a", "right": "x", "price": 0.5}]}, "prices[0].price", "not_whole"),
        ({"alternatives": [{}]}, "alternatives[0]", "missing_field"),
        ({"blocking": [["a", "x"]]}, "blocking[0]", "wrong_type"),
        ({"problem_sha256": "A" * 64}, "problem_sha256", "not_sha256"),
    ],
)
def test_an_error_names_its_place(changes: dict[str, Any], place: str, fault: str) -> None:
    with pytest.raises(SolutionInvalid) as refusal:
        solution_from_json(written() | changes)
    assert (refusal.value.place, refusal.value.fault) == (place, fault)
    assert str(refusal.value) == f"{place}: {fault}"


@pytest.mark.parametrize(("content", "fault"), [(b"", "empty"), (b"{", "not_json"), (b"[]", "wrong_type")])
def test_a_file_that_is_none_says_why(content: bytes, fault: str) -> None:
    with pytest.raises(SolutionInvalid, match=f"solution: {fault}"):
        solution_from_bytes(content)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_change_of_one_value_breaks_the_reading(data: st.DataObject) -> None:
    value = written()
    change(value, data)
    try:
        solution_from_bytes(json.dumps(value).encode())
    except SolutionInvalid as refusal:
        said = sentence(refusal.place, refusal.fault, refusal.params)
        assert said.startswith(refusal.place)  # noqa: PT017 - it may be refused or not
