"""The outbox, with a real mail server."""

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import MailState
from app.models import Mail
from app.models.database import create_engine, data_version, transaction
from app.services import mail as outbox
from app.services.mail import LEASE, Recipient, enqueue, run_outbox, send_due
from app.services.smtp import SmtpSender
from tests.clients import NOW, StandingClock
from tests.letterbox import Letterbox

ADA = Recipient("ada@example.org", "Coordinator of Karongi", "en")
INVITATION = {"link": "/sign-in/link/secret-1", "expires_on": NOW.date()}


def write(engine: sa.Engine, *addresses: str, language: str = "en", now: datetime = NOW) -> None:
    with Session(engine, info={"base_url": "https://tandem.example.org"}) as session, transaction(session):
        for address in addresses:
            to = Recipient(address, "Coordinator of Karongi", language)
            enqueue(session, "invitation", to=to, values=INVITATION, now=now)


def rows(engine: sa.Engine) -> list[Mail]:
    with Session(engine) as session:
        return list(session.scalars(sa.select(Mail).order_by(col(Mail.id))))


def another(sender: SmtpSender) -> SmtpSender:
    return SmtpSender(sender.host, sender.port, sender.sender, security="none", timeout_seconds=5)


def test_a_mail_goes_out_in_both_forms_and_says_that_a_machine_sent_it(
    both_engines: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock
) -> None:
    write(both_engines, "ada@example.org", language="nl")

    assert send_due(both_engines, sender, clock=clock) == 1

    (message,) = letterbox.messages
    (row,) = rows(both_engines)
    assert message["From"] == "Tandem <tandem@example.org>"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == row.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<tandem.{row.id}.{int(NOW.timestamp())}@example.org>"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for part in (plain, html):
        assert "https://tandem.example.org/sign-in/link/secret-1" in part.get_content()
    assert 'lang="nl"' in html.get_content()
    assert row.state is MailState.SENT
    assert row.sent_at == NOW
    assert "secret-1" not in row.text + row.html


def test_a_unique_key_writes_a_mail_once(both_engines: sa.Engine) -> None:
    for _ in range(2):
        with Session(both_engines, info={"base_url": ""}) as session, transaction(session):
            enqueue(session, "invitation", to=ADA, values=INVITATION, now=NOW, unique_key="pairing 1, ada")

    assert [row.unique_key for row in rows(both_engines)] == ["pairing 1, ada"]


def test_two_senders_send_each_mail_once(
    both_engines: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock
) -> None:
    addresses = [f"person-{number:02}@example.org" for number in range(30)]
    write(both_engines, *addresses)
    engines = [both_engines, create_engine(both_engines.url.render_as_string(hide_password=False))]
    counts = []

    def send(engine: sa.Engine) -> None:
        counts.append(send_due(engine, another(sender), clock=clock))

    threads = [threading.Thread(target=send, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engines[1].dispose()

    assert letterbox.recipients() == addresses
    assert sum(counts) == 30
    assert {row.state for row in rows(both_engines)} == {MailState.SENT}


def test_a_sender_that_dies_leaves_its_mail_to_another_when_the_lease_is_over(
    both_engines: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock
) -> None:
    write(both_engines, "ada@example.org")

    class Killed:
        def send(self, *_: object) -> None:
            raise KeyboardInterrupt

        def close(self) -> None:
            """Nothing is open."""

    with pytest.raises(KeyboardInterrupt):
        send_due(both_engines, Killed(), clock=clock)

    clock.now = NOW + LEASE - timedelta(seconds=1)
    assert send_due(both_engines, sender, clock=clock) == 0
    clock.now = NOW + LEASE
    assert send_due(both_engines, sender, clock=clock) == 1
    assert send_due(both_engines, sender, clock=clock) == 0
    assert letterbox.recipients() == ["ada@example.org"]


def test_a_refused_mail_is_tried_again_later_and_later_until_it_counts_as_failed(
    engine: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock
) -> None:
    write(engine, "refused@example.org", "ada@example.org")
    pauses = []
    for _ in range(outbox.MAX_ATTEMPTS):
        send_due(engine, sender, clock=clock)
        refused = rows(engine)[0]
        pauses.append(int((refused.next_attempt_at - clock.now).total_seconds() // 60))
        clock.now = refused.next_attempt_at

    assert pauses == [1, 5, 30, 120, 720, 720, 720, 720]
    assert (refused.state, refused.attempts) == (MailState.FAILED, 8)
    assert "no such person" in refused.last_error
    assert send_due(engine, sender, clock=clock) == 0
    assert letterbox.recipients() == ["ada@example.org"]


def test_mails_wait_while_the_server_is_away(engine: sa.Engine, clock: StandingClock) -> None:
    write(engine, "ada@example.org", "bea@example.org")
    nobody = SmtpSender("127.0.0.1", 9, "tandem@example.org", security="none", timeout_seconds=1)

    assert send_due(engine, nobody, clock=clock) == 0

    assert [(row.state, row.attempts) for row in rows(engine)] == [(MailState.WAITING, 1), (MailState.WAITING, 0)]


def test_an_address_that_is_none_holds_up_nobody(
    engine: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock
) -> None:
    write(engine, "not an address\r\nBcc: eve@example.org", "ada@example.org")

    assert send_due(engine, sender, clock=clock) == 1

    assert letterbox.recipients() == ["ada@example.org"]
    assert rows(engine)[0].state is MailState.WAITING


def test_nothing_is_written_when_nothing_is_due(engine: sa.Engine, sender: SmtpSender, clock: StandingClock) -> None:
    write(engine, "ada@example.org", now=NOW + timedelta(minutes=1))
    with Session(engine) as session:
        before = data_version(session)

    assert send_due(engine, sender, clock=clock) == 0

    with Session(engine) as session:
        assert data_version(session) == before


def test_the_loop_sends_until_it_is_stopped(
    engine: sa.Engine,
    sender: SmtpSender,
    letterbox: Letterbox,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "LOOK_EVERY_SECONDS", 0.02)
    stop = threading.Event()
    loop = threading.Thread(target=run_outbox, args=(engine, sender), kwargs={"clock": clock, "stop": stop})
    loop.start()
    write(engine, "ada@example.org")
    for _ in range(200):
        if letterbox.messages:
            break
        stop.wait(0.02)
    stop.set()
    loop.join(timeout=5)

    assert not loop.is_alive()
    assert letterbox.recipients() == ["ada@example.org"]
