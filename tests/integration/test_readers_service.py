"""Readers are appointed, and candidacies given to them evenly, on both engines."""

from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.assessment import UnableToScore
from app.domain.codes import CandidacyState, Role
from app.models import Candidacy, Mail, Person, Reader, Reading
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.queries.readings import readers_of
from app.services import readers
from tests import factories
from tests.factories import NOW, number
from tests.integration.assessment_kit import declare, give, scored
from tests.integration.candidacy_kit import both, session_on
from tests.personas import World

__all__ = ["both"]
Both = tuple[sa.Engine, World]


def staff(session: Session, world: World) -> Actor:
    return actor_of_person(session, number(world.vvsg_staff))


def appointed(session: Session, world: World, count: int) -> list[Person]:
    made = []
    with transaction(session):
        for position in range(count):
            person = factories.person(session, f"Reader {position}")
            session.add(Reader(programme_id=number(world.programme), person_id=number(person), added_at=NOW))
            made.append(person)
    return made


def submitted(session: Session, world: World, count: int) -> list[Candidacy]:
    with transaction(session):
        return [
            factories.candidacy(
                session, world.call, factories.government(session, f"G{position:02d}"), state=CandidacyState.SUBMITTED
            )
            for position in range(count)
        ]


def plan(session: Session, world: World) -> readers.Plan:
    return readers.plan_assignment(session, number(world.call), number(world.programme))


def carry_out(session: Session, world: World, key: str) -> readers.Plan:
    ids = number(world.call), number(world.programme)
    with transaction(session):
        return readers.carry_out(session, *ids, key, actor=staff(session, world), now=NOW)


def given(session: Session) -> list[tuple[int, int]]:
    query = sa.select(col(Reading.person_id), col(Reading.candidacy_id))
    return [(one, other) for one, other in session.execute(query.order_by(col(Reading.person_id), col(Reading.id)))]


