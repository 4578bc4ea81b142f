"""Pairing problems of everybody over the JSON API: the solution of the command line, within limits that hold."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import jsonschema_rs
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli import cli
from app.matching import apart
from app.routers import api_pairings
from app.services import outside_pairings
from app.web import pairing_process
from app.web.pairing_process import Busy, Slots, solve_apart
from tests.clients import StandingClock

PROBLEM: dict[str, Any] = {
    "format": "tandem-pairing/1",
    "left": [{"id": "11001"}, {"id": "11002"}],
    "right": [{"id": "RW-karongi"}],
    "points": [[7315], [7400]],
}
LOCKED_TWICE = {**PROBLEM, "locks": [["11001", "RW-karongi"], ["11002", "RW-karongi"]]}


def solve(client: TestClient, problem: object) -> httpx2.Response:
    content = problem if isinstance(problem, bytes) else json.dumps(problem).encode()
    return client.post("/api/v1/pairings/solve", content=content)


def taken(client: TestClient, name: str, value: object) -> bool:
    schema = client.get(f"/api/v1/schemas/{name}.json").json()
    return jsonschema_rs.is_valid(schema, value)


def test_the_answer_has_the_bytes_of_the_command_line(client: TestClient) -> None:
    asked = {**PROBLEM, "options": {"alternatives": 2, "prices": True}}
    answer = solve(client, asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.content == CliRunner().invoke(cli, ["match", "-"], input=json.dumps(asked)).stdout_bytes
    assert answer.json()["pairs"] == [{"left": "11002", "right": "RW-karongi", "points": 7400, "locked": False}]
    assert taken(client, "tandem-pairing-solution-1", answer.json())
    assert "set-cookie" not in answer.headers


def test_a_clash_is_named(client: TestClient) -> None:
    answer = solve(client, LOCKED_TWICE)
    assert answer.status_code == 409
    assert answer.json()["clash"][-1] == {"kind": "places", "scope": "right", "of": "RW-karongi", "max": 1}
    assert taken(client, "tandem-pairing-clash-1", answer.json())


@pytest.mark.parametrize(
    ("problem", "place", "fault"),
    [
        ({**PROBLEM, "points": [[1], [0.5]]}, "points[1][0]", "not_whole"),
        ({**PROBLEM, "left": [{"id": "a", "places": {"min": -1}}]}, "left[0].places", "negative"),
        ({**PROBLEM, "options": {"alternatives": 21}}, "options.alternatives", "out_of_range"),
        ({**PROBLEM, "points": [[10**30], [1]]}, "points", "points_too_large"),
        (b"", "problem", "empty"),
        pytest.param(b"[" * 500_000, "problem", "too_deep", id="too deep"),
        (b'{"a": 1, "a": 1}', "problem", "repeated_field"),
    ],
)
def test_a_fault_names_its_place(client: TestClient, problem: object, place: str, fault: str) -> None:
    answer = solve(client, problem)
    assert answer.status_code == 422
    (detail,) = answer.json()["detail"]
    assert (detail["place"], detail["fault"]) == (place, fault)
    assert detail["message"].startswith(f"{place}: ")


def test_ten_megabytes_are_not_read(client: TestClient) -> None:
    assert solve(client, b" " * 10_000_000).status_code == 413


def test_more_than_a_megabyte_is_read(client: TestClient) -> None:
    assert solve(client, json.dumps(PROBLEM).encode() + b" " * 2_000_000).status_code == 200


def of_size(rows: int, columns: int) -> dict[str, Any]:
    sides = {
        "left": [{"id": str(row)} for row in range(rows)],
        "right": [{"id": str(column)} for column in range(columns)],
    }
    return {"format": "tandem-pairing/1", **sides, "points": [[0] * columns] * rows}


def test_too_many_pairs_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (detail,) = solve(client, of_size(401, 250)).json()["detail"]
    assert (detail["place"], detail["fault"]) == ("points", "too_many_pairs")
    monkeypatch.setattr(apart, "MOST_PAIRS", 0)
    listed = {**PROBLEM, "pairs": [{"left": "11001", "right": "RW-karongi", "points": 1}]}
    del listed["points"]
    found = apart.answer(json.dumps(listed).encode())
    assert (found.status, json.loads(found.content)["detail"][0]["place"]) == (apart.FAULT, "pairs")


def test_a_client_may_have_so_many_solved_in_an_hour(
    client: TestClient, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside_pairings, "SOLVED_PER_CLIENT", 1)
    assert solve(client, b"").status_code == 422
    refused = solve(client, b"")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert refused.headers["content-type"] == "application/json"
    clock.now += timedelta(hours=1)
    assert solve(client, b"").status_code == 422


def test_while_others_are_solved_it_may_be_asked_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_pairings, "SLOTS", Slots(0))
    refused = solve(client, PROBLEM)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "again" in refused.json()["detail"]


def test_a_slot_is_given_back_whatever_happens() -> None:
    slots = Slots(1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), slots.one():
            with pytest.raises(Busy), slots.one():
                pass
            raise ZeroDivisionError


def answered(content: bytes, **limits: float) -> apart.Answer:
    async def solving() -> apart.Answer:
        return await solve_apart(content, **limits)  # type: ignore[arg-type]

    with start_blocking_portal() as portal:
        return portal.call(solving)


def test_what_takes_too_long_is_ended() -> None:
    answer = answered(json.dumps(PROBLEM).encode(), seconds=0.02)
    assert (answer.status, json.loads(answer.content)["detail"][0]["fault"]) == (apart.FAULT, "takes_too_long")


def test_what_takes_too_much_memory_is_ended() -> None:
    answer = answered(json.dumps(PROBLEM).encode() + b" " * 100_000_000, megabytes=200)
    assert (answer.status, json.loads(answer.content)["detail"][0]["fault"]) == (apart.FAULT, "takes_too_long")


def test_a_failure_of_the_process_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing_process.sys, "executable", "/bin/false")  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        answered(b"{}")


def test_settings_stay_with_the_web_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_SMTP_PASSWORD", "secret")
    environment: Callable[[], dict[str, str]] = pairing_process._environment
    assert not [name for name in environment() if name.startswith("TANDEM_")]


@pytest.mark.parametrize("name", ["tandem-pairing-1", "tandem-pairing-solution-1", "tandem-pairing-clash-1"])
def test_the_schemas_are_served(client: TestClient, name: str) -> None:
    answer = client.get(f"/api/v1/schemas/{name}.json")
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_no_other_file_is_served(client: TestClient) -> None:
    for name in ("tandem-pairing-2.json", "tandem-pairing-1", "..%2fgoals.csv"):
        answer = client.get(f"/api/v1/schemas/{name}")
        assert answer.status_code == 404


def test_the_example_of_the_description_is_solved(client: TestClient, app: FastAPI) -> None:
    operation = app.openapi()["paths"]["/api/v1/pairings/solve"]["post"]
    described = operation["requestBody"]["content"]["application/json"]
    jsonschema_rs.validate(described["schema"], described["example"])
    answer = solve(client, described["example"])
    assert answer.status_code == 200
    jsonschema_rs.validate(operation["responses"]["200"]["content"]["application/json"]["schema"], answer.json())
    assert sorted(operation["responses"]) == ["200", "409", "413", "422", "429", "503"]
