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
    emptied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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


class CandidacySectionVersion(SQLModel, table=True):
    """A section as it was saved: one row for each save. ``form_version`` is the form on which it was typed."""

    __tablename__ = "candidacy_section_version"
    __table_args__ = (sa.UniqueConstraint("candidacy_id", "section", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id")
    section: Section = Field(sa_type=code_type(Section, "section"))
    version: int
    form_version: int
    answers: dict[str, object] = Field(sa_type=sa.JSON)
    saved_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")


class CandidacySubmission(SQLModel, table=True):
    """All answers as they were submitted, and again after each clarification; ``number`` counts from 1."""

    __tablename__ = "candidacy_submission"
    __table_args__ = (sa.UniqueConstraint("candidacy_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id")
    number: int
    form_version: int
    answers: dict[str, object] = Field(sa_type=sa.JSON)
    submitted_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    confirmed_by: str = Field(default="", max_length=300)


class CandidacyMember(SQLModel, table=True):
    """Somebody who may write a candidacy; ``invited_by`` is empty for who started it.

    ``name`` is what the inviter typed: it is shown to the others instead of what is known of the person.
    """

    __tablename__ = "candidacy_member"

    candidacy_id: int = Field(foreign_key="candidacy.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    added_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    invited_by: int | None = Field(default=None, foreign_key="person.id")
    name: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})


class Confirmation(SQLModel, table=True):
    """A second person who is asked to confirm a candidacy, by a secret link, before it is submitted.

    Open while ``confirmed_at``, ``declined_at`` and ``cancelled_at`` are all empty: at most one per candidacy.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        sa.Index(
            "uq_confirmation_candidacy_id",
            "candidacy_id",
            unique=True,
            sqlite_where=sa.text("confirmed_at IS NULL AND declined_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL AND declined_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id")
    secret_hash: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=120)
    role: str = Field(default="", max_length=120)
    email: str = Field(max_length=254)
    language: str = Field(max_length=2)
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    declined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", max_length=2000)


class Clarification(SQLModel, table=True):
    """A question of the programme team about some sections of a submitted candidacy, to be answered before ``until``.

    ``closed_at``: the candidacy was submitted again, or the team went on without an answer.
    """

    __tablename__ = "clarification"

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id", index=True)
    sections: list[str] = Field(sa_type=sa.JSON)
    reason: str = Field(max_length=2000)
    until: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: int = Field(foreign_key="person.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LateAdmission(SQLModel, table=True):
    """One local government for which a call stays open until ``until``, and why."""

    __tablename__ = "late_admission"
    __table_args__ = (sa.UniqueConstraint("call_id", "local_government_id"),)

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    local_government_id: int = Field(foreign_key="local_government.id")
    until: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(max_length=2000)
    admitted_at: datetime = Field(sa_type=UtcDateTime)
    admitted_by: int = Field(foreign_key="person.id")


class Attachment(SQLModel, table=True):
    """A file that belongs to a candidacy; a removed one keeps its row, without its content."""

    __tablename__ = "attachment"

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id", index=True)
    file_id: int | None = Field(default=None, foreign_key="stored_file.id")
    name: str = Field(max_length=200)
    added_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
