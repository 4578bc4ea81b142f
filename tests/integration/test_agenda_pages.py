"""The agenda's pages, as each reader sees them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.models import Person
from app.models.database import transaction
from tests import factories, pages
from tests.clients import StandingClock
from tests.factories import NOW
from tests.integration.agenda_kit import LINK, Sessions, counted, sessions
from tests.personas import World, sign_in

__all__ = ["sessions"]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("nl", ("Agenda", "Track (nl)", "donderdag 26 november 2026, 14.00–15.30 uur (Brussel)", "15.00 uur (Kigali)")),
        ("fr", ("Agenda", "Track (fr)", "jeudi 26 novembre 2026, 14:00–15:30 (Bruxelles)", "15:00 (Kigali)")),
        ("en", ("Agenda", "Track (en)", "Thursday 26 November 2026, 14:00–15:30 (Brussels)", "15:00 (Kigali)")),
    ],
)
@pytest.mark.usefixtures("sessions")
def test_the_public_agenda_shows_public_sessions_only(client: TestClient, locale: str, words: tuple[str, ...]) -> None:
    page = pages.get(client, f"/agenda?lang={locale}")
    text = page.text().replace("\u00a0", " ")
    for word in words:
        assert word in text
    assert f"All ({locale})" in text
    assert "Pair" not in text
    assert "Hidden" not in text
    assert LINK not in page.html


def test_who_is_not_invited_sees_no_link_and_no_session_of_others(
    app: FastAPI, new_client: Callable[[], TestClient], world: World, sessions: Sessions
) -> None:
    def seen(person: Person | None, name: str) -> tuple[int, bool]:
        browser = new_client() if person is None else sign_in(new_client(), app, person)
        answer = browser.get(f"/agenda/{sessions[name].id}")
        calendar = browser.get(f"/agenda/{sessions[name].id}.ics")
        assert answer.status_code == calendar.status_code
        assert (LINK in answer.text) == (LINK in calendar.text)
        return answer.status_code, LINK in answer.text

    everybody = (None, world.outsider, world.candidate_of_a, world.nikki_coordinator, world.karongi_participant)
    assert [seen(person, "rwanda") for person in everybody] == [(200, False)] * 4 + [(200, True)]
    assert [seen(person, "karongi")[0] for person in everybody] == [404, 404, 404, 404, 200]
    assert [seen(person, "draft")[0] for person in everybody] == [404] * 5
    assert seen(world.ralga_staff, "draft") == (200, True)
    assert seen(world.vvsg_staff, "karongi") == (200, True)


@pytest.mark.parametrize(
    "path", ["/agenda/999", "/agenda/x", "/agenda/99999999999", "/agenda/999.ics", "/agenda?year=1"]
)
def test_what_does_not_exist_is_not_found(client: TestClient, path: str) -> None:
    pages.get(client, path, status=404)


def test_a_session_is_shown_in_the_readers_time_first(
    app: FastAPI, client: TestClient, world: World, sessions: Sessions
) -> None:
    text = pages.get(sign_in(client, app, world.karongi_participant), f"/agenda/{sessions['rwanda'].id}").text()
    assert "Kigali, your time 15:00 Brussels 14:00" in text
    assert "Join the session" in text


def test_a_difference_that_changes_is_said(
    app: FastAPI, client: TestClient, clock: StandingClock, session: Session, world: World
) -> None:
    clock.now = datetime(2027, 3, 20, 9, tzinfo=UTC)
    with transaction(session):
        later = factories.agenda_session(
            session, world.programme, of_track=world.rwanda, starts_at=datetime(2027, 4, 1, 12, tzinfo=UTC)
        )
        before = factories.agenda_session(
            session, world.programme, of_track=world.rwanda, starts_at=datetime(2027, 3, 27, 12, tzinfo=UTC)
        )
    sign_in(client, app, world.karongi_participant)
    text = pages.get(client, f"/agenda/{later.id}").text().replace("\u00a0", " ")
    said = "Brussels changes its clock between now and then: 14:00 there will be 14:00 in Kigali instead of 15:00."
    assert said in text
    assert "changes its clock" not in pages.get(client, f"/agenda/{before.id}").text()
    clock.now = datetime(2027, 4, 2, 9, tzinfo=UTC)
    assert "changes its clock" not in pages.get(client, f"/agenda/{later.id}").text()


@pytest.mark.usefixtures("sessions")
def test_past_sessions_are_listed_by_year(client: TestClient, clock: StandingClock) -> None:
    clock.now = NOW + timedelta(days=60)
    text = pages.get(client, "/agenda?lang=en").text()
    assert "2026: 2 sessions" in text
    assert "Track" not in text
    assert "Track (en)" in pages.get(client, "/agenda?lang=en&year=2026").text()


@pytest.mark.usefixtures("sessions")
def test_filters_keep_what_they_ask_for(client: TestClient, world: World) -> None:
    assert "All (nl)" not in pages.get(client, f"/agenda?track={world.rwanda.id}").text()
    assert "All (nl)" in pages.get(client, "/agenda?kind=evaluation").text()
    assert "Track (nl)" not in pages.get(client, "/agenda?kind=evaluation").text()
    assert "Track (nl)" not in pages.get(client, "/agenda?programme=99&track=x&kind=nonsense&number=x").text()


@pytest.mark.usefixtures("sessions")
def test_the_results_are_part_of_their_page(app: FastAPI, client: TestClient, world: World) -> None:
    sign_in(client, app, world.vvsg_staff)
    for path in ("/agenda", "/my/agenda", "/staff/sessions", "/partnerships/gamma-karongi/agenda"):
        part = client.get(path, headers={"HX-Request": "true", "HX-Target": "section#results"}).text
        assert part.strip().startswith('<section class="agenda-results" id="results"'), path
        assert part.strip() in client.get(path).text


@pytest.mark.parametrize(
    ("path", "most"),
    [
        *((path, 14) for path in ("/agenda", "/my/agenda", "/staff/sessions", "/agenda.ics")),
        ("/staff", 15),
        ("/my", 20),  # its tasks come from obligations, polls, attendance, visits, claims, transfers and statements too
    ],
)
def test_three_sessions_cost_no_more_queries_than_one(
    app: FastAPI, client: TestClient, session: Session, world: World, path: str, most: int
) -> None:
    sign_in(client, app, world.vvsg_staff if path.startswith("/staff") else world.karongi_coordinator)
    costs: list[int] = []
    for _ in range(2):
        with transaction(session):
            for _ in range(1 if not costs else 2):
                factories.agenda_session(session, world.programme, of_partnership=world.partnership)
                factories.agenda_session(session, world.programme, of_track=world.rwanda)
        with counted(app) as statements:
            assert client.get(path).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert costs[0] <= most


@pytest.mark.usefixtures("sessions")
def test_a_stored_page_costs_the_guard_and_the_version(app: FastAPI, client: TestClient) -> None:
    client.get("/agenda")
    with counted(app) as statements:
        client.get("/agenda")
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
