"""Reminders: who gets which, when, once, in whose language, and when no more."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.clarifications import Question
from app.domain.codes import CandidacyState, Section
from app.domain.reminders import moment_before
from app.models import Call, Candidacy, CandidacyMember, Clarification, Event, LateAdmission, Mail, Programme
from app.models.database import transaction
from app.queries.candidacies import any_candidacy
from app.services import candidacies, clarifications
from app.services.jobs import JOBS
from app.services.reminders import remind
from tests import factories, personas
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.candidacy_kit import COMPLETE, actor_of, fill, session_on, submitted
from tests.pages import get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both
SECOND = timedelta(seconds=1)
# half an hour before midnight in Brussels; the clocks go back on 25 October, five days before
CLOSES = datetime(2026, 10, 30, 22, 59, tzinfo=UTC)


def prepare(session: Session, world: World, *, started_at: datetime = CLOSES - timedelta(days=40)) -> None:
    """Leave one draft, of Alfa, with a second author who reads French."""
    with transaction(session):
        session.execute(sa.update(Call).values(opens_at=CLOSES - timedelta(days=60), closes_at=CLOSES))
        session.execute(sa.update(Candidacy).values(created_at=started_at))
        beta = sa.update(Candidacy).where(col(Candidacy.id) == world.candidacy_of_beta.id)
        session.execute(beta.values(state=CandidacyState.WITHDRAWN))
        second = factories.person(session, "Collègue d'Alfa", language="fr", email="collegue@example.org")
        factories.add(session, CandidacyMember(candidacy_id=number(world.candidacy_of_alfa), person_id=number(second)))


def reminders(session: Session) -> list[Mail]:
    session.rollback()
    query = sa.select(Mail).where(col(Mail.kind).endswith("_reminder")).order_by(col(Mail.id))
    return list(session.scalars(query))


def test_reminders_go_out_at_their_moments_once_each_over_a_change_of_the_clocks(
    both: tuple[sa.Engine, World],
) -> None:
    engine, world = both
    with session_on(engine) as session:
        prepare(session, world)
        written = []
        for days in (14, 7, 2):
            moment = moment_before(CLOSES, days)
            written += [remind(session, at) for at in (moment - SECOND, moment, moment, moment + SECOND)]
        assert written == [0, 2, 0, 0] * 3
        assert remind(session, CLOSES) == 0
        found = reminders(session)
        assert [mail.language for mail in found] == ["fr", "nl"] * 3
        assert len({mail.unique_key for mail in found}) == 6
        logged = session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == "candidacy.reminded")).all()
        assert [details["count"] for details in logged] == [2, 2, 2]


def test_the_first_sentence_says_what_is_missing_and_until_when(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        prepare(session, world)
        fill(session, world.candidacy_of_alfa, {key: COMPLETE[key] for key in COMPLETE if key is not Section.THEME})
        remind(session, moment_before(CLOSES, 14))
        first = reminders(session)[1].text.replace("\xa0", " ").split("\n\n")[1]
        assert first == (
            "Vul de kandidatuur van Alfa (SDG-AAAAAA) aan en dien ze in voor vrijdag 30 oktober 2026, 23.59 uur "
            "(Brussel); nog te doen: Thema en land."
        )
        fill(session, world.candidacy_of_alfa, {Section.THEME: COMPLETE[Section.THEME]})
        remind(session, moment_before(CLOSES, 7))
        assert "alle delen zijn volledig." in reminders(session)[3].text.split("\n\n")[1]


def test_nobody_is_reminded_after_submission_or_withdrawal_or_without_days(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        prepare(session, world)
        author = actor_of(session, world.candidate_of_a)
        with transaction(session):
            rules = sa.select(col(Programme.rules)).where(col(Programme.id) == world.programme.id)
            kept = dict(session.scalars(rules).one())
            session.execute(sa.update(Programme).values(rules={**kept, "reminder_days": []}))
        assert remind(session, CLOSES - timedelta(days=2)) == 0
        with transaction(session):
            session.execute(sa.update(Programme).values(rules=kept))
            record = any_candidacy(session, "SDG-AAAAAA")
            assert record is not None
            candidacies.withdraw(session, record, actor=author, now=CLOSES - timedelta(days=5))
        assert remind(session, CLOSES - timedelta(days=2)) == 0
        assert reminders(session) == []


def test_a_draft_of_today_waits_a_day(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    started = moment_before(CLOSES, 2) - timedelta(hours=2)
    with session_on(engine) as session:
        prepare(session, world, started_at=started)
        assert remind(session, moment_before(CLOSES, 2)) == 0
        assert remind(session, started + timedelta(days=1)) == 2


def test_who_is_let_in_late_is_reminded_of_that_moment(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    until = CLOSES + timedelta(days=10)
    with session_on(engine) as session:
        prepare(session, world)
        with transaction(session):
            session.add(
                LateAdmission(
                    call_id=number(world.call),
                    local_government_id=number(world.alfa),
                    until=until,
                    reason="Ill.",
                    admitted_at=CLOSES,
                    admitted_by=number(world.vvsg_staff),
                )
            )
        assert remind(session, CLOSES + timedelta(days=2)) == 0
        assert remind(session, moment_before(until, 7)) == 2
        assert "9 novembre 2026" in reminders(session)[0].text.replace("\xa0", " ")


def test_an_open_question_is_reminded_of_two_days_before(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    until = NOW + timedelta(days=7)
    with session_on(engine) as session:
        with transaction(session):
            beta = sa.update(Candidacy).where(col(Candidacy.id) == world.candidacy_of_beta.id)
            session.execute(beta.values(state=CandidacyState.WITHDRAWN))
        submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
        staff = actor_of(session, world.vvsg_staff)
        record = any_candidacy(session, "SDG-AAAAAA")
        assert record is not None
        with transaction(session):
            question = Question((Section.MOTIVATION,), "What do you mean?", until)
            clarifications.ask(session, record, question, actor=staff, now=NOW)
        assert remind(session, until - timedelta(days=2) - SECOND) == 0
        assert [remind(session, until - timedelta(days=2)) for _ in range(2)] == [1, 0]
        mail = reminders(session)[0]
        assert mail.kind == "clarification_reminder"
        assert "What do you mean?" in mail.text
        longer = until + timedelta(days=3)
        with transaction(session):
            clarifications.give_more_time(session, record, longer, actor=staff, now=until)
        assert remind(session, longer - timedelta(days=2)) == 1
        with transaction(session):
            session.execute(sa.update(Clarification).values(closed_at=longer))
        assert remind(session, longer - timedelta(days=1)) == 0


@pytest.mark.usefixtures("session")
def test_staff_see_which_reminders_went_out(client: TestClient, app: FastAPI, world: World, session: Session) -> None:
    session.info["base_url"] = "http://testserver"
    prepare(session, world)
    remind(session, moment_before(CLOSES, 14))
    sign_in(client, app, world.vvsg_staff)
    page = get(client, "/staff/candidacies/SDG-AAAAAA?lang=en").text()
    assert "collegue@example.org Friday 16 October 2026, 23:59 (Brussels) · Waiting" in page
    assert "2 people were reminded of Friday 30 October 2026, 23:59 (Brussels), the last moment to submit." in page


def test_the_job_is_registered() -> None:
    assert [job.run for job in JOBS if job.name == "candidacies.remind"] == [remind]
