"""Series in the database: made together, changed, announced and called off from one of them on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor, NotAllowed
from app.domain.agenda import Facts, Scope
from app.domain.codes import SessionKind, SessionStatus
from app.domain.series import Repeat, Repetition, SeriesTimeSkipped
from app.models import AgendaSession, Mail, Person
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.services import agenda, series
from app.services.agenda import SessionUnknown
from tests.factories import NOW, number
from tests.personas import World, build_world

FACTS = Facts(
    kind=SessionKind.BILATERAL,
    title_nl="Overleg",
    title_fr="",
    title_en="Meeting",
    wall_starts_at=datetime(2027, 1, 18, 14),  # noqa: DTZ001 - a wall time
    zone="Europe/Brussels",
    duration_minutes=90,
    status=SessionStatus.DRAFT,
)
WEEKLY = Repetition(Repeat.WEEKLY, 4)
DAYS = [date(2027, 1, day) for day in (18, 25)] + [date(2027, 2, day) for day in (1, 8)]


@pytest.fixture
def db(both_engines: sa.Engine) -> Iterator[Session]:
    with Session(both_engines, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made


@pytest.fixture
def small(db: Session) -> World:
    return build_world(db)


def make(db: Session, by: Person, of: World, facts: Facts = FACTS, repetition: Repetition = WEEKLY) -> list[int]:
    with transaction(db):
        place = {"scope": Scope.PARTNERSHIP, "of": number(of.partnership)}
        return series.create(db, actor(db, by), facts, repetition, now=NOW, **place)  # type: ignore[arg-type]  # a scope and a number


def actor(db: Session, person: Person) -> Actor:
    return actor_of_person(db, number(person))


def rows(db: Session) -> list[AgendaSession]:
    db.expire_all()
    return list(db.scalars(sa.select(AgendaSession).order_by(col(AgendaSession.id))))


def recipients(db: Session, kind: str) -> list[str]:
    return list(db.scalars(sa.select(col(Mail.recipient)).where(col(Mail.kind) == kind).order_by(col(Mail.id))))


def test_a_series_is_sessions_of_their_own(db: Session, small: World) -> None:
    numbers = make(db, small.gamma_coordinator, small)
    made = rows(db)
    assert [row.id for row in made] == numbers
    assert [row.wall_starts_at.date() for row in made] == DAYS
    assert {row.wall_starts_at.hour for row in made} == {14}
    assert len({row.uid for row in made}) == 4
    assert len({row.series for row in made}) == 1
    assert made[0].series


def test_a_series_that_meets_an_hour_that_does_not_exist_makes_nothing(db: Session, small: World) -> None:
    night = replace(FACTS, wall_starts_at=datetime(2027, 3, 14, 2, 30))  # noqa: DTZ001 - a wall time
    with pytest.raises(SeriesTimeSkipped) as refused:
        make(db, small.gamma_coordinator, small, night)
    assert refused.value.params["day"] == date(2027, 3, 28)
    assert rows(db) == []


def test_drafts_of_a_series_are_announced_together_with_one_mail_for_each_person(db: Session, small: World) -> None:
    numbers = make(db, small.gamma_coordinator, small)
    assert recipients(db, "session_published") == []
    with transaction(db):
        assert series.publish_all(db, actor(db, small.gamma_coordinator), numbers[2], now=NOW) == 4
    assert {row.status for row in rows(db)} == {SessionStatus.PUBLISHED}
    others = {small.karongi_coordinator.email, small.karongi_participant.email, small.ralga_staff.email}
    assert sorted(recipients(db, "session_published")) == sorted(others)
    with transaction(db):
        assert series.publish_all(db, actor(db, small.gamma_coordinator), numbers[0], now=NOW) == 0


def test_one_is_announced_alone(db: Session, small: World) -> None:
    numbers = make(db, small.gamma_coordinator, small)
    with transaction(db):
        agenda.publish(db, actor(db, small.gamma_coordinator), numbers[1], now=NOW)
    assert [row.status.value for row in rows(db)] == ["draft", "published", "draft", "draft"]


def test_a_change_reaches_those_that_follow_and_keeps_what_is_theirs(db: Session, small: World) -> None:
    numbers = make(db, small.vvsg_staff, small, replace(FACTS, status=SessionStatus.PUBLISHED))
    staff = actor(db, small.vvsg_staff)
    with transaction(db):
        own = replace(FACTS, status=SessionStatus.PUBLISHED, title_nl="Eigen")
        agenda.edit(db, staff, numbers[3], replace(own, wall_starts_at=rows(db)[3].wall_starts_at), now=NOW)
    uids = [row.uid for row in rows(db)]
    later = datetime(2027, 1, 26, 15, 30)  # noqa: DTZ001 - a wall time
    moved = replace(FACTS, status=SessionStatus.PUBLISHED, wall_starts_at=later, place="Karongi")
    with transaction(db):
        assert series.edit_following(db, staff, numbers[1], moved, now=NOW) == 3
    made = rows(db)
    assert [row.uid for row in made] == uids
    assert [row.wall_starts_at.isoformat() for row in made] == [
        "2027-01-18T14:00:00",
        "2027-01-26T15:30:00",
        "2027-02-02T15:30:00",
        "2027-02-09T15:30:00",
    ]
    assert [row.place for row in made] == ["", "Karongi", "Karongi", "Karongi"]
    assert [row.title_nl for row in made] == ["Overleg"] * 3 + ["Eigen"]
    assert [row.sequence for row in made] == [0, 1, 1, 2]


def test_only_those_to_come_follow(db: Session, small: World) -> None:
    numbers = make(db, small.vvsg_staff, small, replace(FACTS, status=SessionStatus.PUBLISHED))
    staff = actor(db, small.vvsg_staff)
    with transaction(db):
        agenda.cancel(db, staff, numbers[2], reason="Rouw", now=NOW)
    with transaction(db):
        later = NOW + timedelta(days=66)  # the second is over
        facts = replace(FACTS, status=SessionStatus.PUBLISHED, place="Online")
        assert series.edit_following(db, staff, numbers[0], facts, now=later) == 2
    assert [row.place for row in rows(db)] == ["Online", "", "", "Online"]


def test_a_change_that_one_of_them_cannot_take_changes_none(db: Session, small: World) -> None:
    start = datetime(2027, 3, 15, 14)  # noqa: DTZ001 - a wall time
    numbers = make(db, small.vvsg_staff, small, replace(FACTS, wall_starts_at=start))
    night = replace(FACTS, wall_starts_at=datetime(2027, 3, 14, 2, 30))  # noqa: DTZ001 - a wall time
    with pytest.raises(SeriesTimeSkipped) as refused, transaction(db):
        series.edit_following(db, actor(db, small.vvsg_staff), numbers[0], night, now=NOW)
    assert refused.value.params["day"] == date(2027, 3, 28)
    assert {row.wall_starts_at.hour for row in rows(db)} == {14}


def test_calling_off_reaches_those_that_follow_and_drafts_go(db: Session, small: World) -> None:
    numbers = make(db, small.gamma_coordinator, small)
    gamma = actor(db, small.gamma_coordinator)
    for one in numbers[:3]:
        with transaction(db):
            agenda.publish(db, gamma, one, now=NOW)
    with transaction(db):
        assert series.cancel_following(db, gamma, numbers[1], reason="Rouw", now=NOW) == 3
    assert [(row.id, row.status.value) for row in rows(db)] == [
        (numbers[0], "published"),
        (numbers[1], "cancelled"),
        (numbers[2], "cancelled"),
    ]


def test_drafts_that_follow_are_deleted(db: Session, small: World) -> None:
    numbers = make(db, small.gamma_coordinator, small)
    with transaction(db):
        assert series.discard_following(db, actor(db, small.gamma_coordinator), numbers[1], now=NOW) == 3
    assert [row.id for row in rows(db)] == numbers[:1]


def test_a_series_is_written_by_those_who_write_its_sessions(db: Session, small: World) -> None:
    for stranger, refusal in ((small.nikki_coordinator, NotAllowed), (small.karongi_participant, NotAllowed)):
        with pytest.raises(refusal):
            make(db, stranger, small)
    joint = replace(FACTS, kind=SessionKind.JOINT_DIGITAL)
    with pytest.raises(NotAllowed):
        make(db, small.gamma_coordinator, small, joint)
    numbers = make(db, small.ralga_staff, small, joint)
    for deed in (series.publish_all, series.discard_following):
        with pytest.raises(SessionUnknown), transaction(db):
            deed(db, actor(db, small.gamma_coordinator), numbers[0], now=NOW)
        with pytest.raises(SessionUnknown), transaction(db):
            deed(db, actor(db, small.ancb_staff), numbers[0], now=NOW)
    with transaction(db):
        assert series.publish_all(db, actor(db, small.ralga_staff), numbers[0], now=NOW) == 4
