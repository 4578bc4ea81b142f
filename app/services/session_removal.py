"""Take a person out of sessions: replies go, and the name wherever it stands in what was written about a session."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.retention import without_person
from app.models import AgendaSession, SessionDocument, SessionMinutes, SessionReply, StoredFile
from app.services.replies import fill_places

WRITTEN: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {
    AgendaSession: (*("title_nl", "title_fr", "title_en", "description", "schedule", "place"), "cancel_reason"),
    SessionMinutes: ("text",),
}
"""Columns in which a person may be named."""


def take_out_of_sessions(session: Session, person_id: int, words: tuple[str, str], *, now: datetime) -> None:
    """Delete a person's replies, so that others get the places, and cut name and address (``words``) out of texts."""
    own = sa.delete(SessionReply).where(col(SessionReply.person_id) == person_id)
    for number in session.scalars(own.returning(col(SessionReply.session_id))).all():
        fill_places(session, number, now=now)
    for table, columns in WRITTEN.items():
        fields = [getattr(table, name) for name in columns]
        for row in session.scalars(sa.select(table).where(sa.or_(*(_holds(field, words) for field in fields)))):
            for name in columns:
                setattr(row, name, without_person(getattr(row, name), words))
    documents = sa.select(col(SessionDocument.file_id))
    names = sa.select(col(StoredFile.id), col(StoredFile.name)).where(col(StoredFile.id).in_(documents))
    for file_id, name in session.execute(names.where(_holds(col(StoredFile.name), words))).all():
        renamed = sa.update(StoredFile).where(col(StoredFile.id) == file_id)
        session.execute(renamed.values(name=without_person(name, words)))
    session.flush()


def _holds(written: Any, words: Iterable[str]) -> sa.ColumnElement[bool]:  # noqa: ANN401 - a column
    return sa.or_(*(written.icontains(word, autoescape=True) for word in filter(None, words)))
