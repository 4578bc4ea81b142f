"""A programme made from another: copies of its tracks, subjects and agenda template."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Programme, Subject, TemplateSession, Track


def copy_parts(session: Session, source: Programme, made: Programme) -> None:
    """Give ``made`` the tracks, subjects and rows of the agenda template of ``source``."""
    for track in _parts(session, Track, source.id):
        copied = _copied(track, programme_id=made.id)
        session.add(copied)
        session.flush()
        for subject in session.scalars(sa.select(Subject).where(col(Subject.track_id) == track.id)):
            session.add(_copied(subject, track_id=copied.id))
    for row in _parts(session, TemplateSession, source.id):
        session.add(_copied(row, programme_id=made.id))
    session.flush()


def _parts(session: Session, model: Any, programme_id: int | None) -> Iterable[Any]:  # noqa: ANN401 - two kinds of rows
    return session.scalars(sa.select(model).where(model.programme_id == programme_id).order_by(model.id)).all()


def _copied(row: Any, **values: object) -> Any:  # noqa: ANN401 - any kind of row
    return type(row)(**(row.model_dump(exclude={"id"}) | values))
