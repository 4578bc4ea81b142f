"""Work visits: which way they go, who prepares them, and what is still to be done (DESIGN §6, §10)."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.domain.access import Actor, NotAllowed
from app.domain.codes import Country, Representing, Side
from app.domain.errors import DomainError


class HostMissing(DomainError):
    """A work visit has a side that receives."""

    code: ClassVar[str] = "visit_host_missing"


class VisitOfNobody(DomainError):
    """A work visit is that of one partnership: its two sides travel and receive."""

    code: ClassVar[str] = "visit_of_nobody"


class SameDirection(DomainError):
    """A visit goes the same way as one of the year before or after, without a reason.

    ``year`` is that of the other visit, counted from the programme's start; ``day`` is its first day.
    """

    code: ClassVar[str] = "visit_direction"


@dataclass(frozen=True, slots=True)
class Travel:
    """What the direction rule needs of a visit; ``reason``: why it goes against the rule. ``id``: none while new."""

    first_day: date
    host_side: Side
    reason: str = ""
    id: int | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose a visit is: the partner country and both governments."""

    country: Country
    host: int
    travelling: int


def other(side: Side) -> Side:
    """Give the other side."""
    return Side.PARTNER if side is Side.FLEMISH else Side.FLEMISH


def year_of(day: date, *, starts_on: date) -> int:
    """Give the year of the programme in which ``day`` lies, from 1; a year begins on the anniversary of ``starts_on``.

    Before the programme it is 0 or less. The anniversary is that of ``agenda_template.day_of``: 28 February where a
    year has no 29 February.
    """
    last = monthrange(day.year, starts_on.month)[1]
    anniversary = date(day.year, starts_on.month, min(starts_on.day, last))
    return day.year - starts_on.year + 1 - int(day < anniversary)


def same_way(visit: Travel, others: Iterable[Travel], *, starts_on: date) -> tuple[Travel, ...]:
    """Give the visits of the year before and of the year after that go the same way, in order of time.

    Cancelled visits do not count. Source: VVSG, call for SDG partnerships 2024-2025: the visit of year 2 goes the other
    way than that of year 1.
    """
    if visit.cancelled:
        return ()
    year = year_of(visit.first_day, starts_on=starts_on)
    found = (
        one
        for one in others
        if not one.cancelled
        and (visit.id is None or one.id != visit.id)
        and one.host_side is visit.host_side
        and abs(year_of(one.first_day, starts_on=starts_on) - year) == 1
    )
    return tuple(sorted(found, key=lambda one: (one.first_day, one.id or 0)))


def check_direction(visit: Travel, others: Iterable[Travel], *, starts_on: date, before: Travel | None = None) -> None:
    """Refuse a visit that goes the same way as one of the year before or after, unless a reason is given.

    The reason is the visit's own. Where the two stood against the rule already (``before`` is the visit as it was), the
    reason of either explains it.

    :raises SameDirection: nobody says why.
    """
    known = list(others)
    if visit.reason:
        return
    stood = {one.id for one in same_way(before, known, starts_on=starts_on)} if before else set()
    for one in same_way(visit, known, starts_on=starts_on):
        if one.id not in stood or not one.reason:
            raise SameDirection(year=year_of(one.first_day, starts_on=starts_on), day=one.first_day)


def unexplained(visits: Sequence[Travel], *, starts_on: date) -> tuple[Travel, ...]:
    """Give the visits that go the same way as the year before while neither of the two says why."""
    return tuple(
        visit
        for visit in visits
        if not visit.reason
        and any(
            not one.reason and one.first_day < visit.first_day for one in same_way(visit, visits, starts_on=starts_on)
        )
    )


def host_that_reverses(visit: Travel, others: Iterable[Travel], *, starts_on: date) -> Side | None:
    """Give the side that should receive so that the rule holds: as planned if it can be, else the other one.

    None where neither does, because the years before and after go opposite ways.
    """
    known = list(others)
    for side in (visit.host_side, other(visit.host_side)):
        turned = Travel(visit.first_day, side, id=visit.id)
        if not same_way(turned, known, starts_on=starts_on):
            return side
    return None


def check_can_prepare(actor: Actor, parties: Parties) -> None:
    """Refuse unless ``actor`` may write the programme and the report of a visit.

    The programme team does, the association of the partner country, and the coordinators of both sides (DESIGN §10).

    :raises NotAllowed: it is somebody else's to do.
    """
    if actor.is_staff or (actor.is_association and parties.country in actor.countries):
        return
    if not (actor.is_known and actor.coordinates & {parties.host, parties.travelling}):
        raise NotAllowed


def check_can_send(actor: Actor, parties: Parties) -> None:
    """Refuse unless ``actor`` may say who travels: a coordinator of the travelling side, or the programme team.

    :raises NotAllowed: it is somebody else's to do.
    """
    if not (actor.is_staff or (actor.is_known and parties.travelling in actor.coordinates)):
        raise NotAllowed


def sees_delegation(actor: Actor, parties: Parties) -> bool:
    """Tell whether ``actor`` sees who travels, by name and function: both sides, their association and the team."""
    if actor.is_staff or (actor.is_association and parties.country in actor.countries):
        return True
    return actor.is_known and bool(actor.participates & {parties.host, parties.travelling})


def sees_more_of_delegation(actor: Actor, parties: Parties) -> bool:
    """Tell whether ``actor`` also sees the language and for whom somebody travels: not the side that receives."""
    return sees_delegation(actor, parties) and (
        actor.is_staff or actor.is_association or parties.travelling in actor.participates
    )


@dataclass(frozen=True, slots=True)
class Balance:
    """How a delegation is made up against what the programme expects; ``beyond`` is below zero when too few travel."""

    officials: int
    politicians: int
    others: int
    expected: int

    @property
    def total(self) -> int:
        """How many travel."""
        return self.officials + self.politicians + self.others

    @property
    def beyond(self) -> int:
        """How many more travel than about as many as the programme expects."""
        return self.total - self.expected


def balance_of(representing: Iterable[Representing], *, expected: int) -> Balance:
    """Count a delegation by whom its members travel for."""
    known = list(representing)
    officials = known.count(Representing.OFFICIAL)
    politicians = known.count(Representing.POLITICIAN)
    return Balance(officials, politicians, len(known) - officials - politicians, expected)
