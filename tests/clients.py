"""The application in the test's own process, with a clock that stands still."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class StandingClock:
    """A clock that a test moves by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> StandingClock:
    """The test's clock; set ``clock.now`` to move it."""
    return StandingClock()


@pytest.fixture
def app(sqlite_url: str, clock: StandingClock) -> Iterator[FastAPI]:
    """The application on a fresh SQLite database."""
    made = create_app(
        Settings(database_url=sqlite_url, base_url="http://testserver", send_mail_in_serve=False, jobs_in_serve=False),
        at=clock,
    )
    yield made
    made.state.engine.dispose()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser without JavaScript that is not signed in and follows no redirects by itself."""
    with TestClient(app, follow_redirects=False) as made:
        yield made


@pytest.fixture
def new_client(app: FastAPI) -> Callable[[], TestClient]:
    """Make further browsers for the same application."""
    return lambda: TestClient(app, follow_redirects=False)
