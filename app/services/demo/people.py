"""Invented people, named by what they do."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country, Role
from app.domain.slugs import slug
from app.models import LocalGovernment, Membership, Person
from app.models.base import identity
from app.services.demo.programmes import association_ids

LANGUAGES = {Country.BELGIUM: "nl", Country.RWANDA: "en", Country.BENIN: "fr"}
ZONES = {
    Country.BELGIUM: "Europe/Brussels",
    Country.RWANDA: "Africa/Kigali",
    Country.BENIN: "Africa/Porto-Novo",
}
TITLES = {
    "nl": {Role.COORDINATOR: "Coördinator van {}", Role.PARTICIPANT: "Deelnemer van {}"},
    "fr": {Role.COORDINATOR: "Coordinateur de {}", Role.PARTICIPANT: "Participant de {}"},
    "en": {Role.COORDINATOR: "Coordinator of {}", Role.PARTICIPANT: "Participant of {}"},
}


def load_staff(session: Session, *, now: datetime) -> None:
    """Add the programme team, the sister associations' officers and an auditor."""
    associations = association_ids(session)
    person(session, "team@example.org", "Programmateam VVSG", role=Role.STAFF, now=now)
    person(session, "team-2@example.org", "Programmamedewerker VVSG", role=Role.STAFF, now=now)
    person(session, "auditor@example.org", "Auditeur du bailleur", language="fr", role=Role.AUDITOR, now=now)
    for code, name, country in (
        ("ralga", "Officer of RALGA", Country.RWANDA),
        ("ancb", "Chargée de l’ANCB", Country.BENIN),
    ):
        person(
            session,
            f"{code}@example.org",
            name,
            language=LANGUAGES[country],
            zone=ZONES[country],
            role=Role.ASSOCIATION,
            association_id=associations[code],
            now=now,
        )


def load_coordinators(session: Session, government_ids: Sequence[int], *, now: datetime) -> None:
    """Add a coordinator and a participant for each local government that has none yet."""
    query = (
        sa.select(LocalGovernment)
        .where(col(LocalGovernment.id).in_(set(government_ids)))
        .order_by(col(LocalGovernment.id))
    )
    for government in session.execute(query).scalars().all():
        language = LANGUAGES[government.country]
        for role, stem in ((Role.COORDINATOR, "coordinator"), (Role.PARTICIPANT, "participant")):
            person(
                session,
                f"{stem}-{slug(government.name)}@example.org",
                TITLES[language][role].format(government.name),
                language=language,
                zone=ZONES[government.country],
                role=role,
                government_id=identity(government),
                now=now,
            )


def person(
    session: Session,
    email: str,
    name: str,
    *,
    now: datetime,
    language: str = "nl",
    zone: str = "Europe/Brussels",
    role: Role | None = None,
    government_id: int | None = None,
    association_id: int | None = None,
) -> int:
    """Add somebody with a role; give the id."""
    made = Person(
        email=email, name=name, language=language, zone=zone, feed_secret=secrets.token_urlsafe(24), created_at=now
    )
    session.add(made)
    session.flush()
    if role is not None:
        session.add(
            Membership(
                person_id=identity(made), role=role, local_government_id=government_id, association_id=association_id
            )
        )
    return identity(made)
