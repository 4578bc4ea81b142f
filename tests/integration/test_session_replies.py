"""Answers to an invitation: places, the waiting line, personal links, two at the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.codes import LinkPurpose, Reply, Role, SessionStatus
from app.domain.replies import NotInvited, UnableToReply
from app.models import AgendaSession, Mail, Membership, Person, SessionReply
from app.models.database import create_engine, transaction
from app.queries.agenda import session_of
from app.queries.people import actor_of_person
from app.services import agenda, replies
from app.services.people import Grant, give_role, take_role
from app.services.personal_links import make_link
from tests import factories, pages
from tests.clients import StandingClock
from tests.factories import NOW, number
from tests.personas import World, build_world, sign_in

COMING, WAITING, NOT_COMING = Reply.COMING, Reply.WAITING, Reply.NOT_COMING


@pytest.fixture
def db(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def small(db: Session) -> World:
    return build_world(db)


def session_for(db: Session, of: World, *, capacity: int | None = None) -> int:
    with transaction(db):
        row = factories.agenda_session(db, of.programme, of_partnership=of.partnership, title="Pair")
        row.capacity = capacity
    return number(row)


def answer(db: Session, person: Person, session_id: int, comes: bool = True, minutes: int = 0) -> Reply:
    now = NOW + timedelta(minutes=minutes)
    with transaction(db):
        return replies.reply(db, actor_of_person(db, number(person)), session_id, comes=comes, now=now)


def stored(db: Session) -> dict[int, Reply]:
    db.expire_all()
    rows = db.execute(sa.select(col(SessionReply.person_id), col(SessionReply.reply)))
    return {row[0]: row[1] for row in rows}


def moved_up(db: Session) -> list[str]:
    query = sa.select(col(Mail.recipient)).where(col(Mail.kind) == "session_moved_up").order_by(col(Mail.id))
    return list(db.scalars(query))


def test_who_comes_over_the_capacity_waits_and_moves_up_in_order(db: Session, small: World) -> None:
    made = session_for(db, small, capacity=1)
    people = (small.karongi_coordinator, small.karongi_participant, small.gamma_coordinator)
    first, second, third = people
    assert [answer(db, person, made, minutes=at) for at, person in enumerate(people)] == [COMING, WAITING, WAITING]
    assert answer(db, second, made, minutes=9) is WAITING
    assert answer(db, first, made, comes=False, minutes=10) is NOT_COMING
    assert stored(db) == {first.id: NOT_COMING, second.id: COMING, third.id: WAITING}
    assert moved_up(db) == [second.email]
    assert answer(db, first, made, minutes=11) is WAITING
    assert answer(db, second, made, comes=False, minutes=12) is NOT_COMING
    assert stored(db) == {first.id: WAITING, second.id: NOT_COMING, third.id: COMING}
    assert moved_up(db) == [second.email, third.email]


def test_more_places_let_people_move_up_and_fewer_take_none_away(db: Session, small: World) -> None:
    made = session_for(db, small, capacity=1)
    for at, person in enumerate((small.karongi_coordinator, small.karongi_participant, small.gamma_coordinator)):
        answer(db, person, made, minutes=at)
    staff = actor_of_person(db, number(small.vvsg_staff))
    row = session_of(db, staff, made)
    assert row
    for capacity, coming in ((2, 2), (1, 2), (None, 3)):
        with transaction(db):
            agenda.edit(db, staff, made, replace(row.facts, capacity=capacity), now=NOW)
        assert sum(reply is COMING for reply in stored(db).values()) == coming
    assert moved_up(db) == [small.karongi_participant.email, small.gamma_coordinator.email]


def test_only_who_is_invited_answers_and_only_before_it_begins(db: Session, small: World) -> None:
    made = session_for(db, small)
    for stranger in (small.nikki_coordinator, small.outsider, small.vvsg_staff, small.auditor, small.ancb_staff):
        with pytest.raises(NotInvited):
            answer(db, stranger, made)
    with pytest.raises(UnableToReply):
        answer(db, small.karongi_participant, made, minutes=60 * 24 * 5)
    with transaction(db):
        db.get_one(AgendaSession, made).status = SessionStatus.CANCELLED
    with pytest.raises(UnableToReply):
        answer(db, small.karongi_participant, made)
    assert stored(db) == {}


def test_who_loses_the_membership_gives_the_place_free(db: Session, small: World) -> None:
    made, later = session_for(db, small, capacity=1), session_for(db, small)
    for at, person in enumerate((small.karongi_coordinator, small.gamma_coordinator)):
        answer(db, person, made, minutes=at)
    answer(db, small.karongi_coordinator, later)
    staff = actor_of_person(db, number(small.vvsg_staff))
    roles = sa.select(col(Membership.id)).where(col(Membership.person_id) == small.karongi_coordinator.id)
    with transaction(db):
        give_role(db, staff, number(small.karongi_coordinator), Grant(Role.PARTICIPANT, number(small.karongi)), now=NOW)
    first, second = (int(one or 0) for one in db.scalars(roles.order_by(col(Membership.id))).all())
    with transaction(db):
        take_role(db, staff, number(small.karongi_coordinator), first, now=NOW)
    assert stored_of(db, made) == {small.karongi_coordinator.id: COMING, small.gamma_coordinator.id: WAITING}
    with transaction(db):
        take_role(db, staff, number(small.karongi_coordinator), second, now=NOW)
    assert stored_of(db, made) == {small.gamma_coordinator.id: COMING}
    assert stored_of(db, later) == {}
    assert moved_up(db) == [small.gamma_coordinator.email]


def test_nobody_moves_up_in_a_session_that_was_called_off(db: Session, small: World) -> None:
    made = session_for(db, small, capacity=1)
    for at, person in enumerate((small.karongi_participant, small.gamma_coordinator)):
        answer(db, person, made, minutes=at)
    with transaction(db):
        db.get_one(AgendaSession, made).status = SessionStatus.CANCELLED
        db.flush()
        db.execute(sa.delete(Membership).where(col(Membership.person_id) == small.karongi_participant.id))
        replies.leave_places(db, number(small.karongi_participant), now=NOW)
    assert stored_of(db, made) == {small.gamma_coordinator.id: WAITING}
    assert moved_up(db) == []


def stored_of(db: Session, made: int) -> dict[int, Reply]:
    query = sa.select(col(SessionReply.person_id), col(SessionReply.reply)).where(col(SessionReply.session_id) == made)
    return {row[0]: row[1] for row in db.execute(query)}


def test_two_who_take_the_last_place_at_the_same_moment(database_url: str) -> None:
    engine = create_engine(database_url, pool_size=4)
    with Session(engine, expire_on_commit=False, info={"base_url": "http://testserver"}) as db:
        world = build_world(db)
        made = session_for(db, world, capacity=1)
        people = [
            number(one) for one in (world.karongi_coordinator, world.karongi_participant, world.gamma_coordinator)
        ]
    start = Barrier(len(people))

    def come(person_id: int) -> Reply:
        with Session(engine, info={"base_url": "http://testserver"}) as own:
            actor = actor_of_person(own, person_id)
            start.wait(timeout=30)
            with transaction(own):
                return replies.reply(own, actor, made, comes=True, now=NOW)

    with ThreadPoolExecutor(len(people)) as pool:
        outcomes = list(pool.map(come, people))
    assert sorted(outcomes) == sorted([COMING, WAITING, WAITING])
    with Session(engine) as db:
        assert sorted(stored(db).values()) == sorted(outcomes)
    engine.dispose()


def test_the_page_asks_who_is_invited_and_shows_hosts_who_comes(
    app: FastAPI, new_client: Callable[[], TestClient], world: World, session: Session
) -> None:
    made = session_for(session, world, capacity=1)
    path = f"/agenda/{made}"
    karongi = sign_in(new_client(), app, world.karongi_participant)
    assert "Are you coming?" in pages.get(karongi, path).text()
    sent = karongi.post(f"{path}/reply", data={"comes": "yes"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}#reply")
    text = pages.get(karongi, path).text()
    assert "You are coming." in text
    assert "1 of 1 places are taken." in text
    coordinator = sign_in(new_client(), app, world.karongi_coordinator)
    assert "put on the waiting list" in pages.get(coordinator, path).text()
    coordinator.post(f"{path}/reply", data={"comes": "yes"})
    assert "on the waiting list, as number 1" in pages.get(coordinator, path).text()
    assert "Participant of Karongi" not in pages.get(coordinator, path).text()
    staff = pages.get(sign_in(new_client(), app, world.vvsg_staff), f"{path}?lang=en").text()
    assert "2 answers to the invitation" in staff
    assert "Participant of Karongi" in staff
    assert "Who is coming?" in staff
    assert "I am coming" not in staff
    for person, status in ((world.nikki_coordinator, 404), (world.outsider, 404), (world.vvsg_staff, 403)):
        browser = sign_in(new_client(), app, person)
        assert browser.post(f"{path}/reply", data={"comes": "yes"}).status_code == status
    assert karongi.post(f"{path}/reply", data={"comes": "perhaps"}).status_code == 400
    signed_out = new_client().post(f"{path}/reply?lang=en", data={"comes": "yes"})
    assert signed_out.status_code == 401
    assert "Your sign-in has ended" in signed_out.text
    assert '<input type="hidden" name="comes" value="yes">' in signed_out.text
    assert len(stored(session)) == 2


def test_a_personal_link_shows_and_only_its_button_answers(
    client: TestClient, world: World, session: Session, clock: StandingClock
) -> None:
    made = session_for(session, world)
    with transaction(session):
        secret = make_link(session, number(world.karongi_participant), LinkPurpose.REPLY, made, now=NOW)
        other = make_link(session, number(world.karongi_participant), LinkPurpose.POLL, made, now=NOW)
        stranger = make_link(session, number(world.nikki_coordinator), LinkPurpose.REPLY, made, now=NOW)
    path = f"/reply/{secret}"
    page = pages.get(client, f"{path}?lang=en")
    assert "You answer for Participant of Karongi" in page.text()
    assert "(Kigali)" in page.text().replace("\u00a0", " ")
    assert stored(session) == {}
    session.rollback()
    answered = client.post(path, data={"comes": "no"})
    assert (answered.status_code, answered.headers["location"]) == (303, path)
    assert stored(session) == {world.karongi_participant.id: NOT_COMING}
    session.rollback()
    assert "You are not coming." in pages.get(client, f"{path}?lang=en").text()
    for unknown in (f"/reply/{other}", f"/reply/{stranger}", "/reply/unknown"):
        assert client.post(unknown, data={"comes": "yes"}).status_code == 404
        pages.get(client, unknown, status=404)
    clock.now = NOW + timedelta(days=5)
    assert "nothing to answer any more" in pages.get(client, f"{path}?lang=en").text()
    assert client.post(path, data={"comes": "yes"}).status_code == 409
    clock.now = NOW + timedelta(days=121)
    pages.get(client, path, status=404)


def test_a_link_is_spent_once_somebody_does_not_belong_any_more(
    client: TestClient, world: World, session: Session
) -> None:
    made = session_for(session, world)
    with transaction(session):
        secret = make_link(session, number(world.karongi_participant), LinkPurpose.REPLY, made, now=NOW)
        session.execute(sa.text("DELETE FROM membership WHERE person_id = :id"), {"id": world.karongi_participant.id})
    pages.get(client, f"/reply/{secret}", status=404)
