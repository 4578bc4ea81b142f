"""Write the agenda: sessions made, changed, called off, and a programme's template laid out."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC, Actor
from app.domain.agenda import (
    NOTICED,
    Facts,
    Period,
    Scope,
    changed,
    check_can_cancel,
    check_can_discard,
    check_can_edit,
    check_can_write,
    check_facts,
    check_status,
    period_of,
)
from app.domain.agenda_template import PlannedSession, lay_out
from app.domain.codes import SessionStatus
from app.domain.errors import DomainError
from app.models import AgendaSession, SessionDocument
from app.queries.agenda import SessionRow, session_of
from app.queries.agenda_plan import laid_out, period_of_programme, planned_partnerships, tracks_with_partnerships
from app.queries.circles import place_of
from app.queries.programmes import template_of
from app.services.agenda_mails import moved, tell_cancelled, tell_moved, tell_published
from app.services.events import record
from app.services.file_removal import remove_unused
from app.services.replies import fill_places
from app.services.visit_checklists import move_with_visit
from app.services.visit_direction import check_changed, check_discarded, check_new, turned

UID_LENGTH = 64


class SessionUnknown(DomainError):
    """There is no such session, or it is not the person's to see."""

    code = "session_unknown"


class PlaceUnknown(DomainError):
    """There is no programme, track or partnership of that number."""

    code = "place_unknown"


