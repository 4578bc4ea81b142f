"""What readers do, on both engines: scores are never lost, never silently replaced, and points follow at once."""

from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.assessment import (
    Given,
    ScoreMissing,
    ScoreReasonMissing,
    ScoresChanged,
    ScoresFinished,
    ScoresNotFinished,
    UnableToScore,
)
from app.domain.codes import CandidacyState, Role, Section
from app.models import Candidacy, CandidacySection, DiscussionNote, Event, Mail, Membership, Person, Programme, Reading
from app.models.database import transaction
from app.queries.candidacies import any_candidacy
from app.queries.people import actor_of_person
from app.queries.readings import OwnReading, notes_of, open_to_declare, own_reading, own_readings
from app.services import assessment, candidacies, people
from tests import factories
from tests.factories import NOW, number
from tests.integration.assessment_kit import CRITERIA, give, scored
from tests.integration.candidacy_kit import both, fill, session_on
from tests.personas import World

__all__ = ["both"]
Both = tuple[sa.Engine, World]
ALFA = "SDG-AAAAAA"
WHOLE = {code: Given(4, f"Because of {code}.") for code in CRITERIA}


@pytest.fixture
def given(both: Both) -> Both:
    """Alfa is submitted and given to two readers: the outsider and somebody of the programme team."""
    engine, world = both
    with session_on(engine) as session:
        fill(session, world.candidacy_of_alfa)
        with transaction(session):
            move(session, world.candidacy_of_alfa, CandidacyState.SUBMITTED)
            for person in (world.outsider, world.vvsg_staff):
                give(session, world.candidacy_of_alfa, person)
    return both


def move(session: Session, candidacy: Candidacy, state: CandidacyState) -> None:
    of = col(Candidacy.id) == number(candidacy)
    session.execute(sa.update(Candidacy).where(of).values(state=state, submitted_at=NOW))


def reading_of(session: Session, person: Person) -> OwnReading:
    found = own_reading(session, actor_of_person(session, number(person)), ALFA)
    assert found is not None
    return found


def save(session: Session, person: Person, scores: dict[str, Given], *, edit: int) -> int:
    actor = actor_of_person(session, number(person))
    reading = reading_of(session, person)
    with transaction(session):
        return assessment.save_scores(session, reading, scores, edit=edit, actor=actor, now=NOW)


def finish(session: Session, person: Person) -> None:
    actor = actor_of_person(session, number(person))
    reading = reading_of(session, person)
    with transaction(session):
        assessment.finish(session, reading, actor=actor, now=NOW)


def points_of(session: Session) -> int | None:
    return session.scalars(sa.select(col(Candidacy.assessment_points)).where(col(Candidacy.reference) == ALFA)).one()


def verbs(session: Session) -> list[str]:
    return list(session.scalars(sa.select(col(Event.verb)).order_by(col(Event.id))))


