"""People and roles, for the programme team."""

import re
import threading

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import Actor
from app.domain.codes import Role
from app.domain.people import LastStaff, RoleHeld
from app.models import Event, Mail, Membership, Person
from app.models.database import create_engine, transaction
from app.services import people
from tests import factories, pages
from tests.clients import NOW
from tests.personas import World, build_world, sign_in

STAFF = Actor(name="Programme officer")


@pytest.fixture
def staff(client: TestClient, app: FastAPI, world: World) -> TestClient:
    """The browser of the programme officer."""
    return sign_in(client, app, world.vvsg_staff)


def names(html: str) -> list[str]:
    return re.findall(r'<a href="/staff/people/\d+">([^<]+)</a>', html)


def roles(app: FastAPI, address: str) -> list[tuple[Role, int | None, int | None]]:
    query = (
        sa.select(col(Membership.role), col(Membership.local_government_id), col(Membership.association_id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Person.email) == address)
        .order_by(col(Membership.id))
    )
    with Session(app.state.engine) as session:
        return [(role, government, circle) for role, government, circle in session.execute(query)]


def verbs(app: FastAPI) -> list[str]:
    with Session(app.state.engine) as session:
        return list(session.scalars(sa.select(col(Event.verb)).order_by(col(Event.id))))


def test_people_are_found_by_name_and_role(staff: TestClient) -> None:
    assert len(names(pages.get(staff, "/staff/people", heavy=True).html)) == 11
    assert names(pages.get(staff, "/staff/people?q=KARONGI", heavy=True).html) == [
        "Coordinator of Karongi",
        "Participant of Karongi",
    ]
    assert names(staff.get("/staff/people?q=karongi&role=participant").text) == ["Participant of Karongi"]
    assert names(staff.get("/staff/people?role=candidate").text) == ["Contact of Alfa", "Contact of Beta"]
    assert names(pages.get(staff, "/staff/people?q=%25", heavy=True).html) == []
    fragment = staff.get("/staff/people?q=karongi", headers={"HX-Target": "section#results"}).text
    assert fragment.strip() in staff.get("/staff/people?q=karongi").text


def test_a_list_costs_the_same_queries_for_one_person_and_for_many(staff: TestClient, app: FastAPI) -> None:
    counts = []
    for query in ("q=outsider", ""):
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)  # noqa: B023 - removed again below

        sa.event.listen(app.state.engine, "before_cursor_execute", note)
        staff.get(f"/staff/people?{query}")
        sa.event.remove(app.state.engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1] > 0


def test_a_person_is_added_once_with_a_role_and_a_link(staff: TestClient, app: FastAPI, world: World) -> None:
    pages.get(staff, "/staff/people/new", heavy=True)
    typed = {
        "name": "Coordinator of Nikki (new)",
        "email": "New@Example.org ",
        "language": "fr",
        "role": "coordinator",
        "government": str(world.nikki.id),
        "association": "",
        "invite": "yes",
        "form_key": "adding-1",
    }
    added = [staff.post("/staff/people/new", data=typed) for _ in range(2)]

    assert {(answer.status_code, answer.headers["location"]) for answer in added} == {
        (303, added[0].headers["location"])
    }
    page = pages.get(staff, added[0].headers["location"], heavy=True)
    assert "Nikki" in page.text()
    assert roles(app, "new@example.org") == [(Role.COORDINATOR, world.nikki.id, None)]
    with Session(app.state.engine) as session:
        person = session.execute(sa.select(Person).where(col(Person.email) == "new@example.org")).scalar_one()
        (mail,) = session.scalars(sa.select(Mail))
    assert (person.language, person.zone) == ("fr", "Africa/Porto-Novo")
    assert (mail.kind, mail.recipient, mail.language) == ("invitation", "new@example.org", "fr")
    assert verbs(app) == ["person.added", "person.role_given", "person.link_sent", "person.looked_at"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "taken"}, "email"),
        ({"role": "coordinator"}, "government"),
        ({"role": "participant", "government": "999999"}, "government"),
        ({"role": "association"}, "association"),
        ({"role": "association", "association": "999999"}, "association"),
        ({"role": ""}, "role"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    staff: TestClient, app: FastAPI, world: World, changes: dict[str, str], field: str
) -> None:
    if changes.get("email") == "taken":
        changes = {"email": world.outsider.email.upper()}
    typed = {"name": "New", "email": "new@example.org", "language": "nl", "role": "auditor", **changes}

    refused = staff.post("/staff/people/new", data=typed)

    assert refused.status_code == 422
    pages.check(refused.text)
    assert f'href="#{field}"' in refused.text
    assert verbs(app) == []


