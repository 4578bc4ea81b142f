"""Tell the people whom a session concerns that it moved or was called off, each in the own language and time."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.agenda import WHERE, Facts, Period, changed
from app.domain.texts import title_of
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
        "old": (before.starts_at, before.ends_at),
        "new": (period.starts_at, period.ends_at),
        "moved": moved,
        "place": after.place if "place" in elsewhere else None,
        "link_changed": "link" in elsewhere,
    }
    _tell(session, "session_moved", actor, before, after, values, sequence=sequence, now=now)


def tell_cancelled(session: Session, actor: Actor, before: SessionRow, *, reason: str, now: datetime) -> None:
    """Mail everybody concerned but ``actor`` that the session does not take place."""
    values = {"number": before.id, "old": (before.starts_at, before.ends_at), "reason": reason}
    _tell(session, "session_cancelled", actor, before, before.facts, values, sequence=before.sequence + 1, now=now)


def _tell(
    session: Session,
    kind: str,
    actor: Actor,
    before: SessionRow,
    facts: Facts,
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
            values={**values, **_own(person, facts)},
            now=now,
            unique_key=f"{kind}:{before.uid}:{sequence}:{person.person_id}",
        )


def _own(person: Invited, facts: Facts) -> dict[str, object]:
    return {"title": title_of(facts, person.language).words, "zone": ZoneInfo(person.zone)}
