"""Candidacies of Flemish local governments, and the profiles of partners: both answer the same sections."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import CandidacyState, Section
from app.models.base import UtcDateTime, code_type


class Candidacy(SQLModel, table=True):
    """What a Flemish local government submits to a call: one per local government and call, unless withdrawn."""

    __tablename__ = "candidacy"
    __table_args__ = (
        sa.Index(
            "uq_candidacy_call_id_local_government_id",
            "call_id",
            "local_government_id",
            unique=True,
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        ),
        sa.CheckConstraint("state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(max_length=16, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    local_government_id: int = Field(foreign_key="local_government.id")
    state: CandidacyState = Field(default=CandidacyState.DRAFT, sa_type=code_type(CandidacyState, "state"))
    language: str = Field(max_length=2)
    form_version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    assessment_points: int | None = None


class CandidacySection(SQLModel, table=True):
    """The answers of one section. ``version`` rises with each save and tells two editors apart."""

    __tablename__ = "candidacy_section"
    __table_args__ = (sa.UniqueConstraint("candidacy_id", "section"),)

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id")
    section: Section = Field(sa_type=code_type(Section, "section"))
    answers: dict[str, object] = Field(sa_type=sa.JSON)
    complete: bool = False
    version: int = 1
    saved_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")


class CandidacyMember(SQLModel, table=True):
    """Somebody who may write a candidacy."""

    __tablename__ = "candidacy_member"

    candidacy_id: int = Field(foreign_key="candidacy.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)


class PartnerProfile(SQLModel, table=True):
    """What a district or commune offers and seeks in a track. ``capacity``: with how many it can be paired."""

    __tablename__ = "partner_profile"
    __table_args__ = (
        sa.UniqueConstraint("track_id", "local_government_id"),
        sa.CheckConstraint("capacity >= 0", name="capacity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    track_id: int = Field(foreign_key="track.id")
    local_government_id: int = Field(foreign_key="local_government.id", index=True)
    capacity: int = 1
    answers: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    version: int = 1
    updated_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
