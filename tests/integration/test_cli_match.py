"""The command that pairs: a problem of the pairing format in, its solution out."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli

PROBLEM = {
    "format": "tandem-pairing/1",
    "left": [{"id": "11001"}, {"id": "11002"}],
    "right": [{"id": "RW-karongi"}],
    "points": [[7315], [7400]],
}


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(cli, ["match", *arguments], input=given)


def test_the_solution_goes_to_standard_output() -> None:
    result = run("-", given=json.dumps(PROBLEM))
    assert result.exit_code == 0
    solution = json.loads(result.stdout)
    assert solution["format"] == "tandem-pairing-solution/1"
    assert solution["pairs"] == [{"left": "11002", "right": "RW-karongi", "points": 7400, "locked": False}]


def test_the_solution_goes_to_a_file(tmp_path: Path) -> None:
    problem, solution = tmp_path / "problem.json", tmp_path / "solution.json"
    problem.write_text(json.dumps(PROBLEM), encoding="utf-8")
    assert run(str(problem), "-o", str(solution)).exit_code == 0
    assert json.loads(solution.read_text(encoding="utf-8"))["total"] == 7400


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (json.dumps({**PROBLEM, "points": [[1.5], [2]]}), "points[0][0]"),
        (json.dumps({**PROBLEM, "extra": 1}), "unknown_field"),
        ("[", "line 1 column 2"),
    ],
)
def test_a_problem_that_is_not_right_ends_with_2_and_its_place(given: str, place: str) -> None:
    result = run("-", given=given)
    assert result.exit_code == 2
    assert place in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_not_there_ends_with_2() -> None:
    assert run("nowhere.json").exit_code == 2


def test_no_pairing_ends_with_3_and_a_sentence() -> None:
    locks = [["11001", "RW-karongi"], ["11002", "RW-karongi"]]
    result = run("-", given=json.dumps({**PROBLEM, "locks": locks}))
    assert result.exit_code == 3
    assert "More pairs are locked than there are places." in result.stderr
