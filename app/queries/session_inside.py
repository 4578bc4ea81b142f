"""Reads of what is inside a session: documents and minutes, for who is invited."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import Person, SessionDocument, SessionMinutes, StoredFile
from app.queries.agenda import SessionRow
from app.queries.circles import circle_of


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document of a session as it is listed; ``size`` in bytes, ``sha256`` in hex."""

    id: int
    file_id: int
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """The minutes of a session; ``version`` 0 is none yet, ``name`` is who saved them last."""

    text: str = ""
    version: int = 0
    edited_at: datetime | None = None
    name: str = ""


NO_MINUTES = MinutesFacts()


def documents_of(session: Session, row: SessionRow) -> list[DocumentFacts]:
    """Give the documents of a session, the oldest first; none for who is not invited (one query)."""
    if not row.invited:
        return []
    columns: tuple[Any, ...] = (
        SessionDocument.id,
        StoredFile.id.label("file_id"),  # type: ignore[union-attr]  # a column
        StoredFile.name,
        StoredFile.media_type,
        StoredFile.size,
        StoredFile.sha256,
        SessionDocument.added_at,
    )
    query = (
        sa.select(*columns)
        .join(StoredFile, col(StoredFile.id) == col(SessionDocument.file_id))
        .where(col(SessionDocument.session_id) == row.id)
        .order_by(col(SessionDocument.added_at), col(SessionDocument.id))
    )
    return [DocumentFacts(*found) for found in session.execute(query)]


def document_of(session: Session, row: SessionRow, number: int) -> DocumentFacts | None:
    """Give one document of a session, if its reader is invited (one query)."""
    return next((one for one in documents_of(session, row) if one.id == number), None)


def minutes_of(session: Session, row: SessionRow) -> MinutesFacts:
    """Give the minutes of a session as its reader may see them: none for who is not invited (one query)."""
    if not row.invited:
        return NO_MINUTES
    columns: tuple[Any, ...] = (
        SessionMinutes.text,
        SessionMinutes.version,
        SessionMinutes.edited_at,
        sa.func.coalesce(col(Person.name), ""),
    )
    query = (
        sa.select(*columns)
        .outerjoin(Person, col(Person.id) == col(SessionMinutes.edited_by))
        .where(col(SessionMinutes.session_id) == row.id)
    )
    found = session.execute(query).first()
    return MinutesFacts(*found) if found else NO_MINUTES


def coordinates(session: Session, actor: Actor, row: SessionRow) -> bool:
    """Tell whether ``actor`` coordinates one of the sides that a session concerns (at most one query)."""
    if not (actor.is_known and actor.coordinates):
        return False
    as_coordinator = replace(actor, roles=frozenset(), participates=actor.coordinates, countries=frozenset())
    circle = circle_of(session, as_coordinator)
    return circle.invites(programme_id=row.programme_id, track_id=row.track_id, partnership_id=row.partnership_id)
