"""The commands that pair and that check: a problem in, its solution out, and what does not hold is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.commands import kit

PROBLEM: dict[str, Any] = {
    "format": "tandem-pairing/1",
    "left": [{"id": "11001"}, {"id": "11002"}],
    "right": [{"id": "RW-karongi"}],
    "points": [[7315], [7400]],
}
LOCKED_TWICE = {**PROBLEM, "locks": [["11001", "RW-karongi"], ["11002", "RW-karongi"]]}
SCORES = "points;Huye;Karongi\nGhent;10;8\nLier;9;\n"


@pytest.fixture(autouse=True)
def silent_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, nothing is said about long work."""
    monkeypatch.setattr(kit, "SILENT_SECONDS", 60.0)


def run(*arguments: str, given: str | bytes = "", command: str = "match") -> Result:
    return CliRunner().invoke(cli, [command, *arguments], input=given)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A problem and its solution, as files."""
    problem, solution = tmp_path / "problem.json", tmp_path / "solution.json"
    problem.write_text(json.dumps(PROBLEM), encoding="utf-8")
    assert run(str(problem), "-o", str(solution)).exit_code == 0
    return str(problem), str(solution)


def test_the_solution_goes_to_standard_output() -> None:
    result = run("-", given=json.dumps(PROBLEM))
    assert result.exit_code == 0
    solution = json.loads(result.stdout)
    assert solution["format"] == "tandem-pairing-solution/1"
    assert solution["pairs"] == [{"left": "11002", "right": "RW-karongi", "points": 7400, "locked": False}]
    assert result.stderr == "1 pair, 7,400 points, the weakest 7,400; the proof holds.\n"
    assert "alternatives" not in solution
    assert "prices" not in solution


def test_the_solution_goes_to_a_file(files: tuple[str, str]) -> None:
    assert json.loads(Path(files[1]).read_text(encoding="utf-8"))["total"] == 7400


def test_no_pairs_are_a_pairing_too() -> None:
    result = run("-", given=json.dumps({**PROBLEM, "points": [[None], [None]]}))
    assert (result.exit_code, result.stderr) == (0, "0 pairs, 0 points; the proof holds.\n")


def test_alternatives_and_prices_come_where_they_are_asked_for() -> None:
    result = run("-", "--alternatives", "3", "--prices", given=json.dumps(PROBLEM))
    assert result.exit_code == 0, result.stderr
    solution = json.loads(result.stdout)
    assert [(one["rank"], one["total"]) for one in solution["alternatives"]] == [(2, 7315), (3, 0)]
    assert [(one["left"], one["price"]) for one in solution["prices"]] == [("11001", 85), ("11002", 85)]
    as_the_file_says = {**PROBLEM, "options": {"alternatives": 1, "prices": True}}
    told = json.loads(run("-", given=json.dumps(as_the_file_says)).stdout)
    assert (len(told["alternatives"]), told["prices"]) == (1, solution["prices"])
    assert told["problem_sha256"] == solution["problem_sha256"]
    assert "alternatives" not in json.loads(run("-", "--alternatives", "0", given=json.dumps(as_the_file_says)).stdout)


@pytest.mark.parametrize("number", ["-1", "101"])
def test_as_many_alternatives_are_not_given(number: str) -> None:
    result = run("-", "--alternatives", number, given=json.dumps(PROBLEM))
    assert (result.exit_code, result.stderr) == (2, "--alternatives must be from 0 to 100\n")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            json.dumps({**PROBLEM, "points": [[1.5], [2]]}),
            "-: points[0][0]: must be a whole number, without a fraction",
        ),
        (json.dumps({**PROBLEM, "extra": 1}), "-: problem: has a field extra that the format does not know"),
        (
            json.dumps({**PROBLEM, "left": [{"id": "a\ud800"}]}),
            "-: left[0].id: has half a character (a lone surrogate)",
        ),
        ("[", "-: problem: is not JSON: line 1, column 2: Expecting value"),
        ("[" * 100_000, "-: problem: is nested too deeply"),
        ("", "-: problem: is empty"),
        (b"\xff", "-: problem: is not UTF-8 (byte 0)"),
        ('{"left": [], "left": []}', "-: problem: has the field left twice"),
    ],
)
def test_a_problem_that_is_not_right_ends_with_2_and_one_sentence(given: str | bytes, sentence: str) -> None:
    result = run("-", given=given)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence + "\n")


def test_an_id_cannot_write_on_the_terminal() -> None:
    node = {"id": "\x1b[2J\u202e" + "x" * 10_000}
    result = run("-", given=json.dumps({**PROBLEM, "left": [node, node]}))
    assert result.exit_code == 2
    assert result.stderr.strip().isprintable()
    assert len(result.stderr) < 200


def test_ten_thousand_signs_make_an_id() -> None:
    result = run("-", given=json.dumps({**PROBLEM, "left": [{"id": "é" * 10_000}, {"id": "\x00\x1b"}]}))
    assert result.exit_code == 0
    assert result.stdout.isascii()


def test_a_file_that_is_not_there_ends_with_2() -> None:
    result = run("nowhere.json")
    assert (result.exit_code, result.stderr) == (2, "nowhere.json: No such file or directory\n")


def test_a_place_that_cannot_be_written_ends_with_1(tmp_path: Path) -> None:
    result = run("-", "-o", str(tmp_path), given=json.dumps(PROBLEM))
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{tmp_path}: Is a directory\n")


def test_no_pairing_ends_with_3_and_what_clashes() -> None:
    result = run("-", given=json.dumps(LOCKED_TWICE))
    assert result.exit_code == 3
    clash = json.loads(result.stdout)
    assert clash["format"] == "tandem-pairing-clash/1"
    assert clash["clash"] == [
        {"kind": "lock", "left": "11001", "right": "RW-karongi"},
        {"kind": "lock", "left": "11002", "right": "RW-karongi"},
        {"kind": "places", "scope": "right", "of": "RW-karongi", "max": 1},
    ]
    assert result.stderr == clash["sentence"] + "\n"


def test_a_matrix_in_csv_gives_pairs_in_csv_or_a_whole_solution(tmp_path: Path) -> None:
    result = run("--csv", "-", given=SCORES)
    assert result.exit_code == 0
    assert result.stdout_bytes == b"\xef\xbb\xbfleft,right,points\r\nGhent,Karongi,8\r\nLier,Huye,9\r\n"
    scores, solution = tmp_path / "scores.csv", tmp_path / "solution.json"
    scores.write_text(SCORES, encoding="utf-8")
    assert run("--csv", str(scores), "-o", str(solution)).exit_code == 0
    assert json.loads(solution.read_text(encoding="utf-8"))["total"] == 17
    checked = run("--csv", str(scores), str(solution), command="verify")
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert run("--csv", "--no-fill", str(scores), str(solution), command="verify").exit_code == 1


def test_a_matrix_may_be_paired_otherwise() -> None:
    scores = ",x,y\na,9,5\nb,5,-9\n"
    assert "a,x,9" not in run("--csv", "--objective", "weakest-first", "-", given=scores).stdout
    assert run("--csv", "--no-fill", "-", given=scores).stdout.splitlines()[1:] == ["a,y,5", "b,x,5"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (";Huye\nLier;0,5\n", "-: B2: must be a whole number or empty, not 0,5"),
        (",Huye,Huye\n", "-: C1: has the id Huye, which is there already"),
        ("", "-: problem: is empty"),
    ],
)
def test_a_matrix_that_is_not_right_ends_with_2_and_its_cell(given: str, sentence: str) -> None:
    result = run("--csv", "-", given=given)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence + "\n")


@pytest.mark.parametrize("option", [("--no-fill",), ("--objective", "total")])
def test_a_problem_file_says_itself_what_is_best(option: tuple[str, ...]) -> None:
    result = run("-", *option, given=json.dumps(PROBLEM))
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "no pairing has more pairs, and none with as many has a higher total."),
        (
            {"objective": "weakest-first"},
            (
                "no pairing has more pairs, none with as many has a higher weakest pair, "
                "and none as good in both has a higher total."
            ),
        ),
        ({"fill": False}, "no pairing has a higher total."),
        (
            {"fill": False, "objective": "weakest-first"},
            "no pairing has a higher weakest pair, and none as good in that has a higher total.",
        ),
    ],
)
def test_what_the_proof_shows_is_said(changes: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(PROBLEM | changes), encoding="utf-8")
    checked = run(str(problem), "-", command="verify", given=run(str(problem)).stdout)
    assert (checked.exit_code, checked.stdout, checked.stderr) == (0, f"1 pair, 7,400 points: {sentence}\n", "")


def test_what_is_not_proved_is_said(files: tuple[str, str]) -> None:
    solution = run(files[0], "--alternatives", "1", "--prices").stdout
    checked = run(files[0], "-", command="verify", given=solution)
    assert checked.exit_code == 0
    beside = "Alternatives are other pairings, none better than the one before; prices are not proved.\n"
    assert checked.stdout.endswith(beside)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total": 7401}, "total"),
        ({"pairs": [], "count": 0, "total": 0, "weakest": None}, "bound"),
        ({"proof": {"total": {"bound": 7400}}}, "proof of the count"),
        ({"problem_sha256": "0" * 64}, "another problem"),
    ],
)
def test_what_does_not_hold_ends_with_1(files: tuple[str, str], changes: dict[str, Any], reason: str) -> None:
    solution = json.loads(Path(files[1]).read_text(encoding="utf-8")) | changes
    checked = run(files[0], "-", command="verify", given=json.dumps(solution))
    assert (checked.exit_code, checked.stdout) == (1, "")
    assert checked.stderr.startswith("does not hold: ")
    assert reason in checked.stderr


def test_a_solution_without_proof_does_not_hold(files: tuple[str, str]) -> None:
    solution = json.loads(Path(files[1]).read_text(encoding="utf-8"))
    del solution["proof"]
    checked = run(files[0], "-", command="verify", given=json.dumps(solution))
    assert (checked.exit_code, checked.stderr) == (1, "does not hold: there is no proof\n")


def test_a_faulty_file_ends_the_check_with_2(files: tuple[str, str]) -> None:
    problem, solution = files
    broken = run(problem, "-", command="verify", given='{"format": 1}')
    assert (broken.exit_code, broken.stderr) == (2, "-: solution: lacks the field blocking\n")
    assert run("-", solution, command="verify", given="{}").exit_code == 2
    assert run("-", "-", command="verify").exit_code == 2
    assert run(problem, "nowhere.json", command="verify").exit_code == 2


def test_long_work_is_shown(files: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "SILENT_SECONDS", 0.0)
    result = run(files[0])
    assert result.stderr.splitlines()[:2] == ["Reading …", "Looking for the best pairing …"]


def test_on_a_terminal_long_work_shows_how_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    kit._show("Reading", lambda seconds: seconds is None)
    shown = capsys.readouterr().err
    assert "Reading" in shown
    assert "0:00:00" in shown
    kit._show("Reading", lambda _: True)
    assert capsys.readouterr().err == ""


def test_too_little_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(_problem: object) -> None:
        raise MemoryError

    monkeypatch.setattr("app.matching.solve.solve", exhausted)
    result = run("-", given=json.dumps(PROBLEM))
    assert (result.exit_code, result.stderr) == (1, "-: there is not enough memory for a problem of this size\n")


LOADED = """
import json, sys
from app import cli
sys.argv = ["tandem", *sys.argv[1:]]
try:
    cli.main()
