"""Decisions on candidacies: prepared with their reasons, then sent together."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import CandidacyState
from app.models.base import UtcDateTime, code_type


class DecisionRound(SQLModel, table=True):
    """The decisions of a call that are sent together, at ``send_at`` or when ``sent_at`` says they were.

    ``exceeding`` is why more are selected than there are places; empty where they are not.
    """

    __tablename__ = "decision_round"

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    send_at: datetime = Field(sa_type=UtcDateTime)
    scheduled_at: datetime = Field(sa_type=UtcDateTime)
    scheduled_by: int = Field(foreign_key="person.id")
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    exceeding: str = Field(default="", max_length=1000)


class Decision(SQLModel, table=True):
    """What is decided on a candidacy, in its language: an opening, and the reasons by criterion.

    ``reserve_position`` counts from 1 within the track ``track_slug``. Candidates see nothing before ``sent_at``;
    from then on the row stands as it is, with the letter that was sent.
    """

    __tablename__ = "decision"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('selected', 'reserve', 'not_selected')", name="outcome_decides"),
        sa.CheckConstraint("(outcome = 'reserve') = (reserve_position IS NOT NULL)", name="reserve_position"),
    )

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id", unique=True)
    outcome: CandidacyState = Field(sa_type=code_type(CandidacyState, "outcome"))
    track_slug: str = Field(default="", max_length=32)
    reserve_position: int | None = None
    opening: str = Field(default="", max_length=4000)
    reasons: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    edit: int = 1
    prepared_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    round_id: int | None = Field(default=None, foreign_key="decision_round.id", index=True)
    letter_id: int | None = Field(default=None, foreign_key="stored_file.id")
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
