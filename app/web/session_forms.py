"""What the forms of sessions share beyond their fields: a series shown before it is made, and how far a change goes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.agenda import Facts, Scope, check_facts, zones_concerned
from app.domain.codes import Country
from app.domain.series import Repeat, Repetition, period_in_series, spread
from app.language.moments import times_in
from app.language.periods import period_in
from app.queries.agenda import SessionRow
from app.queries.series import drafts_of, numbers_following
from app.services import agenda, series
from app.web.agenda import NO_BREAK, reader_zone
from app.web.agenda_forms import Reach, SessionForm, facts_of
from app.web.session_conflict import check_version

KEY_LENGTH = 32


def members_of(typed: SessionForm) -> tuple[Facts, ...]:
    """Give the sessions that were typed: one, or those of a series.

    :raises SeriesTooShort: see ``domain.series.spread``, and ``domain.agenda.check_facts`` for one session.
    """
    facts = facts_of(typed)
    if typed.repeat is None:
        return (facts,)
    check_facts(facts)
    return spread(facts, _repetition(typed, typed.repeat))


def _repetition(typed: SessionForm, repeat: Repeat) -> Repetition:
    return Repetition(repeat, typed.times, typed.until)


def is_unseen(typed: SessionForm, members: Sequence[Facts]) -> bool:
    """Tell whether these days of a series were not shown yet."""
    return len(members) > 1 and typed.seen != key_of(members)


def key_of(members: Sequence[Facts]) -> str:
    """Give what tells the days and times of a series from others."""
    moments = [(one.wall_starts_at.isoformat(), one.zone, one.duration_minutes) for one in members]
    return hashlib.sha256(repr(moments).encode()).hexdigest()[:KEY_LENGTH]


@dataclass(frozen=True, slots=True)
class Preview:
    """The days of a series that is not made yet, in words; ``key`` tells them from others."""

    days: tuple[str, ...]
    key: str


def preview_of(members: Sequence[Facts], locale: str, actor: Actor, country: Country | None) -> Preview:
    """Give day and times of each session of a series, where it takes place first, then for the others concerned."""
    reader = reader_zone(actor)
    return Preview(tuple(_shown(one, locale, reader, country) for one in members), key_of(members))


def _shown(facts: Facts, locale: str, reader: ZoneInfo, country: Country | None) -> str:
    period, own = period_in_series(facts), ZoneInfo(facts.zone)
    concerned = zones_concerned(zone=facts.zone, kind=facts.kind, country=country)
    others = dict.fromkeys((own, reader, *(ZoneInfo(zone) for zone in concerned)))
    times = times_in(locale, period.starts_at, tuple(others))[1:]
    together = (text.replace(" ", NO_BREAK) for text in times)
    return " · ".join((period_in(locale, period.starts_at, period.ends_at, own), *together))


def make(session: Session, actor: Actor, typed: SessionForm, *, scope: Scope, of: int, now: datetime) -> int:
    """Put what was typed in the agenda, one session or a series; give the id of the first."""
    facts = facts_of(typed)
    if typed.repeat is None:
        return agenda.create(session, actor, facts, scope=scope, of=of, now=now)
    repetition = _repetition(typed, typed.repeat)
    return series.create(session, actor, facts, repetition, scope=scope, of=of, now=now)[0]


def change(session: Session, actor: Actor, number: int, typed: SessionForm, *, now: datetime) -> None:
    """Change a session, and those that follow it in its series where that was chosen.

    :raises ChangedMeanwhile: somebody else changed it since it was read; the others are those of ``agenda.edit``.
    """
    check_version(session, actor, number, read=typed.version)
    facts = facts_of(typed)
    if typed.reach is Reach.FOLLOWING:
        series.edit_following(session, actor, number, facts, now=now)
    else:
        agenda.edit(session, actor, number, facts, now=now)


def call_off(session: Session, actor: Actor, number: int, reach: Reach, *, reason: str, now: datetime) -> None:
    """Call a session off, and those that follow it in its series where that was chosen."""
    if reach is Reach.FOLLOWING:
        series.cancel_following(session, actor, number, reason=reason, now=now)
    else:
        agenda.cancel(session, actor, number, reason=reason, now=now)


def discard(session: Session, actor: Actor, number: int, reach: Reach, *, now: datetime) -> None:
    """Delete a draft, and the drafts that follow it in its series where that was chosen."""
    if reach is Reach.FOLLOWING:
        series.discard_following(session, actor, number, now=now)
    else:
        agenda.discard(session, actor, number, now=now)


def others_of(session: Session, row: SessionRow, *, now: datetime) -> dict[str, int]:
    """Count the other sessions of the same series: those that follow, drafts at any time, drafts that follow."""
    if not row.series:
        return dict.fromkeys(("following", "drafts", "drafts_following"), 0)
    following = set(numbers_following(session, row, now=now))
    drafts = {one for one in drafts_of(session, row) if one != row.id}
    return {"following": len(following), "drafts": len(drafts), "drafts_following": len(drafts & following)}
