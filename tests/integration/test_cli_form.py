"""``tandem form``: take the form of a programme out, change it, and read it again."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from app.cli import cli
from app.services.candidacy_form import working_copy
from tests.factories import number
from tests.personas import World


@pytest.fixture
def run(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a function
    """Give the command on the database of the test."""
    monkeypatch.setenv("TANDEM_DATABASE_URL", engine.url.render_as_string(hide_password=False))

    def command(*arguments: str, entered: str = "") -> Result:
        return CliRunner().invoke(cli, ["form", *arguments], input=entered)

    return command


def test_a_form_goes_out_and_comes_back_as_a_working_copy(
    run: Any,  # noqa: ANN401
    world: World,
    session: Session,
    tmp_path: Path,
) -> None:
    out = run("export", "test")
    assert out.exit_code == 0
    data = json.loads(out.stdout)
    data["sections"][3]["title"]["nl"] = "Waarom"
    file = tmp_path / "form.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    assert run("import", "test", str(file)).exit_code == 0
    assert run("import", "test", "-", entered=json.dumps(data)).exit_code == 0
    session.rollback()
    copy = working_copy(session, number(world.programme))
    assert copy.form.sections[3].title.nl == "Waarom"
    assert copy.base.form.sections[3].title.nl == "Motivatie"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("path", "value", "code", "sentence"),
    [
        (("kind",), "song", 2, "sections[0].questions[0].kind"),
        (("code",), "surprise", 1, "not a question of the reference form"),
    ],
)
def test_a_form_that_is_not_right_is_refused_with_its_place(
    run: Any,  # noqa: ANN401
    path: tuple[str],
    value: str,
    code: int,
    sentence: str,
) -> None:
    data = json.loads(run("export", "test").stdout)
    data["sections"][0]["questions"][0][path[0]] = value
    answer = run("import", "test", "-", entered=json.dumps(data))
    assert answer.exit_code == code
    assert sentence in answer.output


@pytest.mark.usefixtures("world")
def test_what_does_not_exist_is_said_in_a_sentence(run: Any) -> None:  # noqa: ANN401
    assert "there is no programme 'nothing'" in run("export", "nothing").output
    assert run("import", "test", "/nowhere/form.json").exit_code == 2
    assert run("import", "test", "-", entered="{").exit_code == 2
