"""The files of a scenario: whoever has them can check with ``tandem verify`` that no pairing is better."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.documents.pairing_files import PairingFiles, pairing_zip
from app.models import PairingScenario
from app.models.database import transaction
from app.queries.pairings import Scenario
from tests import pages
from tests.factories import NOW
from tests.integration import pairing_kit
from tests.integration.pairing_kit import Board
from tests.integration.test_pairings import keep, publish_it
from tests.personas import sign_in

board = pairing_kit.board
PATH = "/staff/pairings"
VERIFY = "tandem verify problem.json solution.json"


@pytest.fixture
def officer(client: TestClient, app: FastAPI, board: Board) -> TestClient:
    """A browser of the programme team, in English."""
    client.cookies.set("lang", "en")
    return sign_in(client, app, board.world.vvsg_staff)


def download(client: TestClient, scenario: Scenario, folder: Path) -> tuple[Path, Path]:
    """Save both files as an outsider would."""
    made = []
    for name in ("problem.json", "solution.json"):
        answer = client.get(f"{PATH}/{scenario.id}/{name}")
        assert answer.status_code == 200
        (folder / name).write_bytes(answer.content)
        made.append(folder / name)
    return made[0], made[1]


def status_of_verify(problem: Path, solution: Path) -> int:
    """Run the command that the page shows, with a process of its own."""
    command = [str(Path(sys.executable).with_name("tandem")), "verify", str(problem), str(solution)]
    return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode


def test_the_files_of_a_published_scenario_check_out_and_tampered_ones_do_not(
    new_client: Callable[[], TestClient], app: FastAPI, session: Session, board: Board, tmp_path: Path
) -> None:
    scenario = keep(session, board)
    publish_it(session, board, scenario)
    auditor = sign_in(new_client(), app, board.world.auditor)
    problem, solution = download(auditor, scenario, tmp_path)
    assert status_of_verify(problem, solution) == 0
    told: dict[str, Any] = json.loads(solution.read_text(encoding="utf-8"))

    def tampered(**changed: object) -> int:
        solution.write_text(json.dumps({**told, **changed}), encoding="utf-8")
        return status_of_verify(problem, solution)

    first, *rest = told["pairs"]
    assert tampered() == 0
    assert tampered(pairs=rest, count=told["count"] - 1, total=told["total"] - first["points"]) != 0
    assert tampered(total=told["total"] + 1) != 0
    duals = told["proof"]["total"]
    assert tampered(proof={**told["proof"], "total": {**duals, "bound": duals["bound"] + 1}}) != 0
    assert tampered(proof=None) != 0


def test_the_zip_holds_the_same_files_and_how_to_check_them(
    officer: TestClient, session: Session, board: Board, tmp_path: Path
) -> None:
    scenario = keep(session, board)
    answer = officer.get(f"{PATH}/{scenario.id}/files.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert f"pairing-{scenario.id}.zip" in answer.headers["content-disposition"]
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["README.txt", "problem.json", "solution.json"]
        assert archive.testzip() is None
        for name in ("problem.json", "solution.json"):
            assert archive.read(name) == officer.get(f"{PATH}/{scenario.id}/{name}").content
        archive.extractall(tmp_path)
    assert status_of_verify(tmp_path / "problem.json", tmp_path / "solution.json") == 0
    assert VERIFY in (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert officer.get(f"{PATH}/{scenario.id}/files.zip").content == answer.content


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Controleer het met"), ("fr", "Vérifiez-la avec"), ("en", "Check it with")],
)
def test_the_readme_is_in_the_language_of_the_reader(
    officer: TestClient, session: Session, board: Board, language: str, words: str
) -> None:
    scenario = keep(session, board)
    officer.cookies.set("lang", language)
    with ZipFile(io.BytesIO(officer.get(f"{PATH}/{scenario.id}/files.zip").content)) as archive:
        told = archive.read("README.txt").decode()
    assert words in told
    assert told.startswith("First · ")
    assert "\n\n\n" not in told


def test_the_page_shows_the_command_and_leads_to_the_files(officer: TestClient, session: Session, board: Board) -> None:
    scenario = keep(session, board)
    page = pages.get(officer, f"{PATH}/{scenario.id}", heavy=True)
    assert VERIFY in page.text()
    assert f"{PATH}/{scenario.id}/files.zip" in page.html
    assert "Kept without a proof" not in page.text()


def test_a_scenario_of_before_the_proofs_says_so_and_stays_as_it_is(
    officer: TestClient, session: Session, board: Board
) -> None:
    scenario = keep(session, board)
    older = {name: value for name, value in scenario.solution.items() if name != "proof"}
    with transaction(session):
        row = sa.update(PairingScenario).where(col(PairingScenario.id) == scenario.id)
        session.execute(row.values(solution=older))
    words = pages.get(officer, f"{PATH}/{scenario.id}", heavy=True).text()
    assert "Kept without a proof" in words
    assert "tandem match problem.json" in words
    assert VERIFY not in words
    assert officer.get(f"{PATH}/{scenario.id}/solution.json").json() == older
    with ZipFile(io.BytesIO(officer.get(f"{PATH}/{scenario.id}/files.zip").content)) as archive:
        told = archive.read("README.txt").decode()
        assert json.loads(archive.read("solution.json")) == older
    assert "tandem match problem.json" in told
    assert VERIFY not in told


def test_an_auditor_has_the_files_after_publishing_and_nobody_else_beside_the_team(
    new_client: Callable[[], TestClient], app: FastAPI, session: Session, board: Board
) -> None:
    scenario = keep(session, board)
    address = f"{PATH}/{scenario.id}/files.zip"
    auditor = sign_in(new_client(), app, board.world.auditor)
    assert auditor.get(address).status_code == 404
    publish_it(session, board, scenario)
    assert auditor.get(address).status_code == 200
    page = pages.get(auditor, f"{PATH}/{scenario.id}", heavy=True)
    assert VERIFY in page.text()
    assert not re.search(r"/(alternatives|compare)\?", page.html)
    for path in ("alternatives", f"compare?first={scenario.id}", "what-if"):
        assert auditor.get(f"{PATH}/{path}").status_code == 404, path
    outsider = sign_in(new_client(), app, board.world.outsider)
    assert outsider.get(address).status_code == 404
    team = sign_in(new_client(), app, board.world.vvsg_staff)
    assert team.get(f"{PATH}/999/files.zip").status_code == 404


def test_the_bytes_of_a_zip_depend_on_the_scenario_alone() -> None:
    def files(at: datetime) -> bytes:
        return pairing_zip(PairingFiles("Ü & Ñ", "Programme", at, {"format": "x"}, {"proof": {}}), "en")

    assert files(NOW) == files(NOW)
    with ZipFile(io.BytesIO(files(NOW))) as archive:
        assert archive.infolist()[0].date_time[:3] == (NOW.year, NOW.month, NOW.day)
        assert archive.read("README.txt").decode().startswith("Ü & Ñ · Programme")
