"""Tell the people whom a session concerns that it moved or was called off, each in the own language and time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.agenda import WHERE, Facts, Period, changed
from app.domain.texts import title_of
from app.language.periods import period_in
from app.queries.agenda import SessionRow
from app.queries.circles import Invited, people_invited
from app.services.mail import Recipient, enqueue


def tell_moved(
    session: Session, actor: Actor, before: SessionRow, after: Facts, period: Period, *, sequence: int, now: datetime
) -> None:
    """Mail everybody concerned but ``actor`` when time, place or link changed; else nothing."""
    moved = (before.starts_at, before.ends_at) != (period.starts_at, period.ends_at)
    elsewhere = WHERE & changed(before.facts, after)
    if not (moved or elsewhere):
        return
    values = {
        "number": before.id,
        "moved": moved,
        "place": after.place if "place" in elsewhere else None,
        "link_changed": "link" in elsewhere,
    }
    _tell(session, "session_moved", actor, before, after, period, values, sequence=sequence, now=now)


def tell_published(session: Session, actor: Actor, rows: Sequence[SessionRow], *, now: datetime) -> None:
    """Invite everybody concerned but ``actor`` to sessions that are announced now, each person once for all."""


def tell_cancelled(session: Session, actor: Actor, before: SessionRow, *, reason: str, now: datetime) -> None:
    """Mail everybody concerned but ``actor`` that the session does not take place."""
    period = Period(before.starts_at, before.ends_at)
    values = {"number": before.id, "reason": reason}
    sequence = before.sequence + 1
    _tell(session, "session_cancelled", actor, before, before.facts, period, values, sequence=sequence, now=now)


def _tell(
    session: Session,
    kind: str,
    actor: Actor,
    before: SessionRow,
    facts: Facts,
    period: Period,
    values: Mapping[str, object],
    *,
    sequence: int,
    now: datetime,
) -> None:
    people = people_invited(
        session, programme_id=before.programme_id, track_id=before.track_id, partnership_id=before.partnership_id
    )
    for person in people:
        if person.person_id == actor.person_id:
            continue
        enqueue(
            session,
            kind,
            to=Recipient(person.email, person.name, person.language, person.person_id),
            values={**values, **_own(person, before, facts, period)},
            now=now,
            unique_key=f"{kind}:{before.uid}:{sequence}:{person.person_id}",
        )


def _own(person: Invited, before: SessionRow, facts: Facts, period: Period) -> dict[str, object]:
    locale, zone = person.language, ZoneInfo(person.zone)
    return {
        "title": title_of(facts, locale).words,
        "old": period_in(locale, before.starts_at, before.ends_at, zone),
        "new": period_in(locale, period.starts_at, period.ends_at, zone),
    }
