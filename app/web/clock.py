"""The clock: one function on the application, so that tests and the demo can stop it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

Clock = Callable[[], datetime]


def running() -> datetime:
    """Give the present moment (aware, UTC)."""
    return datetime.now(UTC)


def stopped_at(moment: datetime) -> Clock:
    """Make a clock that always shows ``moment`` (aware)."""
    return lambda: moment


def now_of(request: Request) -> datetime:
    """Give the present moment by the application's clock (aware, UTC)."""
    clock: Clock = request.app.state.clock
    return clock()


async def _now(request: Request) -> datetime:
    return now_of(request)


NowDep = Annotated[datetime, Depends(_now)]
