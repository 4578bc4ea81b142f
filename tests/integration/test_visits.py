"""The pages of work visits: programme, delegation, report and certificate, by those who may."""

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import SessionKind
from app.models import Event, Traveller, VisitItem, VisitReport, WorkVisit
from app.models.database import transaction
from app.services.removal import anonymise
from tests import factories, pages
from tests.clients import StandingClock
from tests.factories import number
from tests.integration.agenda_kit import key_of
from tests.integration.visit_kit import PAIR, back, plan, send, visit
from tests.personas import World, sign_in

__all__ = ["visit"]
ITEM = {"day": "2026-12-01", "starts": "09:00", "ends": "10:30", "title": "Visit to the market", "version": 0}
TRAVELLER = {
    "name": "Mayor of Gamma",
    "function": "Mayor",
    "representing": "politician",
    "language": "nl",
    "version": 0,
}
REPORT = {
    "language": "en",
    "held": "Markets and waste",
    "met": "The mayor",
    "agreements": "We meet again",
    "lesson_one": "Start early",
    "lesson_two": "Ask the traders",
}


def _items(session: Session) -> list[tuple[str, str, str]]:
    session.rollback()
    rows = session.execute(sa.select(VisitItem).order_by(col(VisitItem.day), col(VisitItem.starts), col(VisitItem.id)))
    return [(row.day.isoformat(), row.starts, row.title) for row in rows.scalars()]


def test_the_list_shows_both_ways_by_year_and_what_comes_next(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    plan(session, world, back())
    sign_in(client, app, world.karongi_participant)
    text = pages.get(client, PAIR).text()
    for words in ("Year 1", "Gamma travels to Karongi", "Year 2", "Karongi travels to Gamma", "Next: Delegation"):
        assert words in text
    assert "Plan a visit" not in text
    sign_in(client, app, world.karongi_coordinator)
    assert "Plan a visit" in pages.get(client, PAIR).text()
    assert "Work visit to Karongi" in pages.get(client, f"{PAIR}/{visit}").text()


def test_a_programme_without_visits_says_what_to_do(app: FastAPI, client: TestClient, world: World) -> None:
    sign_in(client, app, world.karongi_coordinator)
    assert "No work visit is planned yet" in pages.get(client, PAIR).text()


@pytest.mark.parametrize("path", ["", "/programme", "/programme/new", "/event", "/delegation", "/report"])
def test_who_does_not_belong_to_the_partnership_finds_nothing(
    app: FastAPI, client: TestClient, world: World, visit: int, path: str
) -> None:
    for person in (world.nikki_coordinator, world.ancb_staff, world.outsider, world.candidate_of_a):
        sign_in(client, app, person)
        assert client.get(f"{PAIR}/{visit}{path}").status_code == 404
    assert client.get(f"{PAIR}/99999{path}").status_code == 404


def test_both_sides_write_the_programme(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}/programme"
    sign_in(client, app, world.karongi_coordinator)
    assert send(client, f"{here}/new", here, **ITEM)[0] == 303
    sign_in(client, app, world.gamma_coordinator)
    assert send(client, f"{here}/new?day=2026-12-02", here, **ITEM | {"title": "Council", "starts": "08:00"})[0] == 303
    assert _items(session) == [("2026-12-01", "08:00", "Council"), ("2026-12-01", "09:00", "Visit to the market")]
    assert send(client, here, f"{here}/copy", day="2026-12-01", to="2026-12-03")[0] == 303
    assert send(client, here, f"{here}/copy", day="2026-12-01", to="2026-12-03")[0] == 303
    assert [row[0] for row in _items(session)] == ["2026-12-01", "2026-12-01", "2026-12-03", "2026-12-03"]
    session.rollback()
    first = session.execute(sa.select(sa.func.min(col(VisitItem.id)))).scalar_one()
    assert send(client, f"{here}/{first}", f"{here}/{first}/remove", version=1)[0] == 303
    assert len(_items(session)) == 3
    text = pages.get(client, here).text()
    assert "Council" in text
    assert "Op deze dag is nog niets gepland" in text


def test_participants_read_the_programme_and_do_not_write_it(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}/programme"
    sign_in(client, app, world.karongi_participant)
    page = pages.get(client, here)
    assert "Add a point" not in page.text()
    assert client.get(f"{here}/new").status_code == 403
    answer = client.post(here, data=ITEM | {"form_key": "k" * 32})
    assert answer.status_code == 403
    assert _items(session) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": "2026-11-29"}, "Choose a day of the visit"),
        ({"ends": "08:00"}, "Choose an end that comes after the start."),
        ({"starts": ""}, "Write when it starts"),
        ({"title": ""}, 'id="title-error"'),
        ({"starts": "25:00"}, 'id="starts-error"'),
    ],
)
def test_a_point_that_cannot_be_is_refused_at_its_field(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int, typed: dict[str, str], words: str
) -> None:
    sign_in(client, app, world.karongi_coordinator)
    here = f"{PAIR}/{visit}/programme"
    status, html = send(client, f"{here}/new", here, **ITEM | {"note": "Kept"} | typed)
    assert (status, words in html, "Kept" in html) == (422, True, True)
    pages.check(html)
    assert _items(session) == []


