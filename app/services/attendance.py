"""Write attendance: one's own word, the host's list, corrections afterwards, guests by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.attendance import (
    Changes,
    Line,
    Mark,
    NotExpected,
    changes,
    check_can_attend,
    check_can_mark,
    check_can_undo,
    check_kept,
    check_reason,
    government_for,
)
from app.domain.codes import LinkPurpose, Presence, PresenceSource
from app.models import AgendaSession, Attendance
from app.queries.agenda import SessionRow
from app.queries.attendance import Expected, Marked, expected, governments_of, held, marks_of, own_mark, person_key
from app.services.events import record
from app.services.personal_links import make_links

GUEST_LENGTH: Final = 200
LINK_STAYS: Final = timedelta(days=7)
"""A link still says what became of it for so long after it registers nobody any more."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody without an account, by name, and the local government for which this counts."""

    name: str
    government_id: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A list as a host sent it: the lines, perhaps a guest, and the reason of a correction."""

    lines: tuple[Line, ...] = ()
    guest: Guest | None = None
    reason: str = ""


def attend(session: Session, row: SessionRow, actor: Actor, *, now: datetime, government_id: int | None = None) -> None:
    """Register that ``actor`` is there: one's own word, by link or page. Said again, it changes nothing.

    ``row``: the session as the person sees it. Somebody who belongs to several of its governments chooses one.

    :raises NotExpected: the session does not concern the person, or the government is another one.
    :raises GovernmentUnclear: several governments, and none chosen; the others are those of ``check_can_attend``.
    """
    _hold(session, row)
    rules = held(session, row)
    check_can_attend(rules, now=now)
    person = _expected(session, row, actor)
    counts_for = government_for((one.id for one in person.governments), government_id)
    before = own_mark(session, row.id, person.person_id)
    mark = Mark(Presence.PRESENT, counts_for)
    if before is not None and before.mark == mark:
        return
    _write(session, row, before, mark, person.person_id, _Hand(PresenceSource.LINK, "", now, actor.person_id))
    record(session, actor, "attendance.attended", subject=("session", row.id), now=now)


def undo(session: Session, row: SessionRow, actor: Actor, *, now: datetime) -> None:
    """Take one's own word back; where there is none, nothing changes.

    :raises MarkedByHost: the host wrote it; the others are those of ``check_can_attend``.
    """
    _hold(session, row)
    before = own_mark(session, row.id, actor.person_id) if actor.person_id is not None else None
    if before is None:
        return
    check_can_undo(held(session, row), before.source, now=now)
    session.execute(sa.delete(Attendance).where(col(Attendance.id) == before.id))
    record(session, actor, "attendance.undone", subject=("session", row.id), now=now)


def mark(session: Session, row: SessionRow, actor: Actor, sent: Sent, *, now: datetime) -> tuple[str, ...]:
    """Write what a host changed in the list; give the keys of lines that somebody else changed meanwhile.

    Only changed lines are written, so that hosts work on one list at the same time. A line in conflict stays as the
    other one wrote it. Sent again, it changes nothing. After the days of the host it is a correction, with its reason.

    :raises NotExpected: the session does not concern a person or a government that was sent.
    :raises CorrectionWithoutReason: too late without one, as for ``CorrectionNotTaken``.
    :raises NotAllowed: somebody else's to do; the others are those of ``check_can_mark``.
    """
    _hold(session, row)
    rules = held(session, row)
    source = check_can_mark(actor, rules, now=now)
    governments = governments_of(session, row)
    stored = {one.key: one for one in marks_of(session, row.id)}
    changed = changes(sent.lines, {key: one.mark for key, one in stored.items()})
    people = {person_key(one.person_id): one for one in expected(session, row, governments)}
    _check_known(changed, people, stored)
    check_kept(changed, source)
    guest = _new_guest(sent.guest, stored.values(), {one.id for one in governments})
    if changed.written or guest:
        check_reason(rules, source, sent.reason)
        reason = sent.reason.strip() if source is PresenceSource.CORRECTION else ""
        hand = _Hand(source, reason, now, actor.person_id)
        for key, chosen in changed.written.items():
            _write(session, row, stored.get(key), chosen, int(key[1:]) if key in people else None, hand)
        if guest:
            session.add(_row(row, Mark(Presence.PRESENT, guest.government_id), hand, guest_name=guest.name))
        session.flush()
        _note(session, actor, row, changed, hand, guests=int(guest is not None))
    return changed.conflicts


def attendance_paths(session: Session, row: SessionRow, person_ids: Iterable[int], now: datetime) -> dict[int, str]:
    """Make the personal one-tap link of each person for a session (one statement); give their paths, for mails.

    They register from half an hour before the start until the end of the last day, and say afterwards what is known.
    """
    ends = held(session, row).closes_at + LINK_STAYS
    lasts = max(ends - now, LINK_STAYS)
    made = make_links(session, person_ids, LinkPurpose.ATTEND, row.id, now=now, lasts=lasts)
    return {person_id: f"/attend/{secret}" for person_id, secret in made.items()}


@dataclass(frozen=True, slots=True)
class _Hand:
    """Whose hand writes: as what, why, when and who."""

    source: PresenceSource
    reason: str
    now: datetime
    person_id: int | None


def _hold(session: Session, row: SessionRow) -> None:
    """Lock the session, so that of two who write the second reads what the first wrote."""
    lock = sa.select(col(AgendaSession.id)).where(col(AgendaSession.id) == row.id)
    session.execute(lock.with_for_update())


def _expected(session: Session, row: SessionRow, actor: Actor) -> Expected:
    people = expected(session, row, governments_of(session, row), person_id=actor.person_id or 0)
    if not people:
        raise NotExpected
    return people[0]


def _check_known(changed: Changes, people: dict[str, Expected], stored: dict[str, Marked]) -> None:
    """Refuse lines of people whom the session does not concern, and governments that are not theirs."""
    for key, chosen in changed.written.items():
        if key in people:
            if chosen.presence is not None:
                government_for((one.id for one in people[key].governments), chosen.government_id)
        elif key not in stored or chosen.government_id not in (None, stored[key].government_id):
            raise NotExpected


def _new_guest(guest: Guest | None, stored: Iterable[Marked], governments: set[int]) -> Guest | None:
    """Give a guest who is not in the list yet: who is written twice is written once."""
    if guest is None:
        return None
    if guest.government_id is not None and guest.government_id not in governments:
        raise NotExpected
    name = " ".join(guest.name.split())[:GUEST_LENGTH]
    if not name:
        return None
    known = {(one.guest_name.casefold(), one.government_id) for one in stored}
    return None if (name.casefold(), guest.government_id) in known else Guest(name, guest.government_id)


def _write(
    session: Session, row: SessionRow, before: Marked | None, chosen: Mark, person_id: int | None, hand: _Hand
) -> None:
    if before is None:
        session.add(_row(row, chosen, hand, person_id=person_id))
    elif chosen.presence is None:
        session.execute(sa.delete(Attendance).where(col(Attendance.id) == before.id))
    else:
        change = sa.update(Attendance).where(col(Attendance.id) == before.id)
        session.execute(change.values(**_values(chosen, hand)))
    session.flush()


def _values(chosen: Mark, hand: _Hand) -> dict[str, Any]:
    return {
        "presence": chosen.presence,
        "local_government_id": chosen.government_id,
        "source": hand.source,
        "reason": hand.reason,
        "marked_at": hand.now,
        "marked_by": hand.person_id,
    }


def _row(
    row: SessionRow, chosen: Mark, hand: _Hand, *, person_id: int | None = None, guest_name: str = ""
) -> Attendance:
    return Attendance(session_id=row.id, person_id=person_id, guest_name=guest_name, **_values(chosen, hand))


def _note(session: Session, actor: Actor, row: SessionRow, changed: Changes, hand: _Hand, *, guests: int) -> None:
    """Write in the event log whose marks changed, by number: names of guests do not belong there."""
    kinds = ((Presence.PRESENT, "present"), (Presence.ABSENT, "absent"), (None, "cleared"))
    people = {name: _people(changed, presence) for presence, name in kinds}
    details: dict[str, object] = {name: numbers for name, numbers in people.items() if numbers}
    details |= {"count": len(changed.written) + guests} | ({"guests": guests} if guests else {})
    is_late = hand.source is PresenceSource.CORRECTION
    verb, why = ("attendance.corrected", {"reason": hand.reason}) if is_late else ("attendance.marked", {})
    record(session, actor, verb, subject=("session", row.id), now=hand.now, **details, **why)


def _people(changed: Changes, presence: Presence | None) -> Sequence[int]:
    return sorted(
        int(key[1:]) for key, mark in changed.written.items() if mark.presence is presence and key.startswith("p")
    )