def test_twelve_candidacies_go_to_four_readers_evenly_and_never_against_a_conflict(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        people, candidacies = appointed(session, world, 4), submitted(session, world, 12)
        with transaction(session):
            declare(session, candidacies[0], people[0])
        proposed = plan(session, world)
        assert [len(load.given) for load in proposed.loads] == [6, 6, 6, 6]
        assert (proposed.lacking, proposed.taken, proposed.conflicts) == ((), (), 1)
        carry_out(session, world, proposed.key)
        assert (number(people[0]), number(candidacies[0])) not in given(session)
        assert set(given(session)) == proposed.added
        states = set(session.scalars(sa.select(col(Candidacy.state)).where(col(Candidacy.submitted_at).is_not(None))))
        assert states == {CandidacyState.IN_ASSESSMENT}
        mails = session.scalars(sa.select(col(Mail.kind))).all()
        assert mails == ["reader_assigned"] * 4
        again = plan(session, world)
        assert again.changes_nothing
        assert carry_out(session, world, again.key).changes_nothing


def test_what_was_written_stays_and_the_rest_follows_a_new_conflict(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        people, candidacies = appointed(session, world, 3), submitted(session, world, 4)
        carry_out(session, world, plan(session, world).key)
        before = set(given(session))
        blocked = next((one, other) for one, other in sorted(before) if one == number(people[0]))
        with transaction(session):
            for reading in session.scalars(sa.select(Reading).where(col(Reading.person_id) == number(people[1]))):
                scored(session, reading, 3)
            declare(session, next(one for one in candidacies if one.id == blocked[1]), people[0])
        proposed = plan(session, world)
        written = {pair for pair in before if pair[0] == number(people[1])}
        assert not written & proposed.removed
        assert {candidacy for _, candidacy in proposed.added} >= {blocked[1]}
        assert all(len(load.given) in (2, 3) for load in proposed.loads)


def test_what_cannot_be_met_is_named(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        (reader,), (candidacy, other) = appointed(session, world, 1), submitted(session, world, 2)
        with transaction(session):
            declare(session, candidacy, reader)
        proposed = plan(session, world)
        assert [(one.reference, count) for one, count in proposed.lacking] == [
            (candidacy.reference, 2),
            (other.reference, 1),
        ]


def test_a_proposal_that_is_out_of_date_is_refused(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        people, candidacies = appointed(session, world, 2), submitted(session, world, 2)
        key = plan(session, world).key
        with transaction(session):
            declare(session, candidacies[0], people[0])
        with pytest.raises(readers.AssignmentChanged):
            carry_out(session, world, key)
        assert given(session) == []


def test_appointing_needs_a_known_address_and_does_nothing_twice(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        actor = staff(session, world)
        for _ in range(2):
            with transaction(session):
                readers.appoint(session, number(world.programme), world.outsider.email.upper(), actor=actor, now=NOW)
        assert [one.name for one in readers_of(session, number(world.programme))] == ["Outsider"]
        with pytest.raises(readers.UnknownPerson), transaction(session):
            readers.appoint(session, number(world.programme), "nobody@example.org", actor=actor, now=NOW)


def test_a_reader_who_is_dismissed_keeps_what_is_written_and_gets_nothing_else(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        people, candidacies = appointed(session, world, 3), submitted(session, world, 3)
        former = number(people[0])
        with transaction(session):
            scored(session, give(session, candidacies[0], people[0]), 3)
            give(session, candidacies[1], people[0])
            readers.dismiss(session, number(world.programme), former, actor=staff(session, world), now=NOW)
        assert given(session) == [(former, number(candidacies[0]))]
        proposed = plan(session, world)
        assert former not in {one for one, _ in proposed.added}
        assert proposed.lacking == ()
        with pytest.raises(readers.NotAReader), transaction(session):
            readers.dismiss(session, number(world.programme), former, actor=staff(session, world), now=NOW)


def test_by_hand_a_candidacy_is_given_once_never_against_a_conflict(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        people, (candidacy,) = appointed(session, world, 2), submitted(session, world, 1)
        with transaction(session):
            declare(session, candidacy, people[1])
        ids = number(candidacy), number(world.programme)
        for _ in range(2):
            with transaction(session):
                readers.give(session, *ids, number(people[0]), actor=staff(session, world), now=NOW)
        assert given(session) == [(number(people[0]), number(candidacy))]
        assert len(session.scalars(sa.select(col(Mail.id))).all()) == 1
        with pytest.raises(readers.ReaderHasConflict), transaction(session):
            readers.give(session, *ids, number(people[1]), actor=staff(session, world), now=NOW)
        with pytest.raises(readers.NotAReader), transaction(session):
            readers.give(session, *ids, number(world.outsider), actor=staff(session, world), now=NOW)


def test_by_hand_a_draft_candidacy_is_not_given(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        (person,) = appointed(session, world, 1)
        ids = number(world.candidacy_of_alfa), number(world.programme)
        with pytest.raises(UnableToScore), transaction(session):
            readers.give(session, *ids, number(person), actor=staff(session, world), now=NOW)


def test_a_candidacy_is_taken_back_only_while_nothing_is_written(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        people, (candidacy,) = appointed(session, world, 2), submitted(session, world, 1)
        with transaction(session):
            scored(session, give(session, candidacy, people[0]), 3, finished_at=None)
            give(session, candidacy, people[1])
        actor = staff(session, world)
        with pytest.raises(readers.ReadingWritten), transaction(session):
            readers.take_back(session, number(candidacy), number(people[0]), actor=actor, now=NOW)
        for _ in range(2):
            with transaction(session):
                readers.take_back(session, number(candidacy), number(people[1]), actor=actor, now=NOW)
        assert given(session) == [(number(people[0]), number(candidacy))]


def test_people_of_the_applying_government_are_known_conflicts(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        people, candidacies = appointed(session, world, 3), submitted(session, world, 6)
        with transaction(session):
            own = factories.member(
                session,
                Role.PARTICIPANT,
                government=session.get_one(type(world.alfa), candidacies[0].local_government_id),
            )
            session.add(Reader(programme_id=number(world.programme), person_id=number(own), added_at=NOW))
        proposed = plan(session, world)
        assert (number(own), number(candidacies[0])) not in proposed.added
        loads = sorted(len(load.given) for load in proposed.loads)
        assert all(more - less <= 1 for less, more in pairwise(loads))
        assert loads == [3, 3, 3, 3]
        assert len(people) == 3
