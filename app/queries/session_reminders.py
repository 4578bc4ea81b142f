"""Reads for reminders of sessions: which are announced and come near, since when, and who answered what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.agenda import WHEN
from app.domain.agenda_rules import EARLIEST_REMINDER
from app.domain.codes import Reply, SessionStatus
from app.domain.programme import Rules
from app.models import AgendaSession, Event, Mail, Programme, SessionDocument, SessionReply

# a day more than the rules allow: the clocks may change in between
WINDOW: Final = timedelta(days=EARLIEST_REMINDER + 1)
ANNOUNCES: Final = WHEN | {"status"}


@dataclass(frozen=True, slots=True)
class Coming:
    """An announced session that comes near, the days before it on which people are reminded.

    ``since``: when people were told of its moment.
    """

    session_id: int
    starts_at: datetime
    since: datetime
    days: tuple[int, ...]


def coming(session: Session, now: datetime, number: int | None = None) -> list[Coming]:
    """Give the announced sessions (or one of them) that start after ``now`` and may be reminded of (two queries)."""
    columns: tuple[Any, ...] = (
        AgendaSession.id,
        AgendaSession.starts_at,
        AgendaSession.changed_at,
        Programme.rules,
    )
    starts_at = col(AgendaSession.starts_at)
    query = (
        sa.select(*columns)
        .join(Programme, col(Programme.id) == col(AgendaSession.programme_id))
        .where(col(AgendaSession.status) == SessionStatus.PUBLISHED, starts_at > now, starts_at <= now + WINDOW)
        .order_by(starts_at, col(AgendaSession.id))
    )
    if number is not None:
        query = query.where(col(AgendaSession.id) == number)
    rows = session.execute(query).all()
    told = _told(session, [row.id for row in rows])
    return [
        Coming(row.id, row.starts_at, told.get(row.id, row.changed_at), Rules.from_data(row.rules).agenda.reminder_days)
        for row in rows
    ]


def _told(session: Session, numbers: Collection[int]) -> dict[int, datetime]:
    """Give since when people know the moment of sessions: other changes than of time and status do not count."""
    columns: tuple[Any, ...] = (Event.subject_id, Event.verb, Event.details, Event.happened_at)
    query = (
        sa.select(*columns)
        .where(
            col(Event.subject_kind) == "session",
            col(Event.subject_id).in_(numbers),
            col(Event.verb).in_(("session.created", "session.changed")),
        )
        .order_by(col(Event.id))
    )
    found: dict[int, datetime] = {}
    for row in session.execute(query):
        facts = row.details.get("facts", ())
        if row.verb == "session.created" or ANNOUNCES & set(facts):
            found[row.subject_id] = row.happened_at
    return found


def replies_to(session: Session, number: int) -> dict[int, Reply]:
    """Give what people answered to the invitation to a session (one query)."""
    columns: tuple[Any, ...] = (SessionReply.person_id, SessionReply.reply)
    rows = session.execute(sa.select(*columns).where(col(SessionReply.session_id) == number))
    return {row.person_id: row.reply for row in rows}


def has_documents(session: Session, number: int) -> bool:
    """Tell whether there are documents to read before a session (one query)."""
    query = sa.select(col(SessionDocument.id)).where(col(SessionDocument.session_id) == number).limit(1)
    return session.execute(query).first() is not None


def written_keys(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Give those of these keys under which a mail was written (one query)."""
    found = session.scalars(sa.select(col(Mail.unique_key)).where(col(Mail.unique_key).in_(keys)))
    return frozenset(key for key in found if key is not None)
