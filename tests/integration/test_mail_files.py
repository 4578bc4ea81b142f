"""Files that go with mails, through a real mail server."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents.mails import AttachedFile, Envelope, MailWords, message
from app.domain.codes import MailState
from app.models import Mail, MailAttachment
from app.models.database import create_engine, transaction
from app.queries.people import actor_of_person
from app.services import mail_files
from app.services.files import keep
from app.services.mail import MAX_ATTEMPTS, Recipient, enqueue, retry, send_due
from app.services.mail_files import Source
from app.services.smtp import SmtpSender
from tests.clients import NOW, StandingClock
from tests.integration.test_mail import another, rows
from tests.letterbox import Letterbox
from tests.personas import World, world

__all__ = ["world"]  # fixtures
EVERY_BYTE = bytes(range(256)) * 300
VALUES = {"link": "/sign-in/link/secret-1", "expires_on": NOW.date()}
Attached = list[tuple[str, str, bytes]]


@pytest.fixture
def test_kind(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A kind of source of which the test decides what comes of it."""
    made: dict[str, Any] = {"fault": None, "count": 0}

    def make(_session: Session, source: Source) -> AttachedFile:
        made["count"] += 1
        if made["fault"]:
            raise made["fault"]
        return AttachedFile(source["name"], "application/pdf", f"made of {source['number']}".encode())

    monkeypatch.setitem(mail_files.MAKERS, "test", make)
    return made


def source(number: int = 7, name: str = "answers.pdf") -> Mapping[str, object]:
    return {"kind": "test", "name": name, "number": number}


def write(
    engine: sa.Engine, *files: Mapping[str, object], stored: Mapping[str, bytes] | None = None, key: str | None = None
) -> None:
    with Session(engine, info={"base_url": "https://tandem.example.org"}) as session, transaction(session):
        numbers = [keep(session, name, "application/pdf", content, NOW) for name, content in (stored or {}).items()]
        to = Recipient("ada@example.org", "Coordinator of Karongi", "en")
        enqueue(session, "invitation", to=to, values=VALUES, now=NOW, unique_key=key, files=[*numbers, *files])


def attached(found: EmailMessage) -> Attached:
    files = []
    for part in found.iter_attachments():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        files.append((part.get_filename() or "", part.get_content_type(), content))
    return files


def test_files_arrive_byte_for_byte_in_their_order_after_both_forms_of_the_words(
    both_engines: sa.Engine,
    sender: SmtpSender,
    letterbox: Letterbox,
    clock: StandingClock,
    test_kind: dict[str, Any],
) -> None:
    write(both_engines, source(3), stored={"brief één – « ça ».pdf": EVERY_BYTE, "empty.pdf": b""})

    assert test_kind["count"] == 0
    assert send_due(both_engines, sender, clock=clock) == 1

    (found,) = letterbox.messages
    assert found.get_content_type() == "multipart/mixed"
    assert found["Content-Language"] == "en"
    assert attached(found) == [
        ("brief één – « ça ».pdf", "application/pdf", EVERY_BYTE),
        ("empty.pdf", "application/pdf", b""),
        ("answers.pdf", "application/pdf", b"made of 3"),
    ]
    words = found.get_body(("plain",))
    assert words is not None
    assert "https://tandem.example.org/sign-in/link/secret-1" in words.get_content()


def test_a_name_in_any_script_is_said_as_rfc_2231_and_cannot_break_the_header() -> None:
    envelope = Envelope(1, "ada@example.org", "en", NOW)
    name = "réponses\r\nBcc: eve@example.org\x00.pdf"
    made = message(envelope, MailWords("s", "t", "h"), sender="t@example.org", files=[AttachedFile(name, "a/b", b"")])

    assert b"filename*=utf-8''r%C3%A9ponses" in made.as_bytes()
    assert made["Bcc"] is None
    assert [part.get_filename() for part in made.iter_attachments()] == ["réponsesBcc: eve@example.org.pdf"]


