"""Invented programmes and reports of visits: the pilot's are over, the running programme's to come."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import period_of
from app.domain.codes import Representing, Role, SessionKind, SessionStatus
from app.domain.time import zones_for
from app.domain.visit_programme import ItemFacts, skeleton
from app.domain.visit_report import ReportFacts
from app.domain.visits import other
from app.language.catalogues import LOCALES
from app.language.visit_words import point_title
from app.models import AgendaSession, Membership, Person, Programme
from app.models.base import identity
from app.queries.agenda import Wanted, sessions_of
from app.queries.partnerships import partnerships
from app.queries.visits import VisitFacts, visits_in
from app.services.visit_delegation import TravellerWords, add_traveller
from app.services.visit_programme import add_items
from app.services.visit_report import hand_in

REPORTED: Final = 4
REPORT: Final = ReportFacts(
    language="en",
    held="Two days of work with the services, two field visits and the two-day event. The market visit was shortened.",
    met="The mayor, the directors of environment and finance, the traders’ cooperative, two schools.",
    agreements="The environment services send each other their sorting plans before the end of the quarter.",
    lesson_one="Plan fewer meetings a day: the best talks took place on the way.",
    lesson_two="Invite civil society on the first day, not on the last.",
)
REASON: Final = "The elections in the partner country fall in these weeks; the two sides agreed to change the order."


def load(session: Session, pilot: Programme, running: Programme, *, now: datetime) -> None:
    """Fill in what took place in the pilot, and begin what is to come; one partnership goes the same way twice."""
    staff = _staff(session)
    for visit in [one for one in _visits(session, pilot, staff) if one.is_over(now)][:REPORTED]:
        _travellers(session, visit, staff, now)
        _programme(session, visit, staff, now, days=None)
        hand_in(session, staff, visit, REPORT, version=0, now=now)
    coming = [one for one in _visits(session, running, staff) if not one.is_over(now)]
    if coming:
        _programme(session, coming[0], staff, now, days=3)
        _same_way_twice(session, coming)


def load_held(session: Session, pilot: Programme, running: Programme, *, now: datetime) -> None:
    """Fill in the other visits that took place; the report of the last one is still to be written."""
    staff = _staff(session)
    held = [one for of in (pilot, running) for one in _visits(session, of, staff) if one.is_over(now)]
    for visit in held[REPORTED:]:
        _travellers(session, visit, staff, now)
        _programme(session, visit, staff, now, days=None)
    for visit in held[REPORTED:-1]:
        hand_in(session, staff, visit, REPORT, version=0, now=now)


def _same_way_twice(session: Session, coming: list[VisitFacts]) -> None:
    """Let the last partnership's visit of year 2 go the way of year 1, with the reason that the rule asks for."""
    last = coming[-1]
    host, country = other(last.host_side), last.travelling.country
    row = session.get_one(AgendaSession, last.number)
    row.host_side, row.direction_reason, row.zone = host, REASON, str(zones_for(country))
    period = period_of(row.wall_starts_at, row.zone, row.duration_minutes)
    row.starts_at, row.ends_at = period.starts_at, period.ends_at
    session.flush()


def _programme(session: Session, visit: VisitFacts, staff: Actor, now: datetime, *, days: int | None) -> None:
    language = next((code for code in visit.session.languages if code in LOCALES), "en")
    points = skeleton(visit.first_day, visit.last_day)
    wanted = sorted({one.day for one in points})[:days]
    items = [
        ItemFacts(
            day=one.day,
            title=point_title(language, one.point),
            starts=one.starts,
            ends=one.ends,
            responsible=visit.host_side if one.by_host else other(visit.host_side),
        )
        for one in points
        if one.day in wanted
    ]
    add_items(session, staff, visit, items, now=now)


def _travellers(session: Session, visit: VisitFacts, staff: Actor, now: datetime) -> None:
    name = visit.travelling.name
    for title, representing in (
        (f"Mayor of {name}", Representing.POLITICIAN),
        (f"Director of {name}", Representing.OFFICIAL),
        (f"Youth council of {name}", Representing.CIVIL_SOCIETY),
    ):
        add_traveller(session, staff, visit, TravellerWords(title, "", representing, "en"), now=now)


def _visits(session: Session, programme: Programme, staff: Actor) -> list[VisitFacts]:
    number = identity(programme)
    wanted = Wanted(programme_id=number, kind=SessionKind.WORK_VISIT, status=SessionStatus.PUBLISHED)
    return visits_in(session, sessions_of(session, staff, wanted), partnerships(session, number))


def _staff(session: Session) -> Actor:
    query = sa.select(Person).join(Membership, col(Membership.person_id) == col(Person.id))
    person = session.scalars(query.where(col(Membership.role) == Role.STAFF).order_by(col(Person.id)).limit(1)).one()
    return Actor(person_id=person.id, name=person.name, roles=frozenset({Role.STAFF}))
