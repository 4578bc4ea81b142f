"""Writing, checking, submitting and withdrawing a candidacy; who sees it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import html5lib
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.candidacy import UnableToSubmit
from app.domain.codes import Section
from app.domain.drafts import Incoming, Outcome
from app.models import Event, Goal, Mail, PolicyField
from app.models.database import transaction
from app.queries.candidacies import own_candidacy, section_of
from app.queries.candidacy_form import form_for
from app.services import candidacies
from tests import factories, personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import COMPLETE, actor_of, fill, session_on
from tests.pages import check, get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both


def test_a_candidate_sees_nothing_of_another(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.candidate_of_b)
    for path in ("", "/check", "/submitted", "/withdrawal", *(f"/{section}" for section in Section)):
        assert client.get(f"/candidacies/SDG-AAAAAA{path}").status_code == 404, path
    for path in ("/submission", "/withdrawal", "/motivation"):
        assert client.post(f"/candidacies/SDG-AAAAAA{path}", data={}).status_code == 404, path


def test_a_limited_session_sees_only_the_candidacy_that_it_started(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    with transaction(session):
        factories.candidacy(session, world.call, world.gamma, by=world.candidate_of_a, reference="SDG-CCCCCC")
    sign_in(client, app, world.candidate_of_a, candidacy=world.candidacy_of_alfa)
    assert client.get("/candidacies/SDG-AAAAAA").status_code == 200
    assert client.get("/candidacies/SDG-CCCCCC").status_code == 404
    assert client.get("/staff/candidacies").status_code == 303


@pytest.mark.usefixtures("world")
def test_nobody_sees_a_candidacy_without_signing_in(client: TestClient) -> None:
    answer = client.get("/candidacies/SDG-AAAAAA")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/candidacies/SDG-AAAAAA")


def test_an_unknown_section_does_not_exist(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.candidate_of_a)
    assert client.get("/candidacies/SDG-AAAAAA/salary").status_code == 404


# writing


def test_every_page_is_sound_in_three_languages(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    sign_in(client, app, world.candidate_of_a)
    own = [f"/candidacies/SDG-AAAAAA/{name}" for name in (*Section, "check", "withdrawal")]
    for language in ("nl", "fr", "en"):
        for path in ("/candidacies/questions", "/candidacies/new", "/candidacies/SDG-AAAAAA", *own):
            get(client, f"{path}?lang={language}")


def test_a_section_is_saved_and_leads_to_the_next(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a)
    data = {"form_key": "page-key-1", "version": "0", "exchange": "In turn.\r\nTruly.", "openness": ""}
    answer = client.post("/candidacies/SDG-AAAAAA/motivation", data=data)
    assert answer.headers["location"] == "/candidacies/SDG-AAAAAA/involvement?saved=motivation"
    stored = section_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION)
    assert stored is not None
    assert stored.answers == {"exchange": "In turn.\nTruly.", "openness": ""}
    assert stored.version == 1
    back = client.post("/candidacies/SDG-AAAAAA/motivation", data={**data, "version": "1", "then": "list"})
    assert back.headers["location"] == "/candidacies/SDG-AAAAAA?saved=motivation"


@pytest.mark.parametrize(("section", "answers"), COMPLETE.items())
def test_what_a_form_shows_is_what_it_stores(
    client: TestClient, app: FastAPI, world: World, session: Session, section: Section, answers: dict[str, Any]
) -> None:
    with transaction(session):
        for position, code in enumerate(("youth", "water")):
            row = PolicyField(code=code, position=position, title_nl=code, title_fr=code, title_en=code)
            session.add(row)
        session.add(Goal(number=16, title_nl="g", title_fr="g", title_en="g", pillar="peace"))
    fill(session, world.candidacy_of_alfa, {section: answers})
    sign_in(client, app, world.candidate_of_a)
    fields = shown(get(client, f"/candidacies/SDG-AAAAAA/{section}").tree)
    answer = client.post(f"/candidacies/SDG-AAAAAA/{section}", data=fields)
    assert answer.status_code == 303
    stored = section_of(session, number(world.candidacy_of_alfa), section)
    assert stored is not None
    assert stored.answers == answers
    assert stored.version == 1


def shown(tree: Any) -> dict[str, list[str]]:  # noqa: ANN401 - html5lib has no types
    """Give what a browser would send for the form of a section."""
    space = "{http://www.w3.org/1999/xhtml}"
    form = next(one for one in tree.iter(f"{space}form") if one.get("id") == "section_form")
    fields: dict[str, list[str]] = {}
    for control in form.iter():
        kind, name = control.tag.removeprefix(space), control.get("name")
        ticked = control.get("type") not in ("checkbox", "radio") or control.get("checked") is not None
        if kind == "input" and name and ticked:
            fields.setdefault(name, []).append(control.get("value") or "")
        if kind == "textarea":
            fields.setdefault(name, []).append(control.text or "")
        if kind == "select":
            options = list(control.iter(f"{space}option"))
            chosen = next((one for one in options if one.get("selected") is not None), options[0])
            fields.setdefault(name, []).append(chosen.get("value") or "")
    return fields


def test_the_same_save_again_changes_nothing(client: TestClient, app: FastAPI, world: World, session: Session) -> None:
    sign_in(client, app, world.candidate_of_a)
    data = {"form_key": "page-key-1", "version": "0", "exchange": "In turn.", "openness": ""}
    for _ in range(3):
        assert client.post("/candidacies/SDG-AAAAAA/motivation", data=data).status_code == 303
    stored = section_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION)
    assert stored is not None
    assert stored.version == 1


def test_while_typing_only_the_indicator_comes_back_and_it_is_part_of_the_page(
    client: TestClient, app: FastAPI, world: World
) -> None:
    sign_in(client, app, world.candidate_of_a)
    data = {"form_key": "page-key-1", "version": "0", "edit": "1", "exchange": "In", "openness": ""}
    address = "/candidacies/SDG-AAAAAA/motivation?lang=en"
    answer = client.post(address, data=data, headers={"HX-Target": "div#saved", "HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["saved-version"] == "1"
    assert "Saved at 10:00" in answer.text
    assert "<h1" not in answer.text
    assert answer.text.strip() in get(client, address).html


def test_a_lost_confirmation_is_no_conflict_for_the_same_page(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.candidate_of_a)
    htmx = {"HX-Target": "div#saved"}
    data = {"form_key": "page-key-1", "version": "0", "edit": "1", "exchange": "In", "openness": ""}
    client.post("/candidacies/SDG-AAAAAA/motivation", data=data, headers=htmx)
    later = {**data, "edit": "2", "exchange": "In turn"}
    assert client.post("/candidacies/SDG-AAAAAA/motivation", data=later, headers=htmx).status_code == 200
    assert client.post("/candidacies/SDG-AAAAAA/motivation", data=data, headers=htmx).status_code == 409


def test_two_people_in_one_section_choose_between_both_texts(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a)
    address = "/candidacies/SDG-AAAAAA/motivation?lang=en"
    theirs = {"form_key": "page-key-1", "version": "0", "exchange": "Their words", "openness": "Both"}
    mine = {"form_key": "page-key-2", "version": "0", "exchange": "My words", "openness": "Both"}
    client.post(address, data=theirs)
    fragment = client.post(address, data={**mine, "edit": "7"}, headers={"HX-Target": "div#saved"})
    assert fragment.status_code == 409
    assert "Somebody else changed this part" in fragment.text
    assert '<input type="hidden" name="version" value="0">' in fragment.text
    answer = client.post(address, data=mine)
    assert answer.status_code == 409
    check(answer.text)
    assert "Their words" in answer.text
    assert "My words" in answer.text
    assert "keep_openness" not in answer.text
    chosen = {**mine, "form_key": "page-key-3", "version": "1", "openness": "Mine too", "keep_exchange": "saved"}
    assert client.post(address, data=chosen).status_code == 303
    stored = section_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION)
    assert stored is not None
    assert stored.answers == {"exchange": "Their words", "openness": "Mine too"}


def test_a_faulty_field_keeps_its_text_on_the_page_and_the_rest_is_saved(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa, {Section.GOVERNMENT: COMPLETE[Section.GOVERNMENT]})
    sign_in(client, app, world.candidate_of_a)
    data = {
        "form_key": "page-key-1",
        "version": "1",
        **COMPLETE[Section.GOVERNMENT],
        "administrative_email": "not an address",
        "political_name": "Another alderman",
        "political_role": "x" * 201,
    }
    answer = client.post("/candidacies/SDG-AAAAAA/government?lang=en", data=data)
    assert answer.status_code == 422
    check(answer.text)
    assert 'value="not an address"' in answer.text
    assert "x" * 201 in answer.text
    assert "Everything else on this page is" in answer.text
    stored = section_of(session, number(world.candidacy_of_alfa), Section.GOVERNMENT)
    assert stored is not None
    expected = {**COMPLETE[Section.GOVERNMENT], "political_name": "Another alderman"}
    assert stored.answers == expected
    fragment = client.post(
        "/candidacies/SDG-AAAAAA/government?lang=en", data={**data, "version": "2"}, headers={"HX-Target": "div#saved"}
    )
    assert fragment.status_code == 422
    assert "saved-version" not in fragment.headers
    assert "Not saved yet: E-mail address of the administrative contact; Office of the political lead" in fragment.text


def test_learning_rows_name_what_is_wrong_and_save_the_rest(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    with transaction(session):
        session.add(PolicyField(code="youth", position=1, title_nl="y", title_fr="y", title_en="y"))
        session.add(PolicyField(code="water", position=2, title_nl="w", title_fr="w", title_en="w"))
    sign_in(client, app, world.candidate_of_a)
    data = {
        "form_key": "page-key-1",
        "version": "0",
        "strengths_field_1": "youth",
        "strengths_priority_1": "2",
        "strengths_text_1": "Youth council",
        "strengths_field_2": "youth",
        "strengths_text_3": "A text without a field",
        "strengths_field_4": "unheard-of",
        "challenges_field_1": "water",
        "challenges_text_1": "y" * 301,
    }
    answer = client.post("/candidacies/SDG-AAAAAA/learning?lang=en", data=data)
    assert answer.status_code == 422
    check(answer.text)
    for words in ("You chose this policy field already", "Choose a policy field for this text", "Choose one of the"):
        assert words in answer.text
    stored = section_of(session, number(world.candidacy_of_alfa), Section.LEARNING)
    assert stored is not None
    assert stored.answers == {
        "strengths": {"youth": {"priority": 2, "text": "Youth council"}},
        "challenges": {"water": {"priority": 1, "text": ""}},
    }


def test_a_choice_that_is_not_offered_is_refused(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.candidate_of_a)
    data = {"version": "0", "track_1": "rwanda", "track_2": "atlantis", "subjects": ["rwanda:voice"]}
    assert client.post("/candidacies/SDG-AAAAAA/theme", data=data).status_code == 422


# checking, submitting, withdrawing


def test_missing_sections_are_named_with_links(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.candidate_of_a)
    answer = client.post("/candidacies/SDG-AAAAAA/submission?lang=en", data={"form_key": "submit-key-1"})
    assert answer.status_code == 422
    check(answer.text)
    assert "These parts are not complete yet: Your local government, Theme and country" in answer.text
    for section in Section:
        assert f'href="/candidacies/SDG-AAAAAA/{section}"' in answer.text


def test_a_submission_is_confirmed_on_a_page_and_by_mail_to_all(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    sign_in(client, app, world.candidate_of_a)
    for _ in range(2):
        answer = client.post("/candidacies/SDG-AAAAAA/submission", data={"form_key": "submit-key-1"})
        assert answer.headers["location"] == "/candidacies/SDG-AAAAAA/submitted"
    assert "SDG-AAAAAA" in get(client, "/candidacies/SDG-AAAAAA/submitted").text()
    mails = session.execute(sa.select(Mail).where(col(Mail.kind) == "candidacy_submitted")).scalars().all()
    assert [mail.person_id for mail in mails] == [world.candidate_of_a.id]
    for words in ("SDG-AAAAAA", "Youth council", "In turn.", "Alderman of Alfa"):
        assert words in mails[0].text
        assert words in mails[0].html
    assert client.get("/candidacies/SDG-AAAAAA/motivation").status_code == 303
    late = client.post("/candidacies/SDG-AAAAAA/motivation", data={"version": "1", "exchange": "Changed"})
    assert late.status_code == 422
    again = client.post("/candidacies/SDG-AAAAAA/submission", data={"form_key": "submit-key-2"})
    assert again.status_code == 422
    get(client, "/candidacies/SDG-AAAAAA")
    get(client, "/candidacies/SDG-AAAAAA/check")


def test_of_many_submissions_at_once_exactly_one_happens(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        fill(session, world.candidacy_of_alfa)

    def submit(_serial: int) -> bool:
        with session_on(engine) as session:
            actor = actor_of(session, world.candidate_of_a)
            record = own_candidacy(session, actor, "SDG-AAAAAA")
            assert record is not None
            try:
                with transaction(session):
                    candidacies.submit(session, record, actor=actor, now=NOW)
            except UnableToSubmit:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(submit, range(6))) == [False] * 5 + [True]
    with session_on(engine) as session:
        verbs = session.execute(
            sa.select(col(Event.verb)).where(col(Event.subject_id) == world.candidacy_of_alfa.id)
        ).scalars()
        assert list(verbs) == ["candidacy.submitted"]


def test_of_two_saves_at_once_one_wins_and_the_other_is_shown_both(both: tuple[sa.Engine, World]) -> None:
    engine, world = both

    def save(serial: int) -> Outcome:
        with session_on(engine) as session:
            actor = actor_of(session, world.candidate_of_a)
            record = own_candidacy(session, actor, "SDG-AAAAAA")
            assert record is not None
            incoming = Incoming({"exchange": f"Words {serial}", "openness": ""}, 0)
            form, key = form_for(session, record), f"key-{serial}"
            with transaction(session):
                saved = candidacies.save_section(
                    session, record, Section.MOTIVATION, incoming, form=form, page_key=key, actor=actor, now=NOW
                )
            return saved.outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(outcome.value for outcome in pool.map(save, range(4)))
    assert outcomes == ["conflict", "conflict", "conflict", "store"]


def test_after_the_call_a_draft_can_be_saved_but_not_submitted(
    client: TestClient, app: FastAPI, clock: StandingClock, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    sign_in(client, app, world.candidate_of_a)
    clock.now = world.call.closes_at
    answer = client.post("/candidacies/SDG-AAAAAA/submission?lang=en", data={"form_key": "submit-key-1"})
    assert answer.status_code == 422
    assert "The call closed on" in answer.text
    data = {"version": "1", "exchange": "Late words", "openness": "Much."}
    assert client.post("/candidacies/SDG-AAAAAA/motivation", data=data).status_code == 303
    assert "cannot be submitted any more" in get(client, "/candidacies/SDG-AAAAAA?lang=en").text()


def test_withdrawing_asks_first_and_tells_the_members(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a)
    get(client, "/candidacies/SDG-AAAAAA/withdrawal")
    for _ in range(2):
        answer = client.post("/candidacies/SDG-AAAAAA/withdrawal", data={"form_key": "withdraw-key-1"})
        assert answer.headers["location"] == "/candidacies/SDG-AAAAAA"
    assert "withdrawn" in get(client, "/candidacies/SDG-AAAAAA?lang=en").text()
    assert [mail.kind for mail in session.execute(sa.select(Mail)).scalars()] == ["candidacy_withdrawn"]
    assert client.post("/candidacies/SDG-AAAAAA/withdrawal", data={"form_key": "withdraw-key-2"}).status_code == 409
    get(client, "/candidacies/SDG-AAAAAA/withdrawal")


def test_a_form_sent_after_the_sign_in_ended_is_on_a_page_to_be_sent_again(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    typed = {"exchange": 'We listen, "they" speak.\n<b>Both</b> write.', "openness": "Much.", "version": "0"}
    answer = client.post("/candidacies/SDG-AAAAAA/motivation?lang=en", data={**typed, "form_key": "page-key-1"})
    assert answer.status_code == 401
    check(answer.text)
    hidden = html5lib.parse(answer.text, namespaceHTMLElements=False).iter("input")
    fields = {one.get("name"): one.get("value") for one in hidden if one.get("type") == "hidden"}
    assert fields == {**typed, "form_key": "page-key-1"}
    sign_in(client, app, world.candidate_of_a)
    assert client.post("/candidacies/SDG-AAAAAA/motivation", data=fields).status_code == 303
    session.rollback()
    stored = section_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION)
    assert stored is not None
    assert stored.answers == {"exchange": typed["exchange"], "openness": "Much."}


def test_a_save_while_typing_after_the_sign_in_ended_is_led_to_the_sign_in_page(client: TestClient) -> None:
    answer = client.post("/candidacies/SDG-AAAAAA/motivation", data={"exchange": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
