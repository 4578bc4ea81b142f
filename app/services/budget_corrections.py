"""Correct an entry: take it back wholly and, if wanted, book what should have stood there.

Both in one transaction, by somebody who may; what came from a claim keeps its tie to the line of the claim.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.budget import CannotCorrect, check_can_correct, check_not_higher
from app.domain.codes import EntryKind
from app.domain.money import rate_for, to_cents
from app.models import ClaimEntry, LedgerEntry
from app.queries.budget_entry import claim_behind
from app.services import budget
from app.services.budget import Spending
from app.services.ledger import lock


@dataclass(frozen=True, slots=True)
class _Wrong:
    """The entry that is corrected, as far as what replaces it needs to know."""

    id: int
    allotment_id: int
    kind: EntryKind
    amount_cents: int
    commitment_id: int | None


def take_back(
    session: Session, allotment_id: int, entry_id: int, *, day: date, reason: str, actor: Actor, now: datetime
) -> int:
    """Take back an entry of a half, with the reason; give the id of the correction.

    :raises NotAllowed: it is somebody else's to correct.
    :raises CannotCorrect: "own_claim": the person claimed it, sent the claim or got the money; else see
        ``services.budget.correct``, as for all other refusals.
    """
    _, line_id = _correctable(session, allotment_id, entry_id, actor)
    made = budget.correct(session, allotment_id, entry_id, day=day, reason=reason, actor=actor, now=now)
    _tie(session, made, line_id)
    return made


def put_in_place(session: Session, spending: Spending, *, actor: Actor, now: datetime) -> int:
    """Book what should have stood in the place of an entry that was taken back; give the id of the new entry.

    Call it after ``take_back``, in the same transaction. ``spending.replaces_id`` is the entry that was taken back. A
    payment goes out of the same commitment as before; a release is in euro, of the same commitment.

    :raises NotAllowed, CannotCorrect: as ``take_back``; "higher": a payment would be more than the one that was
        approved; "kind": nothing was taken back; "corrected": something stands in its place already.
    :raises AllotmentExceeded, CommitmentExceeded, OutsidePeriod, YearClosed, RateNeeded, AmountIsZero,
        SessionElsewhere: see ``services.budget``.
    """
    wrong, line_id = _correctable(session, spending.allotment_id, spending.replaces_id or 0, actor)
    _check_free(session, wrong.id)
    cents = to_cents(spending.amount_minor, spending.currency, rate_for(spending.currency, spending.rate).value)
    check_not_higher(wrong.kind, cents, corrected_cents=wrong.amount_cents)
    made = _book(session, wrong, spending, actor=actor, now=now)
    _tie(session, made, line_id)
    return made


def _correctable(session: Session, allotment_id: int, entry_id: int, actor: Actor) -> tuple[_Wrong, int | None]:
    """Lock the half and give an entry that ``actor`` may correct, with the line of a claim that it came from."""
    half = lock(session, allotment_id)
    wrong, source = _wrong(session, allotment_id, entry_id), claim_behind(session, entry_id)
    involved = source.involved if source else frozenset()
    check_can_correct(actor, half.government_id, wrong.kind, involved=involved)
    return wrong, source.line_id if source else None


def _book(session: Session, wrong: _Wrong, spending: Spending, *, actor: Actor, now: datetime) -> int:
    who: dict[str, Any] = {"actor": actor, "now": now}
    if wrong.kind is EntryKind.PAYMENT:
        return budget.pay(session, spending, commitment_id=wrong.commitment_id, **who)
    if wrong.kind is EntryKind.COMMITMENT:
        return budget.commit_money(session, spending, **who)
    return budget.release(
        session,
        wrong.allotment_id,
        wrong.commitment_id or 0,
        amount_cents=spending.amount_minor,
        day=spending.day,
        description=spending.description,
        replaces_id=wrong.id,
        reason=spending.reason,
        **who,
    )


def _wrong(session: Session, allotment_id: int, entry_id: int) -> _Wrong:
    names = ("id", "allotment_id", "kind", "amount_cents", "commitment_id")
    columns: list[Any] = [col(getattr(LedgerEntry, name)) for name in names]
    query = sa.select(*columns).where(col(LedgerEntry.id) == entry_id, col(LedgerEntry.allotment_id) == allotment_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise CannotCorrect(reason="kind")
    return _Wrong(*row)


def _check_free(session: Session, entry_id: int) -> None:
    """Refuse unless the entry was taken back and nothing stands in its place yet."""
    query = sa.select(col(LedgerEntry.corrects_id), col(LedgerEntry.replaces_id)).where(
        sa.or_(col(LedgerEntry.corrects_id) == entry_id, col(LedgerEntry.replaces_id) == entry_id)
    )
    rows = session.execute(query).all()
    if not any(row.corrects_id == entry_id for row in rows):
        raise CannotCorrect(reason="kind")
    if any(row.replaces_id == entry_id for row in rows):
        raise CannotCorrect(reason="corrected")


def _tie(session: Session, entry_id: int, line_id: int | None) -> None:
    """Keep the tie of an entry to the line of a claim."""
    if line_id is not None:
        session.add(ClaimEntry(entry_id=entry_id, line_id=line_id))
        session.flush()
