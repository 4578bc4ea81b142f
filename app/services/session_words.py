"""A session in the words of a mail: when for its reader and for the others, where, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.agenda import Facts, Period
from app.domain.codes import SessionStatus, Side
from app.domain.texts import title_of
from app.language.formats import join
from app.language.labels import label, language_name
from app.language.moments import clock_change_lines, times_in
from app.language.periods import period_in
from app.queries.agenda import SessionRow
from app.services.calendar_entries import calendar_entry, for_whom, place_text, zones_for_reader


@dataclass(frozen=True, slots=True)
class SessionWords:
    """A session as a mail tells it. ``others``: its start elsewhere; ``clock``: where clocks change until then.

    ``path`` is that of its page, ``reply`` that of the reader's own answer; empty where there is none.
    """

    title: str
    when: str
    others: tuple[str, ...]
    clock: tuple[str, ...]
    for_whom: str
    place: str
    link: str
    description: str
    schedule: str
    path: str
    reply: str = ""
    languages: str = ""
    interpretation: str = ""
    host: str = ""


def session_words(row: SessionRow, locale: str, zone: str, *, now: datetime, reply: str = "") -> SessionWords:
    """Put a session in words for somebody who reads ``locale`` and whose clock is that of ``zone``."""
    reader = ZoneInfo(zone)
    zones = zones_for_reader(row, reader)
    return SessionWords(
        title=title_of(row, locale).words,
        when=period_in(locale, row.starts_at, row.ends_at, reader),
        others=tuple(times_in(locale, row.starts_at, zones)[1:]),
        clock=tuple(clock_change_lines(locale, row.starts_at, zones, now=now)),
        for_whom=for_whom(row, locale),
        place=place_text(row, locale),
        link=row.link,
        description=row.description,
        schedule=row.schedule,
        path=f"/agenda/{row.id}",
        reply=f"/reply/{reply}" if reply else "",
        languages=join(locale, [language_name(locale, code) for code in row.languages]),
        interpretation=join(locale, [language_name(locale, code) for code in row.interpretation]),
        host=_host(row, locale),
    )


def _host(row: SessionRow, locale: str) -> str:
    """Say who receives: the government where there is one, else the side."""
    if row.host_side is None:
        return ""
    names = {Side.FLEMISH: row.flemish_name, Side.PARTNER: row.partner_name}
    return names[row.host_side] or label(locale, row.host_side)


def after(before: SessionRow, facts: Facts, period: Period, *, sequence: int, now: datetime) -> SessionRow:
    """Give a session as it is once it was changed to ``facts``."""
    written: Mapping[str, Any] = {field.name: getattr(facts, field.name) for field in fields(Facts)}
    return replace(
        before, **written, starts_at=period.starts_at, ends_at=period.ends_at, sequence=sequence, changed_at=now
    )


def called_off(before: SessionRow, *, reason: str, now: datetime) -> SessionRow:
    """Give a session as it is once it was called off."""
    return replace(
        before, status=SessionStatus.CANCELLED, cancel_reason=reason, sequence=before.sequence + 1, changed_at=now
    )


class Invitations:
    """The invitations of one moment, each written once per language and zone."""

    def __init__(self, *, base_url: str, now: datetime) -> None:
        self._base_url, self._now = base_url, now
        self._written: dict[tuple[str, int, str, str], str] = {}

    def of(self, row: SessionRow, locale: str, zone: str) -> str:
        """Give the invitation to a session, or its end where it was called off."""
        key = (row.uid, row.sequence, locale, zone)
        if key not in self._written:
            self._written[key] = self._write(row, locale, zone)
        return self._written[key]

    def _write(self, row: SessionRow, locale: str, zone: str) -> str:
        from app.documents.calendar import invitation_text

        entry = calendar_entry(row, locale, ZoneInfo(zone), base_url=self._base_url)
        is_over = row.status is SessionStatus.CANCELLED
        return invitation_text(entry, method="CANCEL" if is_over else "REQUEST", locale=locale, stamped_at=self._now)
