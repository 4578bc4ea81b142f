"""What was confirmed survives ``kill -9``; what is sent again is done once."""

import http.client
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState
from app.models import Call, Candidacy, Event, Mail, Programme, WebSession
from app.models.database import transaction
from app.models.event import chain_hash
from app.queries import budget as ledger
from app.queries.people import secret_hash
from tests import factories
from tests.factories import number
from tests.integration.candidacy_kit import fill
from tests.personas import World
from tests.servers import Browser, Server

SUBMISSIONS = 200
BROWSERS = 4
CENTS = 125
SECRET = "secret-of-the-coordinator"  # noqa: S105 - of a scratch database


@pytest.fixture
def signed_in(session: Session, world: World) -> World:
    """The world, with a browser session and a period that hold at the server's real clock."""
    now = datetime.now(UTC)
    with transaction(session):
        session.add(
            WebSession(
                secret_hash=secret_hash(SECRET),
                person_id=number(world.gamma_coordinator),
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
        session.execute(sa.update(Programme).values(starts_on=now.date(), ends_on=now.date() + timedelta(days=30)))
    return world


Post = tuple[str, Mapping[str, str]]


def commitment(submission: int) -> Post:
    """A commitment of EUR 1.25 on the Flemish half."""
    form = {
        "form_key": f"key-of-submission-{submission}",
        "kind": "commitment",
        "side": "flemish",
        "amount": "1,25",
        "amount_currency": "EUR",
        "category": "travel",
        "description": f"Ticket {submission}",
        "day": datetime.now(UTC).date().isoformat(),
    }
    return "/partnerships/gamma-karongi/budget/new", form


def candidacy(submission: int) -> Post:
    """The submission of a complete candidacy."""
    return f"/candidacies/{reference_of(submission)}/submission", {"form_key": f"key-of-submission-{submission}"}


def reference_of(submission: int) -> str:
    return f"SDG-CR{submission:04d}"


def send(port: int, make: Callable[[int], Post], submissions: Sequence[int], confirmed: dict[int, str]) -> None:
    """Send forms one after the other until the server is gone; note where each confirmed one led."""
    with Browser(port, SECRET) as browser, suppress(OSError, http.client.HTTPException):
        for submission in submissions:
            status, location = browser.post(*make(submission))
            if status == 303:
                confirmed[submission] = location


def send_all(port: int, make: Callable[[int], Post], confirmed: dict[int, str]) -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(BROWSERS)
    for browser in range(BROWSERS):
        pool.submit(send, port, make, range(SUBMISSIONS)[browser::BROWSERS], confirmed)
    return pool


def kill_in_the_middle(server: Server, confirmed: Mapping[int, str], chance: random.Random) -> None:
    """Kill the server at a random moment after a random number of confirmations."""
    enough = chance.randrange(SUBMISSIONS // 5, SUBMISSIONS * 4 // 5)
    deadline = time.monotonic() + 60
    while len(confirmed) < enough:
        assert time.monotonic() < deadline, f"only {len(confirmed)} submissions were confirmed in a minute"
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.02))
    server.kill()


def send_and_kill(sqlite_url: str, make: Callable[[int], Post]) -> dict[int, str]:
    """Send all, kill the server meanwhile; give where each confirmed one led."""
    chance = random.Random(20261122)  # noqa: S311 - the same moment in every run
    confirmed: dict[int, str] = {}
    with Server(sqlite_url) as server:
        pool = send_all(server.port, make, confirmed)
        kill_in_the_middle(server, confirmed, chance)
        pool.shutdown(wait=True)
    assert SUBMISSIONS // 5 <= len(confirmed) < SUBMISSIONS
    return confirmed


def send_again(sqlite_url: str, make: Callable[[int], Post]) -> dict[int, str]:
    """Start the server again and send all once more, as people do who are not sure."""
    confirmed: dict[int, str] = {}
    with Server(sqlite_url) as server:
        send_all(server.port, make, confirmed).shutdown(wait=True)
    assert len(confirmed) == SUBMISSIONS
    return confirmed


def test_of_two_hundred_commitments_none_is_lost_and_none_booked_twice(
    sqlite_url: str, session: Session, signed_in: World
) -> None:
    first = send_and_kill(sqlite_url, commitment)
    session.rollback()
    kept = {row.description: row.id for row in ledger.all_entries(session, number(signed_in.partnership))}
    for submission, location in first.items():
        assert location.endswith(f"booked={kept[f'Ticket {submission}']}")
    again = send_again(sqlite_url, commitment)
    assert {submission: again[submission] for submission in first} == first
    session.rollback()
    rows = [row for row in ledger.all_entries(session, number(signed_in.partnership)) if row.category is not None]
    assert sorted(row.description for row in rows) == sorted(f"Ticket {number}" for number in range(SUBMISSIONS))
    assert {row.description: row.id for row in rows}.items() >= {name: kept[name] for name in kept if name}.items()
    assert [row.available_cents for row in rows] == [1_750_000 - CENTS * (place + 1) for place in range(SUBMISSIONS)]
    flemish, _partner = ledger.halves_of(session, [number(signed_in.partnership)])[number(signed_in.partnership)]
    assert (flemish.paid_cents, flemish.committed_cents) == (0, CENTS * SUBMISSIONS)
    check_event_log(session, "budget.committed")


@pytest.fixture
def drafts(session: Session, signed_in: World) -> None:
    """Two hundred complete drafts in an open call, all of one writer who is signed in."""
    now = datetime.now(UTC)
    writer = signed_in.gamma_coordinator
    with transaction(session):
        moments = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=1)}
        session.execute(sa.update(Call).values(**moments))
        made = [
            factories.candidacy(
                session, signed_in.call, factories.government(session), by=writer, reference=reference_of(submission)
            )
            for submission in range(SUBMISSIONS)
        ]
    for one in made:
        fill(session, one)


@pytest.mark.usefixtures("drafts")
def test_of_two_hundred_candidacies_none_is_lost_and_none_submitted_twice(sqlite_url: str, session: Session) -> None:
    first = send_and_kill(sqlite_url, candidacy)
    states = sa.select(col(Candidacy.reference), col(Candidacy.state)).where(col(Candidacy.reference).like("SDG-CR%"))
    session.rollback()
    kept = dict(session.execute(states).all())
    assert {kept[reference_of(submission)] for submission in first} == {CandidacyState.SUBMITTED}
    send_again(sqlite_url, candidacy)
    session.rollback()
    assert set(dict(session.execute(states).all()).values()) == {CandidacyState.SUBMITTED}
    check_event_log(session, "candidacy.submitted")
    mails = session.scalars(sa.select(col(Mail.unique_key)).where(col(Mail.kind) == "candidacy_submitted")).all()
    assert len(mails) == SUBMISSIONS


def check_event_log(session: Session, verb: str) -> None:
    """Assert that each submission is told once, in one unbroken chain."""
    events = session.scalars(sa.select(Event).order_by(col(Event.id))).all()
    assert [event.verb for event in events] == [verb] * SUBMISSIONS
    previous = ""
    for event in events:
        assert (event.previous_hash, event.hash) == (previous, chain_hash(event, previous))
        previous = event.hash
