"""What visits and lists of attendance ask of whom, until when, and where it is done."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Category, Presence, PresenceSource, Representing, SessionStatus, Side
from app.domain.tasks import Task
from app.domain.visit_costs import CostLine
from app.domain.visit_report import ReportFacts
from app.models import AgendaSession, Attendance, Person, TravellerCheck
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.services import task_mails, tasks, visit_delegation
from app.services.visit_delegation import TravellerWords
from app.services.visit_estimates import Draft, save
from app.services.visit_report import hand_in
from tests import factories
from tests.factories import NOW, number
from tests.integration.visit_kit import PAIR, back, plan, seen
from tests.personas import World

DAY = timedelta(days=1)
# the visit of ``plan``: 30 November to 6 December 2026, in Karongi
BEFORE = datetime(2026, 9, 20, 8, tzinfo=UTC)
AFTER = datetime(2026, 12, 8, 8, tzinfo=UTC)


@pytest.fixture
def visit(session: Session, world: World) -> int:
    return plan(session, world)


def asked(session: Session, person: Person, now: datetime, kind: str) -> list[Task]:
    """Give the tasks of that kind that somebody has."""
    actor = actor_of_person(session, number(person))
    found = [one for one in tasks.tasks_of(session, actor, locale="en", now=now) if one.key.startswith(f"{kind}:")]
    session.rollback()
    return found


def sends(session: Session, world: World, visit: int) -> None:
    """Let one person travel."""
    coordinator = actor_of_person(session, number(world.gamma_coordinator))
    words = TravellerWords("Mayor of Gamma", "", Representing.POLITICIAN, "nl")
    facts = seen(session, world.gamma_coordinator, visit)
    session.rollback()
    with transaction(session):
        visit_delegation.add_traveller(session, coordinator, facts, words, now=NOW)


def test_the_side_that_travels_is_asked_who_travels(session: Session, world: World, visit: int) -> None:
    kind = "visit-delegation"
    assert asked(session, world.gamma_coordinator, BEFORE - 9 * DAY, kind) == []
    (early,) = asked(session, world.gamma_coordinator, BEFORE, kind)
    assert (early.title, early.path) == ("Say who travels to Karongi", f"{PAIR}/{visit}/delegation")
    assert early.due_on == date(2026, 10, 1)
    (late,) = asked(session, world.gamma_coordinator, NOW, kind)
    assert late.due_on == date(2026, 11, 30)
    assert asked(session, world.karongi_coordinator, NOW, kind) == []
    (over,) = asked(session, world.gamma_coordinator, AFTER, kind)
    assert (over.title, over.due_on) == ("Say who travelled to Karongi", date(2027, 1, 5))
    sends(session, world, visit)
    for now in (BEFORE, NOW, AFTER):
        assert asked(session, world.gamma_coordinator, now, kind) == []


def test_marks_of_who_was_there_say_who_travelled(session: Session, world: World, visit: int) -> None:
    mark(session, world.gamma.id or 0, visit)
    assert asked(session, world.gamma_coordinator, AFTER, "visit-delegation") == []


def mark(session: Session, government: int, at: int, source: PresenceSource = PresenceSource.HOST) -> None:
    factories.add(
        session,
        Attendance(
            session_id=at,
            guest_name=f"Somebody of {government}",
            local_government_id=government,
            presence=Presence.PRESENT,
            source=source,
            marked_at=NOW,
        ),
    )
    session.commit()


def test_the_report_is_asked_once_the_visit_is_over(session: Session, world: World, visit: int) -> None:
    assert asked(session, world.gamma_coordinator, NOW, "visit-report") == []
    (found,) = asked(session, world.gamma_coordinator, AFTER, "visit-report")
    assert (found.path, found.due_on) == (f"{PAIR}/{visit}/report", date(2027, 1, 5))
    assert asked(session, world.karongi_coordinator, AFTER, "visit-report") == []
    facts = seen(session, world.gamma_coordinator, visit)
    coordinator = actor_of_person(session, number(world.gamma_coordinator))
    session.rollback()
    with transaction(session):
        report = ReportFacts("en", "Held", "Met", "Agreed", "One", "Two")
        hand_in(session, coordinator, facts, report, version=0, now=AFTER)
    assert asked(session, world.gamma_coordinator, AFTER, "visit-report") == []


def test_a_visit_that_was_called_off_asks_nothing(session: Session, world: World, visit: int) -> None:
    sends(session, world, visit)
    with transaction(session):
        session.get_one(AgendaSession, visit).status = SessionStatus.CANCELLED
    for person in (world.gamma_coordinator, world.karongi_coordinator, world.vvsg_staff):
        for now in (BEFORE, NOW, AFTER):
            assert [one for one in all_of(session, person, now) if one.key.startswith("visit-")] == []


def all_of(session: Session, person: Person, now: datetime) -> list[Task]:
    found = tasks.tasks_of(session, actor_of_person(session, number(person)), locale="en", now=now)
    session.rollback()
    return found


def test_each_side_checks_its_part_of_the_list(session: Session, world: World, visit: int) -> None:
    sends(session, world, visit)
    codes = [
        sorted(one.key.rpartition(":")[2] for one in asked(session, person, NOW, "visit-check"))
        for person in (world.gamma_coordinator, world.karongi_coordinator, world.vvsg_staff)
    ]
    assert codes == [["insurance", "passport", "ticket", "vaccination", "visa"], ["invitation", "stay"], []]
    one = next(one for one in asked(session, world.karongi_coordinator, NOW, "visit-check") if "stay" in one.key)
    assert one.title == "Check for the visit to Karongi: Accommodation arranged"
    assert (one.path, one.due_on, one.hint) == (f"{PAIR}/{visit}/checklist", date(2026, 10, 31), "Mayor of Gamma")
    with transaction(session):
        session.execute(sa.update(TravellerCheck).where(col(TravellerCheck.code) == "stay").values(done_on=NOW.date()))
    keys = [one.key for one in asked(session, world.karongi_coordinator, NOW, "visit-check")]
    assert keys == [f"visit-check:{visit}:invitation"]


def test_a_traveller_with_an_account_checks_the_own_things(session: Session, world: World) -> None:
    visit = plan(session, world, back())
    facts = seen(session, world.karongi_coordinator, visit)
    coordinator = actor_of_person(session, number(world.karongi_coordinator))
    session.rollback()
    with transaction(session):
        words = TravellerWords("", "", Representing.OFFICIAL, "en", number(world.karongi_participant))
        visit_delegation.add_traveller(session, coordinator, facts, words, now=NOW)
    now = datetime(2027, 3, 1, 8, tzinfo=UTC)
    mine = {one.key.rpartition(":")[2] for one in asked(session, world.karongi_participant, now, "visit-check")}
    theirs = {one.key.rpartition(":")[2] for one in asked(session, world.karongi_coordinator, now, "visit-check")}
    assert mine == {"passport", "visa", "vaccination"}
    assert theirs == {"insurance", "ticket"}


def test_staff_approve_an_estimate_that_waits(session: Session, world: World, visit: int) -> None:
    facts = seen(session, world.vvsg_staff, visit)
    coordinator = actor_of_person(session, number(world.gamma_coordinator))
    session.rollback()
    line = CostLine(
        "own",
        "Vlucht",
        "",
        "",
        Category.TRAVEL,
        None,
        quantity=1,
        unit_cents=90_000,
        side=Side.FLEMISH,
        note="An offer",
    )
    with transaction(session):
        save(session, facts, Draft((line,), "economy", 0), actor=coordinator, now=NOW)
    (found,) = asked(session, world.vvsg_staff, NOW, "visit-estimate")
    assert (found.title, found.path) == (
        "Approve the estimate of the visit to Karongi",
        f"{PAIR}/{visit}/estimate",
    )
    assert found.due_on == NOW.date() + 7 * DAY
    assert asked(session, world.gamma_coordinator, NOW, "visit-estimate") == []
    assert asked(session, world.vvsg_staff, AFTER, "visit-estimate") == []
    assert task_mails.send(session, NOW + 5 * DAY)


def test_a_list_of_who_was_there_is_asked_of_who_receives(session: Session, world: World) -> None:
    with transaction(session):
        made = factories.agenda_session(
            session, world.programme, of_partnership=world.partnership, starts_at=NOW - DAY, title="Markets"
        )
        made.host_side = Side.PARTNER
        of_track = factories.agenda_session(
            session, world.programme, of_track=world.rwanda, starts_at=NOW - DAY, title="All"
        )
    for person, title in (
        (world.karongi_coordinator, "Say who was there: Markets (en)"),
        (world.ralga_staff, "Say who was there: All (en)"),
        (world.vvsg_staff, "Say who was there: All (en)"),
    ):
        (found,) = asked(session, person, NOW, "attendance")
        assert (found.title, found.due_on) == (title, NOW.date())
    (late,) = asked(session, world.karongi_coordinator, NOW + 2 * DAY, "attendance")
    assert late.due_on == (NOW + 6 * DAY).date()
    assert asked(session, world.gamma_coordinator, NOW, "attendance") == []
    assert asked(session, world.karongi_participant, NOW, "attendance") == []
    assert asked(session, world.karongi_coordinator, NOW + 8 * DAY, "attendance") == []
    mark(session, number(world.gamma), number(made), PresenceSource.LINK)
    assert asked(session, world.karongi_coordinator, NOW, "attendance")
    mark(session, number(world.karongi), number(made), PresenceSource.LINK)
    assert asked(session, world.karongi_coordinator, NOW, "attendance") == []
    mark(session, number(world.gamma), number(of_track))
    assert asked(session, world.vvsg_staff, NOW, "attendance") == []
