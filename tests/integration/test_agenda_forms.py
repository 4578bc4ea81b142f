"""Sessions written in forms: by whom, and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import SessionStatus
from app.models import AgendaSession, Person
from app.models.database import transaction
from tests import factories, pages
from tests.clients import StandingClock
from tests.factories import NOW
from tests.integration.agenda_kit import FIELDS, Sessions, key_of, send, sessions
from tests.personas import World, sign_in

__all__ = ["sessions"]


def test_a_form_that_is_sent_twice_does_nothing_twice(
    app: FastAPI, client: TestClient, world: World, session: Session
) -> None:
    sign_in(client, app, world.vvsg_staff)
    data = FIELDS | {"of": f"track:{world.rwanda.id}", "kind": "joint_digital"}
    data["form_key"] = key_of(client.get("/staff/sessions/new").text)
    first, second = (client.post("/staff/sessions", data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert session.execute(sa.select(sa.func.count()).select_from(AgendaSession)).scalar() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            {"day": "2027-03-28", "starts": "02:30", "zone": "Europe/Brussels", "ends": "04:00"},
            "1.30 uur wintertijd betekenen (0.30 uur UTC) of 3.30 uur zomertijd (1.30 uur UTC)",
        ),
        (
            {"day": "31/10/2027", "starts": "2.30", "zone": "Europe/Brussels"},
            "2.30 uur zomertijd betekenen (0.30 uur UTC) of 2.30 uur wintertijd (1.30 uur UTC)",
        ),
        ({"ends": "13:00"}, "Kies een einde na het begin."),
        ({"last_day": "2027-06-01"}, "Een sessie duurt hoogstens 31 dagen."),
        ({"title_en": ""}, "Schrijf een titel in minstens één taal."),
        ({"link": "http://example.org"}, "Schrijf een webadres dat met https:// begint."),
        ({"of": "track:999"}, "Kies voor wie de sessie is."),
        ({"of": "nonsense"}, "Kies voor wie de sessie is."),
        ({"day": "tomorrow"}, "Schrijf een bestaande dag, zoals 31/03/2027."),
        ({"starts": "25:00"}, "14:00"),
        ({"kind": "party"}, "Kies een van de mogelijkheden."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_typed_text_is_kept(
    app: FastAPI, client: TestClient, world: World, typed: dict[str, str], words: str
) -> None:
    sign_in(client, app, world.vvsg_staff)
    data = FIELDS | {"of": f"track:{world.rwanda.id}", "form_key": "k" * 32, "description": "Kept <b>text"} | typed
    answer = client.post("/staff/sessions", data=data)
    assert answer.status_code == 422
    pages.check(answer.text)
    assert words in answer.text.replace("\u00a0", " ")
    assert "Kept &lt;b&gt;text" in answer.text
    assert 'class="field__error"' in answer.text


def test_staff_pages_are_for_who_prepares_sessions(
    app: FastAPI, new_client: Callable[[], TestClient], world: World
) -> None:
    def statuses(person: Person) -> list[int]:
        browser = sign_in(new_client(), app, person)
        return [browser.get(path).status_code for path in ("/staff/sessions", "/staff/sessions/new", "/staff")]

    assert statuses(world.vvsg_staff) == [200, 200, 200]
    assert statuses(world.ralga_staff) == [200, 200, 404]
    assert statuses(world.karongi_coordinator) == [404, 404, 404]
    assert statuses(world.outsider) == [404, 404, 404]
    assert new_client().get("/staff/sessions").status_code == 303


def test_an_association_is_offered_its_own_country_only(app: FastAPI, client: TestClient, world: World) -> None:
    sign_in(client, app, world.ralga_staff)
    page = pages.get(client, "/staff/sessions/new")
    assert f'value="track:{world.rwanda.id}"' in page.html
    assert f'value="partnership:{world.partnership.id}"' in page.html
    assert f'value="track:{world.benin.id}"' not in page.html
    assert 'value="programme:' not in page.html
    data = FIELDS | {"of": f"track:{world.benin.id}", "form_key": "k" * 32}
    assert client.post("/staff/sessions", data=data).status_code == 422


def test_who_may_not_change_a_session_is_told(
    app: FastAPI, client: TestClient, world: World, sessions: Sessions
) -> None:
    sign_in(client, app, world.karongi_coordinator)
    page = pages.get(client, f"/agenda/{sessions['rwanda'].id}/edit", status=403)
    assert "changing it is up to someone else" in page.text()
    pages.get(client, f"/agenda/{sessions['rwanda'].id}/cancel", status=403)
    pages.get(client, f"/agenda/{sessions['draft'].id}/edit", status=404)
    assert client.post(f"/agenda/{sessions['rwanda'].id}/edit", data=FIELDS).status_code == 403
    assert client.post(f"/agenda/{sessions['rwanda'].id}/cancel", data={"reason": "Because"}).status_code == 403


def test_a_draft_is_announced_or_deleted(
    app: FastAPI, client: TestClient, world: World, session: Session, sessions: Sessions
) -> None:
    sign_in(client, app, world.vvsg_staff)
    page = f"/agenda/{sessions['draft'].id}"
    assert "Delete this draft?" in pages.get(client, f"{page}/cancel?lang=en").text()
    values = {"kind": "joint_digital", "zone": "Europe/Brussels"}
    assert send(client, f"{page}/edit", f"{page}/edit", **values) == (303, page)
    assert send(client, f"{page}/edit", f"{page}/edit", status="draft", **values)[0] == 422
    with transaction(session):
        other = factories.agenda_session(session, world.programme, status=SessionStatus.DRAFT)
    assert send(client, f"/agenda/{other.id}/cancel", f"/agenda/{other.id}/cancel") == (303, "/staff/sessions")
    assert client.get(f"/agenda/{other.id}").status_code == 404


def test_what_is_over_or_cancelled_is_not_cancelled(
    app: FastAPI, client: TestClient, world: World, clock: StandingClock, sessions: Sessions
) -> None:
    sign_in(client, app, world.vvsg_staff)
    page = f"/agenda/{sessions['rwanda'].id}"
    send(client, f"{page}/cancel", f"{page}/cancel", reason="Rouw")
    pages.get(client, f"{page}/cancel", status=409)
    pages.get(client, f"{page}/edit", status=409)
    clock.now = NOW + timedelta(days=30)
    pages.get(client, f"/agenda/{sessions['programme'].id}/cancel", status=409)
    answer = client.post(f"/agenda/{sessions['programme'].id}/cancel", data={"reason": "Rouw"})
    assert answer.status_code == 409


@pytest.mark.usefixtures("sessions")
def test_the_agenda_of_a_partnership_is_for_its_members(
    app: FastAPI, new_client: Callable[[], TestClient], world: World
) -> None:
    path = "/partnerships/gamma-karongi/agenda"

    def get(person: Person, where: str = path) -> tuple[int, bool]:
        answer = sign_in(new_client(), app, person).get(where)
        return answer.status_code, f"{path}/new" in answer.text

    assert get(world.karongi_coordinator) == (200, True)
    assert get(world.gamma_coordinator) == (200, True)
    assert get(world.ralga_staff) == (200, True)
    assert get(world.vvsg_staff) == (200, True)
    assert get(world.karongi_participant) == (200, False)
    assert get(world.auditor) == (200, False)
    assert get(world.karongi_participant, f"{path}/new")[0] == 403
    for person in (world.nikki_coordinator, world.ancb_staff, world.outsider, world.candidate_of_a):
        assert get(person)[0] == 404
    assert get(world.vvsg_staff, "/partnerships/unknown/agenda")[0] == 404
