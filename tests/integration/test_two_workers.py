"""Two workers share jobs and outbox: a thousand reminders go out once each, also when one of them is killed half-way.

What holds, exactly: every reminder is written once and arrives. A worker that dies before the mail server has a mail
whole leaves it to the other, which sends it once the lease is over. A mail that the server has, and of which the dying
worker could no longer note so, is sent once more: nobody can know that it arrived. It then has the same ``Message-ID``
and the same words, by which mail programs and servers drop the second. It can only be the one mail that was on its way.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import MailState, Role, SessionKind
from app.models import Mail, Membership
from app.models.database import create_engine, transaction
from app.services.jobs import JOBS, LEASE, run_due
from app.services.mail import send_due
from app.services.smtp import SmtpSender
from tests import factories
from tests.personas import build_world
from tests.servers import ROOT

PEOPLE = 100
BASE = "http://127.0.0.1"


class Postbox:
    """A mail server that kills the first worker at a step of its mail, once half of all have come."""

    def __init__(self, step: str, expected: int) -> None:
        self.step = step
        self.expected = expected
        self.messages: list[EmailMessage] = []
        self.victim: subprocess.Popen[bytes] | None = None
        self.on_its_way = ""

    def _strike(self, step: str, envelope: Envelope) -> None:
        is_time = len(self.messages) >= self.expected // 2 and envelope.mail_from == "first@example.org"
        if self.victim is not None and is_time and step == self.step:
            self.victim.send_signal(signal.SIGKILL)
            self.victim, self.on_its_way = None, envelope.rcpt_tos[0]

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        self._strike("before the mail is whole", envelope)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self._strike("before it is noted", envelope)
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def worker(name: str, database_url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``tandem worker``, whose mails come from an address of its own."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("TANDEM_")},
        "TANDEM_DATABASE_URL": database_url,
        "TANDEM_BASE_URL": BASE,
        "TANDEM_SMTP_HOST": "127.0.0.1",
        "TANDEM_SMTP_PORT": str(port),
        "TANDEM_SMTP_SECURITY": "none",
        "TANDEM_MAIL_FROM": f"Tandem <{name}@example.org>",
        "TANDEM_LOG_LEVEL": "error",
    }
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def plan(engine: sa.Engine, sessions: int) -> None:
    """Leave some sessions in a week, to each of which the same hundred people are invited."""
    now = datetime.now(UTC)
    with Session(engine, info={"base_url": BASE}) as session:
        world = build_world(session)
        with transaction(session):
            session.execute(sa.delete(Membership))
            for number in range(PEOPLE):
                factories.member(session, Role.PARTICIPANT, name=f"Participant {number}", government=world.karongi)
            for number in range(sessions):
                made = factories.agenda_session(
                    session,
                    world.programme,
                    starts_at=now + timedelta(days=7, hours=-2 - number),
                    of_partnership=world.partnership,
                    kind=SessionKind.BILATERAL,
                    title=f"Session {number}",
                )
                made.changed_at = now - timedelta(days=30)


def wait_until_still(engine: sa.Engine, postbox: Postbox) -> None:
    """Wait until the worker that is left has nothing more to send."""
    deadline, before, since = time.monotonic() + 180, -1, time.monotonic()
    while time.monotonic() < deadline:
        with Session(engine) as session:
            waiting = sa.select(sa.func.count()).where(col(Mail.state) == MailState.WAITING)
            written = session.scalar(sa.select(sa.func.count()).select_from(Mail))
            if written == postbox.expected and (session.scalar(waiting) or 0) <= 1 and postbox.victim is None:
                return
        if len(postbox.messages) != before:
            before, since = len(postbox.messages), time.monotonic()
        elif time.monotonic() - since > 20 and postbox.victim is None:
            return
        time.sleep(0.2)
    raise AssertionError(f"only {len(postbox.messages)} mails came")


@pytest.mark.postgresql
@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize(
    ("step", "twice", "sessions"), [("before the mail is whole", 0, 10), ("before it is noted", 1, 2)]
)
def test_a_thousand_reminders_go_out_once_each_though_one_of_two_workers_is_killed(
    postgresql_url: str, step: str, twice: int, sessions: int
) -> None:
    expected = sessions * PEOPLE
    engine = create_engine(postgresql_url)
    plan(engine, sessions)
    postbox, port = Postbox(step, expected), free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    with worker("first", postgresql_url, port) as first, worker("second", postgresql_url, port):
        postbox.victim = first
        wait_until_still(engine, postbox)
        assert first.wait(timeout=10) == -signal.SIGKILL
    by_two = Counter(message["From"].addresses[0].username for message in postbox.messages)
    assert set(by_two) == {"first", "second"}

    # the leases of the dead worker are over: any other does what is left
    def later() -> datetime:
        return datetime.now(UTC) + LEASE + timedelta(minutes=1)

    run_due(engine, [job for job in JOBS if job.name == "agenda.remind"], clock=later, base_url=BASE)
    sender = SmtpSender("127.0.0.1", port, "Tandem <second@example.org>", security="none")
    while send_due(engine, sender, clock=later):
        pass
    controller.stop()

    seen = Counter(str(message["Message-ID"]) for message in postbox.messages)
    told = Counter((message["To"], message["Subject"]) for message in postbox.messages)
    assert len(seen) == len(told) == expected
    doubles = [name for name, count in seen.items() if count > 1]
    assert (len(doubles), len(postbox.messages)) == (twice, expected + twice)
    for name in doubles:
        one, other = (message for message in postbox.messages if message["Message-ID"] == name)
        assert one["To"] == other["To"] == postbox.on_its_way
        assert one.get_body(("plain",)).get_content() == other.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    with Session(engine) as session:
        rows = session.execute(sa.select(col(Mail.state), col(Mail.attempts)).order_by(col(Mail.id))).all()
    assert Counter(row.state for row in rows) == {MailState.SENT: expected}
    assert sorted(row.attempts for row in rows) == [1] * (expected - 1) + [2]
    engine.dispose()
