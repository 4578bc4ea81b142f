"""Sign in by a mailed link or code, in the browser."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.models import Event, Mail, Person, SignInRequest, WebSession
from app.models.database import transaction
from app.services import sign_in as service
from tests import factories, pages
from tests.clients import NOW, StandingClock
from tests.personas import World, sign_in

NewClient = Callable[[], TestClient]


@pytest.fixture
def ada(world: World) -> Person:
    return world.karongi_coordinator


def ask(client: TestClient, address: str, *, next_path: str = "", key: str = "") -> None:
    data = {"email": address, "next": next_path, "form_key": key or f"key-{len(mails(client)):08}"}
    response = client.post("/sign-in", data=data)
    assert (response.status_code, response.headers.get("location")) == (303, "/sign-in/code"), response.text


def mails(client: TestClient) -> list[Mail]:
    app: FastAPI = client.app  # type: ignore[assignment]
    with Session(app.state.engine) as session:
        return list(session.scalars(sa.select(Mail).order_by(col(Mail.id))))


def link_in(mail: Mail) -> str:
    found = re.search(r"http://testserver(/sign-in/link/\S+)", mail.text)
    assert found
    return found[1]


def code_in(mail: Mail) -> str:
    found = re.search(r"\b\d{6}\b", mail.text)
    assert found
    return found[0]


def is_signed_in(client: TestClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_link_signs_in_after_a_button_press_and_only_once(
    client: TestClient, new_client: NewClient, ada: Person
) -> None:
    ask(client, ada.email)
    (mail,) = mails(client)
    assert (mail.recipient, mail.language, mail.kind) == (ada.email, "en", "sign_in")
    telephone = new_client()

    shown = pages.get(telephone, link_in(mail))
    assert "Coordinator of Karongi" in shown.html
    assert not is_signed_in(telephone)

    entered = telephone.post(link_in(mail))
    assert (entered.status_code, entered.headers["location"]) == (303, "/my")
    assert is_signed_in(telephone)
    assert not is_signed_in(client)

    other = new_client()
    pages.get(other, link_in(mail), status=410)
    assert other.post(link_in(mail)).status_code == 410
    assert not is_signed_in(other)


def test_a_form_that_is_sent_twice_signs_in_once_more_in_the_same_browser_for_a_minute(
    client: TestClient, ada: Person, clock: StandingClock
) -> None:
    ask(client, ada.email)
    link = link_in(mails(client)[0])
    client.get(link)

    assert [client.post(link).status_code for _ in range(2)] == [303, 303]

    clock.now = NOW + timedelta(minutes=1)
    assert client.post(link).status_code == 410


def test_the_cookie_is_new_http_only_and_lax(client: TestClient, ada: Person) -> None:
    client.cookies.set("tandem", "chosen-by-an-attacker")
    ask(client, ada.email)

    cookie = client.post(link_in(mails(client)[0])).headers["set-cookie"]

    assert cookie.startswith("tandem=")
    assert "chosen-by-an-attacker" not in cookie
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=2592000"} <= set(cookie.split("; "))


def test_a_link_expires(client: TestClient, ada: Person, clock: StandingClock) -> None:
    ask(client, ada.email)
    link = link_in(mails(client)[0])
    clock.now = NOW + timedelta(minutes=20)

    pages.get(client, link, status=410)
    assert client.post(link).status_code == 410
    assert client.post("/sign-in/code", data={"code": code_in(mails(client)[0])}).status_code == 422


def test_a_code_signs_in_the_browser_that_asked(client: TestClient, ada: Person) -> None:
    ask(client, ada.email, next_path="/agenda?page=2")
    assert ada.email in pages.get(client, "/sign-in/code").html
    code = code_in(mails(client)[0])

    entered = client.post("/sign-in/code", data={"code": f"{code[:3]} {code[3:]}"})

    assert (entered.status_code, entered.headers["location"]) == (303, "/agenda?page=2")
    assert is_signed_in(client)


def test_a_code_does_not_work_in_another_browser(client: TestClient, new_client: NewClient, ada: Person) -> None:
    ask(client, ada.email)
    other = new_client()
    other.get("/sign-in")

    assert other.post("/sign-in/code", data={"code": code_in(mails(client)[0])}).status_code == 422
    assert other.get("/sign-in/code").headers["location"] == "/sign-in"
    assert not is_signed_in(other)


def test_after_five_wrong_codes_none_works_but_the_link_does(client: TestClient, ada: Person) -> None:
    ask(client, ada.email)
    mail = mails(client)[0]
    wrong = "000000" if code_in(mail) != "000000" else "111111"
    told = []
    for _ in range(5):
        answer = client.post("/sign-in/code?lang=en", data={"code": wrong})
        pages.check(answer.text)
        told.append(re.findall(r"You can try (\d) more|(No code works)", answer.text)[0])
    assert told == [("4", ""), ("3", ""), ("2", ""), ("1", ""), ("", "No code works")]

    assert client.post("/sign-in/code", data={"code": code_in(mail)}).status_code == 422
    assert not is_signed_in(client)
    assert client.post(link_in(mail)).status_code == 303


def test_the_answer_is_the_same_for_an_address_that_nobody_knows(
    client: TestClient, new_client: NewClient, ada: Person
) -> None:
    other = new_client()
    ask(client, ada.email)
    ask(other, "stranger@example.org")

    known, unknown = (pages.get(browser, "/sign-in/code?lang=en").html for browser in (client, other))
    assert known.replace(ada.email, "…") == unknown.replace("stranger@example.org", "…")
    mail = mails(client)[1]
    assert (mail.recipient, mail.kind, mail.language) == ("stranger@example.org", "no_account", "nl")
    assert "/sign-in/link/" not in mail.text


def test_a_stranger_is_told_twice_a_day_at_most(client: TestClient, world: World) -> None:
    for number in range(4):
        ask(client, "stranger@example.org", key=f"stranger-{number}")
    assert [mail.kind for mail in mails(client)] == ["no_account", "no_account"]
    assert world.outsider.id


def test_a_form_that_is_sent_twice_mails_once(client: TestClient, ada: Person) -> None:
    client.get("/sign-in")
    for _ in range(2):
        ask(client, ada.email, key="the-same-key")
    assert len(mails(client)) == 1


def test_what_is_no_address_is_said_at_the_field(client: TestClient) -> None:
    answer = client.post("/sign-in?lang=en", data={"email": "ada@"})
    assert answer.status_code == 422
    pages.check(answer.text)
    assert 'value="ada@"' in answer.text
    assert 'href="#email"' in answer.text


@pytest.mark.parametrize("next_path", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nX-Evil: 1"])
def test_nobody_is_led_elsewhere(client: TestClient, ada: Person, next_path: str) -> None:
    ask(client, ada.email, next_path=next_path)
    assert client.post(link_in(mails(client)[0])).headers["location"] == "/my"


def test_staff_land_on_their_overview_and_return_where_they_wanted(client: TestClient, world: World) -> None:
    away = client.get("/staff/people?q=a").headers["location"]
    assert away == "/sign-in?next=/staff/people%3Fq%3Da"
    assert 'value="/staff/people?q=a"' in pages.get(client, away).html
    ask(client, world.vvsg_staff.email)
    assert client.post(link_in(mails(client)[0])).headers["location"] == "/staff"


def test_too_many_mails_to_one_address_are_refused_until_later(
    client: TestClient, ada: Person, clock: StandingClock
) -> None:
    for number in range(10):
        ask(client, ada.email, key=f"asked-{number}")
    clock.now = NOW + timedelta(minutes=15)

    refused = client.post("/sign-in", data={"email": ada.email, "form_key": "asked-once-more"})

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2700")
    pages.check(refused.text)
    assert len(mails(client)) == 10
    clock.now = NOW + timedelta(hours=1)
    ask(client, ada.email, key="asked-an-hour-later")


def test_sign_out_ends_the_session_in_the_database_and_clears_the_device(
    client: TestClient, new_client: NewClient, app: FastAPI, ada: Person
) -> None:
    sign_in(client, app, ada)
    secret = client.cookies["tandem"]
    pages.get(client, "/sign-out")
    assert is_signed_in(client)

    left = client.post("/sign-out")

    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert left.headers["clear-site-data"] == '"storage"'
    assert not is_signed_in(client)
    thief = new_client()
    thief.cookies.set("tandem", secret)
    assert not is_signed_in(thief)


def test_a_session_ends_after_thirty_days(client: TestClient, ada: Person, clock: StandingClock) -> None:
    ask(client, ada.email)
    client.post(link_in(mails(client)[0]))
    clock.now = NOW + timedelta(days=30) - timedelta(seconds=1)
    assert is_signed_in(client)
    clock.now = NOW + timedelta(days=30)
    assert not is_signed_in(client)


def test_a_session_that_only_started_a_candidacy_gives_way_to_a_full_one(
    client: TestClient, app: FastAPI, world: World
) -> None:
    staff = world.vvsg_staff
    sign_in(client, app, staff, candidacy=world.candidacy_of_alfa)
    assert client.get("/staff/people").status_code == 303
    assert not is_signed_in(client)

    ask(client, staff.email)
    client.post(link_in(mails(client)[0]))

    pages.get(client, "/staff/people", heavy=True)
    with Session(app.state.engine) as session:
        limited = session.execute(
            sa.select(WebSession).where(col(WebSession.candidacy_id) == world.candidacy_of_alfa.id)
        ).scalar_one()
    assert limited.ended_at == NOW


def test_nothing_that_opens_a_door_is_stored_as_it_is(client: TestClient, app: FastAPI, ada: Person) -> None:
    ask(client, ada.email)
    mail = mails(client)[0]
    client.post(link_in(mail))
    with Session(app.state.engine) as session:
        request = session.execute(sa.select(SignInRequest)).scalar_one()
        opened = session.execute(sa.select(WebSession)).scalar_one()
        event = session.execute(sa.select(Event)).scalar_one()
    stored = f"{request!r}{opened!r}{event!r}"
    assert link_in(mail).rpartition("/")[2] not in stored
    assert code_in(mail) not in stored
    assert client.cookies["tandem"] not in stored
    assert (event.verb, event.person_name) == ("person.signed_in", "Coordinator of Karongi")


def test_a_link_of_another_mail_lasts_and_leads_where_it_should(session: Session, ada: Person) -> None:
    with transaction(session):
        path = service.request_link(session, ada.email, next_path="/candidacies/SDG-AAAAAA", now=NOW)
    late = NOW + timedelta(days=14) - timedelta(seconds=1)
    with transaction(session):
        entered = service.use_link(session, path.rpartition("/")[2], browser="b", old_secret=None, now=late)
    assert entered.next_path == "/candidacies/SDG-AAAAAA"


def test_the_code_is_tried_five_times_at_most_by_many_at_once(both_engines: sa.Engine) -> None:
    with Session(both_engines, info={"base_url": ""}) as session, transaction(session):
        person = factories.person(session)
        asking = service.Asking(person.email, "browser", "192.0.2.1", "nl")
        service.ask(session, asking, now=NOW)

    def guess(number: int) -> str:
        with Session(both_engines) as session, transaction(session):
            outcome = service.use_code(session, f"x{number}", browser="browser", old_secret=None, now=NOW)
            return type(outcome).__name__

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(guess, range(12)))

    assert outcomes == ["CodeUsedUp"] * 8 + ["CodeWrong"] * 4
