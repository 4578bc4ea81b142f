"""A problem of somebody else: its answer, and the limits on what is taken."""

import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from app.matching import apart
from app.matching.apart import CLASH, FAULT, SOLUTION, answer, limit_memory, out_of_limits

PROBLEM: dict[str, Any] = {
    "format": "tandem-pairing/1",
    "left": [{"id": "a"}],
    "right": [{"id": "x"}, {"id": "y"}],
    "points": [[5, 7]],
}


def answered(**changes: object) -> tuple[int, Any]:
    found = answer(json.dumps(PROBLEM | changes).encode())
    return found.status, json.loads(found.content)


def test_a_problem_is_solved() -> None:
    status, solution = answered()
    assert (status, solution["format"], solution["total"]) == (SOLUTION, "tandem-pairing-solution/1", 7)


def test_a_clash_is_an_answer() -> None:
    status, clash = answered(locks=[["a", "x"], ["a", "y"]])
    assert (status, clash["format"], len(clash["clash"])) == (CLASH, "tandem-pairing-clash/1", 3)


def test_what_is_not_right_has_its_place() -> None:
    said = "points[0][1]: must be a whole number, without a fraction"
    assert answered(points=[[5, 7.5]]) == (
        FAULT,
        {"detail": [{"place": "points[0][1]", "fault": "not_whole", "message": said}]},
    )


def test_as_many_pairs_are_taken_as_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [{"left": "a", "right": right, "points": 1} for right in "xy"]
    sparse = {name: value for name, value in PROBLEM.items() if name != "points"} | {"pairs": listed}
    monkeypatch.setattr(apart, "MOST_PAIRS", 2)
    assert answered()[0] == answer(json.dumps(sparse).encode()).status == SOLUTION
    monkeypatch.setattr(apart, "MOST_PAIRS", 1)
    assert answered()[1]["detail"][0]["place"] == "points"
    assert json.loads(answer(json.dumps(sparse).encode()).content)["detail"][0]["place"] == "pairs"
    assert answered(points=[[5, None]])[0] == SOLUTION


def test_as_many_alternatives_are_given_as_may_be() -> None:
    assert answered(options={"alternatives": 20})[0] == SOLUTION
    status, fault = answered(options={"alternatives": 21})
    assert (status, fault["detail"][0]["place"]) == (FAULT, "options.alternatives")


def test_what_was_ended_is_an_answer_too() -> None:
    found = out_of_limits()
    assert found.status == FAULT
    assert json.loads(found.content)["detail"][0]["message"] == (
        "problem: takes more than 10 seconds or 1000 MB: use tandem match on a machine of your own"
    )


def test_memory_is_limited_where_the_system_can(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, object]] = []
    known = SimpleNamespace(RLIMIT_AS="space", setrlimit=lambda *what: asked.append(what))
    monkeypatch.setitem(sys.modules, "resource", known)
    limit_memory(3)
    assert asked == [("space", (3 * 1024**2, 3 * 1024**2))]
    monkeypatch.setitem(sys.modules, "resource", None)
    limit_memory(3)
    assert len(asked) == 1


def test_the_process_answers_and_ends_with_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(apart, "limit_memory", lambda _megabytes: None)
    monkeypatch.setattr(sys, "argv", ["apart", "100"])
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(PROBLEM).encode())))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=written))
    with pytest.raises(SystemExit) as ended:
        apart.main()
    assert (ended.value.code, json.loads(written.getvalue())["total"]) == (SOLUTION, 7)
