"""The agenda: sessions with their wall-clock time and its zone, their minutes, documents, replies and attendance."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import Country, Presence, PresenceSource, Reply, SessionKind, SessionStatus, Side
from app.models.base import UtcDateTime, WallDateTime, code_type


class AgendaSession(SQLModel, table=True):
    """A session of the programme, of one of its tracks, or of one partnership.

    The truth is ``wall_starts_at`` with ``zone``; ``starts_at`` and ``ends_at`` (UTC, half-open) are derived from them
    when it is written, so that lists can be ordered. ``sequence`` grows with every change that a calendar must notice
    (RFC 5545). Sessions that were made together carry the same ``series``. ``capacity``: how many can take part, none
    is no limit. ``interpretation``: languages into which is interpreted. ``schedule``: the programme of the session.
    ``direction_reason``: why a visit goes the way that the rule does not want.
    """

    __tablename__ = "agenda_session"
    __table_args__ = (
        sa.CheckConstraint("track_id IS NULL OR partnership_id IS NULL", name="scope"),
        sa.CheckConstraint("duration_minutes > 0", name="duration"),
        sa.CheckConstraint("ends_at > starts_at", name="period"),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
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
    series: str = Field(default="", max_length=32, index=True, sa_column_kwargs={"server_default": ""})
    capacity: int | None = None
    interpretation: list[str] = Field(
        default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": sa.text("'[]'")}
    )
    schedule: str = Field(default="", max_length=8000, sa_column_kwargs={"server_default": ""})
    direction_reason: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})


class SessionMinutes(SQLModel, table=True):
    """The minutes of a session; ``version`` grows with each save, so that two who write do not overwrite each other."""

    __tablename__ = "session_minutes"

    session_id: int = Field(foreign_key="agenda_session.id", primary_key=True)
    text: str = Field(default="", max_length=40_000)
    version: int = 1
    edited_at: datetime = Field(sa_type=UtcDateTime)
    edited_by: int | None = Field(default=None, foreign_key="person.id")


class SessionDocument(SQLModel, table=True):
    """A file that belongs to a session."""

    __tablename__ = "session_document"

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="agenda_session.id", index=True)
    file_id: int = Field(foreign_key="stored_file.id")
    added_at: datetime = Field(sa_type=UtcDateTime)
    added_by: int | None = Field(default=None, foreign_key="person.id")


class SessionReply(SQLModel, table=True):
    """What somebody answered to an invitation; ``replied_at`` orders who waits for a place."""

    __tablename__ = "session_reply"

    session_id: int = Field(foreign_key="agenda_session.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    reply: Reply = Field(sa_type=code_type(Reply, "reply"))
    replied_at: datetime = Field(sa_type=UtcDateTime)


class Attendance(SQLModel, table=True):
    """Who took part in a session: a person, or somebody without an account by name (``guest_name``).

    ``local_government_id`` is the government for which this counts, as it was on that day. A correction carries its
    ``reason``.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "person_id"),
        sa.CheckConstraint("(person_id IS NULL) = (guest_name <> '')", name="who"),
        sa.CheckConstraint("source <> 'correction' OR reason <> ''", name="reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="agenda_session.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    guest_name: str = Field(default="", max_length=200)
    local_government_id: int | None = Field(default=None, foreign_key="local_government.id", index=True)
    presence: Presence = Field(sa_type=code_type(Presence, "presence"))
    source: PresenceSource = Field(sa_type=code_type(PresenceSource, "source"))
    reason: str = Field(default="", max_length=500)
    marked_at: datetime = Field(sa_type=UtcDateTime)
    marked_by: int | None = Field(default=None, foreign_key="person.id")


class BusyPeriod(SQLModel, table=True):
    """Days [starts_on, ends_on] that do not suit a whole country, or one local government."""

    __tablename__ = "busy_period"
    __table_args__ = (
        sa.CheckConstraint("(country IS NULL) <> (local_government_id IS NULL)", name="whose"),
        sa.CheckConstraint("ends_on >= starts_on", name="period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    country: Country | None = Field(default=None, sa_type=code_type(Country, "country"))
    local_government_id: int | None = Field(default=None, foreign_key="local_government.id", index=True)
    starts_on: date
    ends_on: date
    title_nl: str = Field(default="", max_length=160)
    title_fr: str = Field(default="", max_length=160)
    title_en: str = Field(default="", max_length=160)
    entered_at: datetime = Field(sa_type=UtcDateTime)
    entered_by: int | None = Field(default=None, foreign_key="person.id")
