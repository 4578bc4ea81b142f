"""Polls: proposed moments, and how they suit the people whom they concern."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import PollAnswer, PollState, SessionKind
from app.models.base import UtcDateTime, WallDateTime, code_type


class Poll(SQLModel, table=True):
    """A question for a moment, for the programme, a track or a partnership; fixed, it led to ``session_id``.

    ``zone`` is that of the wall times of its options.
    """

    __tablename__ = "poll"
    __table_args__ = (
        sa.CheckConstraint("track_id IS NULL OR partnership_id IS NULL", name="scope"),
        sa.CheckConstraint("duration_minutes > 0", name="duration"),
        sa.CheckConstraint("(state = 'fixed') = (session_id IS NOT NULL)", name="fixed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    track_id: int | None = Field(default=None, foreign_key="track.id")
    partnership_id: int | None = Field(default=None, foreign_key="partnership.id", index=True)
    kind: SessionKind = Field(sa_type=code_type(SessionKind, "kind"))
    state: PollState = Field(default=PollState.OPEN, sa_type=code_type(PollState, "state"))
    title_nl: str = Field(max_length=160)
    title_fr: str = Field(default="", max_length=160)
    title_en: str = Field(default="", max_length=160)
    description: str = Field(default="", max_length=2000)
    zone: str = Field(max_length=64)
    duration_minutes: int
    closes_at: datetime = Field(sa_type=UtcDateTime)
    session_id: int | None = Field(default=None, foreign_key="agenda_session.id", unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: int | None = Field(default=None, foreign_key="person.id")


class PollOption(SQLModel, table=True):
    """A proposed moment: a wall time in the zone of the poll, and the instants that it stood for when proposed."""

    __tablename__ = "poll_option"
    __table_args__ = (sa.UniqueConstraint("poll_id", "wall_starts_at"),)

    id: int | None = Field(default=None, primary_key=True)
    poll_id: int = Field(foreign_key="poll.id")
    wall_starts_at: datetime = Field(sa_type=WallDateTime)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)


class PollMember(SQLModel, table=True):
    """Somebody who is asked; ``answered_at`` is the last time that an answer came."""

    __tablename__ = "poll_member"

    poll_id: int = Field(foreign_key="poll.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    note: str = Field(default="", max_length=500)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PollVote(SQLModel, table=True):
    """How an option suits somebody."""

    __tablename__ = "poll_vote"

    option_id: int = Field(foreign_key="poll_option.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    answer: PollAnswer = Field(sa_type=code_type(PollAnswer, "answer"))
