"""A second person confirms a candidacy before it is submitted."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import CandidacyState, Section
from app.domain.confirmation import (
    LIFETIME,
    AnswersChanged,
    ConfirmationEnded,
    ConfirmationNeeded,
    ConfirmationOpen,
)
from app.domain.errors import DomainError
from app.domain.programme import Rules
from app.models import (
    Attachment,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySubmission,
    Clarification,
    Confirmation,
    Event,
    Mail,
    Person,
    Programme,
    StoredFile,
)
from app.models.database import transaction
from app.queries.candidacies import own_candidacy
from app.queries.confirmations import confirmation_by_secret, shown_digest
from app.queries.people import secret_hash
from app.services import candidacies, confirmations, retention
from app.services.confirmations import Confirmer
from tests import factories, personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import actor_of, fill, session_on, state_of
from tests.pages import check, get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both
NewClient = Callable[[], TestClient]
HERE = "/candidacies/SDG-AAAAAA"
PAGE = f"{HERE}/confirmation"
MAYOR = {
    "name": "Mayor of Alfa",
    "role": "mayor",
    "email": "mayor@example.org",
    "language": "fr",
    "form_key": "asking-key-1",
}
CONFIRMER = Confirmer("Mayor of Alfa", "mayor", "mayor@example.org", "nl")


def ask_for_two(session: Session, world: World, **words: str) -> None:
    """Make the programme ask for a second person."""
    with transaction(session):
        programme = session.get_one(Programme, number(world.programme))
        rules = replace(Rules.from_data(programme.rules), second_confirmation=True, **words)  # type: ignore[arg-type]
        programme.rules = rules.to_data()


@pytest.fixture
def two(session: Session, world: World) -> World:
    """The small world, where a second person confirms, with a complete candidacy."""
    ask_for_two(session, world)
    fill(session, world.candidacy_of_alfa)
    return world


@pytest.fixture
def author(client: TestClient, app: FastAPI, two: World) -> TestClient:
    return sign_in(client, app, two.candidate_of_a)


@pytest.fixture
def mayor(new_client: NewClient) -> TestClient:
    """The browser of the second person, who never signs in."""
    return new_client()


def mails(session: Session, kind: str) -> list[Mail]:
    session.rollback()
    return list(session.execute(sa.select(Mail).where(col(Mail.kind) == kind).order_by(col(Mail.id))).scalars())


def link_in(mail: Mail) -> str:
    found = re.search(r"http://testserver(/confirmations/\S+)", mail.text)
    assert found
    assert found[1] in mail.html
    return found[1]


def asked(author: TestClient, session: Session, **changes: str) -> str:
    """Ask for a confirmation; give the link of the mail."""
    answer = author.post(PAGE, data=MAYOR | changes)
    assert answer.headers.get("location") == f"{PAGE}?done=asked", answer.text
    return link_in(mails(session, "confirmation_asked")[-1])


def shown(browser: TestClient, link: str) -> dict[str, str]:
    """Give what the form on the page of a link sends."""
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', get(browser, f"{link}?lang=en").html)
    assert found
    return {"shown": found[1]}


def state(session: Session) -> CandidacyState:
    session.rollback()
    return session.execute(sa.select(col(Candidacy.state)).where(col(Candidacy.reference) == "SDG-AAAAAA")).scalar_one()


def submissions(session: Session) -> list[tuple[int | None, str]]:
    session.rollback()
    query = sa.select(col(CandidacySubmission.person_id), col(CandidacySubmission.confirmed_by))
    return [(person_id, by) for person_id, by in session.execute(query.order_by(col(CandidacySubmission.number)))]


def verbs(session: Session) -> list[str]:
    session.rollback()
    return list(
        session.execute(
            sa.select(col(Event.verb)).where(col(Event.subject_kind) == "candidacy").order_by(col(Event.id))
        ).scalars()
    )


def change(session: Session, words: str) -> None:
    with transaction(session):
        session.execute(
            sa.update(CandidacySection)
            .where(col(CandidacySection.section) == Section.MOTIVATION)
            .values(answers={"exchange": words, "openness": "Much."})
        )


# the way it goes


def test_a_second_person_confirms_and_that_submits(
    author: TestClient, mayor: TestClient, session: Session, two: World
) -> None:
    page = get(author, f"{HERE}/check?lang=en")
    assert "Ask for a confirmation" in page.text()
    assert "Submit the candidacy" not in page.text()
    form = get(author, f"{PAGE}?lang=en")
    assert 'value="Alderman of Alfa"' in form.html
    assert "the political lead or the general director" in form.text()
    link = asked(author, session)
    (mail,) = mails(session, "confirmation_asked")
    assert (mail.recipient, mail.language, mail.person_id) == ("mayor@example.org", "fr", None)
    assert mail.text.split("\n\n")[1].startswith("Lisez la candidature de Alfa")
    waiting = get(author, f"{PAGE}?lang=en&done=asked").text()
    assert "Mayor of Alfa, mayor (mayor@example.org)" in waiting
    assert "We wait for the confirmation of Mayor of Alfa, mayor." in get(author, f"{HERE}/check?lang=en").text()
    assert "We wait for the confirmation" in get(author, f"{HERE}?lang=en").text()
    page = get(mayor, f"{link}?lang=en")
    assert "Contact of Alfa asks you, Mayor of Alfa, mayor, to read these answers" in page.text()
    assert "Youth council" in page.text()
    assert state(session) is CandidacyState.DRAFT
    answer = mayor.post(link, data=shown(mayor, link))
    assert (answer.status_code, answer.headers["location"]) == (303, link)
    assert state(session) is CandidacyState.SUBMITTED
    assert submissions(session) == [(two.candidate_of_a.id, "Mayor of Alfa, mayor")]
    assert verbs(session) == ["candidacy.confirmation_asked", "candidacy.confirmed", "candidacy.submitted"]
    done = get(mayor, f"{link}?lang=en")
    assert "You confirmed this candidacy" in done.text()
    assert "Youth council" not in done.text()
    assert [mail.recipient for mail in mails(session, "candidacy_submitted")] == [two.candidate_of_a.email]
    assert [mail.recipient for mail in mails(session, "confirmation_done")] == ["mayor@example.org"]
    assert "Mayor of Alfa, mayor confirmed the candidacy" in get(author, f"{PAGE}?lang=en").text()
    again = mayor.post(link, data={"shown": "0" * 64})
    assert again.status_code == 200
    assert "You confirmed this candidacy" in mayor.get(f"{link}?lang=en").text
    assert len(submissions(session)) == 1


def test_looking_confirms_nothing_and_leaks_nothing(
    author: TestClient, mayor: TestClient, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    link = asked(author, session)
    for method in ("GET", "HEAD", "GET"):
        answer = mayor.request(method, link)
        assert answer.status_code == 200
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
    mayor.post(link, data={"shown": "0" * 64})
    mayor.post(f"{link}/refusal", data={"note": ""})
    assert state(session) is CandidacyState.DRAFT
    secret = link.rpartition("/")[2]
    assert secret not in capsys.readouterr().out
    stored = session.execute(sa.select(Confirmation)).scalar_one()
    assert stored.secret_hash == secret_hash(secret)
    assert secret not in get(author, PAGE).html


def test_who_is_to_confirm_is_in_the_words_of_the_programme(author: TestClient, session: Session, two: World) -> None:
    ask_for_two(session, two, confirmer_nl="de burgemeester", confirmer_en="the mayor")
    assert "somebody else confirms it: the mayor." in get(author, f"{PAGE}?lang=en").text()
    fallback = get(author, f"{PAGE}?lang=fr").html
    assert '<span lang="nl">de burgemeester</span>' in fallback


# nobody submits alone


def test_where_two_are_needed_nobody_submits_directly(author: TestClient, session: Session) -> None:
    answer = author.post(f"{HERE}/submission?lang=en", data={"form_key": "submit-key-1"})
    assert answer.status_code == 422
    check(answer.text)
    assert "A second person confirms this candidacy before it is submitted." in answer.text
    asked(author, session)
    assert author.post(f"{HERE}/submission", data={"form_key": "submit-key-2"}).status_code == 422
    assert state(session) is CandidacyState.DRAFT


def test_the_service_itself_refuses_to_submit_alone(session: Session, two: World) -> None:
    actor = actor_of(session, two.candidate_of_a)
    record = own_candidacy(session, actor, "SDG-AAAAAA")
    assert record is not None
    with pytest.raises(ConfirmationNeeded), transaction(session):
        candidacies.submit(session, record, actor=actor, now=NOW)
    assert state(session) is CandidacyState.DRAFT


def test_where_one_is_enough_nobody_is_asked(client: TestClient, app: FastAPI, session: Session, world: World) -> None:
    fill(session, world.candidacy_of_alfa)
    sign_in(client, app, world.candidate_of_a)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, data=MAYOR).status_code == 404
    assert mails(session, "confirmation_asked") == []
    assert client.post(f"{HERE}/submission", data={"form_key": "submit-key-1"}).status_code == 303
    assert submissions(session) == [(world.candidate_of_a.id, "")]


@pytest.mark.parametrize("spelling", ["{0}", "{1}", "{2}@example.org", "{2}+council@example.org"])
def test_the_asker_is_no_second_person(author: TestClient, session: Session, two: World, spelling: str) -> None:
    own = two.candidate_of_a.email
    address = spelling.format(own, own.upper(), own.partition("@")[0])
    answer = author.post(f"{PAGE}?lang=en", data=MAYOR | {"email": address})
    assert answer.status_code == 422
    check(answer.text)
    assert 'id="email-error"' in answer.text
    assert "Who asks for the confirmation cannot give it." in answer.text
    assert mails(session, "confirmation_asked") == []


def test_who_is_signed_in_as_the_asker_does_not_confirm(
    author: TestClient, new_client: NewClient, app: FastAPI, session: Session, two: World
) -> None:
    link = asked(author, session)
    sheet = shown(new_client(), link)
    started_here = sign_in(new_client(), app, two.candidate_of_a, candidacy=two.candidacy_of_alfa)
    with transaction(session):
        namesake = factories.person(session, "Namesake", email="+again@".join(two.candidate_of_a.email.split("@")))
    for browser in (author, started_here, sign_in(new_client(), app, namesake)):
        page = get(browser, f"{link}?lang=en")
        assert "Who asks for the confirmation cannot give it." in page.text()
        assert "<form" not in page.html.partition('id="answer"')[2].partition("</main>")[0]
        answer = browser.post(link, data=sheet)
        assert answer.status_code == 409
        assert browser.post(f"{link}/refusal", data={"note": "No"}).status_code == 409
    assert state(session) is CandidacyState.DRAFT


def test_a_colleague_may_confirm_what_another_asks(
    author: TestClient, new_client: NewClient, app: FastAPI, session: Session, two: World
) -> None:
    with transaction(session):
        session.add(CandidacyMember(candidacy_id=number(two.candidacy_of_alfa), person_id=number(two.outsider)))
    link = asked(author, session, email=two.outsider.email)
    colleague = sign_in(new_client(), app, two.outsider)
    assert colleague.post(link, data=shown(colleague, link)).status_code == 303
    assert state(session) is CandidacyState.SUBMITTED


def test_who_only_typed_an_address_asks_nobody(client: TestClient, app: FastAPI, session: Session, two: World) -> None:
    sign_in(client, app, two.candidate_of_a, candidacy=two.candidacy_of_alfa)
    page = get(client, f"{PAGE}?lang=en")
    assert "Confirm your address first" in page.text()
    assert 'name="email"' not in page.html
    for path in (PAGE, f"{PAGE}/reminder", f"{PAGE}/end"):
        assert client.post(path, data=MAYOR).status_code == 422
    assert mails(session, "confirmation_asked") == []


def test_others_find_nothing(
    author: TestClient, app: FastAPI, new_client: NewClient, session: Session, two: World
) -> None:
    asked(author, session)
    for person in (two.candidate_of_b, two.vvsg_staff):
        other = sign_in(new_client(), app, person)
        assert other.get(PAGE).status_code == 404
        for path in (PAGE, f"{PAGE}/reminder", f"{PAGE}/end"):
            assert other.post(path, data=MAYOR).status_code == 404


# what is shown is what is confirmed


def test_answers_that_changed_in_between_are_not_confirmed(
    author: TestClient, mayor: TestClient, session: Session
) -> None:
    link = asked(author, session)
    seen = shown(mayor, link)
    change(session, "Changed behind your back.")
    answer = mayor.post(f"{link}?lang=en", data=seen)
    assert answer.status_code == 409
    check(answer.text)
    assert "Nothing is confirmed: the answers were changed" in answer.text
    assert "Changed behind your back." in answer.text
    assert state(session) is CandidacyState.DRAFT
    assert mayor.post(link, data={}).status_code == 409
    fresh = shown(mayor, link)
    assert fresh != seen
    assert fresh["shown"] in answer.text
    assert mayor.post(link, data=fresh).status_code == 303
    assert state(session) is CandidacyState.SUBMITTED


def test_attachments_are_part_of_what_is_confirmed(
    author: TestClient, mayor: TestClient, session: Session, two: World
) -> None:
    link = asked(author, session)
    seen = shown(mayor, link)
    with transaction(session):
        kept = StoredFile(
            name="plan.pdf", media_type="application/pdf", size=4, sha256="0" * 64, content=b"%PDF", created_at=NOW
        )
        session.add(kept)
        session.flush()
        file = Attachment(
            candidacy_id=number(two.candidacy_of_alfa), file_id=number(kept), name="plan.pdf", added_at=NOW
        )
        session.add(file)
    assert mayor.post(link, data=seen).status_code == 409
    assert "plan.pdf" in get(mayor, link).text()
    answer = mayor.get(f"{link}/attachments/{file.id}")
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF", "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert mayor.get(f"{link}/attachments/{number(kept) + 5}").status_code == 404
    assert mayor.get(f"/confirmations/guessed/attachments/{file.id}").status_code == 404
    assert mayor.post(link, data=shown(mayor, link)).status_code == 303
    assert mayor.get(f"{link}/attachments/{file.id}").status_code == 404


def test_a_returned_candidacy_is_confirmed_in_time(
    author: TestClient, mayor: TestClient, session: Session, clock: StandingClock, two: World
) -> None:
    link = asked(author, session)
    mayor.post(link, data=shown(mayor, link))
    until = NOW + timedelta(days=7)
    with transaction(session):
        session.execute(
            sa.update(Candidacy)
            .where(col(Candidacy.id) == number(two.candidacy_of_alfa))
            .values(state=CandidacyState.RETURNED)
        )
        session.add(
            Clarification(
                candidacy_id=number(two.candidacy_of_alfa),
                sections=["motivation"],
                reason="Why?",
                until=until,
                asked_at=NOW,
                asked_by=number(two.vvsg_staff),
            )
        )
    newer = asked(author, session, form_key="asking-key-2")
    sheet = shown(mayor, newer)
    clock.now = until
    assert "It cannot be confirmed now" in get(mayor, f"{newer}?lang=en").text()
    assert mayor.post(newer, data=sheet).status_code == 409
    assert len(submissions(session)) == 1


def test_all_rules_of_submission_hold_at_the_moment_of_confirming(
    author: TestClient, mayor: TestClient, session: Session, clock: StandingClock, two: World
) -> None:
    link = asked(author, session)
    change(session, "")
    page = get(mayor, f"{link}?lang=en")
    assert "These parts are not complete yet: Motivation." in page.text()
    with session_on(session.get_bind()) as other:  # type: ignore[arg-type]
        record = own_candidacy(other, actor_of(other, two.candidate_of_a), "SDG-AAAAAA")
        assert record is not None
        digest = shown_digest(other, record)
    assert mayor.post(link, data={"shown": digest}).status_code == 409
    change(session, "In turn.")
    sheet = shown(mayor, link)
    clock.now = two.call.closes_at
    assert "The call closed on" in get(mayor, f"{link}?lang=en").text()
    assert mayor.post(link, data=sheet).status_code == 409
    clock.now = NOW
    author.post(f"{HERE}/withdrawal", data={"form_key": "withdraw-key-1"})
    assert mayor.post(link, data=sheet).status_code == 409
    assert state(session) is CandidacyState.WITHDRAWN
    assert submissions(session) == []


def test_a_returned_candidacy_is_confirmed_again(
    author: TestClient, mayor: TestClient, session: Session, two: World
) -> None:
    link = asked(author, session)
    mayor.post(link, data=shown(mayor, link))
    with transaction(session):
        session.execute(
            sa.update(Candidacy)
            .where(col(Candidacy.id) == number(two.candidacy_of_alfa))
            .values(state=CandidacyState.RETURNED)
        )
    assert author.post(f"{HERE}/submission", data={"form_key": "submit-key-1"}).status_code == 422
    assert state(session) is CandidacyState.RETURNED
    assert mayor.post(link, data={"shown": "0" * 64}).status_code == 200
    assert state(session) is CandidacyState.RETURNED
    newer = asked(author, session, form_key="asking-key-2")
    assert newer != link
    assert mayor.post(newer, data=shown(mayor, newer)).status_code == 303
    assert submissions(session) == [(two.candidate_of_a.id, "Mayor of Alfa, mayor")] * 2


# not yet, again, no longer


def test_declined_with_a_reason_then_asked_again(
    author: TestClient, mayor: TestClient, session: Session, two: World
) -> None:
    link = asked(author, session)
    empty = mayor.post(f"{link}/refusal?lang=en", data={"note": "  "})
    assert empty.status_code == 409
    check(empty.text)
    assert 'id="note-error"' in empty.text
    answer = mayor.post(f"{link}/refusal", data={"note": "The figures are of last year.\nMend them."})
    assert answer.headers["location"] == link
    assert "You did not confirm this candidacy yet" in get(mayor, f"{link}?lang=en").text()
    assert mayor.post(link, data={"shown": "0" * 64}).status_code == 200
    (mail,) = mails(session, "confirmation_declined")
    assert mail.recipient == two.candidate_of_a.email
    assert "The figures are of last year.\nMend them." in mail.text
    assert "Mayor of Alfa, mayor" in mail.text
    page = get(author, f"{PAGE}?lang=en").text()
    assert "The figures are of last year." in page
    assert "Ask again" in page
    newer = asked(author, session, form_key="asking-key-2")
    assert mayor.post(newer, data=shown(mayor, newer)).status_code == 303
    assert state(session) is CandidacyState.SUBMITTED


def test_a_reminder_has_a_new_link_and_the_old_one_says_so(
    author: TestClient, mayor: TestClient, session: Session
) -> None:
    link = asked(author, session)
    answer = author.post(f"{PAGE}/reminder", data={"form_key": "remind-key-1"})
    assert answer.headers["location"] == f"{PAGE}?done=reminded"
    author.post(f"{PAGE}/reminder", data={"form_key": "remind-key-1"})
    (mail,) = mails(session, "confirmation_reminder")
    newer = link_in(mail)
    assert newer != link
    assert "A newer mail has a newer link" in get(mayor, f"{link}?lang=en", status=410).text()
    assert mayor.post(link, data={"shown": "0" * 64}).status_code == 410
    for serial in range(2, 4):
        author.post(f"{PAGE}/reminder", data={"form_key": f"remind-key-{serial}"})
    refused = author.post(f"{PAGE}/reminder?lang=en", data={"form_key": "remind-key-4"})
    assert refused.status_code == 422
    check(refused.text)
    assert "This was tried too often" in refused.text
    latest = link_in(mails(session, "confirmation_reminder")[-1])
    assert mayor.post(latest, data=shown(mayor, latest)).status_code == 303


def test_a_question_that_is_taken_back_confirms_nothing(
    author: TestClient, mayor: TestClient, session: Session
) -> None:
    link = asked(author, session)
    sheet = shown(mayor, link)
    twice = author.post(f"{PAGE}?lang=en", data=MAYOR | {"form_key": "asking-key-2"})
    assert twice.status_code == 422
    check(twice.text)
    assert "Mayor of Alfa was asked already." in twice.text
    answer = author.post(f"{PAGE}/end", data={"form_key": "cancel-key-1"})
    assert answer.headers["location"] == f"{PAGE}?done=cancelled"
    assert "The question is taken back." in get(author, f"{PAGE}?lang=en&done=cancelled").text()
    assert "You need not confirm any more" in get(mayor, f"{link}?lang=en", status=410).text()
    assert mayor.post(link, data=sheet).status_code == 410
    assert [mail.recipient for mail in mails(session, "confirmation_cancelled")] == ["mayor@example.org"]
    for path in ("reminder", "end"):
        assert author.post(f"{PAGE}/{path}", data={"form_key": "other-key-1"}).status_code == 422
    assert state(session) is CandidacyState.DRAFT


def test_a_link_that_is_too_old_confirms_nothing_and_makes_room(
    author: TestClient, mayor: TestClient, session: Session, clock: StandingClock, two: World
) -> None:
    with transaction(session):
        closes_at = NOW + 2 * LIFETIME
        session.execute(sa.text("UPDATE call SET closes_at = :at"), {"at": closes_at.replace(tzinfo=None)})
    link = asked(author, session)
    sheet = shown(mayor, link)
    clock.now = NOW + LIFETIME
    assert "This link is too old" in get(mayor, f"{link}?lang=en", status=410).text()
    assert mayor.post(link, data=sheet).status_code == 410
    assert "did not answer within 30 days" in get(author, f"{PAGE}?lang=en").text()
    newer = asked(author, session, form_key="asking-key-2")
    assert mayor.post(newer, data=shown(mayor, newer)).status_code == 303
    assert submissions(session) == [(two.candidate_of_a.id, "Mayor of Alfa, mayor")]


def test_unknown_links_do_not_exist_and_are_not_tried_for_ever(client: TestClient, world: World) -> None:
    assert world
    for _ in range(60):
        assert client.get("/confirmations/guessed").status_code == 404
    assert client.get("/confirmations/guessed").status_code == 429
    assert client.post("/confirmations/guessed", data={"shown": "0"}).status_code == 429


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": ""}, "name"), ({"role": ""}, "role"), ({"email": "x"}, "email"), ({"language": "de"}, "language")],
)
def test_what_cannot_be_is_said_at_its_field(author: TestClient, changes: dict[str, str], field: str) -> None:
    answer = author.post(PAGE, data=MAYOR | changes)
    assert answer.status_code == 422
    check(answer.text)
    assert f'id="{field}-error"' in answer.text


def test_nobody_is_asked_before_all_parts_are_complete(author: TestClient, session: Session) -> None:
    change(session, "")
    assert "These parts are not complete yet" in get(author, f"{PAGE}?lang=en").text()
    assert author.post(PAGE, data=MAYOR).status_code == 422
    assert mails(session, "confirmation_asked") == []


def test_the_secret_is_gone_from_a_mail_that_was_sent_and_from_staff_pages(
    author: TestClient, app: FastAPI, new_client: NewClient, session: Session, two: World
) -> None:
    link = asked(author, session)
    (mail,) = mails(session, "confirmation_asked")
    staff = sign_in(new_client(), app, two.vvsg_staff)
    assert link.rpartition("/")[2] not in staff.get(f"/staff/mail/{mail.id}").text


# at the same time


def in_parallel(tasks: list[Callable[[], object]]) -> list[object]:
    def run(task: Callable[[], object]) -> object:
        try:
            return task()
        except DomainError as refused:
            return type(refused)

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def prepared(engine: sa.Engine, world: World) -> None:
    with session_on(engine) as session:
        ask_for_two(session, world)
        fill(session, world.candidacy_of_alfa)


def ask_once(engine: sa.Engine, by: Person) -> str:
    with session_on(engine) as session:
        actor = actor_of(session, by)
        record = own_candidacy(session, actor, "SDG-AAAAAA")
        assert record is not None
        with transaction(session):
            confirmations.ask(session, record, CONFIRMER, actor=actor, now=NOW)
    return "asked"


def test_of_two_askers_at_once_one_asks(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    prepared(engine, world)
    with session_on(engine) as session, transaction(session):
        session.add(CandidacyMember(candidacy_id=number(world.candidacy_of_alfa), person_id=number(world.outsider)))
    people = (world.candidate_of_a, world.outsider)
    found = in_parallel([lambda by=by: ask_once(engine, by) for by in people])  # type: ignore[misc]
    assert sorted(map(str, found)) == sorted(["asked", str(ConfirmationOpen)])


def test_of_confirming_twice_and_declining_at_once_one_happens(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    prepared(engine, world)
    ask_once(engine, world.candidate_of_a)
    with session_on(engine) as session:
        link = link_in(session.execute(sa.select(Mail)).scalars().one())
        record = own_candidacy(session, actor_of(session, world.candidate_of_a), "SDG-AAAAAA")
        assert record is not None
        digest = shown_digest(session, record)
    secret = link.rpartition("/")[2]

    def answer(confirming: bool) -> str:
        with session_on(engine) as session, transaction(session):
            reader: Any = actor_of(session, world.outsider)
            if confirming:
                confirmations.confirm(session, secret, shown=digest, reader=reader, now=NOW)
            else:
                confirmations.decline(session, secret, note="Not yet.", reader=reader, now=NOW)
        return "answered"

    found = in_parallel([lambda: answer(True), lambda: answer(True), lambda: answer(False)])
    assert sorted(map(str, found)) == sorted(["answered", str(ConfirmationEnded), str(ConfirmationEnded)])
    with session_on(engine) as session:
        asked = confirmation_by_secret(session, secret)
        assert asked is not None
        count = session.execute(sa.select(sa.func.count()).select_from(CandidacySubmission)).scalar_one()
    submitted = state_of(engine, world.candidacy_of_alfa) is CandidacyState.SUBMITTED
    assert (asked.confirmed_at is not None, asked.declined_at is not None) == (submitted, not submitted)
    assert count == (1 if submitted else 0)


def test_a_save_and_a_confirmation_at_once_never_submit_unseen_words(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    prepared(engine, world)
    ask_once(engine, world.candidate_of_a)
    with session_on(engine) as session:
        secret = link_in(session.execute(sa.select(Mail)).scalars().one()).rpartition("/")[2]
        record = own_candidacy(session, actor_of(session, world.candidate_of_a), "SDG-AAAAAA")
        assert record is not None
        digest = shown_digest(session, record)

    def confirm() -> str:
        with session_on(engine) as session, transaction(session):
            confirmations.confirm(session, secret, shown=digest, reader=actor_of(session, world.outsider), now=NOW)
        return "confirmed"

    def save() -> str:
        with session_on(engine) as session, transaction(session):
            candidacies_lock(session, world)
            session.execute(
                sa.update(CandidacySection)
                .where(col(CandidacySection.section) == Section.MOTIVATION)
                .values(answers={"exchange": "Unseen words", "openness": "Much."})
            )
        return "saved"

    found = in_parallel([confirm, save])
    with session_on(engine) as session:
        kept = session.execute(sa.select(col(CandidacySubmission.answers))).scalars().all()
    assert found[0] in ("confirmed", AnswersChanged)
    assert len(kept) == (1 if found[0] == "confirmed" else 0)
    assert "Unseen words" not in str(kept)


def candidacies_lock(session: Session, world: World) -> None:
    """Take the lock that every save takes first."""
    session.execute(
        sa.update(Candidacy).where(col(Candidacy.id) == number(world.candidacy_of_alfa)).values(updated_at=NOW)
    )


def test_only_one_question_is_open_in_the_database(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    prepared(engine, world)
    ask_once(engine, world.candidate_of_a)
    with session_on(engine) as session, pytest.raises(sa.exc.IntegrityError), transaction(session):
        session.add(
            Confirmation(
                candidacy_id=number(world.candidacy_of_alfa),
                secret_hash=secret_hash("another"),
                name="Second",
                email="second@example.org",
                language="nl",
                asked_by=number(world.candidate_of_a),
                asked_at=NOW,
            )
        )
        session.flush()


def test_the_mails_about_a_confirmation_go_with_the_candidacy(session: Session, two: World) -> None:
    actor = actor_of(session, two.candidate_of_a)
    candidacy = own_candidacy(session, actor, "SDG-AAAAAA")
    assert candidacy is not None
    with transaction(session):
        confirmations.ask(session, candidacy, CONFIRMER, actor=actor, now=NOW)
        confirmations.remind(session, candidacy, actor=actor, now=NOW)
        confirmations.cancel(session, candidacy, actor=actor, now=NOW)
    assert session.execute(sa.select(sa.func.count()).select_from(Mail)).scalar_one() == 3
    with transaction(session):
        retention.empty(session, candidacy.id, candidacy.reference, actor=actor, now=NOW)
    assert session.execute(sa.select(sa.func.count()).select_from(Mail)).scalar_one() == 0
