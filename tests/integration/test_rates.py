"""Limits that hold over several processes, on both databases."""

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import RateWindow
from app.models.database import create_engine, transaction
from app.services.rates import TooManyTries, hit
from tests.clients import NOW

HOUR = timedelta(hours=1)


def attempt(engine: sa.Engine, key: str = "test:ada@example.org", *, now: datetime = NOW, limit: int = 3) -> bool:
    with Session(engine) as session:
        try:
            with transaction(session):
                hit(session, key, limit=limit, window=HOUR, now=now)
        except TooManyTries:
            return False
    return True


def test_a_limit_lets_so_many_through_and_starts_anew_after_its_window(both_engines: sa.Engine) -> None:
    assert [attempt(both_engines) for _ in range(5)] == [True, True, True, False, False]
    assert attempt(both_engines, "test:bea@example.org")
    assert not attempt(both_engines, now=NOW + HOUR - timedelta(seconds=1))
    assert [attempt(both_engines, now=NOW + HOUR) for _ in range(4)] == [True, True, True, False]


def test_the_refusal_says_when_to_try_again(engine: sa.Engine) -> None:
    attempt(engine, limit=1)
    with Session(engine) as session, pytest.raises(TooManyTries) as refusal, transaction(session):
        hit(session, "test:ada@example.org", limit=1, window=HOUR, now=NOW + timedelta(minutes=10))
    assert refusal.value.retry_at == NOW + HOUR


def test_a_limit_holds_over_two_processes(both_engines: sa.Engine) -> None:
    other = create_engine(both_engines.url.render_as_string(hide_password=False))
    passed: list[bool] = []

    def try_often(engine: sa.Engine) -> None:
        passed.extend(attempt(engine, limit=10) for _ in range(12))

    threads = [threading.Thread(target=try_often, args=(engine,)) for engine in (both_engines, other) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.dispose()

    assert (passed.count(True), len(passed)) == (10, 48)


def test_no_address_is_stored(engine: sa.Engine) -> None:
    attempt(engine)
    with Session(engine) as session:
        (key,) = session.execute(sa.select(RateWindow.__table__.c.key)).scalars()  # type: ignore[attr-defined]
    assert "ada" not in key