def test_two_who_change_the_same_point_see_both_texts(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}/programme"
    sign_in(client, app, world.karongi_coordinator)
    send(client, f"{here}/new", here, **ITEM)
    session.rollback()
    item = session.execute(sa.select(col(VisitItem.id))).scalar_one()
    assert send(client, f"{here}/{item}", f"{here}/{item}", **ITEM | {"title": "Theirs", "version": 1})[0] == 303
    sign_in(client, app, world.gamma_coordinator)
    status, html = send(client, f"{here}/{item}", f"{here}/{item}", **ITEM | {"title": "Mine", "version": 1})
    assert status == 422
    assert "Theirs" in html
    assert 'value="Mine"' in html
    assert 'name="version" value="2"' in html
    assert send(client, f"{here}/{item}", f"{here}/{item}/remove", version=1)[0] == 422
    assert send(client, f"{here}/{item}", f"{here}/{item}", **ITEM | {"title": "Both", "version": 2})[0] == 303
    assert [row[2] for row in _items(session)] == ["Both"]


def test_the_usual_points_fill_the_empty_days_once_in_the_language_of_the_visit(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}/programme"
    sign_in(client, app, world.gamma_coordinator)
    send(client, f"{here}/new", here, **ITEM)
    assert send(client, here, f"{here}/skeleton")[0] == 303
    found = _items(session)
    assert {row[0] for row in found} == {"2026-11-30", *(f"2026-12-0{day}" for day in range(1, 7))}
    assert [row[2] for row in found if row[0] == "2026-12-01"] == ["Visit to the market"]
    assert found[0][2] == "Arrival and transfer to the hotel"
    assert [row[0] for row in found if row[2] == "Two-day thematic event"] == ["2026-12-02", "2026-12-03"]
    assert send(client, here, f"{here}/skeleton")[0] == 303
    assert _items(session) == found


def _thematic(session: Session, world: World, day: int) -> int:
    with transaction(session):
        row = factories.agenda_session(
            session,
            world.programme,
            of_track=world.rwanda,
            kind=SessionKind.THEMATIC,
            title=f"Event {day}",
            starts_at=factories.NOW.replace(month=12, day=day, hour=7),
        )
        row.duration_minutes = 36 * 60
        row.ends_at = row.starts_at + timedelta(hours=36)
    return number(row)


