"""A complete candidacy and the ways to bring it into a test's database."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState, Section
from app.models import Candidacy, CandidacySection, Person
from app.models.database import transaction
from app.queries.candidacies import any_candidacy
from app.queries.people import actor_of_person
from app.services import candidacies
from tests.factories import NOW, number
from tests.personas import World, build_world

COMPLETE: dict[Section, dict[str, Any]] = {
    Section.GOVERNMENT: {
        "administrative_name": "Contact of Alfa",
        "administrative_email": "contact@example.org",
        "administrative_phone": "",
        "political_name": "Alderman of Alfa",
        "political_role": "alderman",
        "profiles": ["rural"],
    },
    Section.THEME: {"tracks": ["rwanda"], "subjects": ["rwanda:voice"], "goals": [16], "partners": []},
    Section.LEARNING: {
        "strengths": {"youth": {"priority": 1, "text": "Youth council"}},
        "challenges": {"water": {"priority": 2, "text": ""}},
    },
    Section.MOTIVATION: {"exchange": "In turn.", "openness": "Much."},
    Section.INVOLVEMENT: {"political": "Mayor", "administrative": "Staff", "others": "Schools", "college_date": ""},
    Section.PROMISES: {
        "promises": ["sessions", "visits"],
        "direction": "no_preference",
        "languages": {"en": 2},
        "unsuitable_weeks": "",
    },
    Section.CITY_LINKS: {"has_links": "no", "links": ""},
}


@pytest.fixture
def both(both_engines: sa.Engine) -> tuple[sa.Engine, World]:
    """The small world on each engine."""
    with session_on(both_engines) as session:
        return both_engines, build_world(session)


def session_on(engine: sa.Engine) -> Session:
    return Session(engine, expire_on_commit=False, info={"base_url": "http://testserver"})


def fill(session: Session, of: Candidacy, sections: dict[Section, dict[str, Any]] | None = None) -> None:
    """Store answers as if they were written in the form."""
    with transaction(session):
        for section, answers in (COMPLETE if sections is None else sections).items():
            session.add(
                CandidacySection(candidacy_id=number(of), section=section, answers=answers, complete=True, saved_at=NOW)
            )


def state_of(engine: sa.Engine, of: Candidacy) -> CandidacyState:
    with session_on(engine) as session:
        return CandidacyState(
            session.execute(sa.select(col(Candidacy.state)).where(col(Candidacy.id) == of.id)).scalar_one()
        )


def actor_of(session: Session, person: Person) -> Actor:
    return actor_of_person(session, number(person))


def submitted(session: Session, of: Candidacy, actor: Actor) -> None:
    fill(session, of)
    record = any_candidacy(session, of.reference)
    assert record is not None
    with transaction(session):
        candidacies.submit(session, record, actor=actor, now=NOW)