def test_a_mail_that_is_there_already_gets_no_files(both_engines: sa.Engine) -> None:
    for number in (1, 2):
        write(both_engines, source(number), key="decision 4, ada")

    with Session(both_engines) as session:
        assert len(session.scalars(sa.select(Mail)).all()) == 1
        assert [row.source for row in session.scalars(sa.select(MailAttachment))] == [source(1)]


def test_a_file_that_cannot_be_made_counts_as_a_failed_attempt_and_holds_up_no_other_mail(
    engine: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock, test_kind: dict[str, Any]
) -> None:
    write(engine, source())
    write(engine)
    test_kind["fault"] = KeyError("submission")

    assert send_due(engine, sender, clock=clock) == 1
    faulty = rows(engine)[0]
    assert (faulty.state, faulty.attempts) == (MailState.WAITING, 1)
    assert faulty.last_error == "answers.pdf: KeyError: 'submission'"

    for _ in range(MAX_ATTEMPTS - 1):
        clock.now = rows(engine)[0].next_attempt_at
        assert send_due(engine, sender, clock=clock) == 0
    assert rows(engine)[0].state is MailState.FAILED
    assert len(letterbox.messages) == 1


def test_a_mail_whose_file_failed_goes_out_once_that_is_mended_and_staff_try_again(
    engine: sa.Engine,
    sender: SmtpSender,
    letterbox: Letterbox,
    clock: StandingClock,
    test_kind: dict[str, Any],
    world: World,
) -> None:
    write(engine, source())
    test_kind["fault"] = ValueError("no")
    for _ in range(MAX_ATTEMPTS):
        send_due(engine, sender, clock=clock)
        clock.now = rows(engine)[0].next_attempt_at

    test_kind["fault"] = None
    with Session(engine) as session, transaction(session):
        assert world.vvsg_staff.id is not None
        retry(session, actor_of_person(session, world.vvsg_staff.id), rows(engine)[0].id or 0, now=clock.now)

    assert send_due(engine, sender, clock=clock) == 1
    assert attached(letterbox.messages[0]) == [("answers.pdf", "application/pdf", b"made of 7")]


def test_a_source_of_an_unknown_kind_is_named(
    engine: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock, test_kind: dict[str, Any]
) -> None:
    write(engine, {"kind": "unknown", "name": "letter.pdf"})

    assert send_due(engine, sender, clock=clock) == 0
    assert rows(engine)[0].last_error == "letter.pdf: KeyError: 'unknown'"
    assert letterbox.messages == []
    assert test_kind["count"] == 0


def test_a_database_that_fails_is_no_fault_of_the_mail(
    engine: sa.Engine, sender: SmtpSender, clock: StandingClock, test_kind: dict[str, Any]
) -> None:
    write(engine, source())
    test_kind["fault"] = sa.exc.OperationalError("select", {}, Exception("away"))

    with pytest.raises(sa.exc.OperationalError):
        send_due(engine, sender, clock=clock)

    test_kind["fault"] = None
    clock.now += timedelta(minutes=10)
    assert send_due(engine, sender, clock=clock) == 1


def test_two_workers_send_each_mail_with_its_own_file_once(
    both_engines: sa.Engine,
    sender: SmtpSender,
    letterbox: Letterbox,
    clock: StandingClock,
    test_kind: dict[str, Any],
) -> None:
    for number in range(20):
        write(both_engines, source(number, f"answers-{number}.pdf"))
    engines = [both_engines, create_engine(both_engines.url.render_as_string(hide_password=False))]
    threads = [
        threading.Thread(target=send_due, args=(engine, another(sender)), kwargs={"clock": clock}) for engine in engines
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engines[1].dispose()

    names = sorted(attached(found) for found in letterbox.messages)
    assert names == sorted(
        [(f"answers-{number}.pdf", "application/pdf", f"made of {number}".encode())] for number in range(20)
    )
    assert test_kind["count"] == 20
    with Session(both_engines) as session:
        sent = session.scalars(sa.select(col(Mail.state))).all()
    assert set(sent) == {MailState.SENT}
