"""What was confirmed survives ``kill -9``; what is sent again is done once."""

import http.client
import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Event, Programme, WebSession
from app.models.database import transaction
from app.models.event import chain_hash
from app.queries import budget as ledger
from app.queries.people import secret_hash
from tests.factories import number
from tests.personas import World
from tests.servers import Browser, Server

SUBMISSIONS = 200
BROWSERS = 4
CENTS = 125
SECRET = "secret-of-the-coordinator"  # noqa: S105 - of a scratch database
PATH = "/partnerships/gamma-karongi/budget/new"


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


def form(submission: int) -> dict[str, str]:
    return {
        "form_key": f"key-of-submission-{submission}",
        "kind": "payment",
        "side": "flemish",
        "amount": "1,25",
        "amount_currency": "EUR",
        "category": "travel",
        "description": f"Ticket {submission}",
        "day": datetime.now(UTC).date().isoformat(),
    }


def send(port: int, submissions: Sequence[int], confirmed: dict[int, str]) -> None:
    """Send forms one after the other until the server is gone; note where each confirmed one led."""
    with Browser(port, SECRET) as browser, suppress(OSError, http.client.HTTPException):
        for submission in submissions:
            status, location = browser.post(PATH, form(submission))
            if status == 303:
                confirmed[submission] = location


def send_all(port: int, submissions: Sequence[int], confirmed: dict[int, str]) -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(BROWSERS)
    for browser in range(BROWSERS):
        pool.submit(send, port, submissions[browser::BROWSERS], confirmed)
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


def test_of_two_hundred_submissions_none_is_lost_and_none_booked_twice(
    sqlite_url: str, session: Session, signed_in: World
) -> None:
    chance = random.Random(20261122)  # noqa: S311 - the same moment in every run
    first: dict[int, str] = {}
    with Server(sqlite_url) as server:
        pool = send_all(server.port, range(SUBMISSIONS), first)
        kill_in_the_middle(server, first, chance)
        pool.shutdown(wait=True)
    assert SUBMISSIONS // 5 <= len(first) < SUBMISSIONS
    session.rollback()
    kept = {row.description: row.id for row in ledger.all_entries(session, number(signed_in.partnership))}
    for submission, location in first.items():
        assert location.endswith(f"booked={kept[f'Ticket {submission}']}")
    again: dict[int, str] = {}
    with Server(sqlite_url) as server:
        send_all(server.port, range(SUBMISSIONS), again).shutdown(wait=True)
    assert len(again) == SUBMISSIONS
    assert {submission: again[submission] for submission in first} == first
    session.rollback()
    rows = ledger.all_entries(session, number(signed_in.partnership))
    assert sorted(row.description for row in rows) == sorted(f"Ticket {number}" for number in range(SUBMISSIONS))
    assert {row.description: row.id for row in rows}.items() >= kept.items()
    assert [row.available_cents for row in rows] == [1_750_000 - CENTS * (place + 1) for place in range(SUBMISSIONS)]
    flemish, _partner = ledger.halves_of(session, [number(signed_in.partnership)])[number(signed_in.partnership)]
    assert (flemish.paid_cents, flemish.committed_cents) == (CENTS * SUBMISSIONS, 0)
    check_event_log(session)


def check_event_log(session: Session) -> None:
    """Assert that each booking is told once, in one unbroken chain."""
    events = session.scalars(sa.select(Event).order_by(col(Event.id))).all()
    assert [event.verb for event in events] == ["budget.paid"] * SUBMISSIONS
    previous = ""
    for event in events:
        assert (event.previous_hash, event.hash) == (previous, chain_hash(event, previous))
        previous = event.hash
