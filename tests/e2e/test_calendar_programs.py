"""Entries in calendar programs follow what happens to a session, whichever program it is."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.agenda import Facts, Scope
from app.domain.codes import SessionKind
from app.models.database import transaction
from app.queries.agenda import session_of
from app.queries.people import actor_of_person
from app.services import agenda
from app.services.mail import send_due
from app.services.smtp import SmtpSender
from tests.calendar_programs import IcalJs, Khal, Seen, Strict, calendar_parts
from tests.clients import NOW, StandingClock
from tests.factories import number
from tests.letterbox import Letterbox
from tests.personas import World


@dataclass(frozen=True)
class Course:
    """A session as it is announced and as it is moved: its zone, and the instants that its hours are."""

    zone: str
    wall: datetime
    starts_at: datetime
    moved_to: datetime
    moved_at: datetime


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


COURSES = (
    # summer, winter, and over both changes of the clocks in Brussels (28 March and 31 October 2027)
    Course(
        "Europe/Brussels",
        at("2027-07-05T14:00"),
        utc("2027-07-05T12:00"),
        at("2027-01-18T14:00"),
        utc("2027-01-18T13:00"),
    ),
    Course(
        "Africa/Kigali",
        at("2027-01-18T14:00"),
        utc("2027-01-18T12:00"),
        at("2027-07-05T14:00"),
        utc("2027-07-05T12:00"),
    ),
    Course(
        "Africa/Porto-Novo",
        at("2027-01-18T14:00"),
        utc("2027-01-18T13:00"),
        at("2027-07-05T14:00"),
        utc("2027-07-05T13:00"),
    ),
    Course(
        "Europe/Brussels",
        at("2027-03-27T10:00"),
        utc("2027-03-27T09:00"),
        at("2027-03-29T10:00"),
        utc("2027-03-29T08:00"),
    ),
    Course(
        "Europe/Brussels",
        at("2027-10-30T10:00"),
        utc("2027-10-30T08:00"),
        at("2027-11-01T10:00"),
        utc("2027-11-01T09:00"),
    ),
    Course(
        "Africa/Kigali",
        at("2027-03-27T10:00"),
        utc("2027-03-27T08:00"),
        at("2027-03-29T10:00"),
        utc("2027-03-29T08:00"),
    ),
)


@dataclass
class Post:
    """The way of a mail: from the outbox over a real server to whoever reads it in Karongi."""

    engine: sa.Engine
    sender: SmtpSender
    letterbox: Letterbox
    clock: StandingClock
    address: str

    def fetch(self) -> list[EmailMessage]:
        """Send what waits; give what this person received."""
        self.letterbox.messages.clear()
        send_due(self.engine, self.sender, clock=self.clock, limit=1000)
        return [message for message in self.letterbox.messages if message["To"] == self.address]


@pytest.fixture
def post(engine: sa.Engine, sender: SmtpSender, letterbox: Letterbox, clock: StandingClock, world: World) -> Post:
    """The way of mails."""
    return Post(engine, sender, letterbox, clock, world.karongi_participant.email)


@pytest.fixture
def programs(tmp_path: Path, chromium: Browser) -> tuple[Strict, Khal, IcalJs]:
    """Three programs, each with an empty calendar."""
    return Strict(), Khal(tmp_path / "khal"), IcalJs(chromium)


def facts(course: Course) -> Facts:
    return Facts(
        kind=SessionKind.BILATERAL,
        title_nl="Markten & méér; een sessie, met een lange titel die over meer dan één regel loopt",
        title_fr="Marchés",
        title_en="Markets, “more”; a session with a title so long that it takes more than one line of a file",
        wall_starts_at=course.wall,
        zone=course.zone,
        duration_minutes=90,
        link="https://meet.example.org/1",
    )


def take(messages: list[EmailMessage], programs: tuple[Strict, Khal, IcalJs], method: str) -> None:
    for message in messages:
        for part in calendar_parts(message):
            assert part.get_param("method") == method
            for program in programs:
                program.take(part.get_content())


def seen_by_all(programs: tuple[Strict, Khal, IcalJs]) -> list[Seen]:
    first, second, third = (program.seen() for program in programs)
    assert first == second
    assert first == third
    return first


def test_an_entry_is_made_moved_and_crossed_out_in_order_at_the_same_instants_everywhere(
    session: Session, world: World, post: Post, programs: tuple[Strict, Khal, IcalJs]
) -> None:
    staff = actor_of_person(session, number(world.vvsg_staff))
    session.rollback()
    with transaction(session):
        made = {
            agenda.create(
                session, staff, facts(one), scope=Scope.PARTNERSHIP, of=number(world.partnership), now=NOW
            ): one
            for one in COURSES
        }
    uids = {one: session_of(session, staff, one).uid for one in made}  # type: ignore[union-attr]
    session.rollback()
    messages = post.fetch()
    assert len(messages) == len(COURSES)
    take(messages, programs, "REQUEST")
    found = {one.uid: one for one in seen_by_all(programs)}
    assert {uid: (one.starts_at, one.sequence, one.cancelled) for uid, one in found.items()} == {
        uids[one]: (course.starts_at, 0, False) for one, course in made.items()
    }

    with transaction(session):
        for one, course in made.items():
            agenda.edit(session, staff, one, replace(facts(course), wall_starts_at=course.moved_to), now=NOW)
    take(post.fetch(), programs, "REQUEST")
    found = {one.uid: one for one in seen_by_all(programs)}
    assert {uid: (one.starts_at, one.sequence, one.cancelled) for uid, one in found.items()} == {
        uids[one]: (course.moved_at, 1, False) for one, course in made.items()
    }
    assert {one.ends_at - one.starts_at for one in found.values()} == {timedelta(minutes=90)}

    with transaction(session):
        for one in made:
            agenda.cancel(session, staff, one, reason="National mourning", now=NOW)
    take(post.fetch(), programs, "CANCEL")
    found = {one.uid: one for one in seen_by_all(programs)}
    assert {uid: (one.starts_at, one.sequence, one.cancelled) for uid, one in found.items()} == {
        uids[one]: (course.moved_at, 2, True) for one, course in made.items()
    }


def test_the_personal_feed_says_the_same_as_the_invitations(
    session: Session,
    world: World,
    post: Post,
    programs: tuple[Strict, Khal, IcalJs],
    client: TestClient,
    tmp_path: Path,
    chromium: Browser,
) -> None:
    staff = actor_of_person(session, number(world.vvsg_staff))
    session.rollback()
    with transaction(session):
        for course in COURSES:
            agenda.create(session, staff, facts(course), scope=Scope.PARTNERSHIP, of=number(world.partnership), now=NOW)
    take(post.fetch(), programs, "REQUEST")
    by_mail = seen_by_all(programs)
    by_feed = (Strict(), Khal(tmp_path / "feed"), IcalJs(chromium))
    content = client.get(f"/my/agenda/{world.karongi_participant.feed_secret}.ics").text
    for program in by_feed:
        program.take(content)
    assert seen_by_all(by_feed) == by_mail
    assert len(by_mail) == len(COURSES)
