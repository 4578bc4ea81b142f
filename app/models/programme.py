"""The programme and its rules: all of it data that staff edit, every version kept."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import Country, SessionKind
from app.models.base import UtcDateTime, code_type


class Programme(SQLModel, table=True):
    """A round of partnerships over [starts_on, ends_on]. ``rules`` is read by ``domain.programme.Rules``."""

    __tablename__ = "programme"
    __table_args__ = (
        sa.CheckConstraint("ends_on > starts_on", name="period"),
        sa.CheckConstraint("budget_cents >= 0", name="budget"),
    )

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=64, unique=True)
    title_nl: str = Field(max_length=160)
    title_fr: str = Field(default="", max_length=160)
    title_en: str = Field(default="", max_length=160)
    summary_nl: str = Field(max_length=2000)
    summary_fr: str = Field(default="", max_length=2000)
    summary_en: str = Field(default="", max_length=2000)
    starts_on: date
    ends_on: date
    budget_cents: int = Field(sa_type=sa.BigInteger)
    rules: dict[str, object] = Field(sa_type=sa.JSON)
    version: int = 1


class ProgrammeVersion(SQLModel, table=True):
    """A programme as it was saved: a snapshot of everything on its form, tracks, call and template included."""

    __tablename__ = "programme_version"
    __table_args__ = (sa.UniqueConstraint("programme_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    version: int
    saved_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    reason: str = Field(default="", max_length=500)
    snapshot: dict[str, object] = Field(sa_type=sa.JSON)


class Track(SQLModel, table=True):
    """A country with its theme, its sister association and its number of places.

    ``language``: the working language. One that is not open cannot be chosen in a candidacy any more.
    """

    __tablename__ = "track"
    __table_args__ = (
        sa.UniqueConstraint("programme_id", "slug"),
        sa.CheckConstraint("places >= 0", name="places"),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    association_id: int = Field(foreign_key="association.id")
    slug: str = Field(max_length=32)
    position: int
    country: Country = Field(sa_type=code_type(Country, "country"))
    language: str = Field(max_length=2)
    places: int
    is_open: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    title_nl: str = Field(max_length=160)
    title_fr: str = Field(default="", max_length=160)
    title_en: str = Field(default="", max_length=160)
    summary_nl: str = Field(default="", max_length=2000)
    summary_fr: str = Field(default="", max_length=2000)
    summary_en: str = Field(default="", max_length=2000)
    goals: list[int] = Field(default_factory=list, sa_type=sa.JSON)


class Subject(SQLModel, table=True):
    """A subject within the theme of a track."""

    __tablename__ = "subject"
    __table_args__ = (sa.UniqueConstraint("track_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    track_id: int = Field(foreign_key="track.id")
    code: str = Field(max_length=32)
    position: int
    title_nl: str = Field(max_length=120)
    title_fr: str = Field(default="", max_length=120)
    title_en: str = Field(default="", max_length=120)


class Call(SQLModel, table=True):
    """The period [opens_at, closes_at) in which candidacies may be submitted; one per programme."""

    __tablename__ = "call"
    __table_args__ = (sa.CheckConstraint("closes_at > opens_at", name="period"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", unique=True)
    opens_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime = Field(sa_type=UtcDateTime)


class TemplateSession(SQLModel, table=True):
    """A session that every programme year holds: laid out in the agenda when a pairing is published.

    ``scope`` says for whom: the programme, each track or each partnership. ``year`` counts from 1, ``month`` and
    ``day`` are of that year; ``time`` is ``HH:MM`` on the wall in the zone of ``zone_of`` (flemish or partner).
    """

    __tablename__ = "template_session"
    __table_args__ = (
        sa.CheckConstraint("scope IN ('programme', 'track', 'partnership')", name="scope"),
        sa.CheckConstraint("zone_of IN ('flemish', 'partner')", name="zone_of"),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    position: int
    scope: str = Field(max_length=16)
    kind: SessionKind = Field(sa_type=code_type(SessionKind, "kind"))
    year: int
    month: int
    day: int
    time: str = Field(max_length=5)
    duration_minutes: int
    zone_of: str = Field(default="flemish", max_length=16)
    title_nl: str = Field(max_length=160)
    title_fr: str = Field(default="", max_length=160)
    title_en: str = Field(default="", max_length=160)
