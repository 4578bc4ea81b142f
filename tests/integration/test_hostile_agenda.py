"""Who may no longer take part, and two who write at once: agenda, polls and answers against people who mean no good."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import LinkPurpose, Reply, SessionStatus
from app.models import Mail, Membership, Person, SessionReply
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.queries.polls import board_of
from app.services import people, poll_reminders, replies
from app.services.personal_links import make_link
from app.web.downloads import download
from tests import factories, pages
from tests.factories import NOW, number
from tests.integration import agenda_kit
from tests.integration.found_forms import _forms as forms_on
from tests.integration.poll_kit import CLOSES, YES, link_of, mails, opened, respond
from tests.personas import World, sign_in


def dismiss(session: Session, world: World, person: Person) -> None:
    """Take every role from somebody, as the team does on the page of the person."""
    with transaction(session):
        staff = actor_of_person(session, number(world.vvsg_staff))
        query = sa.select(col(Membership.id)).where(col(Membership.person_id) == person.id)
        for membership in list(session.scalars(query)):
            people.take_role(session, staff, number(person), membership or 0, now=NOW)


def test_who_left_is_not_asked_any_more(client: TestClient, app: FastAPI, session: Session, world: World) -> None:
    poll = opened(session, world)
    link = link_of(session, world.karongi_participant)
    respond(session, poll, world.karongi_participant, YES, YES, YES)
    dismiss(session, world, world.karongi_participant)
    assert client.get(link).status_code == 404
    page = sign_in(client, app, world.karongi_participant)
    assert page.get(f"/polls/{poll}/answer").status_code == 404
    assert "Participant of Karongi" not in {one.name for one in board_of(session, poll).members}


def test_who_left_gets_no_reminder_and_no_word_of_the_end(session: Session, world: World) -> None:
    opened(session, world)
    dismiss(session, world, world.karongi_participant)
    poll_reminders.remind_due(session, CLOSES - timedelta(days=1))
    assert mails(session, "poll_reminder")
    assert world.karongi_participant.email not in {one.recipient for one in mails(session, "poll_reminder")}


def test_who_opened_a_poll_and_left_neither_reads_nor_decides(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    poll = opened(session, world, by=world.gamma_coordinator)
    dismiss(session, world, world.gamma_coordinator)
    browser = sign_in(client, app, world.gamma_coordinator)
    for path in (f"/polls/{poll}", f"/polls/{poll}/closing"):
        assert browser.get(path).status_code == 404
    for path in ("closing", "reminder"):
        answer = browser.post(f"/polls/{poll}/{path}", data={"reason": "Because I can"})
        assert answer.status_code in (403, 404)
    assert mails(session, "poll_closed") == []


def test_a_place_comes_free_when_somebody_leaves(session: Session, world: World) -> None:
    with transaction(session):
        row = factories.agenda_session(session, world.programme, of_partnership=world.partnership, title="Pair")
        row.capacity = 1
    for person in (world.karongi_participant, world.gamma_coordinator):
        with transaction(session):
            replies.reply(session, actor_of_person(session, number(person)), number(row), comes=True, now=NOW)
    dismiss(session, world, world.karongi_participant)
    session.rollback()
    rows = session.execute(sa.select(col(SessionReply.person_id), col(SessionReply.reply))).all()
    assert [tuple(one) for one in rows] == [(world.gamma_coordinator.id, Reply.COMING)]


def test_the_page_of_an_answer_is_kept_by_nobody_and_told_to_nobody(
    client: TestClient, session: Session, world: World
) -> None:
    with transaction(session):
        row = factories.agenda_session(session, world.programme, of_partnership=world.partnership, title="Pair")
        secret = make_link(session, number(world.nikki_coordinator), LinkPurpose.REPLY, row.id, now=NOW)
        own = make_link(session, number(world.karongi_participant), LinkPurpose.REPLY, row.id, now=NOW)
    assert client.get(f"/reply/{secret}").status_code == 404
    page = client.get(f"/reply/{own}")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert '<html lang="en"' in page.text


def test_two_who_change_a_session_at_once_do_not_undo_each_other(
    client: TestClient, new_client: Callable[[], TestClient], app: FastAPI, session: Session, world: World
) -> None:
    with transaction(session):
        row = factories.agenda_session(session, world.programme, of_partnership=world.partnership, title="Pair")
    path = f"/agenda/{row.id}/edit"
    first, second = sign_in(client, app, world.vvsg_staff), sign_in(new_client(), app, world.ralga_staff)
    forms = [fields_of(one.get(path).text) for one in (first, second)]
    assert first.post(path, data=forms[0] | {"place": "Kibuye"}).status_code == 303
    refused = second.post(path, data=forms[1] | {"description": "Bring the plans"})
    assert refused.status_code == 422
    assert "Bring the plans" in refused.text
    assert "Kibuye" in refused.text
    session.rollback()
    session.expire_all()
    assert (row.place, row.description) == ("Kibuye", "")
    again = fields_of(refused.text) | {"place": "Kibuye", "description": "Bring the plans"}
    assert second.post(path, data=again).status_code == 303
    session.rollback()
    session.expire_all()
    assert (row.place, row.description) == ("Kibuye", "Bring the plans")


def fields_of(html: str) -> dict[str, str]:
    """Read the form of a session as a browser sends it."""
    [form] = [one for one in forms_on(html, "/agenda/1/edit", "") if one.route == "agenda.save"]
    return {name: values[0] for name, values in form.fields.items() if values}


def test_a_line_break_in_a_title_breaks_no_mail(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    staff = sign_in(client, app, world.vvsg_staff)
    title = "Talk\r\nBcc: all@example.org\rBEGIN:VEVENT\u2028END:VCALENDAR"
    status, _ = agenda_kit.send(
        staff, "/staff/sessions/new", "/staff/sessions", of=f"partnership:{world.partnership.id}", title_en=title
    )
    session.rollback()
    sent = list(session.scalars(sa.select(Mail).where(col(Mail.kind) == "session_published")))
    assert status == 422 or sent
    for one in sent:
        assert len(one.subject.splitlines()) == 1
        assert sum(line.startswith("BEGIN:VEVENT") for line in (one.calendar or "").splitlines()) == 1
    assert b"\rBEGIN" not in client.get(f"/my/agenda/{world.gamma_coordinator.feed_secret}.ics").content


def test_the_minutes_that_are_refused_are_given_back(
    client: TestClient, app: FastAPI, session: Session, world: World
) -> None:
    with transaction(session):
        row = factories.agenda_session(session, world.programme, of_partnership=world.partnership, title="Pair")
        row.status = SessionStatus.CANCELLED
    coordinator = sign_in(client, app, world.karongi_coordinator)
    text = "All that was said in two hours about markets, <b>by everybody</b>."
    refused = coordinator.post(f"/agenda/{row.id}/minutes", data={"text": text, "version": "0", "form_key": "k" * 32})
    assert refused.status_code == 409
    pages.check(refused.text)
    assert "All that was said in two hours about markets, &lt;b&gt;by everybody&lt;/b&gt;." in refused.text
    assert "k" * 32 not in refused.text


def test_addresses_of_calendars_are_not_tried_for_long(client: TestClient, world: World) -> None:
    tried = [client.get(f"/my/agenda/unknown-{number}.ics").status_code for number in range(61)]
    assert tried == [404] * 60 + [429]
    assert client.get(f"/my/agenda/{world.gamma_coordinator.feed_secret}.ics").status_code == 200


def test_the_name_of_a_file_hides_nothing() -> None:
    answer = download("letter \u202efdp.exe\r\n\x07é.pdf", "application/pdf", b"")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''letter%20fdp.exe%C3%A9.pdf"