def test_the_two_day_event_lies_inside_the_visit_and_the_page_warns_when_it_does_no_more(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    inside, outside = _thematic(session, world, 2), _thematic(session, world, 20)
    here = f"{PAIR}/{visit}"
    sign_in(client, app, world.gamma_coordinator)
    page = pages.get(client, f"{here}/event").text()
    assert "Event 2 " in page
    assert "Event 20" not in page
    status, html = send(client, f"{here}/event", f"{here}/event", event=outside)
    assert (status, "ligt binnen" in html or "lies inside" in html) == (422, True)
    assert send(client, f"{here}/event", f"{here}/event", event=99999)[0] == 422
    assert send(client, f"{here}/event", f"{here}/event", event=inside)[0] == 303
    session.rollback()
    assert session.execute(sa.select(col(WorkVisit.two_day_id))).scalar_one() == inside
    sign_in(client, app, world.karongi_coordinator)
    assert "Event 2 (en)" in pages.get(client, f"{here}/programme").text()
    assert "is not inside the visit" not in pages.get(client, here).text()
    data = {
        "form_key": key_of(client.get(f"/agenda/{visit}/edit").text),
        "kind": "work_visit",
        "title_en": "Work visit",
    }
    moved = {"day": "2027-01-11", "starts": "09:00", "last_day": "2027-01-17", "ends": "17:00", "zone": "Africa/Kigali"}
    answer = client.post(f"/agenda/{visit}/edit", data=data | moved | {"host_side": "partner", "status": "published"})
    assert answer.status_code in (200, 303)
    assert "is not inside the visit" in pages.get(client, here).text()
    assert send(client, f"{here}/event", f"{here}/event", event="")[0] == 303
    assert "is not inside the visit" not in pages.get(client, here).text()


def test_an_association_puts_a_new_event_inside_the_visit_in_the_agenda(
    app: FastAPI, client: TestClient, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}/event"
    new = {"title": "Waste days", "day": "2026-12-02", "starts": "09:00", "last_day": "2026-12-03", "ends": "17:00"}
    sign_in(client, app, world.karongi_coordinator)
    assert send(client, here, f"{here}/new", **new)[0] in (403, 422)
    sign_in(client, app, world.ralga_staff)
    assert send(client, here, f"{here}/new", **new | {"last_day": "2026-12-20"})[0] == 422
    assert send(client, here, f"{here}/new", **new)[0] == 303
    assert "Waste days" in pages.get(client, f"{PAIR}/{visit}/programme").text()


def test_the_travelling_side_says_who_comes_and_the_host_reads_names_and_functions(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}/delegation"
    sign_in(client, app, world.gamma_coordinator)
    assert send(client, here, here, **TRAVELLER)[0] == 303
    own = number(world.gamma_coordinator)
    with_account = TRAVELLER | {"name": "", "person": own, "representing": "official", "function": "Coordinator"}
    assert send(client, here, here, **with_account)[0] == 303
    assert send(client, here, here, **with_account)[0] == 422
    assert send(client, here, here, **TRAVELLER | {"name": ""})[0] == 422
    assert send(client, here, here, **TRAVELLER | {"person": number(world.nikki_coordinator)})[0] == 422
    text = pages.get(client, here).text()
    for words in ("Mayor of Gamma", "Coordinator of Gamma", "2 reizigers", "Politicus"):
        assert words in text
    session.rollback()
    rows = session.execute(sa.select(col(Traveller.name), col(Traveller.person_id)).order_by(col(Traveller.id))).all()
    assert [tuple(row) for row in rows] == [("Mayor of Gamma", None), ("Coordinator of Gamma", own)]
    sign_in(client, app, world.karongi_coordinator)
    text = pages.get(client, here).text()
    assert "Mayor of Gamma" in text
    assert "Politician" not in text
    assert "Add a traveller" not in text
    assert client.post(here, data=TRAVELLER | {"form_key": "q" * 32}).status_code in (403, 422)
    assert client.get(f"{here}/1").status_code == 404
    assert "Mayor of Gamma" in pages.get(client, f"{PAIR}/{visit}").text()


def test_who_does_not_come_is_kept_and_can_come_after_all(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}/delegation"
    sign_in(client, app, world.gamma_coordinator)
    send(client, here, here, **TRAVELLER)
    session.rollback()
    one = session.execute(sa.select(col(Traveller.id))).scalar_one()
    assert (
        send(client, f"{here}/{one}", f"{here}/{one}", **TRAVELLER | {"function": "Alderman", "version": 1})[0] == 303
    )
    status, html = send(client, f"{here}/{one}", f"{here}/{one}", **TRAVELLER | {"function": "Clerk", "version": 1})
    assert (status, "Alderman" in html, 'value="Clerk"' in html) == (422, True, True)
    assert send(client, f"{here}/{one}", f"{here}/{one}/remove", version=2)[0] == 303
    session.rollback()
    assert session.execute(sa.select(col(Traveller.removed_at))).scalar_one() is not None
    assert send(client, here, f"{here}/{one}/restore", version=3)[0] == 303
    session.rollback()
    assert session.execute(sa.select(col(Traveller.removed_at))).scalar_one() is None


def test_the_report_is_saved_handed_in_and_opened_again(
    app: FastAPI, client: TestClient, clock: StandingClock, session: Session, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}/report"
    sign_in(client, app, world.gamma_coordinator)
    assert send(client, here, here, **REPORT | {"held": "Draft", "version": 0, "step": "save"})[0] == 303
    assert send(client, here, here, **REPORT | {"version": 1, "step": "hand_in"})[0] == 422
    clock.now = clock.now + timedelta(days=20)
    status, html = send(client, here, here, **REPORT | {"lesson_two": "", "version": 1, "step": "hand_in"})
    assert (status, 'id="lesson_two-error"' in html) == (422, True)
    status, html = send(client, here, here, **REPORT | {"version": 0, "step": "save"})
    assert (status, "Draft" in html, "Markets and waste" in html) == (422, True, True)
    assert send(client, here, here, **REPORT | {"version": 1, "step": "hand_in"})[0] == 303
    assert client.post(here, data=REPORT | {"version": 2, "step": "save", "form_key": "z" * 32}).status_code == 422
    sign_in(client, app, world.karongi_participant)
    page = pages.get(client, here)
    assert "Ask the traders" in page.text()
    assert "<form" not in page.html.split("<main")[1].split("</main>")[0]
    sign_in(client, app, world.vvsg_staff)
    assert send(client, here, f"{here}/reopen")[0] == 303
    session.rollback()
    assert session.execute(sa.select(col(VisitReport.sent_at))).scalar_one() is None
    verbs = session.execute(sa.select(col(Event.verb)).where(col(Event.subject_kind) == "visit")).scalars()
    assert set(verbs) == {"visit.report_saved", "visit.report_sent", "visit.report_reopened"}


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Karongi"), ("fr", "Karongi"), ("en", "took part in the work visit")]
)
def test_a_certificate_after_the_visit_in_three_languages(
    app: FastAPI,
    client: TestClient,
    clock: StandingClock,
    session: Session,
    world: World,
    visit: int,
    language: str,
    words: str,
) -> None:
    here = f"{PAIR}/{visit}/delegation"
    sign_in(client, app, world.gamma_coordinator)
    send(client, here, here, **TRAVELLER)
    session.rollback()
    one = session.execute(sa.select(col(Traveller.id))).scalar_one()
    address = f"{here}/{one}/certificate.pdf?language={language}"
    assert client.get(address).status_code == 404
    clock.now = clock.now + timedelta(days=20)
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"].startswith(language)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Mayor of Gamma" in text
    assert words in " ".join(text.split())
    sign_in(client, app, world.karongi_participant)
    assert client.get(address).status_code == 404