def test_saving_moves_the_candidacy_into_assessment_and_keeps_what_was_written(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        partly = {**WHOLE, "openness": Given(None, "Half a thought"), "exchange": Given()}
        assert save(session, world.outsider, partly, edit=0) == 1
        found = reading_of(session, world.outsider)
        assert (found.state, found.edit, found.finished_at) == (CandidacyState.IN_ASSESSMENT, 1, None)
        assert dict(found.scores) == {code: one for code, one in partly.items() if code != "exchange"}
        assert points_of(session) is None
        assert verbs(session) == ["candidacy.moved"]


def test_the_same_scores_again_change_nothing(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        assert save(session, world.outsider, WHOLE, edit=0) == 1
        assert save(session, world.outsider, WHOLE, edit=0) == 1
        finish(session, world.outsider)
        finish(session, world.outsider)
        assert save(session, world.outsider, WHOLE, edit=1) == 1
        assert verbs(session).count("assessment.finished") == 1


def test_other_scores_from_an_older_tab_are_refused(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        save(session, world.outsider, WHOLE, edit=0)
        with pytest.raises(ScoresChanged) as refused:
            save(session, world.outsider, {**WHOLE, "openness": Given(1, "Other")}, edit=0)
        assert refused.value.params == {"edit": 1}
        assert dict(reading_of(session, world.outsider).scores) == WHOLE


def test_finishing_needs_points_and_reasons_and_then_they_stand(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        save(session, world.outsider, {**WHOLE, "openness": Given(None, "Why")}, edit=0)
        with pytest.raises(ScoreMissing):
            finish(session, world.outsider)
        save(session, world.outsider, {**WHOLE, "openness": Given(2, "")}, edit=1)
        with pytest.raises(ScoreReasonMissing):
            finish(session, world.outsider)
        save(session, world.outsider, WHOLE, edit=2)
        finish(session, world.outsider)
        assert points_of(session) == 8200
        with pytest.raises(ScoresFinished):
            save(session, world.outsider, {**WHOLE, "openness": Given(1, "Other")}, edit=3)


def test_reopening_is_logged_with_what_could_be_seen(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        for person in (world.outsider, world.vvsg_staff):
            save(session, person, WHOLE, edit=0)
            finish(session, person)
        actor = actor_of_person(session, number(world.outsider))
        with transaction(session):
            assessment.reopen(session, reading_of(session, world.outsider), actor=actor, now=NOW)
        with pytest.raises(ScoresNotFinished), transaction(session):
            assessment.reopen(session, reading_of(session, world.outsider), actor=actor, now=NOW)
        last = session.scalars(sa.select(Event).order_by(col(Event.id).desc()).limit(1)).one()
        assert (last.verb, last.details) == ("assessment.reopened", {"count": 1})
        assert save(session, world.outsider, {**WHOLE, "openness": Given(0, "Changed")}, edit=2) == 3


@pytest.mark.parametrize("state", [CandidacyState.SELECTED, CandidacyState.RESERVE, CandidacyState.NOT_SELECTED])
def test_nothing_changes_after_the_decision(given: Both, state: CandidacyState) -> None:
    engine, world = given
    with session_on(engine) as session:
        with transaction(session):
            move(session, world.candidacy_of_alfa, state)
        with pytest.raises(UnableToScore):
            save(session, world.outsider, WHOLE, edit=0)


def test_a_withdrawn_candidacy_is_gone_for_its_readers(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        with transaction(session):
            move(session, world.candidacy_of_alfa, CandidacyState.WITHDRAWN)
        assert own_readings(session, actor_of_person(session, number(world.outsider))) == []


def test_a_declared_conflict_takes_the_candidacy_away_at_once_and_tells_the_team(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        for person in (world.outsider, world.vvsg_staff):
            save(session, person, WHOLE if person is world.outsider else {**WHOLE, "exchange": Given(0, "No")}, edit=0)
            finish(session, person)
        with transaction(session):
            factories.member(session, Role.STAFF, name="Second officer")
        actor = actor_of_person(session, number(world.outsider))
        candidacy = open_to_declare(session, actor, ALFA)
        assert candidacy is not None
        with transaction(session):
            assessment.declare_conflict(session, candidacy, "My brother is mayor there.", actor=actor, now=NOW)
        assert own_reading(session, actor, ALFA) is None
        assert open_to_declare(session, actor, ALFA) is None
        assert points_of(session) == 5800
        mails = session.execute(sa.select(col(Mail.person_id), col(Mail.text)).order_by(col(Mail.id))).all()
        assert len(mails) == 2
        assert all("My brother is mayor there." in text for _, text in mails)


def test_a_role_that_makes_or_ends_a_conflict_changes_the_points_at_once(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        staff = actor_of_person(session, number(world.vvsg_staff))
        for person, points in ((world.outsider, 5), (world.vvsg_staff, 1)):
            save(session, person, {code: Given(points, "Because.") for code in CRITERIA}, edit=0)
            finish(session, person)
        both_count = points_of(session)
        reader, role = number(world.outsider), people.Grant(Role.PARTICIPANT, number(world.alfa))
        with transaction(session):
            people.give_role(session, staff, reader, role, now=NOW)
        only_the_low_one = points_of(session)
        assert both_count is not None
        assert only_the_low_one is not None
        assert only_the_low_one < both_count
        membership = session.scalars(
            sa.select(col(Membership.id)).where(
                col(Membership.person_id) == reader, col(Membership.local_government_id) == number(world.alfa)
            )
        ).one()
        with transaction(session):
            people.take_role(session, staff, reader, membership or 0, now=NOW)
        assert points_of(session) == both_count


def test_an_answer_about_city_links_changes_the_points_once_it_is_submitted(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        save(session, world.outsider, WHOLE, edit=0)
        finish(session, world.outsider)
        before, author = points_of(session), actor_of_person(session, number(world.candidate_of_a))
        with transaction(session):
            of = col(CandidacySection.candidacy_id) == number(world.candidacy_of_alfa)
            links = sa.update(CandidacySection).where(of, col(CandidacySection.section) == Section.CITY_LINKS)
            session.execute(links.values(answers={"has_links": "yes", "links": "Dogbo"}))
            move(session, world.candidacy_of_alfa, CandidacyState.RETURNED)
        record = any_candidacy(session, ALFA)
        assert record is not None
        with transaction(session):
            candidacies.submit(session, record, actor=author, now=NOW)
        after = points_of(session)
        assert before is not None
        assert after is not None
        assert after < before


def test_a_note_waits_for_the_own_scores(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        actor = actor_of_person(session, number(world.outsider))
        with pytest.raises(ScoresNotFinished), transaction(session):
            assessment.add_note(session, number(world.candidacy_of_alfa), "Too early", actor=actor, now=NOW)
        with transaction(session):
            scored(session, _reading(session, world.outsider), 3)
            assessment.add_note(session, number(world.candidacy_of_alfa), "Agreed on 3.", actor=actor, now=NOW)
        assert [(one.person_name, one.text) for one in notes_of(session, number(world.candidacy_of_alfa))] == [
            ("Outsider", "Agreed on 3.")
        ]
        assert session.scalars(sa.select(sa.func.count()).select_from(DiscussionNote)).one() == 1


def _reading(session: Session, person: Person) -> Reading:
    return session.scalars(sa.select(Reading).where(col(Reading.person_id) == number(person))).one()


def test_two_readers_who_finish_at_once_both_count(given: Both) -> None:
    engine, world = given
    for person, points in ((world.outsider, 5), (world.vvsg_staff, 0)):
        with session_on(engine) as session:
            save(session, person, {code: Given(points, "Why") for code in CRITERIA}, edit=0)
    faults: list[BaseException] = []

    def work(person: Person) -> None:
        try:
            with session_on(engine) as session:
                finish(session, person)
        except BaseException as fault:  # noqa: BLE001 - told below
            faults.append(fault)

    threads = [Thread(target=work, args=(person,)) for person in (world.outsider, world.vvsg_staff)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert faults == []
    with session_on(engine) as session:
        assert points_of(session) == 5500


def test_criteria_that_change_give_new_points_at_once(given: Both) -> None:
    engine, world = given
    with session_on(engine) as session:
        save(session, world.outsider, {**WHOLE, "exchange": Given(0, "No")}, edit=0)
        finish(session, world.outsider)
        assert points_of(session) == 5800
        with transaction(session):
            programme = session.get_one(Programme, number(world.programme))
            rules: dict[str, Any] = dict(programme.rules)
            weights = {"exchange": 90, "city_links": 10}
            chosen = [one for one in rules["assessment"]["criteria"] if one["code"] in weights]
            rules["assessment"] = {
                "criteria": [{**one, "weight": weights[one["code"]]} for one in chosen],
                "readers": 2,
            }
            programme.rules = rules
            session.flush()
            assert assessment.refresh_call(session, number(world.call)) == 1
        assert points_of(session) == 1000
        assert reading_of(session, world.outsider).scores["openness"] == WHOLE["openness"]
