"""The public pages: sound in three languages, light, kept as bytes, constant in queries, showing what they should."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import Country, SessionStatus
from app.models.database import transaction
from tests import factories, pages
from tests.clients import StandingClock
from tests.factories import NOW
from tests.personas import World, sign_in

PATHS = (
    "/",
    "/programme",
    "/partnerships",
    "/partnerships/gamma-karongi",
    "/privacy",
    "/accessibility",
    "/api/v1",
)


@contextmanager
def counted(app: FastAPI) -> Iterator[list[str]]:
    """Collect the statements that the application sends."""
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    sa.event.listen(app.state.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(app.state.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_each_public_page_is_sound(client: TestClient, world: World, path: str, language: str) -> None:
    assert world.programme.slug == "test"
    page = pages.get(client, f"{path}?lang={language}")
    assert f'<html lang="{language}"' in page.html


@pytest.mark.parametrize("path", ["/", "/programme", "/partnerships", "/api/v1"])
def test_public_pages_say_something_without_any_programme(client: TestClient, path: str) -> None:
    pages.get(client, path)


@pytest.mark.parametrize("path", [*PATHS, "/api/v1/openapi.json", "/api/v1/programmes"])
@pytest.mark.usefixtures("world")
def test_a_page_that_did_not_change_costs_one_query(client: TestClient, app: FastAPI, path: str) -> None:
    first = client.get(path)
    with counted(app) as statements:
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len([text for text in statements if text.startswith("SELECT")]) == 1


def test_a_commit_makes_the_page_new(client: TestClient, session: Session, world: World) -> None:
    before = client.get("/partnerships").headers["etag"]
    with transaction(session):
        factories.partnership(session, world.rwanda, world.alfa, world.karongi, slug="alfa-karongi")
    after = client.get("/partnerships", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert "alfa-karongi" in after.text


def test_queries_are_as_many_for_three_partnerships_as_for_one(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    def queries() -> dict[str, int]:
        found = {}
        for path in ("/", "/programme", "/partnerships", "/api/v1/partnerships", "/api/v1/sessions"):
            with counted(app) as statements:
                assert client.get(path).status_code == 200
            found[path] = len(statements)
        return found

    with transaction(session):
        factories.agenda_session(session, world.programme)
    with_one = queries()
    with transaction(session):
        for government in (world.alfa, world.beta):
            factories.partnership(session, world.benin, government, world.nikki)
            factories.agenda_session(session, world.programme, of_track=world.rwanda)
    assert queries() == with_one


def test_the_start_page_counts_the_days_to_the_closing(client: TestClient, clock: StandingClock, world: World) -> None:
    assert world.call.closes_at == NOW + timedelta(days=19)
    assert "19 days left" in pages.get(client, "/?lang=en").text()
    clock.now = datetime(2026, 12, 11, 8, 0, tzinfo=UTC)
    page = pages.get(client, "/").text()
    assert "Closes today" in page
    assert "10:00 (Brussels)" in page
    clock.now = world.call.closes_at
    closed = pages.get(client, "/").html
    assert "No call is open" in closed
    assert "/candidacies/new" not in closed
    clock.now = NOW - timedelta(days=20)
    assert "The call opens soon" in pages.get(client, "/").text()


def test_the_start_page_shows_the_next_three_sessions_of_everybody(
    client: TestClient, session: Session, world: World
) -> None:
    with transaction(session):
        for number in (4, 1, 3, 2):
            starts_at = NOW + timedelta(days=number)
            factories.agenda_session(session, world.programme, starts_at=starts_at, title=f"Open {number}")
        factories.agenda_session(session, world.programme, of_partnership=world.partnership, title="Inner")
        factories.agenda_session(session, world.programme, status=SessionStatus.DRAFT, title="Draft")
        factories.agenda_session(session, world.programme, starts_at=NOW - timedelta(days=1), title="Past")
    html = pages.get(client, "/?lang=en").html
    titles = [title for title in ("Open 1", "Open 2", "Open 3", "Open 4", "Inner", "Draft", "Past") if title in html]
    assert titles == ["Open 1", "Open 2", "Open 3"]
    assert html.index("Open 1") < html.index("Open 2") < html.index("Open 3")


def test_the_start_page_shows_the_two_halves_and_the_pairs(client: TestClient, world: World) -> None:
    page = pages.get(client, "/?lang=en")
    assert page.text().count("€17,500") == 2
    assert "1 partnership" in page.text()
    assert world.partnership.slug == "gamma-karongi"


def test_the_programme_says_its_own_numbers(client: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        programme = session.merge(world.programme)
        programme.rules = {**programme.rules, "meetings_expected": 8, "visit_days": 6, "delegation_size": 4}
    text = pages.get(client, "/programme?lang=en").text()
    assert "You keep 8 half days each year free for meetings." in text
    assert "A work visit each year of about 6 days with about 4 people" in text
    assert "€35,000" in text
    assert "We visit and receive." in text


def test_another_programme_can_be_read_too(client: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        factories.programme(session, "older", starts_on=world.programme.starts_on - timedelta(days=900))
    assert "/programme?programme=older" in pages.get(client, "/programme").html
    pages.get(client, "/programme?programme=older")
    pages.get(client, "/programme?programme=none", status=404)


def test_texts_that_are_not_translated_say_their_language(client: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        programme = session.merge(world.programme)
        programme.summary_fr = ""
    assert '<span lang="nl">Een programma om te testen.</span>' in pages.get(client, "/programme?lang=fr").html


def test_a_partnership_shows_its_inner_sessions_to_its_own_people_alone(
    app: FastAPI, new_client: Callable[[], TestClient], session: Session, world: World
) -> None:
    with transaction(session):
        factories.agenda_session(session, world.programme, of_partnership=world.partnership, title="Inner")
        factories.agenda_session(session, world.programme, of_track=world.rwanda, title="Shared")
    path = "/partnerships/gamma-karongi"
    public = pages.get(new_client(), path).text()
    own = pages.get(sign_in(new_client(), app, world.karongi_participant), path).text()
    other = pages.get(sign_in(new_client(), app, world.nikki_coordinator), path).text()
    assert ["Inner" in text for text in (public, own, other)] == [False, True, False]
    assert all("Shared" in text for text in (public, own, other))


def test_a_page_of_somebody_who_is_signed_in_is_not_the_stored_one(
    app: FastAPI, new_client: Callable[[], TestClient], world: World
) -> None:
    new_client().get("/")
    own = sign_in(new_client(), app, world.vvsg_staff).get("/")
    assert "Programme officer" in own.text
    assert "Programme officer" not in new_client().get("/").text
    assert own.headers["cache-control"] == "private, no-cache"


def test_a_partnership_that_is_not_there_is_not_found(client: TestClient, world: World) -> None:
    assert world.partnership.slug == "gamma-karongi"
    pages.get(client, "/partnerships/none", status=404)


def test_forty_partnerships_still_make_a_light_page(client: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        for number in range(40):
            here = factories.government(session, f"Gemeente {number}")
            there = factories.government(session, f"District {number}", country=Country.RWANDA)
            factories.partnership(session, world.rwanda, here, there)
    for path in ("/", "/partnerships"):
        pages.get(client, path)


@pytest.mark.parametrize(
    "who", ["vvsg_staff", "ralga_staff", "karongi_participant", "auditor", "ancb_staff", "outsider"]
)
def test_every_link_of_a_partnership_leads_somewhere_for_its_reader(
    app: FastAPI, client: TestClient, world: World, who: str
) -> None:
    sign_in(client, app, getattr(world, who))
    page = pages.get(client, "/partnerships/gamma-karongi")
    inside = set(re.findall(r'href="(/partnerships/gamma-karongi/[a-z]+)"', page.html))
    assert {path: client.get(path).status_code for path in inside} == dict.fromkeys(inside, 200)
    budget = "/partnerships/gamma-karongi/budget"
    assert (budget in inside) is (client.get(budget).status_code == 200)
