"""A person's data: who looked, all of it as a file, and its removal, for the person and for the programme team."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import Event, Mail, Person, Reading
from app.models.database import transaction
from app.queries.event_chain import broken_entries
from app.queries.looks import looks_at_person
from app.queries.personal_data import personal_data
from app.services import looks
from app.services.retention import empty
from tests import pages
from tests.clients import StandingClock
from tests.factories import NOW, add, number
from tests.integration import marked
from tests.integration.assessment_kit import declare
from tests.integration.candidacy_kit import fill
from tests.personas import World, sign_in

REFERENCE = "SDG-AAAAAA"


@pytest.fixture
def staff(client: TestClient, app: FastAPI, world: World) -> TestClient:
    return sign_in(client, app, world.vvsg_staff)


def verbs(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(col(Event.verb)).order_by(col(Event.id))))


def test_a_look_is_logged_once_a_day(staff: TestClient, session: Session, world: World, clock: StandingClock) -> None:
    address = f"/staff/people/{world.candidate_of_a.id}"
    for _ in range(2):
        pages.get(staff, address)
    assert verbs(session) == ["person.looked_at"]
    clock.now += timedelta(days=1)
    shown = pages.get(staff, address).text()
    assert verbs(session) == ["person.looked_at", "person.looked_at"]
    assert "Programme officer" in shown


def test_ones_own_page_is_no_look(staff: TestClient, session: Session, world: World) -> None:
    pages.get(staff, f"/staff/people/{world.vvsg_staff.id}")
    assert verbs(session) == []


def test_reading_a_mail_and_exporting_are_looks(
    staff: TestClient, client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    marked.mark_person(session, world.candidate_of_a)
    mail = session.scalars(sa.select(col(Mail.id)).where(col(Mail.recipient) == world.candidate_of_a.email)).one()
    pages.get(staff, f"/staff/mail/{mail}")
    pages.get(staff, f"/staff/candidacies/{REFERENCE}", heavy=True)
    assert staff.get("/staff/candidacies.csv").status_code == 200
    assert staff.get(f"/staff/people/{world.candidate_of_a.id}/data.json").status_code == 200
    session.rollback()
    found = looks_at_person(session, number(world.candidate_of_a))
    assert [(look.verb, look.about, look.person_name) for look in found] == [
        ("person.exported", "", "Programme officer"),
        ("candidacies.exported", REFERENCE, "Programme officer"),
        ("candidacy.looked_at", REFERENCE, "Programme officer"),
        ("mail.looked_at", f"For {world.candidate_of_a.name}", "Programme officer"),
    ]
    assert [look.verb for look in looks_at_person(session, number(world.candidate_of_b))] == ["candidacies.exported"]
    assert "exported" in pages.get(staff, f"/staff/candidacies/{REFERENCE}?lang=en", heavy=True).text()
    sign_in(client, app, world.candidate_of_a)
    assert "Programme officer" in pages.get(client, "/account/data").text()


def test_a_conflict_of_interest_closes_the_file_for_the_team_and_not_for_the_person(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    path = f"/staff/people/{world.candidate_of_a.id}/data.json"
    with transaction(session):
        declare(session, world.candidacy_of_alfa, world.vvsg_staff)
    answer = sign_in(client, app, world.vvsg_staff).get(f"{path}?lang=en")
    assert answer.status_code == 409
    assert "you have a conflict of interest" in answer.text
    assert "person.exported" not in verbs(session)
    assert sign_in(client, app, world.candidate_of_a).get("/account/data.json").status_code == 200


def test_scores_of_others_are_not_read_in_the_file_of_their_reader(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    path = f"/staff/people/{world.outsider.id}/data.json"
    alfa = number(world.candidacy_of_alfa)
    with transaction(session):
        add(session, Reading(candidacy_id=alfa, person_id=number(world.outsider), assigned_at=NOW, finished_at=NOW))
        own = add(session, Reading(candidacy_id=alfa, person_id=number(world.vvsg_staff), assigned_at=NOW))
    staff = sign_in(client, app, world.vvsg_staff)
    assert staff.get(path).status_code == 409
    with transaction(session):
        session.execute(sa.update(Reading).where(col(Reading.id) == own.id).values(finished_at=NOW))
    assert staff.get(path).status_code == 200


def test_the_looks_of_two_databases_are_the_same(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False) as session:
        actor = Actor(person_id=None, name="Tandem")
        looks.note(session, actor, "person.looked_at", ("person", 7), now=NOW)
        with transaction(session):
            looks.note_export(session, actor, 3, count=2, what="list", now=NOW)
        assert [look.verb for look in looks_at_person(session, 7)] == ["person.looked_at"]


def test_the_file_holds_all_and_nothing_of_others(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    marked.mark(session, world.candidacy_of_alfa, world.candidate_of_a, world.vvsg_staff, "Mine")
    fill(session, world.candidacy_of_beta)
    marked.mark_person(session, world.candidate_of_a)
    sign_in(client, app, world.candidate_of_a)
    answer = client.get("/account/data.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="tandem-2026-11-22.json"'
    assert answer.headers["cache-control"] == "private, no-store"
    data: dict[str, Any] = answer.json()
    assert data["person"]["email"] == world.candidate_of_a.email
    (candidacy,) = data["candidacies"]
    assert candidacy["reference"] == REFERENCE
    assert [one["section"] for one in candidacy["answers_you_saved_last"]] == ["theme", "government"]
    assert [one["name"] for one in candidacy["files_you_sent"]] == ["Mine.pdf"]
    assert len(data["mails"]) == 2
    assert [one["text"] for one in data["minutes_you_saved_last"]] == [f"{world.candidate_of_a.name} was there."]
    assert [one["name"] for one in data["session_documents_you_added"]] == [f"CV {world.candidate_of_a.name}.pdf"]
    assert [len(data["visits"][part]) for part in ("journeys", "programme_you_wrote_last")] == [1, 1]
    assert world.candidate_of_a.name in data["visits"]["reports_you_wrote_last"][0]["held"]
    assert {part: len(rows) for part, rows in data["budget"].items()} == {
        "transfers_you_proposed": 1,
        "answers_to_transfers": 1,
        "statements_you_confirmed": 1,
        "plans_you_made": 1,
        "rates_you_entered": 1,
        "years_you_closed": 1,
        "budgets_you_settled": 1,
    }
    assert data["budget"]["answers_to_transfers"][0]["words"].startswith("Ask ")
    assert [one["verb"] for one in data["what_you_did"]] == ["person.changed", "candidacy.started"]
    assert "Contact of Beta" not in answer.text
    assert "secret" not in answer.text


def test_every_part_of_the_file_is_there_for_everybody(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False) as session:
        with transaction(session):
            name = "A"
            person = Person(email="a@example.org", name=name, language="nl", feed_secret=name, created_at=NOW)
            add(session, person)
        data = personal_data(session, number(person), now=NOW)
        empty_parts = {name for name, part in data.items() if not part}
        assert {"roles", "candidacies", "mails", "who_looked"} <= empty_parts


def test_a_person_removes_their_own_data(client: TestClient, app: FastAPI, session: Session, world: World) -> None:
    sign_in(client, app, world.nikki_coordinator)
    assert "verwijderen" in pages.get(client, "/account/removal?lang=nl").text()
    answer = client.post("/account/removal")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/removed")
    assert answer.headers["clear-site-data"] == '"storage"'
    pages.get(client, "/account/removed")
    assert client.get("/account").status_code == 303
    session.rollback()
    gone = session.get_one(Person, world.nikki_coordinator.id, populate_existing=True)
    assert (gone.name, gone.email.endswith(".invalid")) == ("", True)
    assert verbs(session) == ["person.removed_self"]


def test_what_stands_in_the_way_is_said_and_nothing_happens(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    sign_in(client, app, world.candidate_of_a)
    shown = pages.get(client, "/account/removal?lang=en")
    assert REFERENCE in shown.text()
    assert "Remove my data for good" not in shown.text()
    answer = client.post("/account/removal")
    assert answer.status_code == 422
    assert REFERENCE in answer.text
    assert verbs(session) == []


def test_the_team_removes_with_a_reason(staff: TestClient, session: Session, world: World) -> None:
    address = f"/staff/people/{world.nikki_coordinator.id}"
    pages.get(staff, f"{address}/removal")
    assert staff.post(f"{address}/removal", data={"reason": ""}).status_code == 422
    answer = staff.post(f"{address}/removal", data={"reason": "Asked by telephone"})
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    shown = pages.get(staff, f"{address}?lang=en").text()
    assert "Removed person" in shown
    assert "Mail a link to sign in" not in shown
    assert "Nikki" not in pages.get(staff, "/staff/people").text()
    for path in (f"{address}/removal", f"{address}/data.json"):
        pages.get(staff, path, status=404)
    assert staff.post(f"{address}/link").status_code in {409, 422}
    assert verbs(session) == ["person.removed"]
    assert broken_entries(session) == []


def test_the_team_is_told_what_stands_in_the_way(staff: TestClient, world: World) -> None:
    address = f"/staff/people/{world.gamma_coordinator.id}/removal"
    assert "Gamma" in pages.get(staff, f"{address}?lang=en").text()
    assert staff.post(address, data={"reason": "x"}).status_code == 422


def test_the_team_sees_what_goes_when(staff: TestClient, session: Session, world: World) -> None:
    shown = pages.get(staff, "/staff/programme/test/retention?lang=en").text()
    assert "Alfa" in shown
    assert "11 March 2027" in shown
    with transaction(session):
        empty(session, number(world.candidacy_of_alfa), REFERENCE, actor=Actor(name="Tandem"), now=NOW)
    assert "Candidacies that were emptied" in pages.get(staff, "/staff/programme/test/retention").text()
    pages.get(staff, "/staff/programme/x/retention", status=404)


def test_an_emptied_candidacy_says_so(staff: TestClient, session: Session, world: World) -> None:
    marked.mark(session, world.candidacy_of_alfa, world.candidate_of_a, world.auditor, "Mine")
    with transaction(session):
        empty(session, number(world.candidacy_of_alfa), REFERENCE, actor=Actor(name="Tandem"), now=NOW)
    shown = pages.get(staff, f"/staff/candidacies/{REFERENCE}?lang=en", heavy=True)
    assert "This candidacy is emptied" in shown.text()
    assert "Mine" not in shown.html
    assert "Move this candidacy" not in shown.text()
    pages.get(staff, "/staff/candidacies?lang=en", heavy=True)


def test_periods_are_edited_as_data_of_the_programme(staff: TestClient) -> None:
    pages.get(staff, "/staff/programme/test/parts/retention")
    names = ("drafts", "withdrawn", "not_selected", "reserve", "selected", "versions", "claims")
    typed = {f"{name}_months": "6" for name in names} | {"version": "1", "reason": "Shorter"}
    refused = staff.post("/staff/programme/test/parts/retention?lang=en", data={**typed, "not_selected_months": "2"})
    assert refused.status_code == 422
    assert "from 3 to 120" in refused.text
    assert staff.post("/staff/programme/test/parts/retention", data=typed).status_code == 303
    assert "6 months after the decision" in pages.get(staff, "/staff/programme/test?lang=en", heavy=True).text()
    assert "6 months after the call closed" in pages.get(staff, "/privacy?lang=en").text()


def test_a_mail_without_its_words_is_still_a_page(staff: TestClient, session: Session, world: World) -> None:
    marked.mark_person(session, world.candidate_of_a)
    with transaction(session):
        session.execute(sa.update(Mail).values(subject="", text="", html=""))
    mail = session.scalars(sa.select(col(Mail.id))).first()
    assert "A mail without its words" in pages.get(staff, f"/staff/mail/{mail}?lang=en").text()
    assert "A mail without its words" in pages.get(staff, "/staff/mail?lang=en").text()


def test_others_do_not_find_the_pages_of_the_team(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.ralga_staff)
    for path in ("data.json", "removal"):
        pages.get(client, f"/staff/people/{world.outsider.id}/{path}", status=404)
    pages.get(client, "/staff/programme/test/retention", status=404)
