"""The command line: people, sign-in links, and the process that sends mail."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from aiosmtpd.smtp import Session as SmtpSession
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col
from typer.testing import CliRunner, Result

from app.cli import cli
from app.domain.codes import MailState, Role
from app.main import create_app
from app.models import Event, JobRun, Mail, Membership, Person
from app.models.database import transaction
from app.services.mail import Recipient, enqueue
from app.settings import Settings
from tests.clients import NOW
from tests.personas import World

BASE = "https://tandem.example.org"


@pytest.fixture
def environment(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the command."""
    monkeypatch.setenv("TANDEM_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TANDEM_BASE_URL", BASE)


def tandem(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.usefixtures("environment")
def test_the_first_person_is_added_and_let_in(session: Session) -> None:
    added = tandem("person", "add", "Team@example.org", "--name", "Programme team", "--role", "staff")
    assert (added.exit_code, added.stdout) == (0, "Team@example.org: added\n")

    printed = tandem("person", "sign-in-link", "team@example.org")
    assert printed.exit_code == 0
    assert re.fullmatch(rf"{BASE}/sign-in/link/[\w-]{{43}}\n", printed.stdout)
    (person,) = session.scalars(sa.select(Person))
    (membership,) = session.scalars(sa.select(Membership))
    assert (person.email, membership.role, membership.person_id) == ("team@example.org", Role.STAFF, person.id)


@pytest.mark.usefixtures("environment")
def test_a_role_is_given_to_somebody_who_is_known(session: Session, world: World) -> None:
    given = tandem("person", "add", world.outsider.email, "--role", "participant", "--government", "RW-karongi")
    assert (given.exit_code, given.stdout) == (0, f"{world.outsider.email}: role given\n")
    query = sa.select(col(Membership.local_government_id)).where(col(Membership.person_id) == world.outsider.id)
    assert session.scalars(query).all() == [world.karongi.id]


@pytest.mark.usefixtures("environment", "world")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "new@example.org"), "a new person needs a name: --name"),
        (("add", "new@example.org", "--name", "New", "--language", "de"), "there is no language 'de'"),
        (("add", "new@example.org", "--name", "New", "--role", "king"), "there is no role 'king'"),
        (("add", "new", "--name", "New"), "Write an e-mail address such as name@example.org."),
        (
            ("add", "new@example.org", "--name", "New", "--role", "coordinator"),
            "Choose the local government to which this role belongs.",
        ),
        (
            ("add", "new@example.org", "--name", "New", "--role", "coordinator", "--government", "RW-x"),
            "there is no local government 'RW-x' today",
        ),
        (
            ("add", "new@example.org", "--name", "New", "--role", "association", "--association", "x"),
            "there is no association 'x'",
        ),
        (("sign-in-link", "nobody@example.org"), "nobody is known as nobody@example.org"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    session: Session, arguments: tuple[str, ...], sentence: str
) -> None:
    people = session.scalar(sa.select(sa.func.count()).select_from(Person))
    session.rollback()

    refused = tandem("person", *arguments)

    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith(sentence)
    assert refused.stderr.count("\n") == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == people


def test_a_database_that_is_not_there_is_said_in_one_sentence(
    tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_DATABASE_URL", f"sqlite:///{tmp_path}/nothing.db")
    refused = tandem("person", "sign-in-link", "team@example.org")
    assert (refused.exit_code, refused.stderr.startswith("the database is not ready")) == (1, True)


@pytest.mark.usefixtures("environment")
def test_a_persons_data_are_written_to_a_file(session: Session, world: World, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    assert tandem("person", "export", world.outsider.email, "--output", str(file)).exit_code == 0
    assert json.loads(file.read_text())["person"]["name"] == "Outsider"
    printed = tandem("person", "export", world.outsider.email)
    assert json.loads(printed.stdout)["person"]["email"] == world.outsider.email
    assert list(session.scalars(sa.select(col(Event.verb)))) == ["person.exported", "person.exported"]
    assert tandem("person", "export", "nobody@example.org").exit_code == 1


@pytest.mark.usefixtures("environment")
def test_a_person_is_removed_unless_something_hangs_on_them(session: Session, world: World) -> None:
    removed = tandem("person", "remove", world.outsider.email, "--reason", "Asked by letter")
    assert (removed.exit_code, removed.stdout) == (0, "removed\n")
    assert session.get_one(Person, world.outsider.id, populate_existing=True).name == ""
    session.rollback()
    refused = tandem("person", "remove", world.candidate_of_a.email, "--reason", "x")
    assert (refused.exit_code, "SDG-AAAAAA" in refused.stderr) == (1, True)


class Letterbox:
    """What a mail server received."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: SmtpSession, envelope: SmtpEnvelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def letterbox(session: Session) -> Iterator[tuple[Letterbox, int]]:
    """A mail server and its port, and one mail that waits."""
    with transaction(session):
        values = {"link": "/sign-in/link/a-secret", "expires_on": NOW.date()}
        enqueue(session, "invitation", to=Recipient("ada@example.org", "Ada", "en"), values=values, now=NOW)
        session.execute(sa.update(Mail).values(next_attempt_at=sa.text("'2020-01-01 00:00:00.000000'")))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def wait_for(box: Letterbox, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not box.messages and time.monotonic() < end:
        time.sleep(0.05)


def test_a_worker_without_a_mail_server_runs_the_jobs(sqlite_url: str, session: Session) -> None:
    settings = {"TANDEM_DATABASE_URL": sqlite_url, "TANDEM_BASE_URL": BASE}
    command = [sys.executable, "-m", "app.cli", "worker"]
    worker = subprocess.Popen(command, env={**os.environ, **settings}, stderr=subprocess.PIPE)
    end = time.monotonic() + 30
    while worker.poll() is None and time.monotonic() < end and not session.scalars(sa.select(JobRun)).all():
        session.rollback()
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    _, log = worker.communicate(timeout=30)
    assert (worker.returncode, [run.last_error for run in session.scalars(sa.select(JobRun))][:1]) == (0, [""]), log


def test_a_worker_sends_until_it_is_told_to_stop(
    session: Session, sqlite_url: str, letterbox: tuple[Letterbox, int]
) -> None:
    box, port = letterbox
    settings = {
        "TANDEM_DATABASE_URL": sqlite_url,
        "TANDEM_BASE_URL": BASE,
        "TANDEM_SMTP_HOST": "127.0.0.1",
        "TANDEM_SMTP_PORT": str(port),
        "TANDEM_SMTP_SECURITY": "none",
    }
    command = [sys.executable, "-m", "app.cli", "worker"]
    worker = subprocess.Popen(command, env={**os.environ, **settings}, stderr=subprocess.PIPE)
    wait_for(box, 30)
    worker.send_signal(signal.SIGTERM)
    _, log = worker.communicate(timeout=30)

    assert (worker.returncode, [message["To"] for message in box.messages]) == (0, ["ada@example.org"])
    assert b"mail sent" in log
    assert session.scalars(sa.select(col(Mail.state))).all() == [MailState.SENT]


def test_the_web_process_sends_mail_too(session: Session, sqlite_url: str, letterbox: tuple[Letterbox, int]) -> None:
    box, port = letterbox
    made = create_app(
        Settings(
            database_url=sqlite_url,
            base_url="http://testserver",
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_security="none",
        )
    )
    with TestClient(made):
        wait_for(box, 30)

    assert [message["To"] for message in box.messages] == ["ada@example.org"]
    assert session.scalars(sa.select(col(Mail.state))).all() == [MailState.SENT]
