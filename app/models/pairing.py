"""Pairings that staff keep, and the one that they publish."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import ScenarioState
from app.models.base import UtcDateTime, code_type


class PairingBoard(SQLModel, table=True):
    """What staff have set on the board of a call: weights, limits, locks and vetoes (pairs of codes). One per call."""

    __tablename__ = "pairing_board"

    call_id: int = Field(foreign_key="call.id", primary_key=True)
    settings: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    version: int = 1
    updated_at: datetime = Field(sa_type=UtcDateTime)


class PairingScenario(SQLModel, table=True):
    """A problem with its solution, as files of the pairing format, and the settings and reasons behind it."""

    __tablename__ = "pairing_scenario"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "name"),
        sa.Index(
            "uq_pairing_scenario_published",
            "call_id",
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    name: str = Field(max_length=120)
    state: ScenarioState = Field(default=ScenarioState.KEPT, sa_type=code_type(ScenarioState, "state"))
    settings: dict[str, object] = Field(sa_type=sa.JSON)
    problem: dict[str, object] = Field(sa_type=sa.JSON)
    solution: dict[str, object] = Field(sa_type=sa.JSON)
    reasons: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
