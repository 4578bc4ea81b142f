"""The agenda: sessions with their wall-clock time and its zone."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import SessionKind, SessionStatus, Side
from app.models.base import UtcDateTime, WallDateTime, code_type


class AgendaSession(SQLModel, table=True):
    """A session of the programme, of one of its tracks, or of one partnership.

    The truth is ``wall_starts_at`` with ``zone``; ``starts_at`` and ``ends_at`` (UTC, half-open) are derived from them
    when it is written, so that lists can be ordered. ``sequence`` grows with every change that a calendar must notice
    (RFC 5545).
    """

    __tablename__ = "agenda_session"
    __table_args__ = (
        sa.CheckConstraint("track_id IS NULL OR partnership_id IS NULL", name="scope"),
        sa.CheckConstraint("duration_minutes > 0", name="duration"),
        sa.CheckConstraint("ends_at > starts_at", name="period"),
        sa.Index("ix_agenda_session_programme_id_starts_at", "programme_id", "starts_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(max_length=64, unique=True)
    programme_id: int = Field(foreign_key="programme.id")
    track_id: int | None = Field(default=None, foreign_key="track.id", index=True)
    partnership_id: int | None = Field(default=None, foreign_key="partnership.id", index=True)
    template_id: int | None = Field(default=None, foreign_key="template_session.id", ondelete="SET NULL")
    kind: SessionKind = Field(sa_type=code_type(SessionKind, "kind"))
    status: SessionStatus = Field(default=SessionStatus.PUBLISHED, sa_type=code_type(SessionStatus, "status"))
    title_nl: str = Field(max_length=160)
    title_fr: str = Field(default="", max_length=160)
    title_en: str = Field(default="", max_length=160)
    description: str = Field(default="", max_length=4000)
    wall_starts_at: datetime = Field(sa_type=WallDateTime)
    zone: str = Field(max_length=64)
    duration_minutes: int
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    place: str = Field(default="", max_length=200)
    link: str = Field(default="", max_length=500)
    languages: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    host_side: Side | None = Field(default=None, sa_type=code_type(Side, "host_side"))
    sequence: int = 0
    changed_at: datetime = Field(sa_type=UtcDateTime)
    cancel_reason: str = Field(default="", max_length=500)
