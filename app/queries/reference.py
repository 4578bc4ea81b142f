"""Reads of the reference facts: local governments on a day, their successors and city links, goals, policy fields."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country, GovernmentKind
from app.domain.texts import Text, title_of
from app.models import Association, CityLink, Goal, LocalGovernment, PolicyField


@dataclass(frozen=True, slots=True)
class Government:
    """A local government as it is on some day. ``latitude`` and ``longitude`` are degrees, rounded to hundredths."""

    id: int
    code: str
    name: str
    country: Country
    kind: GovernmentKind
    region: str
    population: int
    population_year: int
    latitude: float
    longitude: float
    valid_from: date
    valid_to: date | None
    successor_code: str | None
    organisation_identifier: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its words in the reader's language."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class GoalTitle:
    """A Sustainable Development Goal in the reader's language."""

    number: int
    title: Text
    pillar: str


@dataclass(frozen=True, slots=True)
class Link:
    """A known city link; ``partner_code`` is there where the partner is one of our local governments."""

    flemish_code: str
    flemish_name: str
    partner_code: str | None
    partner_name: str
    partner_country: str
    since: str
    until: str
    kind: str
    certainty: str


@dataclass(frozen=True, slots=True)
class AssociationName:
    """An association of local governments; its short name is the code in capitals."""

    id: int
    code: str
    name: str
    country: Country


def governments_on(session: Session, day: date, country: Country | None = None) -> list[Government]:
    """Give the local governments that exist on ``day``, of one country or of all, by country and name (one query)."""
    query = _governments().where(*_valid_on(day))
    if country is not None:
        query = query.where(col(LocalGovernment.country) == country)
    return _read(session, query)


def municipalities_on(session: Session, day: date) -> list[Government]:
    """Give the Flemish municipalities that exist on ``day``, by name (one query)."""
    return governments_on(session, day, Country.BELGIUM)


def government_by_code(session: Session, code: str, day: date) -> Government | None:
    """Give the local government that has ``code`` on ``day`` (one query)."""
    query = _governments().where(col(LocalGovernment.code) == code, *_valid_on(day))
    return next(iter(_read(session, query)), None)


def successor_of(session: Session, code: str, day: date) -> Government | None:
    """Give who carries on a local government on ``day``: itself where it still exists, else what it merged into.

    One query, and two per merger; none is given where ``code`` is unknown or did not exist yet.
    """
    seen: set[str] = set()
    while code not in seen:
        seen.add(code)
        current = government_by_code(session, code, day)
        if current is not None:
            return current
        code = session.scalar(_successor_code(code, day)) or code
    return None


def predecessors_of(session: Session, code: str) -> list[str]:
    """Give the codes of the local governments that merged into the one with ``code`` (one query)."""
    own = col(LocalGovernment.code)
    query = sa.select(own).where(col(LocalGovernment.successor_code) == code, own != code)
    return list(session.scalars(query.order_by(own)))


def policy_fields(session: Session, locale: str) -> list[Named]:
    """Give the policy fields that both sides choose from, in their own order (one query)."""
    columns = col(PolicyField.code), *_titles(PolicyField)
    query = sa.select(*columns).order_by(col(PolicyField.position), col(PolicyField.code))
    return [Named(row.code, title_of(row, locale)) for row in session.execute(query)]


def goals(session: Session, locale: str) -> list[GoalTitle]:
    """Give the 17 goals, in order (one query)."""
    query = sa.select(col(Goal.number), col(Goal.pillar), *_titles(Goal)).order_by(col(Goal.number))
    return [GoalTitle(row.number, title_of(row, locale), row.pillar) for row in session.execute(query)]


def associations(session: Session) -> list[AssociationName]:
    """Give the associations, by code (one query)."""
    columns = col(Association.id), col(Association.code), col(Association.name), col(Association.country)
    query = sa.select(*columns).order_by(col(Association.code))
    return [AssociationName(**row._asdict()) for row in session.execute(query)]


def city_links_of(session: Session, code: str) -> list[Link]:
    """Give the known city links of a local government on either side, those of its merged parts included (two queries).

    The list is not complete: ask as well.
    """
    codes = [code, *predecessors_of(session, code)]
    columns = [getattr(CityLink, name) for name in Link.__dataclass_fields__]
    of_code = sa.or_(col(CityLink.flemish_code).in_(codes), col(CityLink.partner_code).in_(codes))
    order = col(CityLink.flemish_name), col(CityLink.partner_name), col(CityLink.id)
    return [Link(*row) for row in session.execute(sa.select(*columns).where(of_code).order_by(*order))]


def city_link_pairs(session: Session) -> frozenset[tuple[str, str]]:
    """Give every known city link within our list as (Flemish code, partner code), mergers followed (two queries)."""
    flemish, partner = col(CityLink.flemish_code), col(CityLink.partner_code)
    known = sa.select(flemish, partner).where(partner.is_not(None), col(CityLink.kind) == "city_link")
    pairs = {(one, other) for one, other in session.execute(known) if other is not None}
    successor = col(LocalGovernment.successor_code)
    merged = sa.select(col(LocalGovernment.code), successor).where(successor.is_not(None))
    later: dict[str, str] = {row.code: row.successor_code for row in session.execute(merged)}
    return frozenset(pairs | {(later[one], other) for one, other in pairs if one in later})


def population_ranks(session: Session, country: Country, day: date) -> dict[int, tuple[int, int]]:
    """Give each local government's place by population in its country on ``day``, and how many there are (one query).

    Rank 1 is the most populous; equal populations are ordered by code. Sizes are compared within a country only: the
    years of the counts differ between countries.
    """
    query = sa.select(col(LocalGovernment.id)).where(*_valid_on(day), col(LocalGovernment.country) == country)
    ids = session.scalars(query.order_by(col(LocalGovernment.population).desc(), col(LocalGovernment.code))).all()
    return {number: (rank, len(ids)) for rank, number in enumerate(ids, 1) if number is not None}


_HUNDREDTHS = {"latitude": "latitude_hundredths", "longitude": "longitude_hundredths"}


def _governments() -> sa.Select[Any]:
    columns = [getattr(LocalGovernment, _HUNDREDTHS.get(name, name)) for name in Government.__dataclass_fields__]
    order = col(LocalGovernment.country), col(LocalGovernment.name), col(LocalGovernment.code), col(LocalGovernment.id)
    return sa.select(*columns).order_by(*order)


def _read(session: Session, query: sa.Select[Any]) -> list[Government]:
    return [_government(row._asdict()) for row in session.execute(query)]


def _government(values: dict[str, Any]) -> Government:
    degrees = {name: values.pop(column) / 100 for name, column in _HUNDREDTHS.items()}
    return Government(**values, **degrees)


def _valid_on(day: date) -> tuple[sa.ColumnElement[bool], ...]:
    last = col(LocalGovernment.valid_to)
    return col(LocalGovernment.valid_from) <= day, sa.or_(last.is_(None), last >= day)


def _successor_code(code: str, day: date) -> sa.Select[str | None]:
    last = col(LocalGovernment.valid_to)
    query = sa.select(col(LocalGovernment.successor_code)).where(col(LocalGovernment.code) == code, last < day)
    return query.order_by(last.desc()).limit(1)


def _titles(model: type[Goal] | type[PolicyField]) -> tuple[sa.ColumnElement[str], ...]:
    return tuple(getattr(model, f"title_{locale}") for locale in ("nl", "fr", "en"))
