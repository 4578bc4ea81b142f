"""Plans of what a half of a budget will pay, beside the estimates of visits: add one, take one out.

A plan is never changed: it is taken out, and another one is added. What was taken out stays in the database.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.budget import BudgetSettled, SessionElsewhere, YearClosed, check_can_book
from app.domain.budget_plan import PlanRemoved, check_year
from app.domain.codes import Category, SessionStatus
from app.domain.money import check_cents
from app.models import AgendaSession, PlannedSpending
from app.models.base import identity
from app.queries.budget import is_known_to
from app.services.events import record
from app.services.ledger import LockedHalf, lock


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What a person plans to spend of a half, in euro cents, in a calendar year and perhaps for a session."""

    allotment_id: int
    category: Category
    year: int
    amount_cents: int
    description: str
    session_id: int | None = None


def add(session: Session, plan: NewPlan, *, actor: Actor, now: datetime) -> int:
    """Add a plan; give its id. More may be planned than there is: the forecast then warns.

    :raises NotAllowed: the half is somebody else's to plan.
    :raises BudgetSettled, YearClosed: nothing is to come there any more.
    :raises YearOutside: the programme has no such year.
    :raises SessionElsewhere: the session is not one of this partnership, or was called off.
    :raises AmountIsZero, AmountTooLarge: it is no amount that could be.
    """
    half = lock(session, plan.allotment_id)
    check_can_book(actor, half.government_id)
    _check_open(half, plan.year)
    check_cents(plan.amount_cents)
    _check_session(session, plan.session_id, half.partnership_id, actor)
    row = PlannedSpending(
        allotment_id=plan.allotment_id,
        category=plan.category,
        session_id=plan.session_id,
        year=plan.year,
        amount_cents=plan.amount_cents,
        description=plan.description,
        planned_at=now,
        planned_by=actor.person_id,
    )
    session.add(row)
    session.flush()
    subject = ("partnership", half.partnership_id)
    record(session, actor, "budget.planned", subject=subject, now=now, amount_cents=plan.amount_cents)
    return identity(row)


def remove(session: Session, plan_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a plan out of what is planned; its row stays.

    :raises PlanRemoved: it was taken out already.
    :raises NotAllowed: the half is somebody else's to plan.
    """
    query = sa.select(PlannedSpending).where(col(PlannedSpending.id) == plan_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.removed_at is not None:
        raise PlanRemoved
    half = lock(session, row.allotment_id)
    check_can_book(actor, half.government_id)
    row.removed_at, row.removed_by = now, actor.person_id
    session.flush()
    subject = ("partnership", half.partnership_id)
    record(session, actor, "budget.plan_removed", subject=subject, now=now, amount_cents=row.amount_cents)


def _check_open(half: LockedHalf, year: int) -> None:
    if half.is_settled:
        raise BudgetSettled
    check_year(year, first_year=half.starts_on.year, last_year=half.ends_on.year)
    if year in half.closed_years:
        raise YearClosed(year=year)


def _check_session(session: Session, session_id: int | None, partnership_id: int, actor: Actor) -> None:
    if session_id is None:
        return
    query = sa.select(col(AgendaSession.id)).where(
        col(AgendaSession.id) == session_id,
        col(AgendaSession.partnership_id) == partnership_id,
        col(AgendaSession.status) != SessionStatus.CANCELLED,
        is_known_to(actor),
    )
    if session.execute(query).first() is None:
        raise SessionElsewhere
