"""Close a year of a budget, and settle the budget of a partnership at the end.

Both lock both halves first, as everybody does who books: what is booked before counts, what comes after is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor, NotAllowed
from app.domain.budget import BudgetSettled
from app.domain.closing import (
    NoSuccessor,
    check_can_close,
    check_can_settle,
    check_rest,
)
from app.domain.codes import EntryKind, RestRule, Side
from app.domain.errors import DomainError
from app.domain.postings import Under, of_allotment, of_return
from app.domain.programme import Rules
from app.domain.time import programme_day
from app.domain.transfers import booking_day
from app.models import ClosedYear, Partnership, Programme, Settlement
from app.queries.closing import Successor, claims_dated_in, obstacles_of, successor_of
from app.services import settlement_mails, statements
from app.services.events import record
from app.services.ledger import LockedHalf, NewEntry, book, lock_open

KIND_OF: Final[Mapping[RestRule, EntryKind]] = {
    RestRule.RETURNED: EntryKind.RETURN,
    RestRule.CARRIED_OVER: EntryKind.CARRY_OVER,
}


@dataclass(frozen=True, slots=True)
class ClosedYears:
    """What closing a year of a whole programme did: ids of partnerships, and why others stay open."""

    closed: tuple[int, ...]
    hindered: Mapping[int, DomainError]


def close_year(
    session: Session, partnership_id: int, year: int, *, reason: str = "", actor: Actor, now: datetime
) -> None:
    """Close a calendar year of a partnership's budget: no entry is dated in it any more.

    :raises NotAllowed: only the programme team does.
    :raises YearNotOver, YearElsewhere, YearAlreadyClosed, YearHasClaims, BudgetNotOpen, BudgetSettled: see the domain.
    """
    if not actor.is_staff:
        raise NotAllowed
    half = lock_open(session, partnership_id)[Side.FLEMISH]
    if half.is_settled:
        raise BudgetSettled
    check_can_close(
        year,
        today=programme_day(now),
        starts_on=half.starts_on,
        ends_on=half.ends_on,
        closed=half.closed_years,
        claims=claims_dated_in(session, partnership_id, year),
    )
    row = ClosedYear(
        partnership_id=partnership_id, year=year, closed_at=now, closed_by=actor.person_id, reason=reason.strip()
    )
    session.add(row)
    session.flush()
    record(session, actor, "budget.year_closed", subject=("partnership", partnership_id), now=now, year=year)
    statements.tell_year_closed(session, partnership_id, year, now=now)


def close_programme_year(
    session: Session, programme_id: int, year: int, *, reason: str = "", actor: Actor, now: datetime
) -> ClosedYears:
    """Close a year for every partnership of a programme that may be closed; say why the others stay open.

    :raises NotAllowed: only the programme team does.
    """
    if not actor.is_staff:
        raise NotAllowed
    of_programme = sa.select(col(Partnership.id)).where(col(Partnership.programme_id) == programme_id)
    closed: list[int] = []
    hindered: dict[int, DomainError] = {}
    for number in session.scalars(of_programme.order_by(col(Partnership.id))).all():
        try:
            close_year(session, number or 0, year, reason=reason, actor=actor, now=now)
        except DomainError as refusal:
            hindered[number or 0] = refusal
        else:
            closed.append(number or 0)
    return ClosedYears(tuple(closed), hindered)


def settle(
    session: Session,
    partnership_id: int,
    *,
    rest: RestRule | None = None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Settle the budget of a partnership: the rest of each half is returned or carried over, and that was all.

    ``rest``: as the programme's rule says where there is none; another way needs a ``reason``. What is carried over
    goes to the same sides of the next partnership of the same two. Both sides get a mail with the figures.

    :raises NotAllowed: only the programme team does.
    :raises BudgetNotOpen, BudgetSettled, TooEarlyToSettle, NotReadyToSettle, RestReasonMissing, NoSuccessor: see the
        domain.
    """
    if not actor.is_staff:
        raise NotAllowed
    words, successor = reason.strip(), successor_of(session, partnership_id)
    halves, later = _locked_with(session, partnership_id, successor)
    chosen = _checked_rest(session, halves[Side.FLEMISH], rest, words, now)
    target = successor if chosen is RestRule.CARRIED_OVER else None
    if chosen is RestRule.CARRIED_OVER and (target is None or later[Side.FLEMISH].is_settled):
        raise NoSuccessor
    for side in Side:
        _give_back(session, halves[side], chosen, target, reason=words, actor=actor, now=now)
        if target is not None:
            _receive(session, later[side], halves[side], reason=words, actor=actor, now=now)
    by, to = actor.person_id, target.id if target else None
    row = Settlement(
        partnership_id=partnership_id, settled_at=now, settled_by=by, rest=chosen, reason=words, successor_id=to
    )
    session.add(row)
    session.flush()
    subject = ("partnership", partnership_id)
    cents = sum(half.sums.available_cents for half in halves.values())
    record(session, actor, "budget.settled", subject=subject, now=now, amount_cents=cents, rest=chosen.value)
    settlement_mails.tell(session, partnership_id, halves, chosen, actor=actor, now=now)


def _locked_with(
    session: Session, partnership_id: int, successor: Successor | None
) -> tuple[dict[Side, LockedHalf], dict[Side, LockedHalf]]:
    """Lock the halves of a partnership and of the next one, always in the order of their ids."""
    numbers = sorted({partnership_id, successor.id if successor else partnership_id})
    locked = {number: lock_open(session, number) for number in numbers}
    return locked[partnership_id], locked[successor.id] if successor else {}


def _checked_rest(session: Session, half: LockedHalf, rest: RestRule | None, reason: str, now: datetime) -> RestRule:
    """Give what becomes of the rest where the budget of ``half`` may be settled so."""
    if half.is_settled:
        raise BudgetSettled
    rule = _rest_rule(session, half.partnership_id)
    obstacles = obstacles_of(session, half.partnership_id)
    check_can_settle(today=programme_day(now), ends_on=half.ends_on, obstacles=obstacles)
    check_rest(rest or rule, rule=rule, reason=reason)
    return rest or rule


def _rest_rule(session: Session, partnership_id: int) -> RestRule:
    query = sa.select(col(Programme.rules)).join(Partnership, col(Partnership.programme_id) == col(Programme.id))
    return Rules.from_data(session.execute(query.where(col(Partnership.id) == partnership_id)).scalar_one()).budget.rest


def _give_back(
    session: Session,
    half: LockedHalf,
    rest: RestRule,
    successor: Successor | None,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Book the rest of a half away, on the day of the settlement, which need not lie in the period."""
    day, cents = programme_day(now), half.sums.available_cents
    if not cents:
        return
    half.check_open(day, within=False)
    entry = NewEntry(KIND_OF[rest], day, successor.slug if successor else "", cents, reason=reason)
    book(session, half, entry, of_return(cents, Under(day.year)), actor=actor, now=now)


def _receive(
    session: Session, half: LockedHalf, before: LockedHalf, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Book what was carried over onto the same side of the next partnership, which the entry names."""
    cents, today = before.sums.available_cents, programme_day(now)
    if not cents:
        return
    day = booking_day(today, starts_on=half.starts_on, ends_on=half.ends_on)
    day = today if day.year in half.closed_years else day
    slug = session.get_one(Partnership, before.partnership_id).slug
    entry = NewEntry(EntryKind.ALLOTMENT, day, slug, cents, reason=reason)
    book(session, half, entry, of_allotment(cents, Under(day.year)), actor=actor, now=now)
