"""Calendars for other programs: iCalendar (RFC 5545 with RFC 7986), the same bytes for the same data."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, Timezone, vDuration

from app.documents.calendar_entry import CalendarEntry
from app.documents.zones import zone_component
from app.language.catalogues import N_, gettext
from app.language.formats import join
from app.language.labels import language_name
from app.language.moments import times_in

_PRODUCT = "-//Tandem//SDG partnerships//EN"


def calendar_bytes(entries: Sequence[CalendarEntry], *, name: str, locale: str, refresh: timedelta) -> bytes:
    """Return a calendar of ``entries`` that programs can subscribe to, in the language of ``locale``.

    Ordered by start and uid, whatever the order of ``entries``; equal data gives equal bytes. ``refresh`` tells
    programs how often to look again.
    """
    calendar = _calendar("PUBLISH")
    calendar.add("NAME", name, parameters={"LANGUAGE": locale})
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", vDuration(refresh), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(refresh))
    return _filled(calendar, sorted(entries, key=lambda entry: (entry.starts_at, entry.uid)), locale)


def invitation_text(
    entry: CalendarEntry, *, method: Literal["REQUEST", "CANCEL"], locale: str, stamped_at: datetime
) -> str:
    """Return an invitation to one session, or its end (iTIP, RFC 5546), written at ``stamped_at`` (aware).

    It names neither who invites nor who is invited: ``documents.invitations.addressed`` does, once a mail goes out.
    """
    calendar = _calendar(method)
    return _filled(calendar, [replace(entry, stamped_at=stamped_at)], locale).decode()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", method)
    return calendar


def _filled(calendar: Calendar, entries: Sequence[CalendarEntry], locale: str) -> bytes:
    for zone in _zones(entries):
        calendar.add_component(zone)
    for entry in entries:
        calendar.add_component(_event(entry, locale))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _zones(entries: Sequence[CalendarEntry]) -> list[Timezone]:
    years = [wall.year for entry in entries for wall in (entry.wall_starts_at, entry.wall_ends_at)]
    zones = {str(entry.zone): entry.zone for entry in entries}
    return [zone_component(zone, min(years), max(years)) for _key, zone in sorted(zones.items())]


def _event(entry: CalendarEntry, locale: str) -> Event:
    event = Event()
    zone = {"TZID": str(entry.zone)}
    event.add("UID", entry.uid)
    event.add("DTSTAMP", (entry.stamped_at or entry.last_modified).astimezone(UTC))
    event.add("LAST-MODIFIED", entry.last_modified.astimezone(UTC))
    event.add("SEQUENCE", entry.sequence)
    event.add("STATUS", entry.status.upper())
    event.add("DTSTART", entry.wall_starts_at, parameters=zone)
    event.add("DTEND", entry.wall_ends_at, parameters=zone)
    event.add("SUMMARY", _summary(entry, locale))
    _add_optional(event, entry, locale)
    return event


def _add_optional(event: Event, entry: CalendarEntry, locale: str) -> None:
    event.add("DESCRIPTION", _description(entry, locale))
    if entry.location:
        event.add("LOCATION", entry.location)
    if entry.url:
        event.add("URL", entry.url)
    if entry.categories:
        event.add("CATEGORIES", list(entry.categories))
    if entry.status == "cancelled":
        event.add("TRANSP", "TRANSPARENT")


def _summary(entry: CalendarEntry, locale: str) -> str:
    if entry.status == "cancelled":
        return gettext(locale, N_("Cancelled: %(title)s"), title=entry.title)
    return entry.title


def _description(entry: CalendarEntry, locale: str) -> str:
    lines = times_in(locale, entry.starts_at, (entry.zone, *(z for z in entry.other_zones if z != entry.zone)))
    if entry.languages:
        names = join(locale, [language_name(locale, language) for language in entry.languages])
        lines.append(gettext(locale, N_("Languages: %(languages)s"), languages=names))
    paragraphs = (entry.description, "\n".join(lines), entry.url)
    return "\n\n".join(text for text in paragraphs if text).replace("\u00a0", " ")
