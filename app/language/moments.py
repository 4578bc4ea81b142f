"""Days, times and zones by the reader's locale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from app.domain.time import DifferenceChange, changes_between, readings, wall_in
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.formats import cldr

_NBSP = "\u00a0"
_CITIES = {
    "Europe/Brussels": N_("Brussels"),
    "Africa/Kigali": N_("Kigali"),
    "Africa/Porto-Novo": N_("Porto-Novo"),
}
_NEAR_DAYS = {-1: N_("yesterday"), 0: N_("today"), 1: N_("tomorrow")}
_IN_DAYS = NN_("in %(num)s day", "in %(num)s days")
_ONE_CLOCK = N_(
    "%(here)s changes its clock between now and then: %(time)s there will be %(time_there)s in %(there)s instead of "
    "%(expected)s."
)
_BOTH_CLOCKS = N_(
    "%(here)s and %(there)s change their clocks between now and then: %(time)s in %(here)s will be %(time_there)s in "
    "%(there)s instead of %(expected)s."
)
SKIPPED_HOUR = N_(
    "%(time)s does not exist that day: the clocks in %(zone)s go forward. It could mean %(first_shown)s winter time "
    "(%(first_utc)s UTC) or %(second_shown)s summer time (%(second_utc)s UTC). Choose one of these or another time."
)
AMBIGUOUS_HOUR = N_(
    "%(time)s comes twice that day: the clocks in %(zone)s go back. It could mean %(first_shown)s summer time "
    "(%(first_utc)s UTC) or %(second_shown)s winter time (%(second_utc)s UTC). Choose another time."
)
_DAYS_AGO = NN_("%(num)s day ago", "%(num)s days ago")


@dataclass(frozen=True)
class _Words:
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]


@cache
def _words(locale: str) -> _Words:
    data = cldr(locale)
    months, days = data.months["format"], data.days["format"]
    return _Words(
        months=tuple(months["wide"][number] for number in range(1, 13)),
        short_months=tuple(months["abbreviated"][number] for number in range(1, 13)),
        days=tuple(days["wide"][number] for number in range(7)),
        short_days=tuple(days["abbreviated"][number] for number in range(7)),
    )


def date_long(locale: str, day: date, *, year: bool = True) -> str:
    """Return a day in full: "18 januari 2027"; the year can be left out where the page says it."""
    text = f"{_day_of_month(locale, day)}{_NBSP}{_words(locale).months[day.month - 1]}"
    return f"{text}{_NBSP}{day.year}" if year else text


def date_medium(locale: str, day: date, *, year: bool = True) -> str:
    """Return a day with its month shortened: "18 jan 2027"."""
    text = f"{_day_of_month(locale, day)}{_NBSP}{_words(locale).short_months[day.month - 1]}"
    return f"{text}{_NBSP}{day.year}" if year else text


def date_with_weekday(locale: str, day: date, *, year: bool = True) -> str:
    """Return a day in full with its name: "maandag 18 januari 2027"."""
    return f"{_words(locale).days[day.weekday()]} {date_long(locale, day, year=year)}"


def _day_of_month(locale: str, day: date) -> str:
    return "1er" if locale == "fr" and day.day == 1 else str(day.day)


def month_name(locale: str, month: int) -> str:
    """Return the name of a month (1–12)."""
    return _words(locale).months[month - 1]


def month_short(locale: str, month: int) -> str:
    """Return the short name of a month (1–12), for the tile of a date."""
    return _words(locale).short_months[month - 1]


def weekday_name(locale: str, weekday: int) -> str:
    """Return the name of a day of the week (Monday is 0)."""
    return _words(locale).days[weekday]


def weekday_short(locale: str, weekday: int) -> str:
    """Return the short name of a day of the week (Monday is 0)."""
    return _words(locale).short_days[weekday]


def date_range(locale: str, first: date, last: date) -> str:
    """Return the days from ``first`` to ``last``, both included: "18–24 January 2027"; one day when they are equal."""
    if first == last:
        return date_long(locale, first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_day_of_month(locale, first)}–{date_long(locale, last)}"
    start = date_long(locale, first, year=first.year != last.year)
    return f"{start} – {date_long(locale, last)}"


def time_of_day(locale: str, wall: datetime, *, compact: bool = False) -> str:
    """Return the time of a wall clock: "14.00 uur" in Dutch, else "14:00"; ``compact`` gives the latter everywhere."""
    if locale != "nl" or compact:
        return f"{wall.hour:02}:{wall.minute:02}"
    return f"{wall.hour}.{wall.minute:02}{_NBSP}uur"


def time_range(locale: str, starts: datetime, ends: datetime) -> str:
    """Return two times of a day: "14.00–15.30 uur", "14:00–15:30"."""
    return f"{time_of_day(locale, starts).partition(_NBSP)[0]}–{time_of_day(locale, ends)}"


def time_in(locale: str, moment: datetime, zone: ZoneInfo) -> str:
    """Return the time that ``moment`` (aware) is in ``zone``, with its city: "14.00 uur (Brussel)"."""
    return _with_city(locale, time_of_day(locale, wall_in(moment, zone)), zone)


def times_in(locale: str, moment: datetime, zones: Sequence[ZoneInfo]) -> list[str]:
    """Return the time that ``moment`` (aware) is in each of ``zones``; a different day than in the first is named."""
    lines = []
    for reading in readings(moment, zones):
        text = time_of_day(locale, reading.wall)
        if reading.day_offset:
            text = _day_and_time(locale, reading.wall)
        lines.append(_with_city(locale, text, reading.zone))
    return lines


def moment_in(locale: str, moment: datetime, zone: ZoneInfo) -> str:
    """Return day, time and city of ``moment`` (aware): "maandag 18 januari 2027, 14.00 uur (Brussel)"."""
    wall = wall_in(moment, zone)
    return _with_city(locale, wall_text(locale, wall), zone)


def wall_text(locale: str, wall: datetime) -> str:
    """Return day and time as the clock on the wall shows them: "maandag 18 januari 2027, 14.00 uur"."""
    return gettext(locale, N_("%(day)s, %(time)s"), day=date_with_weekday(locale, wall), time=time_of_day(locale, wall))


def _with_city(locale: str, text: str, zone: ZoneInfo) -> str:
    return f"{text} ({zone_name(locale, zone)})"


def zone_name(locale: str, zone: ZoneInfo | str) -> str:
    """Return a zone as the city that people know it by: "Brussel", "Kigali", "Porto-Novo"."""
    key = str(zone)
    return gettext(locale, _CITIES.get(key, key.rpartition("/")[2].replace("_", " ")))


def relative_day(locale: str, day: date, today: date) -> str:
    """Return how far ``day`` is from ``today``: "in 5 days", "tomorrow", "2 days ago"."""
    days = (day - today).days
    if days in _NEAR_DAYS:
        return gettext(locale, _NEAR_DAYS[days])
    return ngettext(locale, *(_IN_DAYS if days > 0 else _DAYS_AGO), abs(days))


def difference_text(locale: str, zone_a: ZoneInfo, zone_b: ZoneInfo, later_by: timedelta) -> str:
    """Return how much later ``zone_b`` is than ``zone_a``: "In Kigali it is 1 hour later than in Brussels"."""
    names = {"here": zone_name(locale, zone_a), "there": zone_name(locale, zone_b)}
    if not later_by:
        return gettext(locale, N_("In %(there)s it is the same time as in %(here)s"), **names)
    time = hours(locale, abs(later_by))
    if later_by > timedelta(0):
        return gettext(locale, N_("In %(there)s it is %(time)s later than in %(here)s"), time=time, **names)
    return gettext(locale, N_("In %(there)s it is %(time)s earlier than in %(here)s"), time=time, **names)


def difference_change_text(locale: str, change: DifferenceChange) -> str:
    """Return a sentence that warns of a difference of time that is not what it is today.

    "Brussels changes its clock between now and then: 14:00 there will be 15:00 in Kigali instead of 14:00". It starts
    from the place that changes its clock; days are named where they differ.
    """
    if change.moved == (change.zone_b,):
        change = change.turned
    walls = [reading.wall for reading in readings(change.moment, (change.zone_a, change.zone_b))] + [change.expected]
    write = time_of_day if len({wall.date() for wall in walls}) == 1 else _day_and_time
    here, there = zone_name(locale, change.zone_a), zone_name(locale, change.zone_b)
    time, time_there, expected = (write(locale, wall) for wall in walls)
    sentence = _BOTH_CLOCKS if len(change.moved) > 1 else _ONE_CLOCK
    return gettext(locale, sentence, here=here, there=there, time=time, time_there=time_there, expected=expected)


def clock_change_lines(locale: str, moment: datetime, zones: Sequence[ZoneInfo], *, now: datetime) -> list[str]:
    """Return a sentence for each of ``zones`` that will differ from the first otherwise than it does ``now``.

    Nothing for what is over. Moments are aware.
    """
    if moment <= now:
        return []
    return [difference_change_text(locale, change) for change in changes_between(zones, now, moment)]


def _day_and_time(locale: str, wall: datetime) -> str:
    return gettext(locale, N_("%(day)s, %(time)s"), day=date_medium(locale, wall), time=time_of_day(locale, wall))


def hours(locale: str, duration: timedelta) -> str:
    """Return a duration in hours and minutes: "1 hour", "2 hours 30 minutes"; over a day, in begun days: "5 days"."""
    if duration > timedelta(days=1):
        return ngettext(locale, "%(num)s day", "%(num)s days", -(-duration // timedelta(days=1))).replace(" ", _NBSP)
    whole, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    parts = []
    if whole:
        parts.append(ngettext(locale, "%(num)s hour", "%(num)s hours", whole))
    if minutes or not whole:
        parts.append(ngettext(locale, "%(num)s minute", "%(num)s minutes", minutes))
    return " ".join(parts).replace(" ", _NBSP)
