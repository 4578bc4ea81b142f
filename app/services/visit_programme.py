"""Write the programme of a work visit: points, days that repeat, the skeleton, and the event inside it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.agenda import Facts, Scope
from app.domain.codes import SessionKind, SessionStatus
from app.domain.errors import DomainError
from app.domain.visit_programme import (
    MOST_ITEMS,
    ItemFacts,
    ProgrammeFull,
    check_event,
    check_item,
    event_days,
)
from app.domain.visit_report import VisitCancelled
from app.domain.visits import check_can_prepare
from app.models import VisitItem, WorkVisit
from app.queries.agenda import session_of
from app.queries.visit_parts import items_of
from app.queries.visits import VisitFacts
from app.services import agenda
from app.services.events import record
from app.services.visits import ChangedMeanwhile, NoLongerThere, VisitUnknown, number_of, prepare


class EventUnknown(DomainError):
    """There is no such thematic event, or it is not one of this partnership, its track or its programme."""

    code: ClassVar[str] = "visit_event_unknown"


def check_open(actor: Actor, visit: VisitFacts) -> None:
    """Refuse unless ``actor`` may write the programme of a visit that still takes place.

    :raises NotAllowed: it is somebody else's to do.
    :raises VisitCancelled: it was called off.
    """
    check_can_prepare(actor, visit.parties)
    if visit.is_cancelled:
        raise VisitCancelled


def add_items(session: Session, actor: Actor, visit: VisitFacts, items: Sequence[ItemFacts], *, now: datetime) -> int:
    """Add points to the programme; give how many there were to add.

    :raises NotAllowed: see ``check_open``.
    :raises DayOutside: see ``domain.visit_programme.check_item``.
    :raises ProgrammeFull: there would be too many.
    """
    check_open(actor, visit)
    for facts in items:
        check_item(facts, first_day=visit.first_day, last_day=visit.last_day)
    if not items:
        return 0
    visit_id = prepare(session, actor, visit.number, now=now)
    if _count(session, visit_id) + len(items) > MOST_ITEMS:
        raise ProgrammeFull(most=MOST_ITEMS)
    session.add_all(
        VisitItem(visit_id=visit_id, edited_at=now, edited_by=actor.person_id, **asdict(facts)) for facts in items
    )
    session.flush()
    _record(session, actor, visit_id, "visit.programme_added", now, count=len(items))
    return len(items)


def change_item(
    session: Session, actor: Actor, visit: VisitFacts, item_id: int, facts: ItemFacts, *, version: int, now: datetime
) -> None:
    """Change a point that was read as ``version``.

    :raises ChangedMeanwhile: somebody else saved it since.
    :raises NoLongerThere: somebody else took it away; the other refusals are those of ``add_items``.
    """
    check_open(actor, visit)
    check_item(facts, first_day=visit.first_day, last_day=visit.last_day)
    row = _item(session, visit, item_id, version)
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    row.version, row.edited_at, row.edited_by = version + 1, now, actor.person_id
    session.flush()
    _record(session, actor, row.visit_id, "visit.programme_changed", now)


def remove_item(
    session: Session, actor: Actor, visit: VisitFacts, item_id: int, *, version: int, now: datetime
) -> None:
    """Take a point that was read as ``version`` out of the programme.

    :raises ChangedMeanwhile: somebody else saved it since; the other refusals are those of ``change_item``.
    """
    check_open(actor, visit)
    row = _item(session, visit, item_id, version)
    visit_id = row.visit_id
    session.delete(row)
    session.flush()
    _record(session, actor, visit_id, "visit.programme_removed", now)


def copy_day(session: Session, actor: Actor, visit: VisitFacts, day: date, to: date, *, now: datetime) -> int:
    """Repeat the points of a day on another; what is there already is not doubled. Give how many were added.

    :raises DayOutside: ``to`` is no day of the visit; the other refusals are those of ``add_items``.
    """
    rows = items_of(session, visit.id)
    there = {row.facts for row in rows}
    copied = [replace(row.facts, day=to) for row in rows if row.day == day]
    return add_items(session, actor, visit, [facts for facts in copied if facts not in there], now=now)


def link_event(session: Session, actor: Actor, visit: VisitFacts, event_id: int, *, now: datetime) -> None:
    """Say which thematic event is the two-day event inside the visit.

    :raises EventUnknown: it is none of this partnership, its track or its programme, or was called off.
    :raises EventOutside: it does not lie inside the visit; also ``NotAllowed`` and ``VisitCancelled``.
    """
    check_open(actor, visit)
    event = session_of(session, actor, event_id)
    own = event and event.programme_id == visit.session.programme_id and event.kind is SessionKind.THEMATIC
    places = {(None, visit.partnership.id), (visit.partnership.track_id, None), (None, None)}
    if event is None or not own or (event.track_id, event.partnership_id) not in places:
        raise EventUnknown
    if event.status is SessionStatus.CANCELLED:
        raise EventUnknown
    days = event_days(event.starts_at, event.ends_at, visit.zone)
    check_event(days, first_day=visit.first_day, last_day=visit.last_day)
    _set_event(session, actor, visit, event_id, now=now)


def create_event(session: Session, actor: Actor, visit: VisitFacts, facts: Facts, *, now: datetime) -> int:
    """Put the two-day event in the partnership's agenda and link it; give its id.

    :raises EventOutside: it does not lie inside the visit; the other refusals are those of ``agenda.create``.
    """
    check_open(actor, visit)
    number = agenda.create(session, actor, facts, scope=Scope.PARTNERSHIP, of=visit.partnership.id, now=now)
    link_event(session, actor, visit, number, now=now)
    return number


def unlink_event(session: Session, actor: Actor, visit: VisitFacts, *, now: datetime) -> None:
    """Say that no event lies inside the visit; the event itself stays in the agenda.

    :raises NotAllowed: it is somebody else's to do, or the visit was called off (``VisitCancelled``).
    """
    check_open(actor, visit)
    _set_event(session, actor, visit, None, now=now)


def _set_event(session: Session, actor: Actor, visit: VisitFacts, event_id: int | None, *, now: datetime) -> None:
    visit_id = prepare(session, actor, visit.number, now=now)
    row = session.get_one(WorkVisit, visit_id)
    if row.two_day_id == event_id:
        return
    row.two_day_id = event_id
    session.flush()
    _record(session, actor, visit_id, "visit.event_linked" if event_id else "visit.event_unlinked", now)


def _item(session: Session, visit: VisitFacts, item_id: int, version: int) -> VisitItem:
    if visit.id is None:
        raise VisitUnknown
    query = sa.select(VisitItem).where(col(VisitItem.id) == item_id, col(VisitItem.visit_id) == visit.id)
    row = session.execute(query.with_for_update().execution_options(populate_existing=True)).scalar()
    if row is None:
        raise NoLongerThere
    if row.version != version:
        raise ChangedMeanwhile
    return row


def _count(session: Session, visit_id: int) -> int:
    query = sa.select(sa.func.count(col(VisitItem.id))).where(col(VisitItem.visit_id) == visit_id)
    return int(session.execute(query).scalar_one())


def _record(session: Session, actor: Actor, visit_id: int, verb: str, now: datetime, **details: object) -> None:
    record(session, actor, verb, subject=("visit", number_of(visit_id)), now=now, **details)
