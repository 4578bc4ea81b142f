"""Invented unit rates, and the costs and checklists of two visits: one estimate approved, one a draft."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Category, CostUnit, Country, Representing, Role, SessionKind, SessionStatus
from app.domain.programme import Rules
from app.domain.time import programme_day
from app.domain.visit_rules import UnitRate
from app.models import Membership, Person, Programme, TravellerCheck
from app.models.base import identity
from app.queries.agenda import Wanted, sessions_of
from app.queries.partnerships import partnerships
from app.queries.visits import VisitFacts, visits_in
from app.services.visit_delegation import TravellerWords, add_traveller
from app.services.visit_estimates import Draft, approve, proposal_of, save

SOURCE: Final = "Invented for the demo"
DONE_BEFORE: Final = timedelta(days=3)
_RATES: Final = (
    ("flight", ("Retourvlucht", "Vol aller-retour", "Return flight"), "travel", "traveller", 85_000, None),
    ("night", ("Hotelnacht", "Nuit d’hôtel", "Night in a hotel"), "stay", "traveller_night", 9_000, None),
    ("day", ("Dagvergoeding", "Indemnité journalière", "Daily allowance"), "stay", "traveller_day", 4_500, None),
    ("visa", ("Visum", "Visa", "Visa"), "visa_insurance", "traveller", 5_000, None),
    ("visa", ("Visum Schengen", "Visa Schengen", "Schengen visa"), "visa_insurance", "traveller", 9_000, "BE"),
    (
        "insurance",
        ("Reisverzekering", "Assurance voyage", "Travel insurance"),
        "visa_insurance",
        "traveller",
        3_500,
        None,
    ),
    (
        "local_transport",
        ("Lokaal vervoer", "Transport local", "Local transport"),
        "local_transport",
        "day",
        8_000,
        None,
    ),
    ("interpreter", ("Tolk", "Interprète", "Interpreter"), "interpretation", "day", 15_000, None),
)
_OTHERS: Final = {
    Country.BELGIUM: ("nl", "Schepen van {name}", "Vereniging uit {name}"),
    Country.RWANDA: ("en", "Council member of {name}", "Civil society of {name}"),
    Country.BENIN: ("fr", "Conseiller communal de {name}", "Société civile de {name}"),
}


def set_rates(session: Session, programme: Programme) -> None:
    """Give a programme its invented unit rates; before its first version is kept."""
    rates = tuple(
        UnitRate(
            code, *titles, Category(category), CostUnit(unit), cents, Country(country) if country else None, SOURCE
        )
        for code, titles, category, unit, cents, country in _RATES
    )
    rules = Rules.from_data(programme.rules)
    programme.rules = replace(rules, visits=replace(rules.visits, unit_rates=rates)).to_data()
    session.flush()


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Add travellers where there are none, an approved estimate, a draft, and half of a checklist done."""
    staff = _staff(session)
    visits = _visits(session, programme, staff, now)[:2]
    for visit in visits:
        _delegation(session, visit, staff, now)
    for place, visit in enumerate(_visits(session, programme, staff, now)[: len(visits)]):
        draft = Draft(proposal_of(visit), "economy", 0)
        version = save(session, visit, draft, actor=_coordinator(session, visit) or staff, now=now)
        prepared = next(one for one in _visits(session, programme, staff, now) if one.number == visit.number)
        if place == 0:
            approve(session, prepared, version=version, actor=staff, now=now)
        _tick_half(session, prepared, now)


def _visits(session: Session, programme: Programme, staff: Actor, now: datetime) -> list[VisitFacts]:
    """Give the visits to come, the first first."""
    number = identity(programme)
    wanted = Wanted(programme_id=number, kind=SessionKind.WORK_VISIT, status=SessionStatus.PUBLISHED, ends_after=now)
    return visits_in(session, sessions_of(session, staff, wanted), partnerships(session, number))


def _staff(session: Session) -> Actor:
    query = sa.select(Person).join(Membership, col(Membership.person_id) == col(Person.id))
    person = session.scalars(query.where(col(Membership.role) == Role.STAFF).order_by(col(Person.id)).limit(1)).one()
    return Actor(person_id=person.id, name=person.name, roles=frozenset({Role.STAFF}))


def _coordinator(session: Session, visit: VisitFacts) -> Actor | None:
    """Give the first coordinator of the side that travels."""
    government = visit.travelling.government_id
    query = sa.select(Person).join(Membership, col(Membership.person_id) == col(Person.id))
    query = query.where(col(Membership.role) == Role.COORDINATOR, col(Membership.local_government_id) == government)
    person = session.scalars(query.order_by(col(Person.id)).limit(1)).first()
    if person is None:
        return None
    of = frozenset({government})
    roles = frozenset({Role.COORDINATOR})
    return Actor(person_id=person.id, name=person.name, roles=roles, coordinates=of, participates=of)


def _delegation(session: Session, visit: VisitFacts, staff: Actor, now: datetime) -> None:
    if visit.travellers:
        return
    for words in _travellers(session, visit):
        add_traveller(session, staff, visit, words, now=now)


def _travellers(session: Session, visit: VisitFacts) -> Sequence[TravellerWords]:
    coordinator = _coordinator(session, visit)
    language, politician, civil = _OTHERS[visit.travelling.country]
    name = visit.travelling.name
    known = [TravellerWords("", "", Representing.OFFICIAL, language, coordinator.person_id)] if coordinator else []
    return [
        *known,
        TravellerWords(politician.format(name=name), "", Representing.POLITICIAN, language),
        TravellerWords(civil.format(name=name), "", Representing.CIVIL_SOCIETY, language),
    ]


def _tick_half(session: Session, visit: VisitFacts, now: datetime) -> None:
    """Tick off every second item, some days ago."""
    numbers = [one.id for one in visit.travellers]
    query = sa.select(TravellerCheck).where(col(TravellerCheck.traveller_id).in_(numbers))
    for row in session.scalars(query.order_by(col(TravellerCheck.due_on), col(TravellerCheck.id))).all()[::2]:
        row.done_on = programme_day(now - DONE_BEFORE)
    session.flush()
