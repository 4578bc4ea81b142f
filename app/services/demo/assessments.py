"""Invented readers of the open call, and what they gave so far: some agree, some do not, some are not done."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState
from app.models import Candidacy, DiscussionNote, Person, Programme, Reader, Reading, Score
from app.models.base import identity
from app.services.assessment import refresh_points
from app.services.demo.people import person

LOCAL, ABROAD, TEAM = "reader-local@example.org", "reader-abroad@example.org", "team-2@example.org"
NAMES = {LOCAL: "Lezer uit een lokaal bestuur", ABROAD: "Lezer met ervaring in Rwanda en Benin"}
CRITERIA = ("exchange", "openness", "involvement", "commitment")
# By the last number of the reference: who gave how much per criterion; a row of less than four is still being written.
GIVEN: Mapping[int, Mapping[str, tuple[int, ...]]] = {
    4: {LOCAL: (4, 4, 3, 4), ABROAD: (4, 3, 4, 4)},
    5: {LOCAL: (5, 4, 4, 3), TEAM: (2, 4, 3, 3)},
    6: {ABROAD: (3, 5, 1, 4), TEAM: (3, 2, 4, 4)},
    8: {LOCAL: (3, 3, 3, 3), ABROAD: (4, 3)},
    9: {ABROAD: (4, 4, 4, 5), TEAM: ()},
}
REASONS: Mapping[str, tuple[str, str, str]] = {
    "exchange": (
        "Het bestuur zegt vooral wat het wil tonen; wat het wil leren, blijft vaag.",
        "Er is een vraag en een aanbod, maar ze raken elkaar nog niet overal.",
        "Sterktes en vragen zijn in evenwicht, en de partner krijgt echt een stem.",
    ),
    "openness": (
        "De tekst noemt geen enkele moeilijkheid.",
        "Het bestuur noemt waar het vastloopt, maar nog niet wat het daaraan wil doen.",
        "Eerlijk over wat misliep, met een concrete vraag aan de partner.",
    ),
    "involvement": (
        "Alleen de dienst zelf wordt genoemd.",
        "Politiek en administratie doen mee; de anderen zijn nog een voornemen.",
        "Schepen, twee diensten en de jeugdraad hebben elk een taak.",
    ),
    "commitment": (
        "Er staat niet wie hiervoor tijd krijgt.",
        "Er is tijd voor de sessies, minder voor het werk ertussen.",
        "Een halve dag per maand voor twee mensen, met een vervanger.",
    ),
}


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Add readers and their scores to candidacies of the open call."""
    readers = _readers(session, identity(programme), now)
    for number, by_reader in GIVEN.items():
        found = session.execute(sa.select(Candidacy).where(col(Candidacy.reference) == f"SDG-DEM{number:03d}"))
        candidacy = found.scalar_one()
        candidacy.state = CandidacyState.IN_ASSESSMENT
        for address, points in by_reader.items():
            _read(session, identity(candidacy), readers[address], points, now - timedelta(days=1))
        session.flush()
        refresh_points(session, identity(candidacy), candidacy.call_id)
    session.add(_note(session, readers[TEAM], now))


def _readers(session: Session, programme_id: int, now: datetime) -> dict[str, int]:
    made = {address: person(session, address, name, now=now) for address, name in NAMES.items()}
    made[TEAM] = identity(session.execute(sa.select(Person).where(col(Person.email) == TEAM)).scalar_one())
    for person_id in made.values():
        session.add(Reader(programme_id=programme_id, person_id=person_id, added_at=now - timedelta(days=3)))
    return made


def _read(session: Session, candidacy_id: int, person_id: int, points: tuple[int, ...], at: datetime) -> None:
    is_whole = len(points) == len(CRITERIA)
    reading = Reading(
        candidacy_id=candidacy_id,
        person_id=person_id,
        assigned_at=at - timedelta(days=1),
        finished_at=at if is_whole else None,
        edit=1 if points else 0,
    )
    session.add(reading)
    session.flush()
    for criterion, value in zip(CRITERIA, points, strict=False):
        reason = REASONS[criterion][min(value // 2, 2)]
        session.add(Score(reading_id=identity(reading), criterion=criterion, points=value, reason=reason))


def _note(session: Session, person_id: int, now: datetime) -> DiscussionNote:
    sixth = session.execute(sa.select(col(Candidacy.id)).where(col(Candidacy.reference) == "SDG-DEM006")).scalar_one()
    text = "Over openheid verschillen we sterk van mening: we bellen er donderdag over."
    return DiscussionNote(candidacy_id=sixth or 0, person_id=person_id, text=text, written_at=now - timedelta(hours=5))
