"""Definitions of time zones for calendar files (VTIMEZONE, RFC 5545 §3.6.5).

Made here because icalendar 7.3's ``Timezone.from_tzinfo`` writes the onset of summer time in the new offset, where the
RFC asks for the old one, and lists dates where a yearly rule would do (Outlook reads rules best).
"""

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 – a wall time: the zone is what is being defined


@dataclass(frozen=True)
class _Change:
    """From ``onset`` (naive, in the offset that holds before it) the zone has another offset or name."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


@cache
def zone_component(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    """Return the definition of ``zone`` for all instants from ``first_year`` to ``last_year``, both included.

    A change that comes on the same weekday of its month each year is written as a rule without end. Do not alter it.
    """
    component = Timezone()
    component.add("TZID", str(zone))
    changes = list(_changes(zone, first_year - 1, last_year + 1))
    if not changes:
        start = datetime(first_year, 1, 1, tzinfo=zone)
        changes = [_change(start, _EPOCH, before=_offset(start))]
    series: dict[tuple[timedelta, timedelta, str, bool], list[_Change]] = defaultdict(list)
    for change in changes:
        series[change.before, change.after, change.name, change.is_summer].append(change)
    for members in series.values():
        component.add_component(_observance(members))
    return component


def _observance(changes: list[_Change]) -> TimezoneStandard | TimezoneDaylight:
    first = changes[0]
    part = TimezoneDaylight() if first.is_summer else TimezoneStandard()
    part.add("DTSTART", first.onset)
    part.add("TZOFFSETFROM", first.before)
    part.add("TZOFFSETTO", first.after)
    part.add("TZNAME", first.name)
    onsets = [change.onset for change in changes]
    rule = _yearly_rule(onsets)
    if rule:
        part.add("RRULE", rule)
    elif len(onsets) > 1:
        part.add("RDATE", onsets[1:])
    return part


def _yearly_rule(onsets: list[datetime]) -> dict[str, str | int] | None:
    years = [onset.year for onset in onsets]
    if len(onsets) < 2 or years != list(range(years[0], years[0] + len(years))):
        return None
    if len({(onset.month, onset.weekday(), onset.time()) for onset in onsets}) > 1:
        return None
    places = {-1} if all(map(_is_last_week, onsets)) else {(onset.day - 1) // 7 + 1 for onset in onsets}
    if len(places) > 1:
        return None
    place = places.pop()
    return {"FREQ": "YEARLY", "BYMONTH": onsets[0].month, "BYDAY": f"{place}{_WEEKDAYS[onsets[0].weekday()]}"}


def _is_last_week(day: datetime) -> bool:
    return day.day + 7 > calendar.monthrange(day.year, day.month)[1]


def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[_Change]:
    moment = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        later = moment + timedelta(days=1)
        if _offset(moment.astimezone(zone)) != _offset(later.astimezone(zone)):
            yield _change_between(moment, later, zone)
        moment = later


def _change_between(moment: datetime, later: datetime, zone: ZoneInfo) -> _Change:
    before = _offset(moment.astimezone(zone))
    while later - moment > timedelta(seconds=1):
        middle = moment + timedelta(seconds=(later - moment).total_seconds() // 2)
        if _offset(middle.astimezone(zone)) == before:
            moment = middle
        else:
            later = middle
    return _change(later.astimezone(zone), (later + before).replace(tzinfo=None), before=before)


def _change(local: datetime, onset: datetime, *, before: timedelta) -> _Change:
    return _Change(onset, before, _offset(local), local.tzname() or "", bool(local.dst()))


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta(0)
