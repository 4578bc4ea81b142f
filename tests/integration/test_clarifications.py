"""A question about a submitted candidacy: asked, answered in time or not, prolonged, closed without an answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import Actor
from app.domain.candidacy import UnableToMove, UnableToSubmit
from app.domain.clarifications import (
    AnswerTooLate,
    NothingAsked,
    Question,
    SectionNotAsked,
    UnableToAsk,
    UntilPassed,
)
from app.domain.codes import CandidacyState, Role, Section
from app.domain.drafts import Incoming
from app.domain.errors import DomainError
from app.models import CandidacySectionVersion, CandidacySubmission, Clarification, Event, Mail, Membership, Person
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, any_candidacy, section_of
from app.queries.candidacy_form import form_for
from app.queries.clarifications import open_question, rounds_of
from app.services import candidacies, clarifications
from tests import factories, personas
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.integration import assessment_kit, candidacy_kit
from tests.integration.candidacy_kit import COMPLETE, actor_of, session_on, state_of, submitted
from tests.pages import get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both
UNTIL = NOW + timedelta(days=7)
ABOUT = Question((Section.MOTIVATION,), "What do you mean by “in turn”?", UNTIL)
ANSWER = {"exchange": "Each prepares every second session.", "openness": "Much."}
PAGE = "/staff/candidacies/SDG-AAAAAA/clarifications"


def record_of(session: Session) -> CandidacyRecord:
    found = any_candidacy(session, "SDG-AAAAAA")
    assert found is not None
    return found


def asked(session: Session, world: World, question: Question = ABOUT) -> None:
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    with transaction(session):
        actor = actor_of(session, world.vvsg_staff)
        clarifications.ask(session, record_of(session), question, actor=actor, now=NOW)


def save(session: Session, world: World, section: Section, answers: dict[str, Any], *, now: datetime) -> None:
    stored = section_of(session, number(world.candidacy_of_alfa), section)
    incoming = Incoming(answers, stored.version if stored else 0, 0)
    actor, candidacy = actor_of(session, world.candidate_of_a), record_of(session)
    with transaction(session):
        candidacies.save_section(
            session,
            candidacy,
            section,
            incoming,
            form=form_for(session, candidacy),
            page_key=f"page-{section}-{now}",
            actor=actor,
            now=now,
        )


def submit(session: Session, world: World, *, now: datetime) -> None:
    with transaction(session):
        actor = actor_of(session, world.candidate_of_a)
        candidacies.submit(session, record_of(session), actor=actor, now=now)


def test_a_round_from_the_question_to_the_comparison(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        asked(session, world)
        assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.RETURNED
        mail = session.execute(sa.select(Mail).where(col(Mail.kind) == "candidacy_returned")).scalar_one()
        sentences = mail.text.split("\n\n")
        assert sentences[1].startswith("Beantwoord een vraag over de kandidatuur van Alfa (SDG-AAAAAA)")
        assert ABOUT.reason in sentences
        later = world.call.closes_at + timedelta(days=3)
        assert later > UNTIL
        save(session, world, Section.MOTIVATION, ANSWER, now=NOW + timedelta(days=1))
        submit(session, world, now=UNTIL - timedelta(seconds=1))
        assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.SUBMITTED
        (one,) = rounds_of(session, number(world.candidacy_of_alfa))
        assert open_question(session, number(world.candidacy_of_alfa)) is None
        assert one.before is not None
        assert one.after is not None
        assert one.before.answers[Section.MOTIVATION] == COMPLETE[Section.MOTIVATION]
        assert one.after.answers[Section.MOTIVATION] == ANSWER
        assert (one.asked_by, one.closed_at) == ("Programme officer", UNTIL - timedelta(seconds=1))
        verbs = session.scalars(sa.select(col(Event.verb)).order_by(col(Event.id))).all()
        assert [verb for verb in verbs if verb.startswith("candidacy.")] == [
            "candidacy.submitted",
            "candidacy.returned",
            "candidacy.submitted",
        ]


def test_only_what_is_asked_about_changes_and_only_in_time(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        asked(session, world)
        with pytest.raises(SectionNotAsked):
            save(session, world, Section.INVOLVEMENT, COMPLETE[Section.INVOLVEMENT], now=NOW)
        save(session, world, Section.MOTIVATION, ANSWER, now=UNTIL + timedelta(minutes=1))
        with pytest.raises(AnswerTooLate):
            submit(session, world, now=UNTIL)
        assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.RETURNED
        staff, candidacy = actor_of(session, world.vvsg_staff), record_of(session)
        with pytest.raises(UntilPassed), transaction(session):
            clarifications.give_more_time(session, candidacy, UNTIL, actor=staff, now=UNTIL)
        with transaction(session):
            longer = UNTIL + timedelta(days=2)
            clarifications.give_more_time(session, candidacy, longer, actor=staff, now=UNTIL)
        submit(session, world, now=UNTIL + timedelta(days=1))
        kinds = session.scalars(sa.select(col(Mail.kind)).order_by(col(Mail.id))).all()
    assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.SUBMITTED
    assert kinds == ["candidacy_submitted", "candidacy_returned", "candidacy_more_time", "candidacy_submitted"]


def test_going_on_puts_the_submitted_answers_back_and_loses_nothing(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        asked(session, world)
        save(session, world, Section.MOTIVATION, ANSWER, now=NOW)
        with transaction(session):
            actor = actor_of(session, world.vvsg_staff)
            clarifications.go_on(session, record_of(session), actor=actor, now=UNTIL)
        stored = section_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION)
        assert stored is not None
        assert stored.answers == COMPLETE[Section.MOTIVATION]
        kept = session.scalars(
            sa.select(col(CandidacySectionVersion.answers))
            .where(col(CandidacySectionVersion.section) == Section.MOTIVATION)
            .order_by(col(CandidacySectionVersion.version))
        ).all()
        assert kept == [ANSWER, COMPLETE[Section.MOTIVATION]]
        (one,) = rounds_of(session, number(world.candidacy_of_alfa))
        assert (one.closed_at, one.after) == (UNTIL, None)
        with pytest.raises(UnableToSubmit):
            submit(session, world, now=UNTIL)
        with pytest.raises(NothingAsked), transaction(session):
            clarifications.go_on(session, record_of(session), actor=actor, now=UNTIL)
        with pytest.raises(NothingAsked), transaction(session):
            clarifications.give_more_time(session, record_of(session), UNTIL, actor=actor, now=NOW)
    assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.IN_ASSESSMENT


def test_there_is_one_way_to_return_a_candidacy(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        staff = actor_of(session, world.vvsg_staff)
        with pytest.raises(UnableToAsk), transaction(session):
            clarifications.ask(session, record_of(session), ABOUT, actor=staff, now=NOW)
        submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
        with pytest.raises(UnableToMove), transaction(session):
            candidacies.move(session, record_of(session), CandidacyState.RETURNED, reason="?", actor=staff, now=NOW)


def test_several_rounds_are_kept_and_a_withdrawal_closes_the_last(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        asked(session, world)
        submit(session, world, now=NOW + timedelta(hours=1))
        staff = actor_of(session, world.vvsg_staff)
        second = Question((Section.THEME, Section.PROMISES), "And the weeks?", UNTIL)
        with transaction(session):
            clarifications.ask(session, record_of(session), second, actor=staff, now=NOW + timedelta(hours=2))
        with transaction(session):
            actor = actor_of(session, world.candidate_of_a)
            candidacies.withdraw(session, record_of(session), actor=actor, now=NOW + timedelta(hours=3))
        found = rounds_of(session, number(world.candidacy_of_alfa))
        assert [(one.question.sections, one.after is not None) for one in found] == [
            ((Section.THEME, Section.PROMISES), False),
            ((Section.MOTIVATION,), True),
        ]
        assert session.scalar(sa.select(sa.func.count()).where(col(Clarification.closed_at).is_(None))) == 0


def at_once(engine: sa.Engine, *deeds: Callable[[Session], None]) -> list[str]:
    """Let each deed run in a transaction of its own, all at the same moment; give "done" or the refusal of each."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[Session], None]) -> str:
        with session_on(engine) as session:
            session.connection()
            start.wait(timeout=30)
            try:
                with transaction(session):
                    deed(session)
            except DomainError as refusal:
                return refusal.code
            return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.parametrize("attempt", range(3))
