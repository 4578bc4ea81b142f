"""Series: the days of sessions that repeat, and what a change to one of them means for those that follow."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count, takewhile
from typing import ClassVar, Final

from app.domain.agenda import Facts, Period, TimeSkipped, TimeTwice, period_of
from app.domain.errors import DomainError

MOST: Final = 60
"""A session every week for more than a year."""
WEEK: Final = timedelta(days=7)
DAYS_OF_WEEK: Final = 7
MONTHS: Final = 12


class Repeat(StrEnum):
    """How often a session repeats."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY_WEEKDAY = "monthly_weekday"
    MONTHLY_DAY = "monthly_day"


class LengthOfSeriesMissing(DomainError):
    """A series has a number of sessions or a last day, one of the two."""

    code: ClassVar[str] = "series_length_missing"


class SeriesTooShort(DomainError):
    """A series has at least two sessions."""

    code: ClassVar[str] = "series_too_short"


class SeriesTooLong(DomainError):
    """A series has ``most`` sessions at most."""

    code: ClassVar[str] = "series_too_long"


class SeriesTimeSkipped(DomainError):
    """The clocks jump over the time of the session on ``day``."""

    code: ClassVar[str] = "series_time_skipped"


class SeriesTimeTwice(DomainError):
    """The clocks show the time of the session on ``day`` twice."""

    code: ClassVar[str] = "series_time_twice"


@dataclass(frozen=True, slots=True)
class Repetition:
    """How a session repeats: so many sessions in all (``times``), or until a day (``until``, included)."""

    repeat: Repeat
    times: int | None = None
    until: date | None = None


def days_of(first: date, repetition: Repetition) -> tuple[date, ...]:
    """Give the days on which the sessions of a series start, the first included.

    Where a month has no such day, or no fifth such weekday, its last one is taken.

    :raises LengthOfSeriesMissing: no number and no last day, or both.
    :raises SeriesTooShort: there would be one session.
    :raises SeriesTooLong: there would be more than ``MOST``.
    """
    if (repetition.times is None) == (repetition.until is None):
        raise LengthOfSeriesMissing
    if repetition.times is not None and repetition.times > MOST:
        raise SeriesTooLong(most=MOST)
    days = tuple(_first_of(_all_days(first, repetition.repeat), repetition))
    if len(days) > MOST:
        raise SeriesTooLong(most=MOST)
    if len(days) <= 1:
        raise SeriesTooShort
    return days


def _first_of(days: Iterator[date], repetition: Repetition) -> Iterator[date]:
    most = MOST + 1 if repetition.times is None else repetition.times
    last = repetition.until or date.max
    return takewhile(lambda day: day <= last, (day for _, day in zip(range(most), days, strict=False)))


def _all_days(first: date, repeat: Repeat) -> Iterator[date]:
    return (_STEPS[repeat](first, number) for number in count())


def _month_after(first: date, number: int) -> tuple[int, int]:
    years, month = divmod(first.month - 1 + number, MONTHS)
    return first.year + years, month + 1


def _same_day(first: date, number: int) -> date:
    year, month = _month_after(first, number)
    return date(year, month, min(first.day, monthrange(year, month)[1]))


def _same_weekday(first: date, number: int) -> date:
    year, month = _month_after(first, number)
    earliest = date(year, month, 1)
    ahead = (first.weekday() - earliest.weekday()) % DAYS_OF_WEEK
    found = earliest + timedelta(days=ahead) + (first.day - 1) // DAYS_OF_WEEK * WEEK
    return found if found.month == month else found - WEEK


_STEPS: Final[dict[Repeat, Callable[[date, int], date]]] = {
    Repeat.WEEKLY: lambda first, number: first + number * WEEK,
    Repeat.FORTNIGHTLY: lambda first, number: first + 2 * number * WEEK,
    Repeat.MONTHLY_WEEKDAY: _same_weekday,
    Repeat.MONTHLY_DAY: _same_day,
}


def spread(facts: Facts, repetition: Repetition) -> tuple[Facts, ...]:
    """Give the facts of each session of a series: the same time on the wall on each of its days.

    :raises SeriesTimeSkipped: the clocks jump over it on a ``day``, as for ``SeriesTimeTwice``; see ``days_of``.
    """
    time = facts.wall_starts_at.time()
    days = days_of(facts.wall_starts_at.date(), repetition)
    members = tuple(replace(facts, wall_starts_at=datetime.combine(day, time)) for day in days)
    for member in members:
        period_in_series(member)
    return members


def period_in_series(facts: Facts) -> Period:
    """Derive the instants of one session of a series; a refusal names its day.

    :raises SeriesTimeSkipped: the clocks jump over its start or end.
    :raises SeriesTimeTwice: the clocks show it twice.
    """
    day = facts.wall_starts_at.date()
    try:
        return period_of(facts.wall_starts_at, facts.zone, facts.duration_minutes)
    except TimeSkipped as refusal:
        raise SeriesTimeSkipped(day=day, **refusal.params) from refusal
    except TimeTwice as refusal:
        raise SeriesTimeTwice(day=day, **refusal.params) from refusal


def follow(before: Facts, after: Facts, other: Facts) -> Facts:
    """Give the facts of a later session of a series when one of it changed from ``before`` to ``after``.

    It takes over what changed and nothing else: as many days later or earlier, and the new time of day.
    """
    names = [name for name in Facts.__dataclass_fields__ if getattr(before, name) != getattr(after, name)]
    values = {name: getattr(after, name) for name in names if name not in ("wall_starts_at", "status")}
    if "wall_starts_at" in names:
        days = after.wall_starts_at.date() - before.wall_starts_at.date()
        values["wall_starts_at"] = datetime.combine(other.wall_starts_at.date() + days, after.wall_starts_at.time())
    if other.status is before.status:
        values["status"] = after.status
    return replace(other, **values)
