"""The outbox and the mailbox of the demo, in the browser."""

from collections.abc import Callable, Iterator, Mapping

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import MailState
from app.main import create_app
from app.models import Event, Mail
from app.models.database import transaction
from app.services.files import keep
from app.services.mail import Recipient, enqueue
from app.settings import Settings
from tests import pages
from tests.clients import NOW, StandingClock
from tests.personas import World, sign_in

BASE = "http://localhost:8000"


def write(session: Session, address: str, *, state: MailState = MailState.WAITING) -> None:
    with transaction(session):
        values = {"link": "/sign-in/link/a-secret", "expires_on": NOW.date()}
        enqueue(session, "invitation", to=Recipient(address, "Ada", "en"), values=values, now=NOW)
        session.execute(
            sa.update(Mail)
            .where(col(Mail.recipient) == address)
            .values(state=state, attempts=8 if state is MailState.FAILED else 0, last_error="550 no such person")
        )


@pytest.fixture
def staff(client: TestClient, app: FastAPI, world: World, session: Session) -> TestClient:
    """The browser of the programme officer, with two mails in the outbox."""
    write(session, "ada@example.org")
    write(session, "bea@example.org", state=MailState.FAILED)
    return sign_in(client, app, world.vvsg_staff)


def test_mails_are_listed_newest_first_and_filtered_by_state(staff: TestClient) -> None:
    page = pages.get(staff, "/staff/mail?lang=en", heavy=True)
    assert page.html.index("bea@example.org") < page.html.index("ada@example.org")
    assert "No mail leaves Tandem" in page.html
    failed = pages.get(staff, "/staff/mail?state=failed", heavy=True).html
    assert "bea@example.org" in failed
    assert "ada@example.org" not in failed
    assert "ada@example.org" not in pages.get(staff, "/staff/mail?q=BEA", heavy=True).html
    fragment = staff.get("/staff/mail?state=failed", headers={"HX-Target": "section#results"}).text
    assert fragment.strip() in staff.get("/staff/mail?state=failed").text


def test_a_sign_in_link_is_shown_only_on_purpose_and_that_is_recorded(staff: TestClient, session: Session) -> None:
    hidden = pages.get(staff, "/staff/mail/1", heavy=True).html
    assert "/sign-in/link/…" in hidden
    assert "a-secret" not in hidden

    shown = staff.post("/staff/mail/1/links")

    assert "http://testserver/sign-in/link/a-secret" in shown.text
    pages.check(shown.text)
    looked, event = session.scalars(sa.select(Event).order_by(col(Event.id))).all()
    assert looked.verb == "mail.looked_at"
    assert (event.verb, event.person_name) == ("mail.link_shown", "Programme officer")
    assert event.details == {"recipient": "ada@example.org"}


def test_a_failed_mail_is_sent_again_and_no_other(staff: TestClient, session: Session) -> None:
    assert "550 no such person" in pages.get(staff, "/staff/mail/2", heavy=True).html

    assert staff.post("/staff/mail/2/retry").headers["location"] == "/staff/mail/2"
    refused = staff.post("/staff/mail/2/retry")

    assert refused.status_code == 409
    pages.check(refused.text)
    mail = session.execute(sa.select(Mail).where(col(Mail.id) == 2)).scalar_one()
    assert (mail.state, mail.attempts, mail.next_attempt_at) == (MailState.WAITING, 0, NOW)
    pages.get(staff, "/staff/mail/3", status=404)
    assert staff.post("/staff/mail/3/retry").status_code == 404


def test_an_empty_outbox_says_so(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.vvsg_staff)
    assert "No mails yet" in pages.get(client, "/staff/mail?lang=en", heavy=True).html


@pytest.fixture
def demo(sqlite_url: str, clock: StandingClock) -> Iterator[TestClient]:
    """A browser before the demonstration."""
    made = create_app(Settings(database_url=sqlite_url, base_url=BASE, demo=True, smtp_host=""), at=clock)
    with TestClient(made, base_url=BASE, follow_redirects=False) as browser:
        yield browser
    made.state.engine.dispose()