def test_a_role_is_given_and_taken(staff: TestClient, app: FastAPI, world: World) -> None:
    outsider = f"/staff/people/{world.outsider.id}"
    pages.get(staff, outsider, heavy=True)

    given = staff.post(f"{outsider}/roles", data={"role": "association", "association": str(world.ancb.id)})
    assert (given.status_code, given.headers["location"]) == (303, f"{outsider}?done=given")
    assert roles(app, world.outsider.email) == [(Role.ASSOCIATION, None, world.ancb.id)]
    again = staff.post(f"{outsider}/roles", data={"role": "association", "association": str(world.ancb.id)})
    assert (again.status_code, 'href="#role"' in again.text) == (422, True)
    pages.check(again.text)

    (end,) = re.findall(rf"{outsider}/roles/\d+/end", pages.get(staff, outsider, heavy=True).html)
    assert staff.post(end).headers["location"] == f"{outsider}?done=taken"
    assert staff.post(end).status_code == 303
    assert roles(app, world.outsider.email) == []
    assert verbs(app) == ["person.looked_at", "person.role_given", "person.role_taken"]


def test_a_role_is_not_taken_through_somebody_else(staff: TestClient, app: FastAPI, world: World) -> None:
    (end,) = re.findall(r"/roles/\d+/end", staff.get(f"/staff/people/{world.auditor.id}").text)
    staff.post(f"/staff/people/{world.outsider.id}{end}")
    assert roles(app, world.auditor.email) == [(Role.AUDITOR, None, None)]


def test_the_last_of_the_programme_team_stays(staff: TestClient, app: FastAPI, world: World) -> None:
    (end,) = re.findall(r"/staff/people/\d+/roles/\d+/end", staff.get(f"/staff/people/{world.vvsg_staff.id}").text)
    refused = staff.post(end)
    assert refused.status_code == 409
    pages.check(refused.text)
    assert roles(app, world.vvsg_staff.email) == [(Role.STAFF, None, None)]


def test_two_of_the_team_cannot_remove_each_other_at_once(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False) as session, transaction(session):
        team = [factories.member(session, Role.STAFF) for _ in range(2)]
        memberships = list(session.scalars(sa.select(col(Membership.id)).order_by(col(Membership.id))))
    engines = [both_engines, create_engine(both_engines.url.render_as_string(hide_password=False))]
    outcomes = []

    def remove(engine: sa.Engine, person: Person, membership_id: int | None) -> None:
        with Session(engine) as session:
            try:
                with transaction(session):
                    people.take_role(session, STAFF, person.id or 0, membership_id or 0, now=NOW)
                outcomes.append("taken")
            except LastStaff:
                outcomes.append("last")

    threads = [
        threading.Thread(target=remove, args=arguments)
        for arguments in zip(engines, reversed(team), reversed(memberships), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engines[1].dispose()
    assert sorted(outcomes) == ["last", "taken"]


def test_a_role_is_held_once_on_both_databases(both_engines: sa.Engine) -> None:
    with Session(both_engines) as session:
        world = build_world(session)
        person_id = world.outsider.id or 0
        for grant in (people.Grant(Role.STAFF), people.Grant(Role.COORDINATOR, world.alfa.id)):
            with transaction(session):
                people.give_role(session, STAFF, person_id, grant, now=NOW)
            with pytest.raises(RoleHeld), transaction(session):
                people.give_role(session, STAFF, person_id, grant, now=NOW)


def test_a_link_is_mailed_once_per_press(staff: TestClient, app: FastAPI, world: World) -> None:
    address = f"/staff/people/{world.nikki_coordinator.id}/link"
    for _ in range(2):
        assert staff.post(address, data={"form_key": "press-number-1"}).status_code == 303
    with Session(app.state.engine) as session:
        (mail,) = session.scalars(sa.select(Mail))
    assert (mail.recipient, mail.language) == (world.nikki_coordinator.email, "fr")


def test_others_do_not_find_these_pages(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.ralga_staff)
    for path in ("/staff/people", "/staff/people/new", f"/staff/people/{world.outsider.id}", "/staff/mail"):
        pages.get(client, path, status=404)


@pytest.mark.parametrize("number", ["0", "999999", "abc", "99999999999999999999"])
def test_a_person_who_is_not_there_is_no_page(staff: TestClient, number: str) -> None:
    pages.get(staff, f"/staff/people/{number}", status=404)
