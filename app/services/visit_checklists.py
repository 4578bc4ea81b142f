"""Checklists of travellers: laid out when somebody is added, moved with the visit, ticked off by whoever may."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Country
from app.domain.errors import DomainError
from app.domain.time import programme_day
from app.domain.visit_checklist import Check, Involved, check_can_tick, due_on, items_for
from app.domain.visit_rules import VisitRules
from app.models import Traveller, TravellerCheck, WorkVisit
from app.queries.visits import TravellerFacts, VisitFacts
from app.services.events import record


class CheckGone(DomainError):
    """The item is not on a list of this visit: the traveller does not come any more, or it never was."""

    code: ClassVar[str] = "check_gone"


def lay_out(session: Session, traveller_id: int, *, rules: VisitRules, country: Country, starts_on: date) -> None:
    """Give a traveller the list of the programme for a visit to ``country``; items that are there stay as they are."""
    there = set(
        session.scalars(sa.select(col(TravellerCheck.code)).where(col(TravellerCheck.traveller_id) == traveller_id))
    )
    for item in items_for(rules.checklist, country):
        if item.code not in there:
            session.add(
                TravellerCheck(
                    traveller_id=traveller_id,
                    code=item.code,
                    title_nl=item.title_nl,
                    title_fr=item.title_fr,
                    title_en=item.title_en,
                    by=item.by,
                    due_on=due_on(item, starts_on),
                )
            )
    session.flush()


def complete(session: Session, visit: VisitFacts) -> None:
    """Give every traveller of a visit the list that they do not have yet."""
    for traveller in visit.travellers:
        lay_out(
            session,
            traveller.id,
            rules=visit.rules.visits,
            country=visit.destination,
            starts_on=visit.first_day,
        )


def move_with_visit(session: Session, session_id: int, by: timedelta) -> int:
    """Move the due days of what is not done by as much as the visit moved; give how many."""
    if not by.days:
        return 0
    of_visit = (
        sa.select(col(Traveller.id))
        .join(WorkVisit, col(WorkVisit.id) == col(Traveller.visit_id))
        .where(col(WorkVisit.session_id) == session_id)
    )
    query = sa.select(TravellerCheck).where(
        col(TravellerCheck.traveller_id).in_(of_visit), col(TravellerCheck.done_on).is_(None)
    )
    rows = session.scalars(query.order_by(col(TravellerCheck.id)).with_for_update()).all()
    for row in rows:
        row.due_on += timedelta(days=by.days)
    session.flush()
    return len(rows)


def tick(
    session: Session, visit: VisitFacts, check_id: int, *, done_on: date | None, actor: Actor, now: datetime
) -> None:
    """Tick an item off for a day, or open it again (no day).

    :raises CheckGone: it is not on a list of this visit.
    :raises NotAllowed, DoneInFuture: see the domain.
    """
    travellers = {one.id: one for one in visit.travellers}
    query = sa.select(TravellerCheck).where(
        col(TravellerCheck.id) == check_id, col(TravellerCheck.traveller_id).in_(travellers)
    )
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise CheckGone
    today = programme_day(now)
    who = involved(visit, travellers[row.traveller_id])
    check_can_tick(actor, row.by, who, done_on=done_on or today, today=today)
    if row.done_on == done_on:
        return
    row.done_on, row.done_by = done_on, actor.person_id if done_on else None
    session.flush()
    verb = "visit.item_done" if done_on else "visit.item_reopened"
    record(session, actor, verb, subject=("visit", visit.id), now=now, item=row.code)


def involved(visit: VisitFacts, traveller: TravellerFacts) -> Involved:
    """Give who ticks what on a traveller's list."""
    return Involved(visit.travelling.government_id, visit.hosting.government_id, traveller.person_id)


def checks_of(session: Session, visit: VisitFacts) -> dict[int, list[Check]]:
    """Give the items of each traveller of a visit by the traveller's id (one query)."""
    found: dict[int, list[Check]] = {one.id: [] for one in visit.travellers}
    for check in _checks(session, list(found)):
        found[check.traveller_id].append(check)
    return found


def open_checks(session: Session, visits: Iterable[VisitFacts]) -> list[Check]:
    """Give what is not done on the lists of everybody who travels on these visits, by day (one query, or none)."""
    numbers = [one.id for visit in visits for one in visit.travellers]
    return [check for check in _checks(session, numbers) if check.done_on is None] if numbers else []


def _checks(session: Session, traveller_ids: list[int]) -> list[Check]:
    columns: Iterable[Any] = (getattr(TravellerCheck, name) for name in Check.__dataclass_fields__)
    query = sa.select(*columns).where(col(TravellerCheck.traveller_id).in_(traveller_ids))
    return [Check(*row) for row in session.execute(query.order_by(col(TravellerCheck.due_on), col(TravellerCheck.id)))]
