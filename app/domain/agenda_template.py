"""From the programme's template to planned sessions: a pure function of the programme's data (DESIGN §6)."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from app.domain.agenda import FLEMISH_KINDS, Scope
from app.domain.codes import Country, Direction, SessionKind, SessionStatus, Side
from app.domain.time import PROGRAMME_ZONE, zones_for

VISIT_KINDS = (SessionKind.WORK_VISIT, SessionKind.THEMATIC)
FLEMISH_LANGUAGE = "nl"


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A row of the template: ``year`` counts from 1, ``month`` and ``day`` lie in that year, ``time`` is ``HH:MM``."""

    id: int
    scope: Scope
    kind: SessionKind
    year: int
    month: int
    day: int
    time: str
    duration_minutes: int
    zone_of: Side
    title_nl: str
    title_fr: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class PlannedTrack:
    """A track as the plan needs it; ``language`` is its working language."""

    id: int
    country: Country
    language: str


@dataclass(frozen=True, slots=True)
class PlannedPartnership:
    """A partnership as the plan needs it; ``direction`` says who travels in year 1."""

    id: int
    track_id: int
    direction: Direction = Direction.NO_PREFERENCE


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session that the agenda should hold: one for each template row and each one that the row is for."""

    row: TemplateRow
    track_id: int | None
    partnership_id: int | None
    wall_starts_at: datetime
    zone: str
    duration_minutes: int
    host_side: Side | None
    languages: tuple[str, ...]
    status: SessionStatus = SessionStatus.PUBLISHED


def lay_out(
    rows: Sequence[TemplateRow],
    *,
    starts_on: date,
    ends_on: date,
    tracks: Sequence[PlannedTrack],
    partnerships: Sequence[PlannedPartnership],
) -> tuple[PlannedSession, ...]:
    """Plan all sessions of a programme over [starts_on, ends_on].

    A day in a weekend becomes the next working day, or the last one of the programme. A row of a year that the
    programme does not have is left out. Visits take the zone of their host and go the other way each year; a two-day
    event that would lie outside the visit of its year starts on the visit's second day.
    """
    plan = _Plan(starts_on, ends_on, {track.id: track for track in tracks})
    planned = [session for row in rows for session in plan.of_row(row, partnerships)]
    return tuple(_inside_visits(planned))


@dataclass(frozen=True, slots=True)
class _Plan:
    starts_on: date
    ends_on: date
    tracks: dict[int, PlannedTrack]

    def of_row(self, row: TemplateRow, partnerships: Sequence[PlannedPartnership]) -> Iterator[PlannedSession]:
        day = day_of(row.year, row.month, row.day, starts_on=self.starts_on)
        if day > self.ends_on:
            return
        day = working_day(day, last=self.ends_on)
        if row.scope is Scope.PROGRAMME:
            yield self._session(row, day, None, None)
        elif row.scope is Scope.TRACK:
            for track in self.tracks.values():
                yield self._session(row, day, track, None)
        else:
            for partnership in partnerships:
                yield self._session(row, day, self.tracks[partnership.track_id], partnership)

    def _session(
        self, row: TemplateRow, day: date, track: PlannedTrack | None, partnership: PlannedPartnership | None
    ) -> PlannedSession:
        host = None
        if partnership is not None and row.kind in VISIT_KINDS:
            host = host_of_visit(partnership.direction, row.year)
        where = host or row.zone_of
        zone = zones_for(track.country) if track is not None and where is Side.PARTNER else PROGRAMME_ZONE
        return PlannedSession(
            row=row,
            track_id=track.id if track is not None and partnership is None else None,
            partnership_id=partnership.id if partnership else None,
            wall_starts_at=datetime.combine(day, time.fromisoformat(row.time)),
            zone=str(zone),
            duration_minutes=row.duration_minutes,
            host_side=host,
            languages=self._languages(row, track),
        )

    def _languages(self, row: TemplateRow, track: PlannedTrack | None) -> tuple[str, ...]:
        if row.kind in FLEMISH_KINDS:
            return (FLEMISH_LANGUAGE,)
        if track is not None:
            return (track.language,)
        return tuple(sorted({track.language for track in self.tracks.values()}))


def day_of(year: int, month: int, day: int, *, starts_on: date) -> date:
    """Give the day of the programme's ``year`` (from 1); a year begins on the anniversary of ``starts_on``.

    A day that the month does not have becomes its last.
    """
    civil_year = starts_on.year + year - 1
    if (month, day) < (starts_on.month, starts_on.day):
        civil_year += 1
    return date(civil_year, month, min(day, calendar.monthrange(civil_year, month)[1]))


def working_day(day: date, *, last: date | None = None) -> date:
    """Give ``day``, or the Monday after its weekend; beyond ``last`` the Friday before it."""
    weekday = day.weekday()
    if weekday < 5:
        return day
    monday = day + timedelta(days=7 - weekday)
    return monday if last is None or monday <= last else day - timedelta(days=weekday - 4)


def host_of_visit(direction: Direction, year: int) -> Side:
    """Give the side that receives in ``year`` (from 1): the other one than the year before.

    Without a wish the Flemish side travels first.
    """
    partner_travels_first = direction is Direction.PARTNER_TRAVELS
    return Side.FLEMISH if partner_travels_first == (year % 2 == 1) else Side.PARTNER


def _inside_visits(planned: Sequence[PlannedSession]) -> Iterator[PlannedSession]:
    visits: dict[tuple[int | None, int], PlannedSession] = {
        (session.partnership_id, session.row.year): session
        for session in planned
        if session.row.kind is SessionKind.WORK_VISIT and session.partnership_id is not None
    }
    for session in planned:
        visit = visits.get((session.partnership_id, session.row.year))
        is_event = session.row.kind is SessionKind.THEMATIC and session.partnership_id is not None
        yield _moved_inside(session, visit) if is_event and visit else session


def _moved_inside(event: PlannedSession, visit: PlannedSession) -> PlannedSession:
    visit_ends_at = visit.wall_starts_at + timedelta(minutes=visit.duration_minutes)
    event_ends_at = event.wall_starts_at + timedelta(minutes=event.duration_minutes)
    if visit.wall_starts_at <= event.wall_starts_at and event_ends_at <= visit_ends_at:
        return event
    second_day = visit.wall_starts_at.date() + timedelta(days=1)
    starts_at = datetime.combine(second_day, event.wall_starts_at.time())
    return replace(event, wall_starts_at=starts_at)
