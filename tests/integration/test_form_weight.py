"""What the form of the demo costs its candidates: time, and kilobytes on a slow line (DESIGN §9, issue 3)."""

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy_answers import fields_to_fill_in
from app.domain.codes import CandidacyState, Section
from app.language.catalogues import LOCALES
from app.models import Candidacy, CandidacyMember, Person, Programme
from app.queries.candidacy_form import form_of
from app.services import demo
from tests.factories import NOW, number
from tests.pages import get
from tests.personas import sign_in


@pytest.fixture
def demo_session(session: Session) -> Session:
    """The demo, in a database of its own."""
    demo.load(session, now=NOW)
    session.rollback()
    return session


def test_every_programme_of_the_demo_asks_for_at_most_25_fields(demo_session: Session) -> None:
    found = demo_session.scalars(sa.select(Programme).order_by(col(Programme.id))).all()
    assert len(found) == 3
    for programme in found:
        assert fields_to_fill_in(form_of(demo_session, number(programme)).form) <= 25, programme.slug


def test_no_section_weighs_more_than_14_kilobytes_in_any_language(
    client: TestClient, app: FastAPI, demo_session: Session
) -> None:
    found = demo_session.execute(
        sa.select(col(Candidacy.reference), Person)
        .join(CandidacyMember, col(CandidacyMember.candidacy_id) == col(Candidacy.id))
        .join(Person, col(Person.id) == col(CandidacyMember.person_id))
        .where(col(Candidacy.state) == CandidacyState.DRAFT)
        .order_by(col(Candidacy.id))
    ).first()
    assert found is not None
    sign_in(client, app, found[1])
    for section in Section:
        for locale in LOCALES:
            get(client, f"/candidacies/{found[0]}/{section}?lang={locale}")
    for locale in LOCALES:
        get(client, f"/candidacies/questions?lang={locale}")
