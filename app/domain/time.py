"""Wall-clock times, their zones and the instants that they stand for.

A session's truth is what the clock on the wall shows in its zone; the instant is derived, so that a change of clock
rules moves nothing (DESIGN §6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from app.domain.codes import Country
from app.domain.errors import DomainError

PROGRAMME_ZONE = ZoneInfo("Europe/Brussels")
_ZONES = {
    Country.BELGIUM: PROGRAMME_ZONE,
    Country.RWANDA: ZoneInfo("Africa/Kigali"),
    Country.BENIN: ZoneInfo("Africa/Porto-Novo"),
}


class SkippedHour(DomainError):
    """The clocks jump over this time; ``first`` and ``second`` are what could be meant (UTC, earlier first)."""

    code: ClassVar[str] = "skipped_hour"


class AmbiguousHour(DomainError):
    """The clocks show this time twice; ``first`` and ``second`` are its instants (UTC, earlier first)."""

    code: ClassVar[str] = "ambiguous_hour"


@dataclass(frozen=True)
class ZoneReading:
    """What the clocks of a zone show at an instant.

    ``day_offset`` is the number of calendar days after the day in the first zone of the same answer: −1, 0 or 1.
    """

    zone: ZoneInfo
    wall: datetime
    day_offset: int


@dataclass(frozen=True)
class DifferenceChange:
    """How much later ``zone_b`` is than ``zone_a``, now and then; negative when it is earlier."""

    zone_a: ZoneInfo
    zone_b: ZoneInfo
    now: timedelta
    then: timedelta


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (aware, UTC) at which the clocks in ``zone`` show ``wall`` (naive).

    :raises ValueError: ``wall`` is aware.
    :raises SkippedHour: the clocks jump over that time.
    :raises AmbiguousHour: the clocks show that time twice.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time carries no zone of its own")
    readings_of_wall = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    first, second = sorted(readings_of_wall)
    if first == second:
        return first
    refusal = SkippedHour if wall_in(first, zone) != wall else AmbiguousHour
    raise refusal(wall=wall, zone=zone, first=first, second=second)


def wall_in(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clocks in ``zone`` show (naive) at ``moment`` (aware)."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def readings(moment: datetime, zones: Sequence[ZoneInfo]) -> tuple[ZoneReading, ...]:
    """Return what the clocks show at ``moment`` (aware) in each of ``zones``, in their order."""
    walls = [wall_in(moment, zone) for zone in zones]
    return tuple(
        ZoneReading(zone=zone, wall=wall, day_offset=(wall.date() - walls[0].date()).days)
        for zone, wall in zip(zones, walls, strict=True)
    )


def difference(zone_a: ZoneInfo, zone_b: ZoneInfo, moment: datetime) -> timedelta:
    """Return how much later the clocks in ``zone_b`` are than those in ``zone_a`` at ``moment`` (aware)."""
    return wall_in(moment, zone_b) - wall_in(moment, zone_a)


def difference_changes(zone_a: ZoneInfo, zone_b: ZoneInfo, now: datetime, then: datetime) -> DifferenceChange | None:
    """Return the change when two places do not differ at ``then`` as they do ``now`` (both aware), else nothing."""
    today = difference(zone_a, zone_b, now)
    that_day = difference(zone_a, zone_b, then)
    if today == that_day:
        return None
    return DifferenceChange(zone_a=zone_a, zone_b=zone_b, now=today, then=that_day)


def zones_for(country: str) -> ZoneInfo:
    """Return the zone of a country of the programme, by its code (``Country`` or "BE").

    :raises ValueError: the programme does not know the country.
    """
    return _ZONES[Country(country)]
