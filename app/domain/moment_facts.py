"""What finding a moment is about: whom and what it must suit, what speaks for or against one, and what that costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from app.domain.agenda_rules import WorkingHours
from app.domain.codes import Country, PollAnswer
from app.domain.errors import DomainError
from app.domain.texts import Words


class Why(StrEnum):
    """What speaks for or against a moment."""

    WITHIN_HOURS = "within_hours"
    BEFORE_HOURS = "before_hours"
    AFTER_HOURS = "after_hours"
    LUNCH = "lunch"
    WEEK_EDGE = "week_edge"
    IF_NEED_BE = "if_need_be"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    NAMED_DAYS = "named_days"
    OTHER_SESSION = "other_session"
    ANSWERED_NO = "answered_no"


NOES: Final = frozenset({Why.DAY_OFF, Why.HOLIDAY, Why.NAMED_DAYS, Why.OTHER_SESSION, Why.ANSWERED_NO})
POINTS: Final[Mapping[Why, int]] = {
    Why.BEFORE_HOURS: 4,
    Why.AFTER_HOURS: 3,
    Why.LUNCH: 4,
    Why.WEEK_EDGE: 1,
    Why.IF_NEED_BE: 5,
}
"""Points: outside working hours per started quarter of an hour and place, lunch per place, if need be per person.

Source: our own judgement, to be adapted; early is a little harder than late, as people travel to work.
"""


class RangeUnclear(DomainError):
    """The range of days ends after it begins and has at most ``most`` days."""

    code: ClassVar[str] = "moments_range"


class LengthUnclear(DomainError):
    """A moment lasts from ``least`` to ``most`` minutes."""

    code: ClassVar[str] = "moments_length"


LEAST_MINUTES: Final = 15
MOST_MINUTES: Final = 8 * 60


@dataclass(frozen=True)
class Place:
    """A country with people in it: ``people`` are their ids, ``holidays`` the names of its public holidays by day."""

    country: Country
    zone: ZoneInfo
    hours: WorkingHours
    people: frozenset[int] = frozenset()
    holidays: Mapping[date, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NamedDays:
    """Days [first, last] that do not suit ``people``, on the calendar of ``zone``; ``by`` names who said so."""

    first: date
    last: date
    zone: ZoneInfo
    title: Words
    by: str | Country
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class Engagement:
    """Another session [starts_at, ends_at) (aware) in which ``people`` take part."""

    starts_at: datetime
    ends_at: datetime
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: ``minutes`` on a day of [first, last] in ``zone``, starting every ``step`` minutes.

    ``not_before`` (aware) is the earliest start.
    """

    first: date
    last: date
    zone: ZoneInfo
    minutes: int
    not_before: datetime
    step: int = 30


@dataclass(frozen=True)
class Circumstances:
    """Whom and what a moment must suit; ``answers`` by person and start (aware, UTC)."""

    places: tuple[Place, ...]
    named: tuple[NamedDays, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    answers: Mapping[int, Mapping[datetime, PollAnswer]] = field(default_factory=dict)

    @cached_property
    def people(self) -> frozenset[int]:
        """Everybody concerned."""
        return frozenset(chain.from_iterable(place.people for place in self.places))

    @cached_property
    def answered(self) -> Mapping[tuple[datetime, PollAnswer], frozenset[int]]:
        """Who gave which answer to which start."""
        found: dict[tuple[datetime, PollAnswer], set[int]] = {}
        for person, own in self.answers.items():
            for starts_at, answer in own.items():
                found.setdefault((starts_at, answer), set()).add(person)
        return {key: frozenset(people) for key, people in found.items()}

    @cached_property
    def by_end(self) -> tuple[list[datetime], list[Engagement]]:
        """The engagements in order of their end, with these ends."""
        ordered = sorted(self.engagements, key=lambda one: (one.ends_at, one.starts_at))
        return [one.ends_at for one in ordered], ordered


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for or against a moment, and whom it hits; ``points`` are what it costs.

    ``place``, ``minutes``, ``title`` and ``by`` are there where it has one.
    """

    why: Why
    people: frozenset[int] = frozenset()
    place: Place | None = None
    minutes: int = 0
    title: Words | None = None
    by: str | Country | None = None
    points: int = 0

    @property
    def is_no(self) -> bool:
        """Whether it keeps people away."""
        return self.why in NOES


@dataclass(frozen=True)
class Proposal:
    """A moment [starts_at, ends_at) (aware, UTC), what the clocks show at its start where it was asked for, and why."""

    starts_at: datetime
    ends_at: datetime
    wall: datetime
    reasons: tuple[Reason, ...]

    @cached_property
    def absent(self) -> frozenset[int]:
        """Whom a no keeps away."""
        away = [reason.people for reason in self.reasons if reason.why in NOES]
        return frozenset().union(*away) if away else frozenset()

    @cached_property
    def noes(self) -> int:
        """How many cannot come; where nobody is known yet, how many places or reasons stand against it."""
        return len(self.absent) or sum(reason.why in NOES for reason in self.reasons)

    @cached_property
    def points(self) -> int:
        """What it costs."""
        return sum(reason.points for reason in self.reasons)

    @property
    def order(self) -> tuple[int, int, datetime]:
        """The order of proposals: the least is the best."""
        return self.noes, self.points, self.starts_at
