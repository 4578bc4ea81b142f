"""Names of travellers go once the programme's time to keep them is over; that somebody travelled stays known."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Representing
from app.domain.obligations import has_travelled
from app.models import Traveller
from app.models.database import transaction
from app.queries.obligations import sessions_in
from app.queries.people import actor_of_person
from app.services.jobs import JOBS
from app.services.visit_delegation import TravellerWords, add_traveller
from app.services.visit_removal import forget_travellers
from tests.factories import NOW, number
from tests.integration.visit_kit import plan, seen
from tests.personas import World


def test_names_of_travellers_go_two_years_after_the_programme_and_the_visit_still_counts(
    session: Session, world: World
) -> None:
    visit = plan(session, world)
    facts = seen(session, world.gamma_coordinator, visit)
    coordinator = actor_of_person(session, number(world.gamma_coordinator))
    session.rollback()
    with transaction(session):
        words = TravellerWords("Mia Mertens", "Mayor", Representing.POLITICIAN, "nl")
        add_traveller(session, coordinator, facts, words, now=NOW)
    ends = world.programme.ends_on
    due = datetime(ends.year + 2, ends.month, ends.day, 12, tzinfo=UTC)
    assert forget_travellers(session, due - timedelta(days=1)) == 0
    assert [forget_travellers(session, due), forget_travellers(session, due)] == [1, 0]
    columns = (col(Traveller.name), col(Traveller.function), col(Traveller.representing))
    assert session.execute(sa.select(*columns)).all() == [("…", "", Representing.POLITICIAN)]
    held = next(one.held for one in sessions_in(session, number(world.programme)) if one.id == visit)
    assert has_travelled(held, {})
    assert "retention.travellers" in [job.name for job in JOBS]
