"""Days that do not suit a whole country, or one local government: who may enter them, and what they need."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from app.domain.access import Actor, NotAllowed
from app.domain.codes import Country
from app.domain.errors import DomainError

MOST_DAYS: Final = 62


class BusyTitleMissing(DomainError):
    """Somebody else must understand what the days are for."""

    code: ClassVar[str] = "busy_title_missing"


class BusyDaysUnclear(DomainError):
    """The last day comes before the first, or more than ``most`` days later."""

    code: ClassVar[str] = "busy_days"


class BusyPeriodGone(DomainError):
    """Somebody removed these days."""

    code: ClassVar[str] = "busy_period_gone"


@dataclass(frozen=True, slots=True)
class Days:
    """Days [starts_on, ends_on] of a country or of a local government, with what they are for."""

    starts_on: date
    ends_on: date
    country: Country | None = None
    government_id: int | None = None
    title_nl: str = ""
    title_fr: str = ""
    title_en: str = ""


def check_days(days: Days) -> None:
    """Refuse days that nobody could plan around.

    :raises BusyTitleMissing: no title in any language.
    :raises BusyDaysUnclear: the last day comes before the first, or they are too many.
    """
    if not (days.title_nl or days.title_fr or days.title_en):
        raise BusyTitleMissing
    if not 0 <= (days.ends_on - days.starts_on).days < MOST_DAYS:
        raise BusyDaysUnclear(most=MOST_DAYS)


def check_can_enter(
    actor: Actor, *, country: Country | None, government_id: int | None, of_country: Country | None
) -> None:
    """Refuse unless ``actor`` may enter or remove days of that country, or of that local government in ``of_country``.

    The programme team enters all; a coordinator those of the own local government; an association those of the local
    governments in its country.

    :raises NotAllowed: it is somebody else's to do.
    """
    if actor.is_staff:
        return
    own = actor.is_known and government_id is not None and government_id in actor.coordinates
    if country is not None or not (own or (actor.is_association and of_country in actor.countries)):
        raise NotAllowed
