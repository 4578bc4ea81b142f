"""Reads of series: the sessions of one that come after another."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import SessionStatus
from app.models import AgendaSession
from app.queries.agenda import SessionRow


def numbers_following(session: Session, row: SessionRow, *, now: datetime) -> list[int]:
    """Give the ids of the later sessions of the same series that are neither over nor called off (one query)."""
    if not row.series:
        return []
    query = (
        sa.select(col(AgendaSession.id))
        .where(
            col(AgendaSession.series) == row.series,
            col(AgendaSession.id) != row.id,
            col(AgendaSession.starts_at) > row.starts_at,
            col(AgendaSession.ends_at) > now,
            col(AgendaSession.status) != SessionStatus.CANCELLED,
        )
        .order_by(col(AgendaSession.starts_at), col(AgendaSession.id))
    )
    return [number for number in session.scalars(query) if number is not None]


def drafts_of(session: Session, row: SessionRow) -> list[int]:
    """Give the ids of the drafts of the same series, in order of time; without a series that of ``row`` (one query)."""
    whose = col(AgendaSession.series) == row.series if row.series else col(AgendaSession.id) == row.id
    query = (
        sa.select(col(AgendaSession.id))
        .where(whose, col(AgendaSession.status) == SessionStatus.DRAFT)
        .order_by(col(AgendaSession.starts_at), col(AgendaSession.id))
    )
    return [number for number in session.scalars(query) if number is not None]
