"""The outbox: mails are written in the transaction of what they tell, and sent afterwards, each once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents.mails import Envelope, MailWords, without_secrets, write_mail
from app.domain.access import Actor
from app.domain.codes import MailState
from app.domain.errors import DomainError
from app.models import Mail, MailAttachment
from app.models.database import transaction
from app.services.events import record
from app.services.mail_files import Source, UnableToMakeFile, files_to_send
from app.services.smtp import MailRefused, Sender, ServerAway

BASE_URL = "base_url"
LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 8
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
LOOK_EVERY_SECONDS = 2.0
AT_ONCE = 100
log = structlog.get_logger("tandem.mail")
Clock = Callable[[], datetime]


class UnableToRetry(DomainError):
    """Only a mail that could not be delivered is tried again."""

    code = "unable_to_retry"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a mail, and in which language."""

    address: str
    name: str
    language: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class LeasedMail:
    """A mail that this process alone may send for the time of the lease."""

    id: int
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    calendar: str
    attempts: int
    created_at: datetime


def enqueue(
    session: Session,
    kind: str,
    *,
    to: Recipient,
    values: Mapping[str, object],
    now: datetime,
    unique_key: str | None = None,
    files: Sequence[int | Source] = (),
    calendar: str = "",
) -> bool:
    """Write a mail into the outbox, in the transaction of what it tells; with a ``unique_key`` that is there: nothing.

    Give whether it was written. ``files`` go with it: numbers of stored files, or sources from which ``mail_files``
    makes a file as it is sent. ``calendar``: the invitations that go with it (``documents.invitations``).

    The words come from ``templates/mails/<kind>.txt`` and ``.html``, which get ``values`` and ``recipient``. Links are
    made absolute with the address of Tandem in ``session.info["base_url"]``.
    """
    words = write_mail(kind, to.language, {**values, "recipient": to}, base_url=session.info[BASE_URL])
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Mail).values(
        unique_key=unique_key,
        kind=kind,
        recipient=to.address,
        person_id=to.person_id,
        language=to.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        calendar=calendar,
        state=MailState.WAITING,
        attempts=0,
        created_at=now,
        next_attempt_at=now,
        last_error="",
    )
    written = statement.on_conflict_do_nothing(index_elements=["unique_key"]).returning(col(Mail.id))
    mail_id = session.execute(written).scalar()
    if mail_id is not None and files:
        session.execute(sa.insert(MailAttachment), [_attachment(mail_id, file) for file in files])
    return mail_id is not None


def _attachment(mail_id: int, file: int | Source) -> dict[str, object]:
    if isinstance(file, int):
        return {"mail_id": mail_id, "file_id": file, "source": None}
    return {"mail_id": mail_id, "file_id": None, "source": dict(file)}


