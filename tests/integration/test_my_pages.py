"""One's own page and agenda, and the overview of the programme team."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.codes import CandidacyState, SessionKind, SessionStatus, Side
from app.models.database import transaction
from tests import factories, pages
from tests.factories import NOW
from tests.integration.agenda_kit import LINK, Sessions, sessions
from tests.personas import World, sign_in

__all__ = ["sessions"]


@pytest.mark.parametrize("locale", ["nl", "fr", "en"])
def test_every_page_is_sound_in_every_language(
    app: FastAPI, client: TestClient, world: World, sessions: Sessions, locale: str
) -> None:
    karongi = sign_in(client, app, world.karongi_coordinator)
    own = f"/agenda/{sessions['karongi'].id}"
    for path in ("/my", "/my/agenda", "/agenda", own, "/partnerships/gamma-karongi/agenda/new"):
        pages.get(karongi, f"{path}?lang={locale}")
    staff = sign_in(client, app, world.vvsg_staff)
    for path in ("/staff", "/staff/sessions", "/staff/sessions/new", f"{own}/edit", f"{own}/cancel"):
        pages.get(staff, f"{path}?lang={locale}")


@pytest.mark.usefixtures("sessions")
def test_my_page_says_what_is_next_and_what_is_left(app: FastAPI, client: TestClient, world: World) -> None:
    page = pages.get(sign_in(client, app, world.karongi_coordinator), "/my")
    text = page.text().replace("\u00a0", " ")
    assert "<title>Gamma &amp; Karongi – Tandem</title>" in page.html
    assert "Next session · in 4 days" in text
    assert "Kigali, your time 15:00 Brussels 14:00" in text
    assert f'href="{LINK}"' in page.html
    assert text.count("€17,500 left of €17,500") == 2
    assert (
        "Take part in 3 more digital sessions Next one: Track (en), Thursday 26 November 2026, 15:00 (Kigali)" in text
    )


def test_my_page_names_what_is_to_be_done(app: FastAPI, client: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        factories.profile(session, world.rwanda, world.karongi)
    text = pages.get(sign_in(client, app, world.karongi_coordinator), "/my").text()
    assert "Fill in the profile of Karongi" in text
    text = pages.get(sign_in(client, app, world.candidate_of_a), "/my?lang=en").text().replace("\u00a0", " ")
    assert "Finish the candidacy of Alfa 0 of 7 parts done until 11 December 2026, in 19 days" in text
    assert "Beta" not in text
    assert "Nothing is planned for you" in text
    assert "Draft" in text


def test_a_candidacy_that_is_sent_is_no_task(app: FastAPI, client: TestClient, session: Session, world: World) -> None:
    with transaction(session):
        candidacy = session.merge(world.candidacy_of_alfa)
        candidacy.state, candidacy.submitted_at = CandidacyState.RETURNED, NOW
    sign_in(client, app, world.candidate_of_a)
    assert "Clarify the candidacy of Alfa" in pages.get(client, "/my?lang=en").text()
    with transaction(session):
        session.merge(candidacy).state = CandidacyState.SUBMITTED
    text = pages.get(client, "/my?lang=en").text()
    assert "Nothing at the moment." in text
    assert "Submitted" in text


def test_staff_are_led_to_their_overview(app: FastAPI, client: TestClient, world: World) -> None:
    answer = sign_in(client, app, world.vvsg_staff).get("/my")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")


def test_somebody_who_only_started_a_candidacy_signs_in_first(app: FastAPI, client: TestClient, world: World) -> None:
    sign_in(client, app, world.candidate_of_a, candidacy=world.candidacy_of_alfa)
    for path in ("/my", "/my/agenda"):
        assert client.get(path).status_code == 303


def test_my_agenda_gives_the_address_for_calendars(app: FastAPI, client: TestClient, world: World) -> None:
    page = pages.get(sign_in(client, app, world.karongi_participant), "/my/agenda")
    assert f"http://testserver/my/agenda/{world.karongi_participant.feed_secret}.ics" in page.html


def test_the_overview_names_what_needs_attention(
    app: FastAPI, client: TestClient, world: World, session: Session
) -> None:
    sign_in(client, app, world.vvsg_staff)
    with transaction(session):
        draft = factories.agenda_session(session, world.programme, status=SessionStatus.DRAFT, title="Draft")
    text = pages.get(client, "/staff?lang=en").text()
    assert "Gamma & Karongi" in text.replace("&amp;", "&")
    assert "1 draft is not announced yet" in text
    assert "Draft 2" in text
    assert "No mail waits to be sent." in text
    with transaction(session):
        factories.agenda_session(session, world.programme, of_partnership=world.partnership, title="Talk")
        session.delete(session.merge(draft))
    text = pages.get(client, "/staff?lang=en").text()
    assert "Partnerships without a plan" not in text
    assert "Talk (en)" in text


def test_an_association_finds_what_it_prepares(app: FastAPI, client: TestClient, world: World) -> None:
    assert 'href="/staff/sessions"' in pages.get(sign_in(client, app, world.ralga_staff), "/my").html
    assert 'href="/staff/sessions"' not in pages.get(sign_in(client, app, world.karongi_coordinator), "/my").html


def test_a_visit_is_shown_by_its_days_with_who_receives(
    app: FastAPI, client: TestClient, world: World, session: Session
) -> None:
    with transaction(session):
        visit = factories.agenda_session(
            session, world.programme, of_partnership=world.partnership, kind=SessionKind.WORK_VISIT, title="Visit"
        )
        visit.duration_minutes, visit.ends_at = 6240, visit.starts_at + timedelta(minutes=6240)
        visit.host_side, visit.languages = Side.PARTNER, ["en", "fr"]
    sign_in(client, app, world.karongi_coordinator)
    for path in ("/my", "/my/agenda", f"/agenda/{visit.id}"):
        assert "26–30 November 2026" in pages.get(client, path).text().replace("\u00a0", " ")
    text = pages.get(client, f"/agenda/{visit.id}").text()
    assert "Host Karongi" in text
    assert "English and French" in text
    assert "Length" not in text
