"""Attendance by link, on the page of a session, in the list of its host; certificates."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import Presence, Role, SessionStatus, Side
from app.models import AgendaSession, Event, Membership, Person
from app.models.database import transaction
from app.queries.agenda import session_of
from app.queries.attendance import marks_of
from app.queries.people import actor_of_person
from app.services.attendance import attendance_paths
from tests import factories, pages
from tests.clients import StandingClock
from tests.factories import NOW, add, number
from tests.integration.agenda_kit import counted, key_of
from tests.personas import World, sign_in

START = NOW - timedelta(minutes=15)
NewClient = Callable[[], TestClient]


@pytest.fixture
def running(session: Session, world: World) -> int:
    """A session of Rwanda that runs now, with a place."""
    with transaction(session):
        made = factories.agenda_session(session, world.programme, of_track=world.rwanda, starts_at=START, title="Pair")
        made.place, made.host_side = "Karongi", Side.PARTNER
    return number(made)


def link_of(session: Session, session_id: int, person: Person) -> str:
    with transaction(session):
        row = session_of(session, actor_of_person(session, number(person)), session_id)
        assert row is not None
        return attendance_paths(session, row, [number(person)], NOW)[number(person)]


def stored(session: Session, session_id: int) -> dict[str, tuple[str, str]]:
    session.rollback()
    found = marks_of(session, session_id)
    return {one.person_name or one.guest_name: (one.presence.value, one.source.value) for one in found}


def send(client: TestClient, session_id: int, query: str = "", **values: Any) -> tuple[int, str]:  # noqa: ANN401
    """Fill in the list as the page shows it, but for some lines, and send it."""
    html = client.get(f"/agenda/{session_id}/attendance{query}").text
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    assert seen
    checked = dict(re.findall(r'name="([pg]\d+)" value="(\w*)" checked', html))
    data = {"form_key": key_of(html), "seen": seen[1], **checked, **values}
    answer = client.post(f"/agenda/{session_id}/attendance{query}", data=data, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def test_opening_a_link_registers_nobody_and_one_button_does(
    session: Session, new_client: NewClient, world: World, running: int
) -> None:
    link = link_of(session, running, world.karongi_participant)
    browser = new_client()
    for _ in range(2):
        page = pages.get(browser, link)
    assert 'lang="en"' in page.html
    assert "I am here" in page.text()
    assert "10:45–12:15 (Kigali)" in page.text().replace("\u00a0", " ")
    assert stored(session, running) == {}
    for _ in range(2):
        answer = browser.post(link, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, link)
    page = pages.get(browser, link)
    assert "You are registered as present" in page.text()
    assert "takes part for Karongi" in page.text()
    assert stored(session, running) == {"Participant of Karongi": ("present", "link")}
    answer = browser.get(link)
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert browser.post(f"{link}/undo", follow_redirects=False).status_code == 303
    assert stored(session, running) == {}


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_the_page_of_a_link_says_when_it_is_too_early_or_too_late(
    session: Session, new_client: NewClient, clock: StandingClock, world: World, running: int, lang: str
) -> None:
    link = link_of(session, running, world.karongi_participant)
    browser = new_client()
    words = {
        "nl": ("Nog niet", "Te laat voor deze link"),
        "fr": ("Pas encore", "Trop tard pour ce lien"),
        "en": ("Not yet", "Too late for this link"),
    }
    for at, said in zip((START - timedelta(hours=3), NOW + timedelta(days=2)), words[lang], strict=True):
        clock.now = at
        page = pages.get(browser, f"{link}?lang={lang}")
        assert said in page.text()
        assert "<button" not in page.html.partition("<main")[2].partition("</main")[0]
        assert browser.post(link).status_code == 409
    assert stored(session, running) == {}


def test_an_unknown_link_opens_nothing_and_is_not_tried_often(new_client: NewClient) -> None:
    browser = new_client()
    assert browser.get("/attend/unknown").status_code == 404
    assert browser.post("/attend/unknown").status_code == 404
    assert browser.post("/attend/unknown/undo").status_code == 404
    statuses = [browser.get(f"/attend/unknown-{n}").status_code for n in range(60)]
    assert 429 in statuses


def test_a_link_of_a_cancelled_session_says_so(
    session: Session, new_client: NewClient, world: World, running: int
) -> None:
    link = link_of(session, running, world.karongi_participant)
    with transaction(session):
        session.execute(sa.update(AgendaSession).values(status=SessionStatus.CANCELLED))
    assert "This session does not take place" in pages.get(new_client(), link).text()
    assert new_client().post(link).status_code == 409


def test_who_takes_part_for_two_governments_chooses_one(
    session: Session, new_client: NewClient, world: World, running: int
) -> None:
    person = world.karongi_participant
    with transaction(session):
        gamma = number(world.gamma)
        add(session, Membership(person_id=number(person), role=Role.PARTICIPANT, local_government_id=gamma))
    link, browser = link_of(session, running, person), new_client()
    assert "For which local government do you take part?" in pages.get(browser, link).text()
    assert "Choose the local government" in browser.post(link).text
    assert browser.post(link, data={"government": "x"}).status_code == 409
    assert browser.post(link, data={"government": number(world.nikki)}).status_code == 409
    assert browser.post(link, data={"government": gamma}, follow_redirects=False).status_code == 303
    assert "takes part for Gamma" in pages.get(browser, link).text()


def test_on_the_own_page_the_same_button_works(
    session: Session, app: FastAPI, new_client: NewClient, world: World, running: int
) -> None:
    browser = sign_in(new_client(), app, world.karongi_participant)
    for path, status in (("attend", 303), ("attend/undo", 303), ("attend", 303)):
        assert browser.post(f"/agenda/{running}/{path}", follow_redirects=False).status_code == status
    assert stored(session, running) == {"Participant of Karongi": ("present", "link")}
    outsider = sign_in(new_client(), app, world.outsider)
    assert outsider.post(f"/agenda/{running}/attend").status_code == 409
    assert outsider.post("/agenda/99999/attend").status_code == 404
    assert browser.post(f"/agenda/{running}/attend", data={"government": "x"}).status_code == 422


def test_the_list_is_open_to_hosts_only(app: FastAPI, new_client: NewClient, world: World, running: int) -> None:
    def answer(person: Person) -> int:
        return sign_in(new_client(), app, person).get(f"/agenda/{running}/attendance").status_code

    assert [answer(one) for one in (world.vvsg_staff, world.ralga_staff, world.karongi_coordinator)] == [200] * 3
    others = (
        world.gamma_coordinator,
        world.karongi_participant,
        world.nikki_coordinator,
        world.auditor,
        world.outsider,
    )
    assert [answer(one) for one in others] == [403] * 5
    assert new_client().get(f"/agenda/{running}/attendance", follow_redirects=False).status_code == 303


def test_a_host_marks_searches_and_adds_a_guest(
    session: Session, app: FastAPI, new_client: NewClient, world: World, running: int
) -> None:
    host = sign_in(new_client(), app, world.karongi_coordinator)
    page = pages.get(host, f"/agenda/{running}/attendance")
    text = page.text()
    assert text.index("Flemish side") < text.index("Coordinator of Gamma") < text.index("Partner side")
    found = pages.get(host, f"/agenda/{running}/attendance?q=GAMMÁ").text()
    assert "Coordinator of Gamma" in found
    assert "Participant of Karongi" not in found
    gamma, me = f"p{number(world.gamma_coordinator)}", f"p{number(world.karongi_coordinator)}"
    guest: dict[str, Any] = {"guest_name": "Head of a school", "guest_government": number(world.karongi)}
    status, location = send(host, running, **{gamma: "absent", me: "present"}, **guest)
    assert (status, location) == (303, f"/agenda/{running}/attendance?saved=1")
    assert stored(session, running) == {
        "Coordinator of Gamma": ("absent", "host"),
        "Coordinator of Karongi": ("present", "host"),
        "Head of a school": ("present", "host"),
    }
    page = pages.get(host, location)
    assert "The list is saved" in page.text()
    assert "2 present · 1 absent" in page.text()
    assert f'name="{gamma}" value="absent" checked' in page.html
    send(host, running, query="?q=gamma", **{gamma: ""})
    assert set(stored(session, running)) == {"Coordinator of Karongi", "Head of a school"}


def test_two_hosts_see_when_they_marked_the_same_person_differently(
    session: Session, app: FastAPI, new_client: NewClient, world: World, running: int
) -> None:
    host, team = sign_in(new_client(), app, world.karongi_coordinator), sign_in(new_client(), app, world.vvsg_staff)
    gamma, other = f"p{number(world.gamma_coordinator)}", f"p{number(world.karongi_participant)}"
    before = {"form_key": "a key of its own", "seen": "", gamma: "absent", other: "present"}
    assert send(team, running, **{gamma: "present"})[0] == 303
    answer = host.post(f"/agenda/{running}/attendance", data=before)
    pages.check(answer.text)
    assert answer.status_code == 409
    assert "Your mark was not saved for: Coordinator of Gamma" in re.sub(r"\s+", " ", answer.text)
    assert stored(session, running) == {
        "Coordinator of Gamma": ("present", "host"),
        "Participant of Karongi": ("present", "host"),
    }


def test_what_is_refused_keeps_what_was_chosen(
    session: Session, app: FastAPI, new_client: NewClient, clock: StandingClock, world: World, running: int
) -> None:
    team = sign_in(new_client(), app, world.vvsg_staff)
    gamma = f"p{number(world.gamma_coordinator)}"
    assert send(team, running, **{gamma: "maybe"})[0] == 422
    assert send(team, running, p999999="present")[0] == 422
    clock.now = NOW + timedelta(days=9)
    status, html = send(team, running, **{gamma: "present"})
    assert status == 422
    pages.check(html)
    assert "waarom je ze nu corrigeert" in html
    assert f'name="{gamma}" value="present" checked' in html
    assert send(team, running, **{gamma: "present"}, reason="Stood on the paper list")[0] == 303
    page = pages.get(team, f"/agenda/{running}/attendance")
    assert "Reden van de correctie: Stood on the paper list" in page.text()
    assert stored(session, running) == {"Coordinator of Gamma": ("present", "correction")}
    host = sign_in(new_client(), app, world.karongi_coordinator)
    page = pages.get(host, f"/agenda/{running}/attendance")
    assert "Only those who may change the session correct it now" in page.text()
    assert 'type="radio"' not in page.html


def test_a_list_of_two_hundred_is_one_page_with_few_queries(
    session: Session, app: FastAPI, new_client: NewClient, world: World, running: int
) -> None:
    team = sign_in(new_client(), app, world.vvsg_staff)

    def queries() -> int:
        with counted(app) as found:
            pages.get(team, f"/agenda/{running}/attendance", heavy=True)
        return len(found)

    few = queries()
    with transaction(session):
        for _ in range(197):
            factories.member(session, Role.PARTICIPANT, government=world.karongi)
    assert queries() == few
    html = team.get(f"/agenda/{running}/attendance").text
    lines = set(re.findall(r'name="(p\d+)"', html))
    assert len(lines) == 201
    assert send(team, running, **dict.fromkeys(lines, "present"))[0] == 303
    assert len(stored(session, running)) > 0
    assert [one.presence for one in marks_of(session, running)] == [Presence.PRESENT] * 201


def words_of(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", text)


def test_certificates_are_for_those_who_were_there_in_the_language_that_they_choose(
    session: Session, app: FastAPI, new_client: NewClient, world: World, running: int
) -> None:
    person = world.karongi_participant
    me = number(person)
    browser = sign_in(new_client(), app, person)
    one, year = f"/attendance/{me}/sessions/{running}.pdf", f"/attendance/{me}/{world.programme.slug}/2026.pdf"
    assert [browser.get(path).status_code for path in (one, year, f"/attendance/{me}")] == [404] * 3
    assert "Nothing here yet" in pages.get(browser, "/my/attendance").text()
    browser.post(f"/agenda/{running}/attend")
    page = pages.get(browser, "/my/attendance")
    for language, title in (
        ("nl", "Aanwezigheidsattest"),
        ("fr", "Attestation de participation"),
        ("en", "Certificate"),
    ):
        for path in (one, year):
            assert f'href="{path}?language={language}"' in page.html
            answer = browser.get(f"{path}?language={language}")
            assert answer.headers["content-type"] == "application/pdf"
            text = words_of(answer.content)
            assert title in text
            assert person.name in text
            assert f"Pair ({language})" in text
            root: Any = PdfReader(io.BytesIO(answer.content)).trailer["/Root"]
            assert (root["/Lang"], b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()) == (
                language,
                True,
            )
    assert browser.get(f"/attendance/{me}/{world.programme.slug}/2027.pdf").status_code == 404
    readers = (world.vvsg_staff, world.karongi_coordinator, world.gamma_coordinator, world.auditor, world.outsider)
    statuses = [
        [sign_in(new_client(), app, reader).get(path).status_code for path in (one, year, f"/attendance/{me}")]
        for reader in readers
    ]
    assert statuses == [[200] * 3] * 2 + [[404] * 3] * 3
    session.rollback()
    looks = sa.select(col(Event.person_name)).where(col(Event.verb) == "person.looked_at").order_by(col(Event.id))
    assert list(session.scalars(looks)) == ["Programme officer", "Coordinator of Karongi"]