def retry(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> None:
    """Let a mail that failed start anew.

    :raises UnableToRetry: it did not fail.
    """
    statement = (
        sa.update(Mail)
        .where(col(Mail.id) == mail_id, col(Mail.state) == MailState.FAILED)
        .values(state=MailState.WAITING, attempts=0, next_attempt_at=now)
        .returning(col(Mail.recipient))
    )
    recipient = session.execute(statement).scalar()
    if recipient is None:
        raise UnableToRetry
    record(session, actor, "mail.retried", subject=("mail", mail_id), now=now, recipient=recipient)


def note_link_shown(session: Session, actor: Actor, mail_id: int, *, recipient: str, now: datetime) -> None:
    """Record that somebody looked at a sign-in link of somebody else."""
    record(session, actor, "mail.link_shown", subject=("mail", mail_id), now=now, recipient=recipient)


def note_file_shown(session: Session, actor: Actor, mail_id: int, *, recipient: str, name: str, now: datetime) -> None:
    """Record that somebody looked at a file that went to somebody else."""
    record(session, actor, "mail.file_shown", subject=("mail", mail_id), now=now, recipient=recipient, name=name)


def run_outbox(engine: sa.Engine, sender: Sender, *, clock: Clock, stop: Flag) -> None:
    """Send what is due, look again every two seconds, until ``stop`` is set; a database that fails is asked again."""
    while not stop.is_set():
        sent = 0
        try:
            sent = send_due(engine, sender, clock=clock, limit=AT_ONCE, stop=stop)
        except sa.exc.SQLAlchemyError:
            log.exception("outbox")
        if sent < AT_ONCE:
            stop.wait(LOOK_EVERY_SECONDS)


def send_due(engine: sa.Engine, sender: Sender, *, clock: Clock, limit: int = AT_ONCE, stop: Flag | None = None) -> int:
    """Try the mails that are due, at most ``limit``, over one connection; give how many went out.

    Any number of processes may do this at once. Each mail is leased in a transaction, sent outside of any, then settled
    in the one that leases the next: a process that dies on the way leaves one mail, which another sends once the lease
    is over. Had the server taken that mail already, it comes twice, with the same ``Message-ID``: whether it arrived is
    only known to who died. Nothing is written when nothing is due. When the server is away, the rest waits for the next
    time.
    """
    sent = 0
    with Session(engine, expire_on_commit=False) as session, closing(sender):
        mail = None if _is_told(stop) else _first(session, now=clock())
        tried = 0
        while mail is not None:
            fault = _try(session, sender, mail)
            sent, tried = sent + (fault is None), tried + 1
            goes_on = tried < limit and not isinstance(fault, ServerAway) and not _is_told(stop)
            with transaction(session):
                _settle(session, mail, fault, now=clock())
                mail = _lease(session, now=clock()) if goes_on else None
    return sent


def _is_told(stop: Flag | None) -> bool:
    return stop is not None and stop.is_set()


def _first(session: Session, *, now: datetime) -> LeasedMail | None:
    """Lease the first mail, if there is one."""
    nothing_due = session.execute(_due(now)).scalar() is None
    session.rollback()
    if nothing_due:
        return None
    with transaction(session):
        return _lease(session, now=now)


def _due(now: datetime) -> sa.Select[int | None]:
    return (
        sa.select(col(Mail.id))
        .where(col(Mail.state) == MailState.WAITING, col(Mail.next_attempt_at) <= now)
        .order_by(col(Mail.next_attempt_at), col(Mail.id))
        .limit(1)
    )


def _lease(session: Session, *, now: datetime) -> LeasedMail | None:
    """Take the mail that is due longest, and put its next attempt off so far that nobody else takes it meanwhile."""
    statement = (
        sa.update(Mail)
        .where(col(Mail.id) == _due(now).with_for_update(skip_locked=True).scalar_subquery())
        .values(attempts=col(Mail.attempts) + 1, next_attempt_at=now + LEASE)
        .returning(*(col(getattr(Mail, name)) for name in LeasedMail.__slots__))
    )
    row = session.execute(statement).one_or_none()
    return LeasedMail(*row) if row else None


def _try(session: Session, sender: Sender, mail: LeasedMail) -> MailRefused | ServerAway | UnableToMakeFile | None:
    envelope = Envelope(mail.id, mail.recipient, mail.language, mail.created_at, mail.calendar)
    try:
        files = files_to_send(session, mail.id)
        session.rollback()
        sender.send(envelope, MailWords(mail.subject, mail.text, mail.html), files)
    except (MailRefused, ServerAway, UnableToMakeFile) as fault:
        log.warning("mail not sent", mail=mail.id, attempt=mail.attempts, fault=str(fault))
        return fault
    log.info("mail sent", mail=mail.id, attempt=mail.attempts)
    return None


def _settle(session: Session, mail: LeasedMail, fault: Exception | None, *, now: datetime) -> None:
    """Note that a mail went out, or when it is tried again; a mail that another process took since is left to that."""
    statement = sa.update(Mail).where(col(Mail.id) == mail.id, col(Mail.state) == MailState.WAITING)
    if fault is None:
        # once delivered, the links that let their reader in or answer are nobody's business here, nor is the invitation
        texts = {"text": without_secrets(mail.text), "html": without_secrets(mail.html), "calendar": ""}
        statement = statement.values(state=MailState.SENT, sent_at=now, last_error="", **texts)
    else:
        state = MailState.FAILED if mail.attempts >= MAX_ATTEMPTS else MailState.WAITING
        again_at = now + PAUSES[min(mail.attempts, len(PAUSES)) - 1]
        statement = statement.where(col(Mail.attempts) == mail.attempts)
        statement = statement.values(state=state, next_attempt_at=again_at, last_error=str(fault)[:500])
    session.execute(statement)