def test_an_answer_and_going_on_without_it_never_both_happen(both: tuple[sa.Engine, World], attempt: int) -> None:
    engine, world = both
    with session_on(engine) as session:
        asked(session, world)
        save(session, world, Section.MOTIVATION, ANSWER, now=NOW + timedelta(minutes=attempt))
        staff, author = actor_of(session, world.vvsg_staff), actor_of(session, world.candidate_of_a)
        candidacy = record_of(session)

    def answer(session: Session) -> None:
        candidacies.submit(session, candidacy, actor=author, now=UNTIL - timedelta(hours=1))

    def go_on(session: Session) -> None:
        clarifications.go_on(session, candidacy, actor=staff, now=UNTIL - timedelta(hours=1))

    outcomes = at_once(engine, answer, go_on)
    state = state_of(engine, world.candidacy_of_alfa)
    with session_on(engine) as session:
        stored = section_of(session, number(world.candidacy_of_alfa), Section.MOTIVATION)
        assert stored is not None
        if outcomes == ["done", "nothing_asked"]:
            assert (state, stored.answers) == (CandidacyState.SUBMITTED, ANSWER)
        else:
            assert outcomes == ["unable_to_submit", "done"]
            assert (state, stored.answers) == (CandidacyState.IN_ASSESSMENT, COMPLETE[Section.MOTIVATION])


