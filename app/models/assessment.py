"""Assessing candidacies: who reads what, scores with their reasons, conflicts of interest, and the discussion."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class Reader(SQLModel, table=True):
    """Somebody who reads candidacies of a programme."""

    __tablename__ = "reader"

    programme_id: int = Field(foreign_key="programme.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    added_at: datetime = Field(sa_type=UtcDateTime)


class Reading(SQLModel, table=True):
    """A candidacy that is given to a reader; from ``finished_at`` on the others are shown too."""

    __tablename__ = "reading"
    __table_args__ = (sa.UniqueConstraint("candidacy_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    assigned_at: datetime = Field(sa_type=UtcDateTime)
    assigned_by: int | None = Field(default=None, foreign_key="person.id")
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    edit: int = 0


class Score(SQLModel, table=True):
    """What a reader gives for one criterion (a code of the programme's rules): 0 to 5 points, and why."""

    __tablename__ = "score"
    __table_args__ = (sa.CheckConstraint("points IS NULL OR points BETWEEN 0 AND 5", name="points"),)

    reading_id: int = Field(foreign_key="reading.id", primary_key=True)
    criterion: str = Field(max_length=32, primary_key=True)
    points: int | None = None
    reason: str = Field(default="", max_length=2000)


class ConflictOfInterest(SQLModel, table=True):
    """Somebody who may not read a candidacy, and why. Conflicts that follow from roles are not stored here."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (sa.UniqueConstraint("candidacy_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    reason: str = Field(max_length=500)
    declared_at: datetime = Field(sa_type=UtcDateTime)
    declared_by: int = Field(foreign_key="person.id")


class DiscussionNote(SQLModel, table=True):
    """What was said of a candidacy when its readers' scores were compared."""

    __tablename__ = "discussion_note"

    id: int | None = Field(default=None, primary_key=True)
    candidacy_id: int = Field(foreign_key="candidacy.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    text: str = Field(max_length=4000)
    written_at: datetime = Field(sa_type=UtcDateTime)
