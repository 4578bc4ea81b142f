"""Polls as their readers see them: moments in the own time, answers, the order of moments with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from app.domain.agenda import Scope, zones_concerned
from app.domain.codes import PollAnswer
from app.domain.polls import Tally, ranking, winner
from app.domain.texts import Text, pick, title_of
from app.domain.time import PROGRAMME_ZONE, difference_changes, wall_days, wall_in
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.language.moments import (
    date_range,
    date_with_weekday,
    difference_change_text,
    hours,
    moment_in,
    time_of_day,
    time_range,
    times_in,
    zone_name,
)
from app.language.periods import period_in
from app.language.poll_words import counts, reason
from app.queries.polls import Board, Option, PollRow, polls_of_partnership


@dataclass(frozen=True, slots=True)
class ShownMoment:
    """A proposed moment: day and times of the reader, and the starts elsewhere, with their day where it is another."""

    number: int
    day: str
    time: str
    others: tuple[str, ...]
    whole: str


@dataclass(frozen=True, slots=True)
class RankedMoment:
    """A moment in its place: how it suits, and why it stands there."""

    moment: ShownMoment
    counts: str
    reason: str
    is_first: bool
    is_over: bool
    is_free: bool


@dataclass(frozen=True, slots=True)
class PollShown:
    """A poll in words; ``until`` is the last moment for answers in the reader's time."""

    number: int
    title: Text
    for_whom: str
    length: str
    until: str
    city: str
    paragraphs: tuple[str, ...]


def open_polls(session: Session, partnership_id: int, locale: str, reader: ZoneInfo) -> list[PollShown]:
    """Give the open polls of a partnership for ``polls/_open.html`` (one query)."""
    return [poll_shown(row, locale, reader) for row in polls_of_partnership(session, partnership_id)]


def zone_of(name: str) -> ZoneInfo:
    """Give a zone of a profile, else that of the programme."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return PROGRAMME_ZONE


def poll_shown(row: PollRow, locale: str, reader: ZoneInfo) -> PollShown:
    """Put a poll in words."""
    return PollShown(
        number=row.id,
        title=title_of(row, locale),
        for_whom=for_whom(row, locale),
        length=hours(locale, timedelta(minutes=row.duration_minutes)),
        until=moment_in(locale, row.closes_at, reader),
        city=zone_name(locale, reader),
        paragraphs=tuple(line for line in row.description.split("\n") if line.strip()),
    )


def for_whom(row: PollRow, locale: str) -> str:
    """Say for whom it is: a partnership, a track, or everybody in the programme."""
    if row.scope is Scope.PARTNERSHIP:
        return f"{row.flemish_name} & {row.partner_name}"
    if row.scope is Scope.TRACK:
        return pick(locale, nl=row.track_title_nl, fr=row.track_title_fr, en=row.track_title_en).words
    return pick(locale, nl=row.programme_title_nl, fr=row.programme_title_fr, en=row.programme_title_en).words


def zones_for_reader(row: PollRow, reader: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """Give the zones in which the moments of a poll are shown, the reader's own first."""
    concerned = zones_concerned(zone=row.zone, kind=row.kind, country=row.country)
    return tuple(dict.fromkeys((reader, *(ZoneInfo(zone) for zone in concerned))))


def moment_shown(option: Option, row: PollRow, locale: str, reader: ZoneInfo) -> ShownMoment:
    """Put a moment in the reader's words and time."""
    day, times = _day_and_times(locale, wall_in(option.starts_at, reader), wall_in(option.ends_at, reader))
    return ShownMoment(
        number=option.id,
        day=day,
        time=times,
        others=tuple(times_in(locale, option.starts_at, zones_for_reader(row, reader))[1:]),
        whole=period_in(locale, option.starts_at, option.ends_at, reader),
    )


def _day_and_times(locale: str, starts: datetime, ends: datetime) -> tuple[str, str]:
    """Give the day and the times of a moment; what goes past midnight keeps the name of the day on which it starts."""
    first, last = wall_days(starts, ends)
    if last == first:
        return date_with_weekday(locale, starts), time_range(locale, starts, ends)
    own = {"starts": time_of_day(locale, starts), "ends": time_of_day(locale, ends)}
    if last - first == timedelta(days=1) and ends - starts < timedelta(days=1):
        next_day = gettext(locale, N_("from %(starts)s to %(ends)s the next day"), **own)
        return date_with_weekday(locale, starts), next_day
    return date_range(locale, first, last), gettext(locale, N_("from %(starts)s to %(ends)s"), **own)


def clock_changes(row: PollRow, options: Sequence[Option], locale: str, reader: ZoneInfo, now: datetime) -> list[str]:
    """Say once where the difference with the reader's clock is another one at a moment than it is now."""
    zones = zones_for_reader(row, reader)[1:]
    changes = (difference_changes(reader, zone, now, option.starts_at) for option in options for zone in zones)
    return list(dict.fromkeys(difference_change_text(locale, change) for change in changes if change is not None))


def ranked(row: PollRow, board: Board, locale: str, reader: ZoneInfo, now: datetime) -> list[RankedMoment]:
    """Give the moments, the best first, each with its reasons; what is over stands last."""
    found = board.tallies
    best = winner(found, now=now)
    ordered = sorted(ranking(found), key=lambda one: one.moment.starts_at <= now)
    options = {option.id: option for option in board.options}
    return [_ranked(one, options[one.moment.id], row, board, locale, reader, now, best) for one in ordered]


def _ranked(
    tally: Tally,
    option: Option,
    row: PollRow,
    board: Board,
    locale: str,
    reader: ZoneInfo,
    now: datetime,
    best: Tally | None,
) -> RankedMoment:
    return RankedMoment(
        moment=moment_shown(option, row, locale, reader),
        counts=counts(locale, tally),
        reason=reason(locale, tally, board.names),
        is_first=best is not None and best.moment.id == option.id,
        is_over=option.starts_at <= now,
        is_free=tally.is_free,
    )


def answers_table(row: PollRow, board: Board, locale: str, reader: ZoneInfo) -> dict[str, object]:
    """Give who answered what: a row for each person, a column for each moment; an empty cell is no answer."""
    shown = [moment_shown(option, row, locale, reader) for option in board.options]
    rows = [
        {
            "name": person.name,
            "note": person.note,
            "cells": [_cell(locale, board.votes.get((option.id, person.person_id))) for option in board.options],
        }
        for person in board.members
    ]
    return {"moments": shown, "rows": rows}


def _cell(locale: str, answer: PollAnswer | None) -> dict[str, str]:
    if answer is None:
        return {"code": "", "words": gettext(locale, N_("No answer"))}
    return {"code": answer.value, "words": label(locale, answer)}
