"""Who may read which candidacy, decided in the query, on both engines."""

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC, Actor
from app.domain.codes import Role
from app.models import Candidacy, LocalGovernment, Person
from app.models.database import transaction
from app.queries.candidacy_access import given_to, in_conflict, known_conflict, open_to_staff, readable_by
from app.queries.people import actor_of_person
from tests import factories
from tests.factories import number
from tests.integration.assessment_kit import declare, give
from tests.integration.candidacy_kit import both, session_on
from tests.personas import World

__all__ = ["both"]

ALFA, BETA = "SDG-AAAAAA", "SDG-BBBBBB"
Both = tuple[sa.Engine, World]


def seen(session: Session, condition: sa.ColumnElement[bool]) -> list[str]:
    query = sa.select(col(Candidacy.reference)).where(condition).order_by(col(Candidacy.reference))
    return list(session.scalars(query))


def actor(session: Session, person: Person) -> Actor:
    return actor_of_person(session, number(person))


def test_staff_read_everything_members_their_own_and_others_nothing(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        assert seen(session, readable_by(actor(session, world.vvsg_staff))) == [ALFA, BETA]
        assert seen(session, readable_by(actor(session, world.candidate_of_a))) == [ALFA]
        for person in (world.outsider, world.ralga_staff, world.auditor, world.gamma_coordinator):
            assert seen(session, readable_by(actor(session, person))) == []
        assert seen(session, readable_by(PUBLIC)) == []


def test_a_browser_that_only_started_a_candidacy_reads_that_one(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            other = factories.government(session)
            factories.candidacy(session, world.call, other, by=world.candidate_of_a)
            give(session, world.candidacy_of_beta, world.candidate_of_a)
        started = Actor(person_id=number(world.candidate_of_a), candidacy_id=number(world.candidacy_of_alfa))
        assert seen(session, readable_by(started)) == [ALFA]


def test_a_reader_reads_what_is_given(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            give(session, world.candidacy_of_beta, world.outsider)
        assert seen(session, readable_by(actor(session, world.outsider))) == [BETA]
        assert seen(session, given_to(actor(session, world.outsider))) == [BETA]
        assert seen(session, given_to(actor(session, world.vvsg_staff))) == []


def test_a_declared_conflict_blocks_the_reader_and_the_programme_team(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            for person in (world.outsider, world.vvsg_staff):
                give(session, world.candidacy_of_beta, person)
                declare(session, world.candidacy_of_beta, person)
        assert seen(session, readable_by(actor(session, world.outsider))) == []
        assert seen(session, readable_by(actor(session, world.vvsg_staff))) == [ALFA]
        assert seen(session, open_to_staff(actor(session, world.vvsg_staff))) == [ALFA]


def test_a_role_at_the_local_government_is_a_known_conflict_also_after_a_merger(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            merged = factories.government(session, "Merged")
            session.get_one(LocalGovernment, number(merged)).successor_code = world.beta.code
            at_merged = factories.member(session, Role.PARTICIPANT, government=merged)
            at_alfa = factories.member(session, Role.COORDINATOR, government=world.alfa)
            for person in (at_merged, at_alfa):
                give(session, world.candidacy_of_alfa, person)
                give(session, world.candidacy_of_beta, person)
        assert seen(session, readable_by(actor(session, at_merged))) == [ALFA]
        assert seen(session, readable_by(actor(session, at_alfa))) == [BETA]
        assert seen(session, known_conflict(number(at_alfa))) == [ALFA]


def test_an_author_in_the_programme_team_reads_it_as_an_author_only(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            own = factories.government(session)
            made = factories.candidacy(session, world.call, own, by=world.vvsg_staff, reference="SDG-CCCCCC")
            give(session, made, world.vvsg_staff)
        staff = actor(session, world.vvsg_staff)
        assert seen(session, readable_by(staff)) == [ALFA, BETA, "SDG-CCCCCC"]
        assert seen(session, open_to_staff(staff)) == [ALFA, BETA]
        assert seen(session, given_to(staff)) == []
        assert seen(session, in_conflict(staff.person_id)) == ["SDG-CCCCCC"]


def test_conflicts_of_many_people_are_found_at_once(both: Both) -> None:
    engine, world = both
    with session_on(engine) as session:
        with transaction(session):
            declare(session, world.candidacy_of_beta, world.outsider)
        query = sa.select(col(Candidacy.reference), col(Person.name)).join(Person, in_conflict(col(Person.id)))
        rows = session.execute(query.order_by(col(Candidacy.reference), col(Person.name))).all()
        assert [tuple(row) for row in rows] == [
            (ALFA, "Contact of Alfa"),
            (BETA, "Contact of Beta"),
            (BETA, "Outsider"),
        ]