@pytest.fixture
def session_with_mail(session: Session) -> Session:
    """A session that can write mails."""
    session.info["base_url"] = "http://testserver"
    return session


def form(**changes: object) -> dict[str, Any]:
    values = {
        "form_key": "a-question-1",
        "sections": ["motivation"],
        "question": "What do you mean?",
        "until_day": "2026-11-29",
        "until_time": "17:00",
    }
    return {**values, **changes}


def test_staff_ask_on_a_page_that_proposes_a_week(
    client: TestClient, app: FastAPI, world: World, session_with_mail: Session
) -> None:
    submitted(session_with_mail, world.candidacy_of_alfa, actor_of(session_with_mail, world.candidate_of_a))
    sign_in(client, app, world.vvsg_staff)
    shown = get(client, f"{PAGE}?lang=en")
    assert 'value="2026-11-29"' in shown.html
    assert 'value="17:00"' in shown.html
    for changes, field in (
        ({"sections": []}, "sections"),
        ({"sections": ["nonsense"]}, "sections"),
        ({"question": ""}, "question"),
        ({"until_day": "2026-11-21"}, "until_day"),
        ({"until_day": "2027-03-28", "until_time": "02:30"}, "until_time"),
    ):
        answer = client.post(f"{PAGE}?lang=en", data=form(form_key=f"faulty-{field}", **changes))
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    for _ in range(2):
        answer = client.post(PAGE, data=form())
        assert (answer.status_code, answer.headers["location"].endswith("/clarifications")) == (303, True)
    session_with_mail.rollback()
    kinds = session_with_mail.scalars(sa.select(col(Mail.kind))).all()
    assert kinds.count("candidacy_returned") == 1
    waiting = get(client, f"{PAGE}?lang=en").text()
    assert "The candidate can answer until Sunday 29 November 2026, 17:00 (Brussels)." in waiting
    assert "What do you mean?" in waiting
    history = get(client, "/staff/candidacies/SDG-AAAAAA?lang=en").text()
    assert "The programme team asked a question, to be answered before Sunday 29 November 2026, 17:00" in history
    assert client.post(PAGE, data=form(form_key="a-question-2")).status_code == 422


def test_the_candidate_changes_only_what_is_asked_about_and_staff_compare(
    client: TestClient, app: FastAPI, clock: StandingClock, world: World, session_with_mail: Session
) -> None:
    asked(session_with_mail, world)
    sign_in(client, app, world.candidate_of_a)
    page = get(client, "/candidacies/SDG-AAAAAA?lang=en")
    assert ABOUT.reason in page.text()
    assert "before Sunday 29 November 2026, 10:00 (Brussels)" in page.text()
    assert 'href="/candidacies/SDG-AAAAAA/motivation"' in page.html
    assert 'href="/candidacies/SDG-AAAAAA/theme"' not in page.html
    assert client.get("/candidacies/SDG-AAAAAA/theme").headers["location"].endswith("/check#part-theme")
    refused = client.post("/candidacies/SDG-AAAAAA/involvement?lang=en", data={"form_key": "an-edit-1", "version": "1"})
    assert refused.status_code == 422
    assert "Only these parts can be changed now" in refused.text
    check = get(client, "/candidacies/SDG-AAAAAA/check?lang=en").html
    assert "/candidacies/SDG-AAAAAA/motivation#" in check
    assert "/candidacies/SDG-AAAAAA/theme#" not in check
    typed = {**ANSWER, "form_key": "an-edit-2", "version": "1", "then": "list"}
    assert client.post("/candidacies/SDG-AAAAAA/motivation", data=typed).status_code == 303
    clock.now = UNTIL
    late = client.post("/candidacies/SDG-AAAAAA/submission?lang=en", data={"form_key": "a-submission-1"})
    assert late.status_code == 422
    assert "The time to answer ended on Sunday" in late.text
    clock.now = UNTIL - timedelta(minutes=1)
    done = client.post("/candidacies/SDG-AAAAAA/submission", data={"form_key": "a-submission-2"})
    assert done.headers["location"].endswith("/submitted")
    sign_in(client, app, world.vvsg_staff)
    compared = get(client, f"{PAGE}?lang=en").text()
    assert "In turn." in compared
    assert "Each prepares every second session." in compared
    assert "Much." not in compared


