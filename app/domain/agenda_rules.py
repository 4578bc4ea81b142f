"""The rules of a programme about moments: working hours per country, and when people are reminded."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import time
from typing import Any, ClassVar, Final, Self

from app.domain.codes import Country
from app.domain.errors import DomainError

WEEK: Final = range(7)
MOST_REMINDERS: Final = 3
EARLIEST_REMINDER: Final = 60


class WorkingHoursUnclear(DomainError):
    """Working hours of a ``country`` end after they start, on at least one day of the week."""

    code: ClassVar[str] = "working_hours"


class SessionRemindersUnclear(DomainError):
    """Reminders of a session go out on a few different days before it, from 1 to ``most``."""

    code: ClassVar[str] = "session_reminder_days"


class DigestDayUnclear(DomainError):
    """The digest goes out on a day of the week, 0 (Monday) to 6."""

    code: ClassVar[str] = "digest_weekday"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people of a country work: [``starts``, ``ends``) on the wall there, on ``days`` (0 is Monday)."""

    starts: str
    ends: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4)

    @property
    def start(self) -> time:
        """The first minute of work."""
        return time.fromisoformat(self.starts)

    @property
    def end(self) -> time:
        """The first minute after work."""
        return time.fromisoformat(self.ends)


def _usual_hours() -> dict[Country, WorkingHours]:
    return {
        Country.BELGIUM: WorkingHours("09:00", "17:00"),
        Country.RWANDA: WorkingHours("08:00", "17:00"),
        Country.BENIN: WorkingHours("08:00", "17:30"),
    }


@dataclass(frozen=True, slots=True)
class AgendaRules:
    """Working hours by country, days of reminders before a session, the weekday of the digest (0 is Monday).

    The hours are usual ones, to be adapted by staff: no document of the programme names any. The days are those of
    DESIGN §6.
    """

    working_hours: Mapping[Country, WorkingHours] = field(default_factory=_usual_hours)
    reminder_days: tuple[int, ...] = (7, 1)
    digest_weekday: int = 0

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the rules as they are stored; what is not there has its default."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        if "working_hours" in known:
            stored = {Country(code): _hours_from(hours) for code, hours in known["working_hours"].items()}
            known["working_hours"] = _usual_hours() | stored
        if "reminder_days" in known:
            known["reminder_days"] = tuple(known["reminder_days"])
        return cls(**known)

    def to_data(self) -> dict[str, Any]:
        """Give the rules as plain values, to be stored."""
        hours = {country.value: asdict(own) | {"days": list(own.days)} for country, own in self.working_hours.items()}
        return {
            "working_hours": hours,
            "reminder_days": list(self.reminder_days),
            "digest_weekday": self.digest_weekday,
        }


def _hours_from(data: Mapping[str, Any]) -> WorkingHours:
    return WorkingHours(data["starts"], data["ends"], tuple(data["days"]))


def check_agenda_rules(rules: AgendaRules) -> None:
    """Refuse hours, reminders or a digest that make no sense.

    :raises WorkingHoursUnclear: of a ``country``.
    :raises SessionRemindersUnclear: too many, twice the same day, or too early.
    :raises DigestDayUnclear: there is no such day of the week.
    """
    for country, hours in rules.working_hours.items():
        if hours.start >= hours.end or not hours.days or not set(hours.days) <= set(WEEK):
            raise WorkingHoursUnclear(country=country)
    days = rules.reminder_days
    if len(days) > MOST_REMINDERS or len(set(days)) < len(days) or not all(1 <= n <= EARLIEST_REMINDER for n in days):
        raise SessionRemindersUnclear(most=EARLIEST_REMINDER)
    if rules.digest_weekday not in WEEK:
        raise DigestDayUnclear
