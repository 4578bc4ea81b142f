"""Reads of the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import MailState
from app.models import Candidacy, Mail, MailAttachment, StoredFile
from app.queries.candidacy_access import in_conflict

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail in a list. ``id`` is its address."""

    id: int
    recipient: str
    subject: str
    language: str
    state: MailState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MailFacts:
    """A mail with its words and what became of it."""

    id: int
    kind: str
    recipient: str
    subject: str
    language: str
    state: MailState
    created_at: datetime
    text: str
    html: str
    attempts: int
    next_attempt_at: datetime
    sent_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that goes with a mail: stored, or made of ``source`` (then ``size`` in bytes is not known)."""

    id: int
    file_id: int | None
    source: Mapping[str, Any] | None
    name: str
    size: int | None


def mails(
    session: Session, *, state: MailState | None = None, search: str = "", page: int = 1
) -> tuple[Sequence[MailLine], int]:
    """List mails, newest first, 50 a page, whose recipient or subject holds ``search``; and count all of them."""
    conditions = []
    if state is not None:
        conditions.append(col(Mail.state) == state)
    if search:
        found = col(Mail.recipient).icontains(search, autoescape=True)
        conditions.append(found | col(Mail.subject).icontains(search, autoescape=True))
    count = session.execute(sa.select(sa.func.count()).select_from(Mail).where(*conditions)).scalar_one()
    query = (
        sa.select(*(col(getattr(Mail, name)) for name in MailLine.__slots__))
        .where(*conditions)
        .order_by(col(Mail.created_at).desc(), col(Mail.id).desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [MailLine(*row) for row in session.execute(query)], count


def counts_by_state(session: Session) -> Mapping[MailState, int]:
    """Count the mails in each state."""
    query = sa.select(col(Mail.state), sa.func.count()).group_by(col(Mail.state))
    found = {row[0]: row[1] for row in session.execute(query)}
    return {state: found.get(state, 0) for state in MailState}


def mail_by_id(session: Session, mail_id: int) -> MailFacts | None:
    """Give one mail."""
    query = sa.select(*(col(getattr(Mail, name)) for name in MailFacts.__slots__)).where(col(Mail.id) == mail_id)
    row = session.execute(query).one_or_none()
    return MailFacts(*row) if row else None


def is_closed_to(session: Session, actor: Actor, mail_id: int) -> bool:
    """Tell whether a mail to somebody else is about a candidacy with which ``actor`` has a conflict (one query).

    Each mail about a candidacy names its reference: in its words, in the address of a link, or in its key.
    """
    columns = (Mail.text, Mail.subject, Mail.unique_key)
    named = sa.or_(*(col(column).contains(col(Candidacy.reference)) for column in columns))
    query = sa.select(col(Candidacy.id)).join(Mail, named)
    others = col(Mail.recipient) != actor.email
    found = query.where(col(Mail.id) == mail_id, others, in_conflict(actor.person_id))
    return session.execute(found.limit(1)).first() is not None


def files_of_mail(session: Session, mail_id: int) -> list[MailFile]:
    """Give the files that go with a mail, in their order, without their content (one query)."""
    query = (
        sa.select(
            col(MailAttachment.id),
            col(MailAttachment.file_id),
            col(MailAttachment.source),
            col(StoredFile.name),
            col(StoredFile.size),
        )
        .outerjoin(StoredFile, col(StoredFile.id) == col(MailAttachment.file_id))
        .where(col(MailAttachment.mail_id) == mail_id)
        .order_by(col(MailAttachment.id))
    )
    return [
        MailFile(row.id, row.file_id, row.source, row.name or str((row.source or {}).get("name", "")), row.size)
        for row in session.execute(query)
    ]
