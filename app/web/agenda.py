"""Sessions as a reader sees them: in the own words and the own time, with that of the others beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.access import Actor
from app.domain.codes import SessionKind, SessionStatus, Side
from app.domain.texts import Text, title_of
from app.domain.time import PROGRAMME_ZONE, days_in, difference_changes, readings, wall_in
from app.language.catalogues import N_, gettext
from app.language.formats import join, number
from app.language.labels import label, language_name
from app.language.moments import (
    date_range,
    date_with_weekday,
    difference_change_text,
    hours,
    time_of_day,
    times_in,
    zone_name,
)
from app.language.periods import period_in
from app.queries.agenda import SessionRow
from app.services.calendar_entries import for_whom as for_whom  # noqa: PLC0414 - routers use it as a word of this module
from app.services.calendar_entries import place_text, zones_for_reader

NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class SessionShown:
    """A session in a list: ``day`` is its first in the reader's zone."""

    number: int
    title: Text
    day: date
    when: str
    meta: str
    kind: SessionKind
    status: SessionStatus

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self.status is SessionStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class Month:
    """The sessions of a month."""

    year: int
    month: int
    sessions: tuple[SessionShown, ...]


@dataclass(frozen=True, slots=True)
class PlaceTime:
    """The time of a session in one place; ``day`` is named where it is another one there than for the reader."""

    place: str
    time: str
    mine: bool
    day: str | None


def reader_zone(actor: Actor) -> ZoneInfo:
    """Give the zone of who reads: that of the profile, for the public that of the programme."""
    try:
        return ZoneInfo(actor.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return PROGRAMME_ZONE


def shown(row: SessionRow, locale: str, reader: ZoneInfo) -> SessionShown:
    """Put a session in words for a list."""
    return SessionShown(
        number=row.id,
        title=title_of(row, locale),
        day=days_in(row.starts_at, row.ends_at, reader)[0],
        when=when_text(row, locale, reader),
        meta=" · ".join(filter(None, (place_text(row, locale), for_whom(row, locale)))),
        kind=row.kind,
        status=row.status,
    )


def all_shown(rows: Iterable[SessionRow], locale: str, reader: ZoneInfo) -> tuple[SessionShown, ...]:
    """Put sessions in words for a list."""
    return tuple(shown(row, locale, reader) for row in rows)


def by_month(sessions: Sequence[SessionShown]) -> list[Month]:
    """Group sessions by the month of their first day, keeping their order."""
    found: dict[tuple[int, int], list[SessionShown]] = {}
    for session in sessions:
        found.setdefault((session.day.year, session.day.month), []).append(session)
    return [Month(year, month, tuple(members)) for (year, month), members in found.items()]


def is_several_days(row: SessionRow) -> bool:
    """Tell whether a session ends on a later day than it starts, where it takes place."""
    first, last = days_there(row)
    return last > first


def when_text(row: SessionRow, locale: str, reader: ZoneInfo) -> str:
    """Give day and times, in the reader's zone first; of a session of several days its days."""
    if is_several_days(row):
        return date_range(locale, *days_there(row))
    own = period_in(locale, row.starts_at, row.ends_at, reader)
    others = times_in(locale, row.starts_at, zones_for_reader(row, reader))[1:]
    together = (text.replace(" ", NO_BREAK) for text in others)
    return " · ".join((own, *together))


def day_text(row: SessionRow, locale: str, reader: ZoneInfo) -> str:
    """Give the day of a session in the reader's zone, or its days where it takes place."""
    if is_several_days(row):
        return date_range(locale, *days_there(row))
    return date_with_weekday(locale, wall_in(row.starts_at, reader))


def facts(row: SessionRow, locale: str) -> list[tuple[str, str]]:
    """Give the short facts of a session: name and words; what is not known is left out."""
    length = "" if is_several_days(row) else hours(locale, timedelta(minutes=row.duration_minutes))
    languages = join(locale, [language_name(locale, code) for code in row.languages])
    pairs = (
        (N_("Length"), length),
        (N_("Place"), place_text(row, locale)),
        (N_("Languages"), languages),
        (N_("Interpretation into"), join(locale, [language_name(locale, code) for code in row.interpretation])),
        (N_("Number of places"), number(locale, row.capacity) if row.capacity else ""),
        (N_("Host"), host_name(row) or (label(locale, row.host_side) if row.host_side else "")),
    )
    return [(gettext(locale, name), words) for name, words in pairs if words]


def times_shown(row: SessionRow, locale: str, reader: ZoneInfo) -> list[PlaceTime]:
    """Give the start of a session in all zones concerned, the reader's own first."""
    return [
        PlaceTime(
            place=zone_name(locale, reading.zone),
            time=time_of_day(locale, reading.wall),
            mine=reading.zone == reader,
            day=date_with_weekday(locale, reading.wall, year=False) if reading.day_offset else None,
        )
        for reading in readings(row.starts_at, zones_for_reader(row, reader))
    ]


def clock_changes(row: SessionRow, locale: str, reader: ZoneInfo, now: datetime) -> list[str]:
    """Say where the difference with the reader's clock is another one then than it is now.

    Nothing for what is over or does not take place.
    """
    if row.starts_at <= now or row.status is SessionStatus.CANCELLED:
        return []
    changes = (difference_changes(reader, zone, now, row.starts_at) for zone in zones_for_reader(row, reader)[1:])
    return [difference_change_text(locale, change) for change in changes if change is not None]


def host_name(row: SessionRow) -> str:
    """Give the name of the side that receives, if there is one."""
    names = {Side.FLEMISH: row.flemish_name, Side.PARTNER: row.partner_name}
    return names[row.host_side] if row.host_side is not None else ""


def days_there(row: SessionRow) -> tuple[date, date]:
    """Give the first and the last day of a session where it takes place."""
    return days_in(row.starts_at, row.ends_at, ZoneInfo(row.zone))