finally:
    print(json.dumps(sorted(name for name in sys.modules if "." not in name)), file=sys.stderr)
"""


def loaded_by(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], env={**os.environ}, capture_output=True, check=True, timeout=60
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_checking_loads_no_solver_and_pairing_no_web(files: tuple[str, str]) -> None:
    checking, finding = loaded_by("verify", *files), loaded_by("match", files[0])
    assert checking.isdisjoint({"numpy", "ortools", "fastapi", "starlette", "sqlalchemy"})
    assert finding.isdisjoint({"fastapi", "starlette", "sqlalchemy", "babel"})
    assert {"numpy", "ortools"} <= finding


def test_a_whole_run_ends_with_its_status(tmp_path: Path) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(LOCKED_TWICE), encoding="utf-8")
    command = [sys.executable, "-m", "app.cli", "match", str(problem)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 3
    assert json.loads(done.stdout)["format"] == "tandem-pairing-clash/1"


@pytest.mark.parametrize(("closed", "status"), [("<&-", 2), (">&-", 1)])
def test_a_closed_stream_is_said(closed: str, status: int, tmp_path: Path) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(PROBLEM), encoding="utf-8")
    command = ["sh", "-c", f'"$0" -m app.cli match "$1" {closed}', sys.executable, "-" if status == 2 else str(problem)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (status, 1)
    assert "is closed" in done.stderr
