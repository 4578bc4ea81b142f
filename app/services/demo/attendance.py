"""Invented attendance of the sessions that are over; one side missed a session."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.agenda import FLEMISH_KINDS
from app.domain.codes import Presence, PresenceSource, Role, SessionKind, SessionStatus, Side
from app.models import AgendaSession, Attendance, Membership, Programme
from app.queries.partnerships import PartnershipFacts, SideFacts, partnerships

TAPPED_AFTER: Final = timedelta(minutes=4)
AWAY_EVERY: Final = 4
"""One of so many participants was not there; coordinators were, but for the side that missed a session."""


def load(session: Session, programme: Programme, *, now: datetime) -> None:
    """Add who was there at the programme's sessions that are over.

    The partner side of the last partnership missed its first digital session.
    """
    pairs = partnerships(session, programme.id)
    people = _people(session)
    over = (
        sa.select(AgendaSession)
        .where(
            col(AgendaSession.programme_id) == programme.id,
            col(AgendaSession.status) == SessionStatus.PUBLISHED,
            col(AgendaSession.ends_at) <= now,
        )
        .order_by(col(AgendaSession.starts_at), col(AgendaSession.id))
    )
    sessions = session.scalars(over).all()
    missed = _missed(sessions, pairs[-1])
    rows = [
        _mark(row, side, role, person_id, away=(row.id, side.government_id) == missed)
        for row in sessions
        for side in _sides(row, pairs)
        for role, person_id in people.get(side.government_id, ())
    ]
    if rows:
        session.execute(sa.insert(Attendance), rows)


def _people(session: Session) -> dict[int, list[tuple[Role, int]]]:
    columns: tuple[Any, ...] = (Membership.local_government_id, Membership.role, Membership.person_id)
    query = sa.select(*columns).where(col(Membership.local_government_id).is_not(None)).order_by(col(Membership.id))
    found: dict[int, list[tuple[Role, int]]] = {}
    for government_id, role, person_id in session.execute(query):
        found.setdefault(government_id, []).append((role, person_id))
    return found


def _missed(sessions: Sequence[AgendaSession], pair: PartnershipFacts) -> tuple[int | None, int]:
    """Choose what was missed: the first digital session of a track, and the side that was not there."""
    digital = (one for one in sessions if one.kind is SessionKind.JOINT_DIGITAL and one.track_id == pair.track_id)
    first = next(digital, None)
    return (first.id if first else None), pair.partner.government_id


def _sides(row: AgendaSession, pairs: Sequence[PartnershipFacts]) -> Iterator[SideFacts]:
    for pair in pairs:
        if row.partnership_id in (None, pair.id) and row.track_id in (None, pair.track_id):
            yield from (side for side in pair.sides if side.side is Side.FLEMISH or row.kind not in FLEMISH_KINDS)


def _mark(row: AgendaSession, side: SideFacts, role: Role, person_id: int, *, away: bool) -> dict[str, object]:
    tapped = role is Role.COORDINATOR
    absent = away or (not tapped and (person_id + (row.id or 0)) % AWAY_EVERY == 0)
    return {
        "session_id": row.id,
        "person_id": person_id,
        "guest_name": "",
        "local_government_id": side.government_id,
        "presence": Presence.ABSENT if absent else Presence.PRESENT,
        "source": PresenceSource.LINK if tapped and not absent else PresenceSource.HOST,
        "reason": "",
        "marked_at": row.starts_at + TAPPED_AFTER,
        "marked_by": person_id if tapped and not absent else None,
    }
