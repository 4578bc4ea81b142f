"""The command line: a database that is not there yet, one that is in use, one that does not answer."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col
from typer.testing import CliRunner

from app.cli import cli
from app.models import Person, Programme
from app.models.database import create_engine, transaction
from tests import factories

IN_USE = "this database is in use: the demo wants one of its own (TANDEM_DATABASE_URL)\n"


@pytest.fixture
def demo_mode(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the command."""
    monkeypatch.setenv("TANDEM_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TANDEM_DEMO", "true")


def test_migrating_makes_the_folder_of_a_new_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_DATABASE_URL", f"sqlite:///{tmp_path}/new/folder/tandem.db")
    assert CliRunner().invoke(cli, ["migrate"]).exit_code == 0
    assert (tmp_path / "new" / "folder" / "tandem.db").exists()


def test_a_database_that_does_not_answer_is_said_in_one_line() -> None:
    environment = {"TANDEM_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    command = [sys.executable, "-m", "app.cli", "migrate"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("the database does not work: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("demo_mode")
@pytest.mark.parametrize("command", [["demo"], ["demo", "--reset"], ["run"]])
def test_the_demo_leaves_a_database_alone_that_is_in_use(session: Session, command: list[str]) -> None:
    with transaction(session):
        factories.person(session)
    result = CliRunner().invoke(cli, command)
    assert (result.exit_code, result.stderr) == (1, IN_USE)
    assert session.execute(sa.select(sa.func.count()).select_from(Person)).scalar() == 1


@pytest.mark.usefixtures("demo_mode")
def test_the_demo_is_loaded_once_and_made_again_on_request(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    for command in (["demo"], ["demo"], ["demo", "--reset"]):
        assert CliRunner().invoke(cli, command).exit_code == 0
        with Session(engine) as session:
            slugs = session.execute(sa.select(col(Programme.slug)).order_by(col(Programme.starts_on))).scalars().all()
            assert len(slugs) == 3
            assert slugs[0] == "pilot-2024-2025"
    engine.dispose()
