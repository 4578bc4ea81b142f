"""Reads of replies to invitations: of one person, and of all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Reply
from app.domain.replies import Answer
from app.models import Person, SessionReply
from app.queries.agenda import SessionRow
from app.queries.circles import people_invited


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a session: the own reply, how many come and wait, and the own place in the waiting line."""

    own: Reply | None
    coming: int
    waiting: int
    place: int | None


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """What somebody answered."""

    person_id: int
    name: str
    reply: Reply
    replied_at: datetime


def answers_to(session: Session, session_id: int) -> list[Answer]:
    """Give all replies to a session in the order in which they came (one query)."""
    columns: tuple[Any, ...] = (SessionReply.person_id, SessionReply.reply, SessionReply.replied_at)
    query = (
        sa.select(*columns)
        .where(col(SessionReply.session_id) == session_id)
        .order_by(col(SessionReply.replied_at), col(SessionReply.person_id))
    )
    return [Answer(*row) for row in session.execute(query)]


def standing_of(session: Session, session_id: int, person_id: int | None) -> Standing:
    """Give how it stands with a session for one person (one query)."""
    answers = answers_to(session, session_id)
    waiting = [answer.person_id for answer in answers if answer.reply is Reply.WAITING]
    return Standing(
        own=next((answer.reply for answer in answers if answer.person_id == person_id), None),
        coming=sum(answer.reply is Reply.COMING for answer in answers),
        waiting=len(waiting),
        place=waiting.index(person_id) + 1 if person_id in waiting else None,
    )


def replies_to(session: Session, session_id: int) -> list[ReplyRow]:
    """Give who answered what, in the order in which they answered (one query)."""
    columns: tuple[Any, ...] = (Person.id, Person.name, SessionReply.reply, SessionReply.replied_at)
    query = (
        sa.select(*columns)
        .join(Person, col(Person.id) == col(SessionReply.person_id))
        .where(col(SessionReply.session_id) == session_id)
        .order_by(col(SessionReply.replied_at), col(Person.id))
    )
    return [ReplyRow(*row) for row in session.execute(query)]


def is_invited(session: Session, row: SessionRow, person_id: int | None) -> bool:
    """Tell whether a session concerns somebody, so that the person answers (one query)."""
    people = people_invited(
        session, programme_id=row.programme_id, track_id=row.track_id, partnership_id=row.partnership_id
    )
    return any(person.person_id == person_id for person in people)
