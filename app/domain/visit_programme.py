"""The programme of a work visit, day by day: its points, a skeleton to begin with, and the event inside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from app.domain.codes import Side
from app.domain.errors import DomainError
from app.domain.time import days_in

MOST_ITEMS = 200


class DayOutside(DomainError):
    """A point of the programme lies on a day of the visit, from ``first_day`` to ``last_day``."""

    code: ClassVar[str] = "visit_day_outside"


class ItemEndsBeforeStart(DomainError):
    """A point of the programme ends after it starts."""

    code: ClassVar[str] = "visit_item_ends"


class EndWithoutStart(DomainError):
    """A point with an end has a start."""

    code: ClassVar[str] = "visit_item_starts"


class ProgrammeFull(DomainError):
    """The programme of a visit has at most ``most`` points."""

    code: ClassVar[str] = "visit_programme_full"


class EventOutside(DomainError):
    """The two-day event lies inside the visit, from ``first_day`` to ``last_day``; it is from ``day`` to ``until``."""

    code: ClassVar[str] = "visit_event_outside"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A point of the programme; ``starts`` and ``ends`` are ``HH:MM`` on the wall of the host, or empty."""

    day: date
    title: str
    starts: str = ""
    ends: str = ""
    place: str = ""
    note: str = ""
    responsible: Side | None = None


def check_item(facts: ItemFacts, *, first_day: date, last_day: date) -> None:
    """Refuse a point that cannot be one of a visit over [first_day, last_day].

    :raises DayOutside: its day is none of the visit.
    :raises EndWithoutStart: nobody knows when it starts.
    :raises ItemEndsBeforeStart: it ends before it starts.
    """
    if not first_day <= facts.day <= last_day:
        raise DayOutside(first_day=first_day, last_day=last_day)
    if facts.ends and not facts.starts:
        raise EndWithoutStart
    if facts.ends and facts.ends <= facts.starts:
        raise ItemEndsBeforeStart


def days_between(first_day: date, last_day: date) -> tuple[date, ...]:
    """Give the days from the first to the last."""
    return tuple(first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1))


@dataclass(frozen=True, slots=True)
class EventDays:
    """The days of an event on the wall of the visit."""

    first_day: date
    last_day: date

    def is_inside(self, first_day: date, last_day: date) -> bool:
        """Tell whether it lies within [first_day, last_day]."""
        return first_day <= self.first_day and self.last_day <= last_day


def event_days(starts_at: datetime, ends_at: datetime, zone: str) -> EventDays:
    """Give the days on the wall in ``zone`` of what happens in [starts_at, ends_at) (aware)."""
    return EventDays(*days_in(starts_at, ends_at, ZoneInfo(zone)))


def check_event(event: EventDays, *, first_day: date, last_day: date) -> None:
    """Refuse an event that does not lie inside the visit.

    :raises EventOutside: it begins before or ends after.
    """
    if not event.is_inside(first_day, last_day):
        raise EventOutside(first_day=first_day, last_day=last_day, day=event.first_day, until=event.last_day)


class Point(StrEnum):
    """What the skeleton of a programme is made of."""

    ARRIVAL = "arrival"
    WELCOME = "welcome"
    OFFICIALS = "officials"
    SERVICES = "services"
    FIELD = "field"
    EVENT = "event"
    CIVIL_SOCIETY = "civil_society"
    FREE = "free"
    AGREEMENTS = "agreements"
    DEPARTURE = "departure"


_USUAL = (
    ((Point.OFFICIALS, "09:00", "12:00"), (Point.SERVICES, "14:00", "17:00")),
    ((Point.FIELD, "09:00", "12:30"), (Point.CIVIL_SOCIETY, "14:30", "17:00")),
    ((Point.SERVICES, "09:00", "12:00"), (Point.FIELD, "14:00", "17:00")),
)
_EVENT = ((Point.EVENT, "09:00", "17:00"),)
_ARRIVAL = ((Point.ARRIVAL, "", ""), (Point.WELCOME, "17:00", "18:30"))
_DEPARTURE = ((Point.AGREEMENTS, "09:00", "12:00"), (Point.DEPARTURE, "", ""))
_WEEKEND = ((Point.FREE, "", ""),)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class SkeletonItem:
    """A proposed point; who takes care of it is the side that receives, but for the journey."""

    day: date
    point: Point
    starts: str
    ends: str
    by_host: bool


def skeleton(first_day: date, last_day: date, event: EventDays | None = None) -> tuple[SkeletonItem, ...]:
    """Propose the programme of a visit: arrival, meetings, the two-day event, what was agreed, departure.

    Without a known ``event`` its two days are the third and the fourth, where the visit is long enough.
    Source: VVSG, call for SDG partnerships 2024-2025: a visit lasts about a week, with a thematic two-day event inside.
    """
    days = days_between(first_day, last_day)
    on = event or (EventDays(days[2], days[3]) if len(days) >= 6 else None)
    return tuple(_points(days, on))


def _points(days: tuple[date, ...], event: EventDays | None) -> Iterator[SkeletonItem]:
    usual = 0
    for day in days:
        points: tuple[tuple[Point, str, str], ...]
        if event and event.first_day <= day <= event.last_day:
            points = _EVENT
        elif len(days) > 1 and day in (days[0], days[-1]):
            points = _ARRIVAL if day == days[0] else _DEPARTURE
        elif day.weekday() >= SATURDAY:
            points = _WEEKEND
        else:
            points, usual = _USUAL[usual % len(_USUAL)], usual + 1
        for point, starts, ends in points:
            yield SkeletonItem(day, point, starts, ends, by_host=point not in (Point.ARRIVAL, Point.DEPARTURE))