def test_staff_give_more_time_or_go_on_on_their_pages(
    client: TestClient, app: FastAPI, clock: StandingClock, world: World, session_with_mail: Session
) -> None:
    asked(session_with_mail, world)
    sign_in(client, app, world.vvsg_staff)
    clock.now = UNTIL + timedelta(hours=1)
    assert "Give more time, or go on without an answer." in get(client, f"{PAGE}?lang=en").text()
    past = form(form_key="more-time-1", until_day="2026-11-29", until_time="10:00")
    assert client.post(f"{PAGE}/more-time", data=past).status_code == 422
    assert (
        client.post(f"{PAGE}/more-time", data=form(form_key="more-time-2", until_day="2026-12-02")).status_code == 303
    )
    assert "Go on without an answer" in get(client, f"{PAGE}/going-on?lang=en").text()
    for _ in range(2):
        assert client.post(f"{PAGE}/going-on", data={"form_key": "going-on-1"}).status_code == 303
    again = client.post(f"{PAGE}/going-on?lang=en", data={"form_key": "going-on-2"})
    assert again.status_code == 409
    assert "No question is open" in get(client, f"{PAGE}/going-on?lang=en").text()
    closed = get(client, f"{PAGE}?lang=en").text()
    assert "without an answer; the answers of the last submission count" in closed


def test_who_has_a_conflict_and_who_is_not_of_the_team_see_nothing(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    with transaction(session):
        own = factories.member(session, Role.STAFF, name="Officer with a past at Alfa")
        factories.add(
            session,
            Membership(person_id=number(own), role=Role.COORDINATOR, local_government_id=number(world.alfa)),
        )
    people: list[Person] = [own, world.candidate_of_a, world.ralga_staff, world.auditor]
    for person in people:
        sign_in(client, app, person)
        for path in ("", "/going-on"):
            assert client.get(f"{PAGE}{path}").status_code == 404
        for path in ("", "/more-time", "/going-on"):
            assert client.post(f"{PAGE}{path}", data=form()).status_code == 404


def test_what_was_submitted_before_submissions_were_kept_is_kept_with_the_question(
    both: tuple[sa.Engine, World],
) -> None:
    engine, world = both
    with session_on(engine) as session:
        submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
        with transaction(session):
            session.execute(sa.delete(CandidacySubmission))
        with transaction(session):
            staff = actor_of(session, world.vvsg_staff)
            clarifications.ask(session, record_of(session), ABOUT, actor=staff, now=NOW)
        save(session, world, Section.MOTIVATION, ANSWER, now=NOW)
        submit(session, world, now=NOW)
        (one,) = rounds_of(session, number(world.candidacy_of_alfa))
        assert one.before is not None
        assert one.after is not None
        assert one.before.answers == COMPLETE
        assert (one.before.number, one.after.number) == (1, 2)


def test_what_is_typed_for_an_answer_is_read_by_others_once_it_is_submitted(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    asked(session, world)
    with transaction(session):
        assessment_kit.give(session, world.candidacy_of_alfa, world.outsider)
    save(session, world, Section.MOTIVATION, {**ANSWER, "exchange": "Half a sent"}, now=NOW + timedelta(hours=1))
    readers = (world.vvsg_staff, "/staff/candidacies/SDG-AAAAAA"), (world.outsider, "/assessments/SDG-AAAAAA")
    for person, path in readers:
        text = get(sign_in(client, app, person), f"{path}?lang=en").text()
        assert ("In turn." in text, "Half a sent" in text) == (True, False), path
    save(session, world, Section.MOTIVATION, ANSWER, now=NOW + timedelta(hours=2))
    submit(session, world, now=NOW + timedelta(hours=3))
    for person, path in readers:
        text = get(sign_in(client, app, person), f"{path}?lang=en").text()
        assert ("In turn." in text, ANSWER["exchange"] in text) == (False, True), path


def test_a_candidacy_returned_without_a_round_can_be_changed_anywhere(both: tuple[sa.Engine, World]) -> None:
    """As they were before rounds existed: nothing says which sections were meant."""
    engine, world = both
    with session_on(engine) as session:
        asked(session, world)
        with transaction(session):
            session.execute(sa.delete(Clarification))
        save(session, world, Section.INVOLVEMENT, COMPLETE[Section.INVOLVEMENT] | {"others": "All"}, now=NOW)
        staff: Actor = actor_of(session, world.vvsg_staff)
        with pytest.raises(NothingAsked), transaction(session):
            clarifications.give_more_time(session, record_of(session), UNTIL, actor=staff, now=NOW)
        submit(session, world, now=world.call.closes_at + timedelta(days=1))
    assert state_of(engine, world.candidacy_of_alfa) is CandidacyState.SUBMITTED
