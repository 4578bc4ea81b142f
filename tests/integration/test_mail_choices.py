"""Each kind of mail that is no invitation can be switched off: on the account, by the link in it, by mail programs."""

from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.access import Actor
from app.domain.codes import LinkPurpose, MailChoice
from app.domain.mail_choices import reminder_choice
from app.models.database import transaction
from app.queries.mail_choices import chosen_by, who_want
from app.services.mail_choices import choose
from app.services.personal_links import make_link
from tests import pages
from tests.clients import NOW, StandingClock
from tests.factories import number
from tests.integration.agenda_kit import key_of
from tests.personas import World, sign_in

USUAL = frozenset({MailChoice.WEEK_BEFORE, MailChoice.DAY_BEFORE, MailChoice.TASKS})


def link(session: Session, world: World, purpose: LinkPurpose = LinkPurpose.MAIL) -> str:
    with transaction(session):
        return make_link(session, number(world.karongi_participant), purpose, None, now=NOW)


def chosen(session: Session, world: World) -> frozenset[MailChoice]:
    session.rollback()
    return chosen_by(session, number(world.karongi_participant))


def test_reminders_and_tasks_come_and_the_overview_does_not_unless_chosen(session: Session, world: World) -> None:
    assert chosen(session, world) == USUAL
    person, other = number(world.karongi_participant), number(world.karongi_coordinator)
    with transaction(session):
        choose(session, Actor(person_id=person), person, {MailChoice.DIGEST, MailChoice.TASKS}, now=NOW)
    assert chosen(session, world) == {MailChoice.DIGEST, MailChoice.TASKS}
    assert {choice: who_want(session, [person, other], choice) for choice in MailChoice} == {
        MailChoice.WEEK_BEFORE: {other},
        MailChoice.DAY_BEFORE: {other},
        MailChoice.DIGEST: {person},
        MailChoice.TASKS: {person, other},
    }
    assert [reminder_choice(days) for days in (1, 2, 3, 7)] == [MailChoice.DAY_BEFORE] * 2 + [
        MailChoice.WEEK_BEFORE
    ] * 2


def test_on_the_account_mails_are_ticked_and_saved(
    app: FastAPI, client: TestClient, session: Session, world: World
) -> None:
    sign_in(client, app, world.karongi_participant)
    page = pages.get(client, "/account")
    assert ticked(page.html) == USUAL
    data = {"form_key": key_of(page.html), "mails": ["digest"]}
    answer = client.post("/account/mails", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?saved=mails")
    assert chosen(session, world) == {MailChoice.DIGEST}
    assert ticked(pages.get(client, "/account?saved=mails").html) == {MailChoice.DIGEST}
    assert client.post("/account/mails", data={**data, "mails": ["nonsense"]}).status_code == 422
    assert client.post("/account/mails", data={"form_key": data["form_key"]}).status_code == 303
    assert chosen(session, world) == frozenset()


def ticked(html: str) -> frozenset[MailChoice]:
    boxes = [box for box in html.split("<input") if " checked" in box]
    return frozenset(choice for choice in MailChoice if any(f'value="{choice}"' in box for box in boxes))


def test_the_link_of_a_mail_shows_its_kind_unticked_and_changes_nothing_until_it_is_saved(
    client: TestClient, session: Session, world: World
) -> None:
    path = f"/mails/{link(session, world)}"
    page = pages.get(client, f"{path}?kind=tasks&lang=en")
    assert ticked(page.html) == USUAL - {MailChoice.TASKS}
    assert "is no longer ticked below" in page.text()
    assert chosen(session, world) == USUAL
    saved = client.post(path, data={"form_key": key_of(page.html), "mails": ["week_before", "digest"]})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{path}?saved=mails")
    assert chosen(session, world) == {MailChoice.WEEK_BEFORE, MailChoice.DIGEST}
    assert "Your choice is saved." in pages.get(client, f"{path}?saved=mails&lang=en").text()
    assert client.get(path).headers["cache-control"] == "no-store"


def test_a_mail_program_ends_one_kind_with_one_click(client: TestClient, session: Session, world: World) -> None:
    path = f"/mails/{link(session, world)}"
    answer = client.post(f"{path}?kind=day_before", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 204
    assert chosen(session, world) == USUAL - {MailChoice.DAY_BEFORE}
    assert client.post(f"{path}?kind=day_before", data={"List-Unsubscribe": "One-Click"}).status_code == 204
    assert chosen(session, world) == USUAL - {MailChoice.DAY_BEFORE}


def test_links_that_are_for_something_else_or_too_old_or_unknown_open_nothing(
    client: TestClient, session: Session, world: World, clock: StandingClock
) -> None:
    other, good = link(session, world, LinkPurpose.REPLY), link(session, world)
    assert client.get(f"/mails/{other}").status_code == 404
    assert client.get("/mails/unknown").status_code == 404
    assert client.post("/mails/unknown", data={"mails": []}).status_code == 404
    clock.now += timedelta(days=121)
    assert client.get(f"/mails/{good}").status_code == 404
    for _ in range(60):
        answer = client.get("/mails/unknown")
    assert answer.status_code == 429
