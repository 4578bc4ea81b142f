"""The event log: who did what to which record when, each entry chained to the one before by its hash."""

import hashlib
import json
import secrets
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from app.models.base import UtcDateTime
from app.models.prepared import Prepared

PENDING = "tandem_pending_events"


class Event(SQLModel, table=True):
    """One thing that was done. ``verb`` is a code that ``language.messages`` puts in words with ``details``.

    The chain holds ``words_hash``, not the name and the details themselves: they can be taken out later
    (``redacted_at``) and the chain still holds. The salt goes with them, so that nobody finds them by guessing.
    Entries from before there was a ``words_hash`` are chained with their words.
    """

    __tablename__ = "event"
    __table_args__ = (sa.Index("ix_event_subject", "subject_kind", "subject_id"),)

    id: int | None = Field(default=None, primary_key=True)
    happened_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    person_name: str = Field(max_length=200)
    verb: str = Field(max_length=64)
    subject_kind: str = Field(max_length=32)
    subject_id: int
    details: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    salt: str | None = Field(default=None, max_length=32)
    words_hash: str | None = Field(default=None, max_length=64)
    redacted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    previous_hash: str = Field(default="", max_length=64)
    hash: str = Field(default="", max_length=64, unique=True)


class LogHead(SQLModel, table=True):
    """The single row that every commit raises: the data version, and the hash of the last event.

    The database itself keeps ``hash`` when an event is added (migration 0005).
    """

    __tablename__ = "log_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single_row"),)

    id: int = Field(default=1, primary_key=True)
    version: int = Field(default=0, sa_type=sa.BigInteger)
    hash: str = Field(default="", max_length=64)


@dataclass(slots=True)
class PendingEvent:
    """An event as it waits for the end of its transaction: what ``Event`` stores, without the weight of a row."""

    happened_at: datetime
    person_id: int | None
    person_name: str
    verb: str
    subject_kind: str
    subject_id: int
    details: dict[str, object]
    salt: str = ""
    words_hash: str = ""
    redacted_at: datetime | None = None
    previous_hash: str = ""
    hash: str = ""


def chain_hash(event: Event | PendingEvent, previous_hash: str) -> str:
    """Give the SHA-256 (hex) of an event and the hash before it, over a canonical JSON text."""
    deed = [event.verb, event.subject_kind, event.subject_id]
    facts: list[object] = [previous_hash, event.happened_at.isoformat(), event.person_id]
    facts += [event.person_name, *deed, event.details] if event.words_hash is None else [*deed, event.words_hash]
    return _sha256(facts)


def hash_of_words(event: Event | PendingEvent) -> str:
    """Give the SHA-256 (hex) of an event's name and details with its salt."""
    return _sha256([event.salt, event.person_name, event.details])


def _sha256(facts: object) -> str:
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def append(session: Session, event: PendingEvent) -> None:
    """Keep an event until the end of the transaction, when it is chained and written."""
    session.info.setdefault(PENDING, []).append(event)


def forget(session: Session) -> None:
    """Drop events of a transaction that did not happen."""
    session.info.pop(PENDING, None)


def seal(session: Session) -> None:
    """Raise the data version and chain the pending events, as the last statements before a commit.

    The head row is locked from here to the commit: that is what orders the chain under concurrent writers.
    """
    connection = session.connection()
    head: str = _RAISE.run(connection)
    pending: list[PendingEvent] = session.info.pop(PENDING, [])
    for event in pending:
        event.salt = secrets.token_hex(16)
        event.words_hash = hash_of_words(event)
        event.previous_hash = head
        event.hash = head = chain_hash(event, head)
        _INSERT.run(connection, {name: getattr(event, name) for name in _COLUMNS})


_RAISE = Prepared(
    sa.update(LogHead)
    .where(col(LogHead.id) == sa.literal_column("1"))
    .values(version=col(LogHead.version) + sa.literal_column("1"))
    .returning(col(LogHead.hash))
)
_COLUMNS = tuple(one.name for one in fields(PendingEvent))
_INSERT = Prepared(sa.insert(Event), _COLUMNS)