def test_one_click_signs_in_as_anybody_invented(demo: TestClient, world: World) -> None:
    page = pages.get(demo, "/demo?lang=en")
    for name in ("Programme officer", "Officer of RALGA", "Coordinator of Nikki", "Contact of Alfa", "Auditor"):
        assert name in page.html
    assert "Outsider" not in page.html

    entered = demo.post(f"/demo/people/{world.vvsg_staff.id}")
    assert entered.headers["location"] == "/staff"
    pages.get(demo, "/staff/people", heavy=True)
    assert demo.post(f"/demo/people/{world.nikki_coordinator.id}").headers["location"] == "/my"
    assert demo.get("/staff/people").status_code == 404
    assert demo.post(f"/demo/people/{world.outsider.id}").status_code == 404


def write_with_file(session: Session, source: Mapping[str, object]) -> None:
    with transaction(session):
        stored = keep(session, "brief één.pdf", "application/pdf", b"%PDF-1.7 letter", NOW)
        values = {"link": "/sign-in/link/a-secret", "expires_on": NOW.date()}
        to = Recipient("cas@example.org", "Cas", "nl")
        enqueue(session, "invitation", to=to, values=values, now=NOW, files=[stored, source])


def test_staff_see_the_files_of_a_mail_and_take_them_which_is_recorded(
    staff: TestClient, session: Session, new_client: Callable[[], TestClient]
) -> None:
    write_with_file(session, {"kind": "gone", "name": "antwoorden.pdf"})
    html = pages.get(staff, "/staff/mail/3?lang=en", heavy=True).html
    assert html.index("brief één.pdf") < html.index("antwoorden.pdf") < html.index("made when the mail is sent")

    given = staff.get("/staff/mail/3/files/1")
    assert (given.status_code, given.content) == (200, b"%PDF-1.7 letter")
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["content-disposition"] == "attachment; filename*=UTF-8''brief%20%C3%A9%C3%A9n.pdf"
    assert given.headers["cache-control"] == "private, no-store"
    event = session.scalars(sa.select(Event).order_by(col(Event.id).desc()).limit(1)).one()
    assert (event.verb, event.details["name"]) == ("mail.file_shown", "brief één.pdf")

    refused = staff.get("/staff/mail/3/files/2?lang=en")
    assert refused.status_code == 409
    assert "antwoorden.pdf: KeyError: &#39;gone&#39;" in refused.text
    for elsewhere in ("/staff/mail/3/files/9", "/staff/mail/1/files/1", "/demo/mailbox/3/files/1"):
        assert staff.get(elsewhere).status_code == 404
    assert new_client().get("/staff/mail/3/files/1").status_code == 303


def test_the_mailbox_of_the_demo_gives_the_files(demo: TestClient, session: Session) -> None:
    write_with_file(session, {"kind": "gone", "name": "antwoorden.pdf"})

    assert "brief één.pdf" in pages.get(demo, "/demo/mailbox/1").html
    assert demo.get("/demo/mailbox/1/files/1").content == b"%PDF-1.7 letter"
    assert demo.get("/demo/mailbox/1/files/2").status_code == 404
    assert demo.get("/demo/mailbox/1/files/3").status_code == 404


def test_the_mailbox_shows_all_mails_with_links_that_work(demo: TestClient, world: World) -> None:
    demo.post("/sign-in", data={"email": world.vvsg_staff.email})
    demo.post("/sign-in", data={"email": "stranger@example.org"})

    page = pages.get(demo, "/demo/mailbox")
    assert page.html.index("stranger@example.org") < page.html.index(world.vvsg_staff.email)
    assert "stranger@" not in pages.get(demo, f"/demo/mailbox?recipient={world.vvsg_staff.email}").html
    mail = pages.get(demo, "/demo/mailbox/1").html
    link = mail.split('href="/sign-in/link/')[1].split('"')[0]
    assert demo.post(f"/sign-in/link/{link}").headers["location"] == "/staff"
    pages.get(demo, "/demo/mailbox/9", status=404)


@pytest.mark.parametrize("path", ["/demo", "/demo/mailbox", "/demo/mailbox/1"])
def test_outside_of_the_demonstration_there_is_none(staff: TestClient, path: str) -> None:
    pages.get(staff, path, status=404)
    assert staff.post("/demo/people/1").status_code == 404
