"""The same few people in every test, named by what they are, in one small world."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import Country, Role
from app.models import Association, Call, Candidacy, LocalGovernment, Partnership, Person, Programme, Track, WebSession
from app.models.database import transaction
from app.queries.people import secret_hash
from tests import factories
from tests.factories import NOW, number


@dataclass(frozen=True)
class World:
    """A programme with two tracks, an open call with two drafts, and one partnership in Rwanda."""

    programme: Programme
    call: Call
    rwanda: Track
    benin: Track
    vvsg: Association
    ralga: Association
    ancb: Association
    alfa: LocalGovernment
    beta: LocalGovernment
    gamma: LocalGovernment
    karongi: LocalGovernment
    nikki: LocalGovernment
    partnership: Partnership
    candidacy_of_alfa: Candidacy
    candidacy_of_beta: Candidacy
    vvsg_staff: Person
    ralga_staff: Person
    ancb_staff: Person
    auditor: Person
    candidate_of_a: Person
    candidate_of_b: Person
    gamma_coordinator: Person
    karongi_coordinator: Person
    karongi_participant: Person
    nikki_coordinator: Person
    outsider: Person


def build_world(session: Session) -> World:
    """Write the world into an empty migrated database."""
    with transaction(session):
        return _build(session)


def _build(session: Session) -> World:
    vvsg = factories.association(session, "vvsg", Country.BELGIUM)
    ralga = factories.association(session, "ralga", Country.RWANDA)
    ancb = factories.association(session, "ancb", Country.BENIN)
    programme = factories.programme(session, "test")
    rwanda = factories.track(session, programme, "rwanda", country=Country.RWANDA, of_association=ralga)
    benin = factories.track(session, programme, "benin", country=Country.BENIN, of_association=ancb)
    call = factories.call(session, programme)
    alfa, beta, gamma = (factories.government(session, name) for name in ("Alfa", "Beta", "Gamma"))
    karongi = factories.government(
        session, "Karongi", country=Country.RWANDA, region="Western Province", code="RW-karongi"
    )
    nikki = factories.government(session, "Nikki", country=Country.BENIN, region="Borgou", code="BJ-0405")
    candidate_of_a = factories.person(session, "Contact of Alfa")
    candidate_of_b = factories.person(session, "Contact of Beta")
    return World(
        programme=programme,
        call=call,
        rwanda=rwanda,
        benin=benin,
        vvsg=vvsg,
        ralga=ralga,
        ancb=ancb,
        alfa=alfa,
        beta=beta,
        gamma=gamma,
        karongi=karongi,
        nikki=nikki,
        partnership=factories.partnership(session, rwanda, gamma, karongi, slug="gamma-karongi"),
        candidacy_of_alfa=factories.candidacy(session, call, alfa, by=candidate_of_a, reference="SDG-AAAAAA"),
        candidacy_of_beta=factories.candidacy(session, call, beta, by=candidate_of_b, reference="SDG-BBBBBB"),
        vvsg_staff=factories.member(session, Role.STAFF, name="Programme officer"),
        ralga_staff=factories.member(
            session, Role.ASSOCIATION, name="Officer of RALGA", association=ralga, language="en", zone="Africa/Kigali"
        ),
        ancb_staff=factories.member(
            session, Role.ASSOCIATION, name="Officer of ANCB", association=ancb, language="fr", zone="Africa/Porto-Novo"
        ),
        auditor=factories.member(session, Role.AUDITOR, name="Auditor", language="fr"),
        candidate_of_a=candidate_of_a,
        candidate_of_b=candidate_of_b,
        gamma_coordinator=factories.member(session, Role.COORDINATOR, name="Coordinator of Gamma", government=gamma),
        karongi_coordinator=factories.member(
            session,
            Role.COORDINATOR,
            name="Coordinator of Karongi",
            government=karongi,
            language="en",
            zone="Africa/Kigali",
        ),
        karongi_participant=factories.member(
            session,
            Role.PARTICIPANT,
            name="Participant of Karongi",
            government=karongi,
            language="en",
            zone="Africa/Kigali",
        ),
        nikki_coordinator=factories.member(
            session,
            Role.COORDINATOR,
            name="Coordinator of Nikki",
            government=nikki,
            language="fr",
            zone="Africa/Porto-Novo",
        ),
        outsider=factories.person(session, "Outsider"),
    )


@pytest.fixture
def world(session: Session) -> World:
    """The small world on SQLite."""
    return build_world(session)


def sign_in(client: TestClient, app: FastAPI, person: Person, *, candidacy: Candidacy | None = None) -> TestClient:
    """Sign a browser in as a person, with a session made directly in the database."""
    secret = f"secret-of-{number(person)}-{candidacy.reference if candidacy else 'all'}"
    with Session(app.state.engine) as session, transaction(session):
        session.merge(
            WebSession(
                id=number(person) * 10 + (1 if candidacy else 0),
                secret_hash=secret_hash(secret),
                person_id=number(person),
                candidacy_id=number(candidacy) if candidacy else None,
                created_at=NOW,
                expires_at=NOW + timedelta(days=400),
            )
        )
    client.cookies.set("tandem", secret)
    return client
