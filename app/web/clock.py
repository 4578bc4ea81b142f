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


async def _now(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock()


NowDep = Annotated[datetime, Depends(_now)]
