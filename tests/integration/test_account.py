"""A person's own account."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.models import Person
from app.models.database import transaction
from app.services.sign_in import open_session
from tests import pages
from tests.clients import NOW
from tests.personas import World, sign_in

TYPED = {"name": "Ada of Karongi", "language": "fr", "zone": "other", "other_zone": "Africa/Nairobi"}


@pytest.fixture
def own(client: TestClient, app: FastAPI, world: World) -> TestClient:
    """The browser of the coordinator of Karongi."""
    return sign_in(client, app, world.karongi_coordinator)


def stored(app: FastAPI, person: Person) -> Person:
    with Session(app.state.engine) as session:
        return session.execute(sa.select(Person).where(col(Person.id) == person.id)).scalar_one()


def test_name_language_and_zone_are_saved_and_used_at_once(own: TestClient, app: FastAPI, world: World) -> None:
    page = pages.get(own, "/account")
    assert 'value="Coordinator of Karongi"' in page.html
    assert 'value="Africa/Kigali" checked' in page.html

    saved = own.post("/account", data=TYPED)

    assert (saved.status_code, saved.headers["location"]) == (303, "/account?saved=account")
    page = pages.get(own, saved.headers["location"])
    assert 'lang="fr"' in page.html
    assert "Votre compte est enregistré." in page.text()
    assert 'value="Africa/Nairobi"' in page.html
    person = stored(app, world.karongi_coordinator)
    assert (person.name, person.language, person.zone) == ("Ada of Karongi", "fr", "Africa/Nairobi")


def test_a_zone_that_does_not_exist_is_said_at_its_field(own: TestClient, app: FastAPI, world: World) -> None:
    refused = own.post("/account?lang=en", data={**TYPED, "other_zone": "Karongi"})

    assert refused.status_code == 422
    pages.check(refused.text)
    assert 'href="#other_zone"' in refused.text
    assert 'value="Karongi"' in refused.text
    assert stored(app, world.karongi_coordinator).zone == "Africa/Kigali"


def test_another_browser_is_signed_out_from_here(
    own: TestClient, app: FastAPI, world: World, new_client: Callable[[], TestClient]
) -> None:
    lost = sign_in(new_client(), app, world.gamma_coordinator)
    ends = re.findall(r"/account/sessions/\d+/end", lost.get("/account").text)
    assert ends == []  # the only one is this browser: its button signs out

    with Session(app.state.engine) as session, transaction(session):
        secret = open_session(session, world.karongi_coordinator.id or 0, now=NOW - timedelta(days=1))
    lost.cookies.set("tandem", secret)
    assert lost.get("/account").status_code == 200
    (end,) = re.findall(r"/account/sessions/\d+/end", own.get("/account").text)

    assert sign_in(new_client(), app, world.outsider).post(end).status_code == 303
    assert lost.get("/account").status_code == 200  # somebody else's press changes nothing

    assert own.post(end).headers["location"] == "/account?saved=session"
    assert lost.get("/account").status_code == 303
    assert own.get("/account").status_code == 200


def test_the_calendar_feed_gets_a_new_address_once_per_press(own: TestClient, app: FastAPI, world: World) -> None:
    before = stored(app, world.karongi_coordinator).feed_secret
    assert f"http://testserver/my/agenda/{before}.ics" in own.get("/account").text
    assert f"webcal://testserver/my/agenda/{before}.ics" in own.get("/account").text

    own.post("/account/feed", data={"form_key": "press-number-1"})
    after = stored(app, world.karongi_coordinator).feed_secret
    own.post("/account/feed", data={"form_key": "press-number-1"})

    assert after != before
    assert stored(app, world.karongi_coordinator).feed_secret == after
    assert f"/my/agenda/{after}.ics" in own.get("/account").text


def test_the_account_is_for_people_who_are_signed_in(client: TestClient, app: FastAPI, world: World) -> None:
    assert client.get("/account").headers["location"] == "/sign-in?next=/account"
    sign_in(client, app, world.candidate_of_a, candidacy=world.candidacy_of_alfa)
    assert client.get("/account").status_code == 303
