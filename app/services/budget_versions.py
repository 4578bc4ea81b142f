"""Raise or lower the halves that are open when the budget of a programme changes, with its new version."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.budget_versions import Change, Plan, check_plan, plan_budget
from app.domain.codes import EntryKind, Side
from app.domain.postings import Under, of_allotment
from app.domain.programme import Rules
from app.domain.time import programme_day
from app.domain.transfers import booking_day
from app.models import Programme
from app.queries.open_budgets import open_budgets, partnerships_of_programme
from app.services.ledger import LockedHalf, NewEntry, book, lock_partnership


@dataclass(frozen=True, slots=True)
class NewBudget:
    """A new budget per partnership, and why.

    ``seen``: the key of the plan that the person saw before saving; ``None`` where there is no page to show one.
    """

    budget_cents: int
    reason: str
    seen: str | None = None


def planned(session: Session, programme_id: int, budget_cents: int) -> Plan:
    """Give all that a new budget would change in the open halves of a programme (five queries)."""
    rules = Rules.from_data(session.get_one(Programme, programme_id).rules)
    budgets, settled = open_budgets(session, programme_id)
    return plan_budget(budget_cents, budgets, odd_cent=rules.budget.odd_cent, settled=settled)


def check(session: Session, programme_id: int, wanted: NewBudget) -> Plan:
    """Lock all halves of a programme, in the order of their partnerships, and refuse a budget that cannot be.

    The programme itself is locked by who calls this. Give what is to be booked once the new version has its number.

    :raises BudgetBelowUse, BudgetReasonMissing, BudgetPlanUnseen: see ``domain.budget_versions.check_plan``.
    """
    _lock_all(session, programme_id)
    plan = planned(session, programme_id, wanted.budget_cents)
    check_plan(plan, reason=wanted.reason, seen=wanted.seen)
    return plan


def book_changes(session: Session, plan: Plan, *, version: int, reason: str, actor: Actor, now: datetime) -> list[int]:
    """Book what a plan changes, both halves of every partnership; give the ids of the entries.

    The halves were locked by ``check`` in this transaction.
    """
    today = programme_day(now)
    return [
        entry
        for change in plan.changes
        for entry in _book_change(
            session, change, version=version, reason=reason.strip(), today=today, actor=actor, now=now
        )
    ]


def _lock_all(session: Session, programme_id: int) -> None:
    for number in partnerships_of_programme(session, programme_id):
        lock_partnership(session, number)


def _book_change(
    session: Session, change: Change, *, version: int, reason: str, today: date, actor: Actor, now: datetime
) -> list[int]:
    halves = lock_partnership(session, change.partnership_id)
    entries = []
    for side in Side:
        cents = change.cents[side]
        if not cents:
            continue
        day = _day(halves[side], today)
        kind = EntryKind.ALLOTMENT if cents > 0 else EntryKind.REDUCTION
        entry = NewEntry(kind, day, "", abs(cents), programme_version=version, reason=reason)
        entries.append(book(session, halves[side], entry, of_allotment(cents, Under(day.year)), actor=actor, now=now))
    return entries


def _day(half: LockedHalf, today: date) -> date:
    """Give the day of the change: in the programme's period, unless its year was closed: then today."""
    day = booking_day(today, starts_on=half.starts_on, ends_on=half.ends_on)
    return today if day.year in half.closed_years else day
