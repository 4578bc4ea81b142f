"""What is inside a session: documents and minutes, for who is invited and for nobody else; and its link."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import SessionStatus
from app.domain.session_inside import MAX_DOCUMENTS
from app.models import AgendaSession, Event, Person, SessionMinutes, StoredFile
from app.models.database import transaction
from tests import pages
from tests.factories import number
from tests.integration.agenda_kit import LINK, Sessions, key_of, sessions
from tests.personas import World, sign_in
from tests.sample_files import pdf, png

__all__ = ["sessions"]
Browser = Callable[[Person], TestClient]


@pytest.fixture
def browser(app: FastAPI, new_client: Callable[[], TestClient]) -> Browser:
    """A browser of somebody who is signed in."""
    return lambda person: sign_in(new_client(), app, person)


def upload(client: TestClient, path: str, name: str, content: bytes, key: str = "k" * 32) -> int:
    files = {"files": (name, content, "application/octet-stream")}
    return client.post(f"{path}/documents", data={"form_key": key}, files=files).status_code


def details(session: Session, verb: str) -> list[dict[str, object]]:
    found = session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == verb).order_by(col(Event.id)))
    return [dict(one) for one in found]


def test_documents_are_for_who_is_invited(
    browser: Browser, new_client: Callable[[], TestClient], world: World, session: Session, sessions: Sessions
) -> None:
    path = f"/agenda/{sessions['rwanda'].id}"
    staff = browser(world.vvsg_staff)
    assert upload(staff, path, "Nota.pdf", pdf()) == 303
    assert upload(staff, path, "Nota.pdf", pdf()) == 303
    assert upload(staff, path, "Kopie.pdf", pdf(), key="l" * 32) == 422
    assert upload(browser(world.ralga_staff), path, "Plan.html", png()) == 303
    numbers = re.findall(rf'{path}/documents/(\d+)"', staff.get(path).text)
    assert len(numbers) == 2
    document = f"{path}/documents/{numbers[0]}"
    answer = browser(world.karongi_participant).get(document)
    assert (answer.status_code, answer.content) == (200, pdf())
    assert "Nota.pdf" in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Plan.html.png" in pages.get(browser(world.gamma_coordinator), path).text()
    for person in (world.nikki_coordinator, world.outsider, world.auditor, world.ancb_staff, world.candidate_of_a):
        stranger = browser(person)
        assert [stranger.get(one).status_code for one in (document, f"{path}/documents", path)] == [404, 404, 200]
        assert "Nota.pdf" not in stranger.get(path).text
        assert upload(stranger, path, "X.pdf", pdf()) == 404
    assert new_client().get(document).status_code == 303
    assert staff.get(f"/agenda/{sessions['karongi'].id}/documents/{numbers[0]}").status_code == 404
    assert details(session, "session.document_added") == [{"name": "Nota.pdf"}, {"name": "Plan.html.png"}]


def test_documents_are_added_and_removed_by_who_may_change_the_session(
    browser: Browser, world: World, session: Session, sessions: Sessions
) -> None:
    path = f"/agenda/{sessions['rwanda'].id}"
    staff, member = browser(world.vvsg_staff), browser(world.karongi_coordinator)
    upload(staff, path, "Nota.pdf", pdf())
    document = staff.get(path).text.split(f"{path}/documents/")[1].split('"')[0]
    removal = f"{path}/documents/{document}/removal"
    assert upload(member, path, "Other.png", png()) == 422
    assert member.get(removal).status_code == 403
    assert member.post(removal, data={"form_key": "x" * 32}).status_code == 403
    page = pages.get(staff, removal)
    form = {"form_key": key_of(page.html)}
    assert [staff.post(removal, data=form).status_code for _ in range(2)] == [303, 303]
    assert staff.post(removal, data={"form_key": "y" * 32}).status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0
    assert details(session, "session.document_removed") == [{"name": "Nota.pdf"}]


def test_what_is_no_document_is_refused(browser: Browser, world: World, session: Session, sessions: Sessions) -> None:
    path = f"/agenda/{sessions['rwanda'].id}"
    staff = browser(world.vvsg_staff)
    assert staff.post(f"{path}/documents", data={"form_key": "k" * 32}, files={"x": ("", b"")}).status_code == 422
    assert upload(staff, path, "run.exe", b"MZ\x00\x01" * 50) == 422
    for at in range(MAX_DOCUMENTS):
        assert upload(staff, path, f"{at}.pdf", pdf(f"Words {at}")) == 303
    assert upload(staff, path, "more.pdf", pdf()) == 422
    with transaction(session):
        session.get_one(AgendaSession, number(sessions["rwanda"])).status = SessionStatus.CANCELLED
    assert upload(staff, path, "more.pdf", pdf()) == 422


def test_a_draft_that_is_deleted_takes_its_documents_along(
    browser: Browser, world: World, session: Session, sessions: Sessions
) -> None:
    path = f"/agenda/{sessions['draft'].id}"
    staff = browser(world.vvsg_staff)
    upload(staff, path, "Nota.pdf", pdf())
    assert staff.post(f"{path}/cancel", data={"form_key": "x" * 32}).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def write(client: TestClient, path: str, text: str, version: int, key: str) -> tuple[int, str]:
    data = {"text": text, "version": str(version), "form_key": key * 32}
    answer = client.post(f"{path}/minutes", data=data)
    return answer.status_code, answer.text


def test_minutes_of_two_who_write_at_the_same_time_lose_nothing(
    browser: Browser, world: World, session: Session, sessions: Sessions
) -> None:
    path = f"/agenda/{sessions['karongi'].id}"
    gamma, karongi = browser(world.gamma_coordinator), browser(world.karongi_coordinator)
    assert pages.get(gamma, f"{path}/minutes").html.count('name="version" value="0"') == 1
    assert write(gamma, path, "What Gamma <b>heard", 0, "a")[0] == 303
    status, html = write(karongi, path, "What Karongi heard", 0, "b")
    assert status == 422
    pages.check(html)
    assert "Coordinator of Gamma saved the minutes while you were writing" in html
    assert "What Gamma &lt;b&gt;heard" in html
    assert "What Karongi heard" in html
    assert 'name="version" value="1"' in html
    assert write(karongi, path, "What Gamma <b>heard", 0, "c")[0] == 303
    assert write(karongi, path, "What both heard", 1, "d")[0] == 303
    assert write(karongi, path, "What both heard", 1, "d")[0] == 303
    stored = session.scalars(sa.select(SessionMinutes)).one()
    assert (stored.text, stored.version, stored.edited_by) == ("What both heard", 2, world.karongi_coordinator.id)
    assert details(session, "session.minutes_saved") == [{"version": 1}, {"version": 2}]
    text = pages.get(browser(world.karongi_participant), path).text()
    assert "What both heard" in text
    assert "Change the minutes" not in text


def test_minutes_are_written_by_coordinators_and_who_prepares_and_read_by_who_is_invited(
    browser: Browser, world: World, session: Session, sessions: Sessions
) -> None:
    path = f"/agenda/{sessions['rwanda'].id}"
    statuses = {
        person.name: (browser(person).get(f"{path}/minutes").status_code, write(browser(person), path, "X", 0, "k")[0])
        for person in (world.karongi_participant, world.nikki_coordinator, world.outsider, world.auditor)
    }
    assert statuses == {
        "Participant of Karongi": (403, 403),
        "Coordinator of Nikki": (404, 404),
        "Outsider": (404, 404),
        "Auditor": (404, 404),
    }
    for version, person in enumerate((world.gamma_coordinator, world.ralga_staff, world.vvsg_staff)):
        assert write(browser(person), path, f"Words of {person.name}", version, "k")[0] == 303
    assert "Words of Programme officer" in browser(world.karongi_participant).get(path).text
    for person in (world.nikki_coordinator, world.outsider, world.auditor):
        assert "Words of" not in browser(person).get(path).text
    assert write(browser(world.vvsg_staff), f"/agenda/{sessions['draft'].id}", "X", 0, "k")[0] == 409
    with transaction(session):
        session.get_one(AgendaSession, number(sessions["rwanda"])).status = SessionStatus.CANCELLED
    assert write(browser(world.vvsg_staff), path, "X", 3, "k")[0] == 409


def test_nobody_but_who_is_invited_reads_the_link_anywhere(
    browser: Browser, new_client: Callable[[], TestClient], world: World, sessions: Sessions
) -> None:
    names = ("programme", "rwanda")
    here = [f"/agenda/{sessions[name].id}{end}" for name in names for end in ("", ".ics")]
    everywhere = ["/agenda", "/agenda.ics", "/api/v1/sessions", "/", "/my/agenda", *here]
    strangers = [new_client(), *map(browser, (world.outsider, world.auditor, world.candidate_of_a))]
    for client in strangers:
        for path in everywhere:
            answer = client.get(path)
            assert answer.status_code in (200, 303)
            assert LINK not in answer.text
    for feed in (world.outsider.feed_secret, world.auditor.feed_secret):
        assert LINK not in new_client().get(f"/my/agenda/{feed}.ics").text
    invited = browser(world.karongi_participant)
    assert all(LINK in invited.get(path).text for path in here)
