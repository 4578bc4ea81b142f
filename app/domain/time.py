"""Wall-clock times, their zones and the instants that they stand for.

A session's truth is what the clock on the wall shows in its zone; the instant is derived, so that a change of clock
rules moves nothing (DESIGN §6).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self
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
    """The clocks jump over this time; ``first`` and ``second`` are what could be meant (UTC, earlier first).

    ``time`` is what was asked for, ``first_shown`` and ``second_shown`` what the clocks show at these two instants,
    ``first_utc`` and ``second_utc`` the same in UTC (all times of day): the first in winter time, the second in summer
    time.
    """

    code: ClassVar[str] = "skipped_hour"


class AmbiguousHour(DomainError):
    """The clocks show this time twice; ``first`` and ``second`` are its instants (UTC, earlier first).

    The times of day are named as in ``SkippedHour``: the first is summer time, the second winter time.
    """

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
    """How much later ``zone_b`` is than ``zone_a``, now and ``then``; negative when it is earlier.

    ``moment`` (aware) is that of ``then``; ``moved`` are the places whose own clocks change in between.
    """

    zone_a: ZoneInfo
    zone_b: ZoneInfo
    now: timedelta
    then: timedelta
    moment: datetime
    moved: tuple[ZoneInfo, ...]

    @property
    def turned(self) -> Self:
        """The same seen from the other place."""
        return replace(self, zone_a=self.zone_b, zone_b=self.zone_a, now=-self.now, then=-self.then)

    @property
    def expected(self) -> datetime:
        """What somebody who counts with the difference of now takes the time in ``zone_b`` to be (naive)."""
        return wall_in(self.moment, self.zone_a) + self.now


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
    raise refusal(wall=wall, zone=zone, time=wall.time(), **_both(first, second, zone))


def _both(first: datetime, second: datetime, zone: ZoneInfo) -> dict[str, object]:
    return {
        "first": first,
        "first_shown": wall_in(first, zone).time(),
        "first_utc": first.time(),
        "second": second,
        "second_shown": wall_in(second, zone).time(),
        "second_utc": second.time(),
    }


def wall_in(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clocks in ``zone`` show (naive) at ``moment`` (aware)."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def seen_from(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the same moment (aware) on the clock of ``zone`` (aware): for words that name the place."""
    return moment.astimezone(zone)


def day_in(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day that it is in ``zone`` at ``moment`` (aware)."""
    return wall_in(moment, zone).date()


def programme_day(moment: datetime) -> date:
    """Return the day that it is for the programme, in Brussels, at ``moment`` (aware)."""
    return day_in(moment, PROGRAMME_ZONE)


def wall_days(starts: datetime, ends: datetime) -> tuple[date, date]:
    """Return the first and the last day of [starts, ends) (naive).

    What ends at midnight does not touch the day after.
    """
    return starts.date(), (ends - timedelta(microseconds=1)).date()


def days_in(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day in ``zone`` of [starts_at, ends_at) (aware)."""
    return wall_days(wall_in(starts_at, zone), wall_in(ends_at, zone))


def offset_at(moment: datetime, zone: ZoneInfo) -> timedelta:
    """Return how much later the clocks in ``zone`` are than UTC at ``moment`` (aware)."""
    return wall_in(moment, zone) - moment.astimezone(UTC).replace(tzinfo=None)


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
    moved = tuple(zone for zone in (zone_a, zone_b) if offset_at(now, zone) != offset_at(then, zone))
    return DifferenceChange(zone_a=zone_a, zone_b=zone_b, now=today, then=that_day, moment=then, moved=moved)


def changes_between(zones: Sequence[ZoneInfo], now: datetime, then: datetime) -> tuple[DifferenceChange, ...]:
    """Return where the difference with the first of ``zones`` is not at ``then`` what it is ``now`` (both aware)."""
    found = (difference_changes(zones[0], zone, now, then) for zone in zones[1:])
    return tuple(change for change in found if change is not None)


def zones_for(country: str) -> ZoneInfo:
    """Return the zone of a country of the programme, by its code (``Country`` or "BE").

    :raises ValueError: the programme does not know the country.
    """
    return _ZONES[Country(country)]
