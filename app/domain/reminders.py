"""When somebody is reminded of a day that comes near: some days before it, by the clock on the wall in Brussels."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from app.domain.time import PROGRAMME_ZONE, AmbiguousHour, SkippedHour, instant, wall_in

# A draft that was only started now needs no reminder yet.
REST: Final = timedelta(days=1)
# Before the end of the time for an answer to a question of the programme team.
ANSWER_DAYS: Final = (2,)


def moment_before(closes_at: datetime, days: int) -> datetime:
    """Give the instant ``days`` days before ``closes_at`` (aware) at which the clocks in Brussels show the same time.

    Over a change of the clocks a day has 23 or 25 hours; a time that comes twice is taken the first time, one that the
    clocks skip comes as much later.
    """
    wall = wall_in(closes_at, PROGRAMME_ZONE) - timedelta(days=days)
    try:
        return instant(wall, PROGRAMME_ZONE)
    except AmbiguousHour as hour:
        return _utc(hour.params["first"])
    except SkippedHour as hour:
        return _utc(hour.params["second"])


def due_step(closes_at: datetime, days: Iterable[int], *, since: datetime, now: datetime) -> int | None:
    """Give how many days before ``closes_at`` the reminder that is due at ``now`` belongs, ``None`` if there is none.

    ``since``: when the draft was started (or its time prolonged). A step that was past by then does not count, and
    nobody is reminded within a day of it. Of several steps that are past, only the last counts. All moments are aware.
    """
    if not since + REST <= now < closes_at:
        return None
    past = [step for step in days if since < moment_before(closes_at, step) <= now]
    return min(past, default=None)


def _utc(moment: object) -> datetime:
    assert isinstance(moment, datetime)  # noqa: S101 - what ``instant`` refuses with
    return moment
