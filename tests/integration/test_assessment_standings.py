"""Where candidacies stand, read from the database on both engines."""

from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.domain.assessment import LinkFinding
from app.domain.clarifications import Question
from app.domain.codes import CandidacyState, Section
from app.models import Candidacy, CandidacySection, CityLink
from app.models.database import transaction
from app.queries.assessment import standing_of, standings
from app.queries.candidacies import any_candidacy
from app.queries.people import actor_of_person
from app.services import clarifications
from app.services.events import record
from tests import factories
from tests.factories import NOW, number
from tests.integration.assessment_kit import count_of, declare, give, scored
from tests.integration.candidacy_kit import COMPLETE, both, fill, session_on
from tests.personas import World

__all__ = ["both"]
Both = tuple[sa.Engine, World]


@pytest.fixture
def submitted(both: Both) -> Both:
    """Alfa is in assessment with all its answers, Beta is a draft."""
    engine, world = both
    with session_on(engine) as session:
        fill(session, world.candidacy_of_alfa)
        with transaction(session):
            session.execute(
                sa.update(Candidacy)
                .where(col(Candidacy.id) == number(world.candidacy_of_alfa))
                .values(state=CandidacyState.IN_ASSESSMENT, submitted_at=NOW)
            )
    return both


def test_a_candidacy_stands_with_its_readers_means_and_points(submitted: Both) -> None:
    engine, world = submitted
    with session_on(engine) as session:
        with transaction(session):
            scored(session, give(session, world.candidacy_of_alfa, world.outsider), 4)
            scored(session, give(session, world.candidacy_of_alfa, world.vvsg_staff), 2)
            scored(session, give(session, world.candidacy_of_alfa, world.auditor), 0, finished_at=None)
        (alfa,) = standings(session, number(world.call))
    assert (alfa.reference, alfa.government_name, alfa.region, alfa.tracks) == (
        "SDG-AAAAAA",
        "Alfa",
        "Antwerpen",
        ("rwanda",),
    )
    assert alfa.state is CandidacyState.IN_ASSESSMENT
    assert [(one.person_name, one.finished, one.points) for one in alfa.readings] == [
        ("Auditor", False, None),
        ("Outsider", True, 8200),
        ("Programme officer", True, 4600),
    ]
    assert alfa.readings[1].scores["openness"].reason == "Because of openness."
    assert alfa.means["exchange"] == Fraction(3)
    assert alfa.means["city_links"] == Fraction(5)
    assert (alfa.points, alfa.spread, alfa.disagreement) == (6400, 3600, 4000)


def test_a_reader_with_a_conflict_is_left_out_with_all_scores(submitted: Both) -> None:
    engine, world = submitted
    with session_on(engine) as session:
        with transaction(session):
            scored(session, give(session, world.candidacy_of_alfa, world.outsider), 4)
            declare(session, world.candidacy_of_alfa, world.outsider)
            scored(session, give(session, world.candidacy_of_alfa, world.candidate_of_a), 5)
        alfa = standing_of(session, number(world.candidacy_of_alfa), number(world.call))
    assert alfa.readings == ()
    assert alfa.points is None


def test_reopening_is_told_only_where_others_could_be_seen(submitted: Both) -> None:
    engine, world = submitted
    with session_on(engine) as session:
        with transaction(session):
            for person, others in ((world.outsider, 1), (world.auditor, 0)):
                give(session, world.candidacy_of_alfa, person)
                subject = ("candidacy", number(world.candidacy_of_alfa))
                reader = actor_of_person(session, number(person))
                record(session, reader, "assessment.reopened", subject=subject, now=NOW, count=others)
        (alfa,) = standings(session, number(world.call))
    assert [(one.person_name, one.reopened) for one in alfa.readings] == [("Auditor", False), ("Outsider", True)]


@pytest.mark.parametrize(
    ("until", "finding"), [("", LinkFinding.DISPUTED), ("2019", LinkFinding.NONE)], ids=["goes on", "ended"]
)
def test_a_known_link_counts_while_it_goes_on(submitted: Both, until: str, finding: LinkFinding) -> None:
    engine, world = submitted
    with session_on(engine) as session:
        with transaction(session):
            merged = factories.government(session, "Merged into Alfa")
            merged.successor_code = world.alfa.code
            session.add(merged)
            session.add(
                CityLink(
                    flemish_code=merged.code,
                    flemish_name="Merged",
                    partner_name="Dogbo",
                    partner_country="BJ",
                    until=until,
                    kind="city_link",
                    source="test",
                    certainty="high",
                )
            )
        (alfa,) = standings(session, number(world.call))
    assert (alfa.links, alfa.known_links) == (finding, () if until else ("Dogbo (BJ)",))


def test_three_candidacies_cost_as_many_queries_as_one(submitted: Both) -> None:
    engine, world = submitted
    costs = []
    with session_on(engine) as session:
        for _ in range(2):
            statements = count_of(engine)
            standings(session, number(world.call))
            costs.append(len(statements))
            with transaction(session):
                for _ in range(2):
                    more = factories.candidacy(
                        session, world.call, factories.government(session), state=CandidacyState.SUBMITTED
                    )
                    scored(session, give(session, more, world.outsider), 3)
            fill(session, more, {Section.THEME: COMPLETE[Section.THEME]})
        assert len(standings(session, number(world.call))) == 5
    assert costs[0] == costs[1] == 8


def test_while_a_candidacy_is_returned_what_was_submitted_counts(submitted: Both) -> None:
    engine, world = submitted
    with session_on(engine) as session:
        staff, author = actor_of_person(session, number(world.vvsg_staff)), world.candidate_of_a
        record_of = any_candidacy(session, world.candidacy_of_alfa.reference)
        assert record_of is not None
        with transaction(session):
            question = Question((Section.CITY_LINKS,), "Which?", NOW + timedelta(days=3))
            clarifications.ask(session, record_of, question, actor=staff, now=NOW)
            typed = {"has_links": "yes", "links": "With somebody"}
            section = sa.update(CandidacySection).where(col(CandidacySection.section) == Section.CITY_LINKS)
            session.execute(section.values(answers=typed, person_id=number(author)))
        (alfa,) = standings(session, number(world.call))
    assert alfa.links is LinkFinding.NONE