def test_nothing_is_prepared_for_a_cancelled_visit(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    sign_in(client, app, world.vvsg_staff)
    data = {"form_key": key_of(client.get(f"/agenda/{visit}/cancel").text), "reason": "Closed borders"}
    assert client.post(f"/agenda/{visit}/cancel", data=data).status_code in (200, 303)
    assert "Closed borders" in pages.get(client, f"{PAIR}/{visit}").text()
    assert client.post(f"{PAIR}/{visit}/delegation", data=TRAVELLER | {"form_key": "z" * 32}).status_code in (409, 422)
    assert client.post(f"{PAIR}/{visit}/report", data=REPORT | {"form_key": "z" * 32}).status_code in (409, 422)
    session.rollback()
    assert session.execute(sa.select(sa.func.count(col(WorkVisit.id)))).scalar_one() == 0


def test_a_visit_without_a_host_is_shown_as_unfinished(
    app: FastAPI, client: TestClient, session: Session, world: World
) -> None:
    with transaction(session):
        factories.agenda_session(
            session, world.programme, of_partnership=world.partnership, kind=SessionKind.WORK_VISIT
        )
    sign_in(client, app, world.karongi_coordinator)
    assert "Who receives?" in pages.get(client, PAIR).text()


def test_a_person_whose_data_are_removed_is_named_nowhere_in_a_visit(
    app: FastAPI, client: TestClient, session: Session, world: World, visit: int
) -> None:
    here = f"{PAIR}/{visit}"
    name, own = world.karongi_participant.name, number(world.karongi_participant)
    sign_in(client, app, world.karongi_coordinator)
    send(client, f"{here}/programme/new", f"{here}/programme", **ITEM | {"title": f"Talk by {name}"})
    send(client, f"{here}/report", f"{here}/report", **REPORT | {"met": name, "version": 0, "step": "save"})
    sign_in(client, app, world.gamma_coordinator)
    send(client, f"{here}/delegation", f"{here}/delegation", **TRAVELLER | {"name": name})
    session.rollback()
    with transaction(session):
        anonymise(session, own, now=factories.NOW)
    stored = [
        *session.execute(sa.select(col(VisitItem.title))).scalars(),
        *session.execute(sa.select(col(VisitReport.met))).scalars(),
        *session.execute(sa.select(col(Traveller.name))).scalars(),
    ]
    assert len(stored) == 3
    assert not [text for text in stored if name in text]


@pytest.mark.usefixtures("visit")
def test_the_team_sees_all_visits_what_asks_for_attention_first(
    app: FastAPI, client: TestClient, session: Session, world: World
) -> None:
    plan(session, world, back())
    sign_in(client, app, world.ralga_staff)
    text = pages.get(client, "/staff/visits").text()
    assert text.index("Gamma travels to Karongi") < text.index("Karongi travels to Gamma")
    assert "Karongi travels to Gamma" not in pages.get(client, "/staff/visits?attention=yes").text()
    assert "Gamma travels to Karongi" not in pages.get(client, "/staff/visits?side=partner").text()
    assert "No visits found" in pages.get(client, "/staff/visits?period=over").text()
    sign_in(client, app, world.ancb_staff)
    assert "Karongi" not in pages.get(client, "/staff/visits").text()
    sign_in(client, app, world.karongi_coordinator)
    assert client.get("/staff/visits").status_code in (403, 404)
