"""Reference facts loaded from ``app/data``: local governments, city links, goals, policy fields, associations."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import Country, GovernmentKind
from app.models.base import code_type


class Association(SQLModel, table=True):
    """An association of local governments: VVSG, RALGA, ANCB."""

    __tablename__ = "association"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=16, unique=True)
    name: str = Field(max_length=120)
    country: Country = Field(sa_type=code_type(Country, "country"))


class LocalGovernment(SQLModel, table=True):
    """A municipality, district or commune over the days [valid_from, valid_to] on which it existed under this code.

    ``code`` is the NIS code, ``RW-<name>`` or the INSAE code with ``BJ-`` before it. Coordinates are hundredths of a
    degree.
    """

    __tablename__ = "local_government"
    __table_args__ = (sa.UniqueConstraint("code", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=32)
    name: str = Field(max_length=120)
    country: Country = Field(sa_type=code_type(Country, "country"))
    kind: GovernmentKind = Field(sa_type=code_type(GovernmentKind, "kind"))
    region: str = Field(max_length=64)
    population: int
    population_year: int
    latitude_hundredths: int
    longitude_hundredths: int
    valid_from: date
    valid_to: date | None = None
    successor_code: str | None = Field(default=None, max_length=32)
    organisation_identifier: str | None = Field(default=None, max_length=64)


class CityLink(SQLModel, table=True):
    """A known long-term link of a Flemish municipality with a government elsewhere; the list is not complete."""

    __tablename__ = "city_link"
    __table_args__ = (sa.UniqueConstraint("flemish_code", "partner_name", "partner_country"),)

    id: int | None = Field(default=None, primary_key=True)
    flemish_code: str = Field(max_length=32, index=True)
    flemish_name: str = Field(max_length=120)
    partner_code: str | None = Field(default=None, max_length=32, index=True)
    partner_name: str = Field(max_length=120)
    partner_country: str = Field(max_length=2)
    since: str = Field(default="", max_length=16)
    until: str = Field(default="", max_length=16)
    kind: str = Field(max_length=32)
    source: str = Field(max_length=300)
    certainty: str = Field(max_length=16)
    note: str = Field(default="", max_length=500)


class Goal(SQLModel, table=True):
    """A Sustainable Development Goal (UN, Agenda 2030)."""

    __tablename__ = "goal"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    title_nl: str = Field(max_length=120)
    title_fr: str = Field(max_length=120)
    title_en: str = Field(max_length=120)
    pillar: str = Field(max_length=16)


class PolicyField(SQLModel, table=True):
    """A field of local policy in which a government is strong or wants to learn: one list for both sides."""

    __tablename__ = "policy_field"

    code: str = Field(max_length=32, primary_key=True)
    position: int
    title_nl: str = Field(max_length=120)
    title_fr: str = Field(max_length=120)
    title_en: str = Field(max_length=120)
