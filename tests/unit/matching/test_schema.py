"""The JSON Schemas that are shipped: they take every file that is right, and say what the reader says."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.clash import LockHeld, NoPairing, PlacesHeld, VetoHeld, clash_to_json
from app.matching.json_format import (
    json_bytes,
    problem_from_bytes,
    problem_to_json,
    solution_from_bytes,
    solution_to_json,
)
from app.matching.json_solution import SolutionInvalid
from app.matching.problem import Problem, ProblemInvalid
from app.matching.schema import FOLDER, TYPES, inlined, schema_of, schema_text
from app.matching.solve import solve
from tests.unit.matching.strategies import problems
from tests.unit.matching.test_json_format import EXAMPLE, change
from tests.unit.matching.test_json_solution import PROBLEM, WHOLE, written

TAKES_PROBLEM = jsonschema_rs.Draft202012Validator(schema_of("tandem-pairing-1"))
TAKES_SOLUTION = jsonschema_rs.Draft202012Validator(schema_of("tandem-pairing-solution-1"))
TAKES_CLASH = jsonschema_rs.Draft202012Validator(schema_of("tandem-pairing-clash-1"))


@pytest.mark.parametrize("name", TYPES)
def test_the_shipped_schema_is_that_of_the_types(name: str) -> None:
    shipped = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert shipped == schema_text(name)
    assert json.loads(shipped)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(json.loads(shipped))


def test_nothing_else_is_shipped() -> None:
    assert {Path(file).stem for file in FOLDER.iterdir()} == set(TYPES)


@settings(max_examples=80, deadline=None)
@given(problems())
def test_every_problem_and_its_solution_are_taken(problem: Problem) -> None:
    TAKES_PROBLEM.validate(problem_to_json(problem))
    try:
        solution = solve(problem)
    except NoPairing as clash:
        TAKES_CLASH.validate(clash_to_json(clash, "…"))
    else:
        TAKES_SOLUTION.validate(solution_to_json(solution, problem))


def test_a_clash_of_every_kind_is_taken() -> None:
    kinds = (
        LockHeld("a", "x"),
        VetoHeld("a", "y"),
        PlacesHeld("left", "a", "min", 1),
        PlacesHeld("total", "", "max", 0),
    )
    TAKES_CLASH.validate(clash_to_json(NoPairing(kinds), "A sentence."))
    assert not TAKES_CLASH.is_valid({"format": "tandem-pairing-clash/1", "clash": [{"kind": "row"}], "sentence": ""})


def reads_problem(value: Any) -> bool:  # noqa: ANN401 - JSON
    try:
        problem_from_bytes(json.dumps(value).encode())
    except ProblemInvalid:
        return False
    return True


def reads_solution(value: Any) -> bool:  # noqa: ANN401 - JSON
    try:
        solution_from_bytes(json.dumps(value).encode())
    except SolutionInvalid:
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_is_read_is_taken_and_what_is_not_taken_is_not_read(data: st.DataObject) -> None:
    problem, solution = json.loads(json.dumps(EXAMPLE)), json.loads(json_bytes(solution_to_json(WHOLE, PROBLEM)))
    change(problem, data)
    change(solution, data)
    assert not reads_problem(problem) or TAKES_PROBLEM.is_valid(problem)
    assert not reads_solution(solution) or TAKES_SOLUTION.is_valid(solution)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "tandem-pairing/2"},
        {"colour": "red"},
        {"objective": "fairest"},
        {"left": [{"name": "a"}]},
        {"left": [{"id": "a", "places": {"min": -1}}]},
        {"points": [[1.5]]},
        {"points": [["1"]]},
        {"locks": [["a"]]},
        {"options": {"alternatives": 101}},
        {"pairs": []},
    ],
)
def test_a_problem_that_is_not_right_is_refused(changes: dict[str, Any]) -> None:
    assert TAKES_PROBLEM.is_valid(EXAMPLE)
    assert not TAKES_PROBLEM.is_valid(EXAMPLE | changes)


def test_points_are_there_once_and_own_points_with_them() -> None:
    without = {name: value for name, value in EXAMPLE.items() if name != "points"}
    assert not TAKES_PROBLEM.is_valid(without)
    assert TAKES_PROBLEM.is_valid(without | {"pairs": []})
    assert not TAKES_PROBLEM.is_valid(without | {"pairs": [], "left_points": []})


@pytest.mark.parametrize(
    "changes", [{"count": -1}, {"weakest": "2"}, {"problem_sha256": "x"}, {"proof": {}}, {"prices": [{"left": "a"}]}]
)
def test_a_solution_that_is_not_right_is_refused(changes: dict[str, Any]) -> None:
    assert TAKES_SOLUTION.is_valid(written())
    assert not TAKES_SOLUTION.is_valid(written() | changes)


@pytest.mark.parametrize("name", TYPES)
def test_a_schema_inside_another_document_needs_no_definitions(name: str) -> None:
    inner = inlined(schema_of(name))
    assert "$" not in json.dumps(inner).replace("64}$", "")
    jsonschema_rs.meta.validate(inner)


def test_an_inlined_schema_takes_the_same() -> None:
    assert jsonschema_rs.is_valid(inlined(schema_of("tandem-pairing-solution-1")), written())
