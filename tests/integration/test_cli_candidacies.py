"""Imports and exports of candidacies on the command line."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col
from typer.testing import CliRunner, Result

from app.cli import cli
from app.models import Candidacy, Event, Programme
from app.models.database import transaction
from tests import factories

FILE = "gemeente;e-mail;ingediend op\nGamma;gamma@example.org;12/10/2025\nDelta;delta@example.org;\n"


@pytest.fixture
def programme(session: Session, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Programme:
    """A programme with a call and two municipalities, and the settings of the command."""
    monkeypatch.setenv("TANDEM_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TANDEM_BASE_URL", "https://tandem.example.org")
    with transaction(session):
        made = factories.programme(session, "test")
        factories.track(session, made)
        factories.call(session, made)
        factories.government(session, "Gamma")
        factories.government(session, "Delta")
    return made


def tandem(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def candidacies(session: Session) -> int:
    session.rollback()
    return int(session.scalar(sa.select(sa.func.count()).select_from(Candidacy)) or 0)


@pytest.mark.usefixtures("programme")
def test_a_file_is_looked_at_imported_once_and_exported(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(FILE)
    looked = tandem("import", "candidacies", str(file), "--call", "test", "--dry-run")
    assert (looked.exit_code, looked.stdout) == (0, "2 candidacies can be imported\n")
    assert candidacies(session) == 0
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"A": "government", "B": "contact_email"}))
    done = tandem("import", "candidacies", str(file), "--call", "test", "--mapping", str(mapping))
    assert (done.exit_code, done.stdout) == (0, "2 candidacies were imported\n")
    again = tandem("import", "candidacies", str(file), "--call", "test")
    assert again.exit_code == 1
    assert "A2: 'Gamma': Gamma has a candidacy for this call already." in again.stderr
    assert candidacies(session) == 2
    out = tmp_path / "answers.csv"
    assert tandem("export", "answers", "--call", "test", "--format", "csv", "-o", str(out)).exit_code == 0
    assert "gamma@example.org" in out.read_text(encoding="utf-8")
    assert tandem("export", "assessments", "--call", "test", "-o", str(tmp_path / "scores.xlsx")).exit_code == 0
    session.rollback()
    verbs = session.scalars(sa.select(col(Event.verb)).where(col(Event.subject_kind) == "call")).all()
    assert verbs == ["candidacies.imported", "candidacies.exported", "candidacies.exported"]


@pytest.mark.usefixtures("programme")
def test_what_is_not_right_is_said_in_a_sentence(tmp_path: Path) -> None:
    file, empty, letters = tmp_path / "old.csv", tmp_path / "empty.csv", tmp_path / "map.json"
    file.write_text(FILE)
    empty.write_text("")
    letters.write_text('{"1": "government"}')
    start = ("import", "candidacies", str(file), "--call")
    assert "no programme" in tandem(*start, "nowhere").stderr
    assert "names no column" in tandem(*start, "test", "--mapping", str(letters)).stderr
    assert tandem("import", "candidacies", str(tmp_path / "none"), "--call", "test").exit_code == 2
    assert "empty" in tandem("import", "candidacies", str(empty), "--call", "test").stderr
    assert tandem("export", "answers", "--call", "test", "--format", "pdf", "-o", "x").exit_code == 2
    assert tandem("export", "answers", "--call", "test", "-o", str(tmp_path / "no" / "x")).exit_code == 2
