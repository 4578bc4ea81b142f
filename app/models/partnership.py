"""Partnerships: two sides for the length of the programme."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import Side
from app.models.base import UtcDateTime, code_type


class Partnership(SQLModel, table=True):
    """Two local governments that work together for the period of the programme."""

    __tablename__ = "partnership"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=120, unique=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    track_id: int = Field(foreign_key="track.id", index=True)
    scenario_id: int | None = Field(default=None, foreign_key="pairing_scenario.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class PartnershipSide(SQLModel, table=True):
    """One half of a partnership: people, sessions hosted and money hang on it."""

    __tablename__ = "partnership_side"
    __table_args__ = (
        sa.UniqueConstraint("partnership_id", "side"),
        sa.UniqueConstraint("partnership_id", "local_government_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id")
    side: Side = Field(sa_type=code_type(Side, "side"))
    local_government_id: int = Field(foreign_key="local_government.id", index=True)