class SessionBooked(DomainError):
    """Money hangs on the session: it cannot be deleted."""

    code = "session_booked"


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made to a session: as it was seen before, what is written now, and the names that differ."""

    before: SessionRow
    after: Facts
    period: Period
    sequence: int
    different: frozenset[str]

    @property
    def publishes(self) -> bool:
        """Whether a draft was announced."""
        return self.before.status is SessionStatus.DRAFT and self.after.status is SessionStatus.PUBLISHED


def create(session: Session, actor: Actor, facts: Facts, *, scope: Scope, of: int, now: datetime) -> int:
    """Put a session in the agenda of the programme, track or partnership with the id ``of``; give its id.

    An announced one invites everybody whom it concerns.

    :raises PlaceUnknown: there is no such programme, track or partnership.
    :raises NotAllowed: it is not the actor's to do; the other refusals are those of ``domain.agenda.check_facts``.
    """
    number = add(session, actor, facts, scope=scope, of=of, now=now)
    invite(session, actor, [number], now=now)
    return number


def add(session: Session, actor: Actor, facts: Facts, *, scope: Scope, of: int, now: datetime, series: str = "") -> int:
    """Put a session in the agenda without telling anybody; see ``create``."""
    place = place_of(session, scope, of)
    if place is None:
        raise PlaceUnknown
    check_can_write(actor, belonging=place.belonging, kind=facts.kind)
    check_facts(facts)
    check_new(session, facts, place.partnership_id)
    row = AgendaSession(
        uid=new_uid(session),
        programme_id=place.programme_id,
        track_id=place.track_id,
        partnership_id=place.partnership_id,
        series=series,
        sequence=0,
        **_columns(facts, now),
    )
    session.add(row)
    session.flush()
    record(session, actor, "session.created", subject=("session", row.id), now=now, kind=facts.kind.value)
    return _number(row)


def edit(session: Session, actor: Actor, number: int, facts: Facts, *, now: datetime) -> frozenset[str]:
    """Change a session; tell the people whom it concerns when it moved. Give the names of the facts that differ.

    :raises SessionUnknown: the actor sees no such session.
    :raises NotAllowed: the actor may not change it, or not make it what ``facts`` say.
    """
    change = alter(session, actor, number, facts, now=now)
    tell_changes(session, actor, [change], now=now)
    return change.different


def alter(session: Session, actor: Actor, number: int, facts: Facts, *, now: datetime) -> Change:
    """Change a session without telling anybody but who gets a place by it; see ``edit``."""
    before = locked(session, actor, number)
    check_can_edit(actor, belonging=before.belonging, kind=before.kind, status=before.status)
    check_can_write(actor, belonging=before.belonging, kind=facts.kind)
    check_status(before.status, facts.status)
    different = changed(before.facts, facts)
    change = Change(before, facts, check_facts(facts), before.sequence + bool(different & NOTICED), different)
    if different:
        check_changed(session, before, facts)
        row = _row(session, number)
        _write(row, facts, now)
        row.sequence = change.sequence
        session.flush()
        move_with_visit(session, number, facts.wall_starts_at.date() - before.wall_starts_at.date())
        record(session, actor, "session.changed", subject=("session", number), now=now, facts=sorted(different))
    if "capacity" in different:
        fill_places(session, number, now=now)
    return change


def publish(session: Session, actor: Actor, number: int, *, now: datetime) -> None:
    """Announce a draft and invite everybody whom it concerns; what is announced already stays as it is.

    :raises SessionUnknown: the actor sees no such session; the other refusals are those of ``edit``.
    """
    tell_changes(session, actor, [announce(session, actor, number, now=now)], now=now)


def announce(session: Session, actor: Actor, number: int, *, now: datetime) -> Change:
    """Announce a draft without telling anybody; see ``publish``."""
    facts = locked(session, actor, number).facts
    return alter(session, actor, number, replace(facts, status=SessionStatus.PUBLISHED), now=now)


def tell_changes(session: Session, actor: Actor, changes: Sequence[Change], *, now: datetime) -> None:
    """Tell everybody concerned what changed, each person once for all ``changes``; nothing about drafts."""
    invite(session, actor, [change.before.id for change in changes if change.publishes], now=now)
    told = [
        moved(change.before, change.after, change.period, sequence=change.sequence, now=now)
        for change in changes
        if change.before.status is SessionStatus.PUBLISHED
        and change.different
        and max(change.period.ends_at, change.before.ends_at) > now
    ]
    tell_moved(session, actor, [one for one in told if one is not None], now=now)


def invite(session: Session, actor: Actor, numbers: Sequence[int], *, now: datetime) -> None:
    """Invite everybody concerned to those of these sessions that are announced and not over (a query for each)."""
    rows = [_seen(session, actor, number) for number in numbers]
    invited = [row for row in rows if row.status is SessionStatus.PUBLISHED and row.ends_at > now]
    if invited:
        tell_published(session, actor, invited, now=now)


def cancel(session: Session, actor: Actor, number: int, *, reason: str, now: datetime) -> None:
    """Call a session off and tell the people whom it concerns; it stays in calendars, marked.

    :raises SessionUnknown: the actor sees no such session; the other refusals are those of ``check_can_cancel``.
    """
    before = call_off(session, actor, number, reason=reason, now=now)
    tell_called_off(session, actor, [before], reason=reason, now=now)


def call_off(session: Session, actor: Actor, number: int, *, reason: str, now: datetime) -> SessionRow:
    """Call a session off without telling anybody; give it as it was. See ``cancel``."""
    before = locked(session, actor, number)
    check_can_cancel(
        actor, belonging=before.belonging, kind=before.kind, status=before.status, ends_at=before.ends_at, now=now
    )
    row = _row(session, number)
    row.status, row.cancel_reason, row.changed_at = SessionStatus.CANCELLED, reason, now
    row.sequence += 1
    session.flush()
    record(session, actor, "session.cancelled", subject=("session", number), now=now, reason=reason)
    return before


def tell_called_off(session: Session, actor: Actor, rows: Sequence[SessionRow], *, reason: str, now: datetime) -> None:
    """Tell everybody concerned that these sessions do not take place, each person once for all."""
    tell_cancelled(session, actor, rows, reason=reason, now=now)


def discard(session: Session, actor: Actor, number: int, *, now: datetime) -> None:
    """Delete a draft, of which nobody knows.

    :raises SessionUnknown: the actor sees no such session.
    :raises AlreadyAnnounced: it is no draft.
    :raises SessionBooked: an entry of the budget refers to it.
    """
    before = _seen(session, actor, number)
    check_can_discard(actor, belonging=before.belonging, kind=before.kind, status=before.status)
    check_discarded(session, number)
    _empty(session, number)
    try:
        session.delete(_row(session, number))
        session.flush()
    except IntegrityError as fault:
        raise SessionBooked from fault
    record(session, actor, "session.discarded", subject=("session", number), now=now, title=_some_title(before.facts))


def _empty(session: Session, number: int) -> None:
    """Delete the documents of a draft; nobody replied to it and it has no minutes."""
    whose = col(SessionDocument.session_id) == number
    files = session.scalars(sa.delete(SessionDocument).where(whose).returning(col(SessionDocument.file_id))).all()
    remove_unused(session, files)


def lay_out_programme(
    session: Session,
    programme_id: int,
    partnership_ids: Sequence[int],
    now: datetime,
    actor: Actor = PUBLIC,
) -> int:
    """Put the programme's template in the agenda, for the programme, its tracks and these partnerships.

    What is there already stays as it is, moved or cancelled though it may be: laying out twice adds nothing. Give the
    number of sessions that were added.
    """
    starts_on, ends_on = period_of_programme(session, programme_id)
    planned = lay_out(
        template_of(session, programme_id),
        starts_on=starts_on,
        ends_on=ends_on,
        tracks=tracks_with_partnerships(session, programme_id),
        partnerships=planned_partnerships(session, partnership_ids),
    )
    known = laid_out(session, programme_id)
    missing = turned(session, [one for one in planned if (one.row.id, one.track_id, one.partnership_id) not in known])
    for one in missing:
        session.add(_planned(session, one, programme_id, now))
    session.flush()
    if missing:
        subject = ("programme", programme_id)
        record(session, actor, "agenda.laid_out", subject=subject, now=now, count=len(missing))
    return len(missing)


def new_uid(session: Session) -> str:
    """Make a uid that no other calendar has (RFC 5545 §3.8.4.7): a random part and the host of Tandem."""
    host = urlsplit(str(session.info.get("base_url", ""))).hostname or "tandem"
    return f"{secrets.token_hex(12)}@{host}"[:UID_LENGTH]


def _planned(session: Session, planned: PlannedSession, programme_id: int, now: datetime) -> AgendaSession:
    row = planned.row
    facts = Facts(
        kind=row.kind,
        title_nl=row.title_nl,
        title_fr=row.title_fr,
        title_en=row.title_en,
        wall_starts_at=planned.wall_starts_at,
        zone=planned.zone,
        duration_minutes=planned.duration_minutes,
        languages=planned.languages,
        host_side=planned.host_side,
        status=planned.status,
    )
    return AgendaSession(
        uid=new_uid(session),
        programme_id=programme_id,
        track_id=planned.track_id,
        partnership_id=planned.partnership_id,
        template_id=row.id,
        sequence=0,
        **_columns(facts, now),
    )


def _columns(facts: Facts, now: datetime) -> dict[str, Any]:
    period = period_of(facts.wall_starts_at, facts.zone, facts.duration_minutes)
    own = {**asdict(facts), "languages": list(facts.languages), "interpretation": list(facts.interpretation)}
    return {**own, "starts_at": period.starts_at, "ends_at": period.ends_at, "changed_at": now}


def _write(row: AgendaSession, facts: Facts, now: datetime) -> None:
    for name, value in _columns(facts, now).items():
        setattr(row, name, value)


def locked(session: Session, actor: Actor, number: int) -> SessionRow:
    """Give a session as it is now, held until the transaction ends: whoever comes at the same moment waits.

    :raises SessionUnknown: the actor sees no such session.
    """
    own = sa.select(col(AgendaSession.id)).where(col(AgendaSession.id) == number)
    session.execute(own.with_for_update())
    return _seen(session, actor, number)


def _seen(session: Session, actor: Actor, number: int) -> SessionRow:
    found = session_of(session, actor, number)
    if found is None:
        raise SessionUnknown
    return found


def _row(session: Session, number: int) -> AgendaSession:
    return session.get_one(AgendaSession, number, with_for_update=True)


def _number(row: AgendaSession) -> int:
    if row.id is None:
        raise ValueError("the session was not flushed")
    return row.id


def _some_title(facts: Facts) -> str:
    return facts.title_nl or facts.title_en or facts.title_fr
