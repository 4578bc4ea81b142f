"""Reads for finding a moment: whom a session would concern, and in which other sessions these people are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.agenda import FLEMISH_KINDS
from app.domain.codes import Country, Role, SessionStatus
from app.domain.moment_facts import Engagement
from app.models import (
    AgendaSession,
    Association,
    LocalGovernment,
    Membership,
    Partnership,
    PartnershipSide,
    Person,
    Track,
)
from app.queries.circles import Circle, Place


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody whom a session would concern, where that person works, and what he or she belongs to."""

    person_id: int
    name: str
    country: Country
    works_at: str
    government_ids: frozenset[int]
    circle: Circle = field(default_factory=Circle)


def governments_concerned(session: Session, place: Place) -> dict[int, Country]:
    """Give the local governments that a session there concerns, with their countries (one query)."""
    columns: tuple[Any, ...] = (LocalGovernment.id, LocalGovernment.country)
    query = (
        sa.select(*columns)
        .join(PartnershipSide, col(PartnershipSide.local_government_id) == col(LocalGovernment.id))
        .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
        .where(*_partnerships(place))
        .distinct()
        .order_by(col(LocalGovernment.id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def countries_concerned(session: Session, place: Place) -> tuple[Country, ...]:
    """Give the countries of a session there, Belgium first (one query)."""
    query = sa.select(col(Track.country)).where(*_tracks(place)).distinct()
    found = set(session.scalars(query)) | {Country.BELGIUM}
    return tuple(country for country in Country if country in found)


def people_concerned(session: Session, place: Place, governments: Mapping[int, Country]) -> list[Concerned]:
    """Give the people of these governments and the associations there, by name, with their circles (3 queries)."""
    countries = sa.select(col(Track.country)).where(*_tracks(place))
    columns: tuple[Any, ...] = (
        Person.id,
        Person.name,
        LocalGovernment.id,
        LocalGovernment.country,
        LocalGovernment.name,
        Association.country,
        Association.name,
    )
    query = (
        sa.select(*columns)
        .select_from(Membership)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .outerjoin(LocalGovernment, col(LocalGovernment.id) == col(Membership.local_government_id))
        .outerjoin(Association, col(Association.id) == col(Membership.association_id))
        .where(
            sa.or_(
                col(Membership.local_government_id).in_(sorted(governments)),
                sa.and_(col(Membership.role) == Role.ASSOCIATION, col(Association.country).in_(countries)),
            )
        )
        .order_by(col(Person.name), col(Person.id), col(Membership.id))
    )
    found: dict[int, Concerned] = {}
    for person_id, name, government_id, country, works_at, of_country, association in session.execute(query):
        own = frozenset() if government_id is None else frozenset({government_id})
        known = found.get(person_id)
        if known is None:
            found[person_id] = Concerned(person_id, name, country or of_country, works_at or association, own)
        else:
            found[person_id] = replace(known, government_ids=known.government_ids | own)
    return _with_circles(session, list(found.values()))


def _partnerships(place: Place) -> list[sa.ColumnElement[bool]]:
    if place.partnership_id is not None:
        return [col(Partnership.id) == place.partnership_id]
    if place.track_id is not None:
        return [col(Partnership.track_id) == place.track_id]
    return [col(Partnership.programme_id) == place.programme_id]


def _tracks(place: Place) -> list[sa.ColumnElement[bool]]:
    if place.partnership_id is not None:
        own = sa.select(col(Partnership.track_id)).where(col(Partnership.id) == place.partnership_id)
        return [col(Track.id).in_(own)]
    if place.track_id is not None:
        return [col(Track.id) == place.track_id]
    return [col(Track.programme_id) == place.programme_id]


def _with_circles(session: Session, people: list[Concerned]) -> list[Concerned]:
    """Add what each person belongs to, by local government or by association (two queries)."""
    of_governments = _rows_by(
        session,
        PartnershipSide.local_government_id,
        {number for one in people for number in one.government_ids},
    )
    of_countries = _rows_by(session, Track.country, {one.country for one in people if not one.government_ids})
    return [replace(one, circle=_circle(_own_rows(one, of_governments, of_countries))) for one in people]


Rows = Mapping[Any, list[tuple[int, int, int | None]]]


def _own_rows(one: Concerned, of_governments: Rows, of_countries: Rows) -> Iterable[tuple[int, int, int | None]]:
    if not one.government_ids:
        return of_countries.get(one.country, ())
    return (row for number in one.government_ids for row in of_governments.get(number, ()))


def _rows_by(session: Session, column: Any, values: Collection[Any]) -> Rows:  # noqa: ANN401 - a column of either table
    columns: tuple[Any, ...] = (column, Track.programme_id, Track.id, Partnership.id)
    query = (
        sa.select(*columns)
        .select_from(Track)
        .outerjoin(Partnership, col(Partnership.track_id) == col(Track.id))
        .outerjoin(PartnershipSide, col(PartnershipSide.partnership_id) == col(Partnership.id))
        .where(column.in_(sorted(values)))
        .distinct()
    )
    found: defaultdict[Any, list[tuple[int, int, int | None]]] = defaultdict(list)
    for key, *row in session.execute(query):
        found[key].append((row[0], row[1], row[2]))
    return found


def _circle(rows: Iterable[tuple[int, int, int | None]]) -> Circle:
    known = list(rows)
    return Circle(
        programmes=frozenset(row[0] for row in known),
        tracks=frozenset(row[1] for row in known),
        partnerships=frozenset(row[2] for row in known if row[2] is not None),
    )


def engagements_of(
    session: Session, people: Collection[Concerned], starts_from: datetime, ends_before: datetime
) -> list[Engagement]:
    """Give the announced sessions in that period (aware) in which any of these people take part (one query)."""
    columns: tuple[Any, ...] = (
        AgendaSession.starts_at,
        AgendaSession.ends_at,
        AgendaSession.kind,
        AgendaSession.programme_id,
        AgendaSession.track_id,
        AgendaSession.partnership_id,
    )
    programmes = frozenset().union(*(one.circle.programmes for one in people))
    query = (
        sa.select(*columns)
        .where(
            col(AgendaSession.status) == SessionStatus.PUBLISHED,
            col(AgendaSession.programme_id).in_(sorted(programmes)),
            col(AgendaSession.starts_at) < ends_before,
            col(AgendaSession.ends_at) > starts_from,
        )
        .order_by(col(AgendaSession.starts_at), col(AgendaSession.id))
    )
    made = (Engagement(row.starts_at, row.ends_at, _who(row, people)) for row in session.execute(query))
    return [one for one in made if one.people]


def _who(row: sa.Row[Any], people: Collection[Concerned]) -> frozenset[int]:
    scope = {name: getattr(row, name) for name in ("programme_id", "track_id", "partnership_id")}
    flemish = row.kind in FLEMISH_KINDS
    return frozenset(
        one.person_id
        for one in people
        if one.circle.invites(**scope) and (not flemish or one.country is Country.BELGIUM)
    )
