"""Book on the two halves of a budget: every entry is checked under a lock on its allotment, and kept with the sums."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC, Actor
from app.domain.budget import (
    AllotmentExceeded,
    SessionElsewhere,
    UnknownCommitment,
    available_cents,
    check_can_book,
    check_can_commit,
    check_can_pay,
    check_can_release,
    check_within,
    divide_equally,
    open_cents,
    settled_by,
)
from app.domain.codes import Category, Currency, EntryKind, Side
from app.domain.money import AmountIsZero, Rate, rate_for, to_cents
from app.models import AgendaSession, Allotment, LedgerEntry, Partnership, PartnershipSide, Programme
from app.services.events import record

NEVER_BELOW_ZERO: Final = "ck_allotment_available"
VERBS: Final = {
    EntryKind.COMMITMENT: "budget.committed",
    EntryKind.RELEASE: "budget.released",
    EntryKind.PAYMENT: "budget.paid",
}


@dataclass(frozen=True, slots=True)
class Spending:
    """What a person enters for a commitment or a payment.

    ``amount_minor`` is in the smallest unit of ``currency``; ``rate`` counts only for a currency without a fixed one.
    """

    allotment_id: int
    amount_minor: int
    currency: Currency
    category: Category
    day: date
    description: str
    rate: Rate | None = None
    session_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Half:
    """An allotment that is locked until the end of the transaction, and what its rules need to know."""

    allotment_id: int
    amount_cents: int
    paid_cents: int
    committed_cents: int
    side: Side
    government_id: int
    partnership_id: int
    starts_on: date
    ends_on: date

    @property
    def available_cents(self) -> int:
        return available_cents(self.amount_cents, paid_cents=self.paid_cents, committed_cents=self.committed_cents)


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an entry is, in euro cents at ``rate``, and so what it does to the sums of its allotment."""

    kind: EntryKind
    rate: Rate
    amount_cents: int
    commitment_id: int | None = None
    settled_cents: int = 0

    @property
    def paid_cents(self) -> int:
        return self.amount_cents if self.kind is EntryKind.PAYMENT else 0

    @property
    def committed_cents(self) -> int:
        if self.kind is EntryKind.COMMITMENT:
            return self.amount_cents
        return -self.amount_cents if self.kind is EntryKind.RELEASE else -self.settled_cents


@dataclass(frozen=True, slots=True)
class _Commitment:
    id: int
    amount_cents: int
    category: Category
    session_id: int | None


def open_allotments(
    session: Session, partnership_id: int, budget_cents: int, now: datetime, *, actor: Actor = PUBLIC
) -> None:
    """Open both halves of a partnership's budget; what is open already stays as it is."""
    query = sa.select(col(PartnershipSide.side), col(PartnershipSide.id))
    query = query.where(col(PartnershipSide.partnership_id) == partnership_id)
    sides = {row.side: row.id for row in session.execute(query.order_by(col(PartnershipSide.id)))}
    parts = divide_equally(budget_cents, [side for side in Side if side in sides])
    rows = [
        {"side_id": sides[side], "amount_cents": cents, "paid_cents": 0, "committed_cents": 0}
        for side, cents in parts.items()
    ]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Allotment).values(rows).on_conflict_do_nothing().returning(col(Allotment.id))
    if session.execute(statement).all():
        subject = ("partnership", partnership_id)
        record(session, actor, "budget.opened", subject=subject, now=now, amount_cents=budget_cents)


def commit_money(session: Session, spending: Spending, *, actor: Actor, now: datetime) -> int:
    """Set money aside; give the id of the entry.

    :raises AllotmentExceeded: it is more than what is left of the half.
    :raises NotAllowed, OutsidePeriod, RateNeeded, AmountIsZero, SessionElsewhere: see the domain.
    """
    half = _lock(session, spending.allotment_id)
    rate, amount_cents = _checked(session, half, spending, actor)
    check_can_commit(amount_cents, available_cents=half.available_cents)
    effect = _Effect(EntryKind.COMMITMENT, rate, amount_cents)
    return _book(session, half, spending, effect, actor=actor, now=now)


def pay(session: Session, spending: Spending, *, commitment_id: int | None = None, actor: Actor, now: datetime) -> int:
    """Book a payment; give the id of the entry.

    With a commitment it uses up what is open on that first; what then remains of the commitment stays open.

    :raises AllotmentExceeded: it is more than what is left of the half, with the open rest of the commitment.
    :raises UnknownCommitment: the commitment is not one of this half.
    :raises NotAllowed, OutsidePeriod, RateNeeded, AmountIsZero, SessionElsewhere: see the domain.
    """
    half = _lock(session, spending.allotment_id)
    rate, amount_cents = _checked(session, half, spending, actor)
    rest = 0 if commitment_id is None else _open_rest(session, _commitment(session, half, commitment_id))
    check_can_pay(amount_cents, available_cents=half.available_cents, open_cents=rest)
    effect = _Effect(EntryKind.PAYMENT, rate, amount_cents, commitment_id, settled_by(amount_cents, rest))
    return _book(session, half, spending, effect, actor=actor, now=now)


def release(
    session: Session,
    allotment_id: int,
    commitment_id: int,
    *,
    amount_cents: int | None = None,
    day: date,
    description: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Release a commitment of a half, wholly or by ``amount_cents``; give the id of the entry.

    The entry takes the category and the session of its commitment.

    :raises UnknownCommitment: the commitment is not one of this half.
    :raises NothingToRelease, CommitmentExceeded: so much is not open.
    :raises NotAllowed, OutsidePeriod: see the domain.
    """
    half = _lock(session, allotment_id)
    commitment = _commitment(session, half, commitment_id)
    rest = _open_rest(session, commitment)
    spending = Spending(
        allotment_id=allotment_id,
        amount_minor=rest if amount_cents is None else amount_cents,
        currency=Currency.EUR,
        category=commitment.category,
        day=day,
        description=description,
        session_id=commitment.session_id,
    )
    check_can_release(spending.amount_minor, open_cents=rest)
    rate, released_cents = _checked(session, half, spending, actor)
    effect = _Effect(EntryKind.RELEASE, rate, released_cents, commitment_id)
    return _book(session, half, spending, effect, actor=actor, now=now)


def _lock(session: Session, allotment_id: int) -> _Half:
    """Lock an allotment until the end of the transaction: on SQLite the whole database is locked already."""
    query = (
        sa.select(
            col(Allotment.id),
            col(Allotment.amount_cents),
            col(Allotment.paid_cents),
            col(Allotment.committed_cents),
            col(PartnershipSide.side),
            col(PartnershipSide.local_government_id),
            col(PartnershipSide.partnership_id),
            col(Programme.starts_on),
            col(Programme.ends_on),
        )
        .select_from(Allotment)
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
        .join(Programme, col(Programme.id) == col(Partnership.programme_id))
        .where(col(Allotment.id) == allotment_id)
        .with_for_update(of=Allotment)
    )
    row: tuple[Any, ...] = tuple(session.execute(query).one())
    return _Half(*row)


def _checked(session: Session, half: _Half, spending: Spending, actor: Actor) -> tuple[Rate, int]:
    """Give the rate and the euro cents of what may be entered here by this person."""
    check_can_book(actor, half.government_id)
    check_within(spending.day, starts_on=half.starts_on, ends_on=half.ends_on)
    _check_session(session, spending.session_id, half.partnership_id)
    rate = rate_for(spending.currency, spending.rate)
    amount_cents = to_cents(spending.amount_minor, spending.currency, rate.value)
    if amount_cents <= 0:
        raise AmountIsZero
    return rate, amount_cents


def _check_session(session: Session, session_id: int | None, partnership_id: int) -> None:
    if session_id is None:
        return
    query = sa.select(col(AgendaSession.partnership_id)).where(col(AgendaSession.id) == session_id)
    if session.execute(query).scalar() != partnership_id:
        raise SessionElsewhere


def _commitment(session: Session, half: _Half, commitment_id: int) -> _Commitment:
    columns = [col(getattr(LedgerEntry, field.name)) for field in fields(_Commitment)]
    query = sa.select(*columns).where(
        col(LedgerEntry.id) == commitment_id,
        col(LedgerEntry.allotment_id) == half.allotment_id,
        col(LedgerEntry.kind) == EntryKind.COMMITMENT,
    )
    row = session.execute(query).first()
    if row is None:
        raise UnknownCommitment
    return _Commitment(**row._asdict())


def _open_rest(session: Session, commitment: _Commitment) -> int:
    released = sa.case((col(LedgerEntry.kind) == EntryKind.RELEASE, col(LedgerEntry.amount_cents)), else_=0)
    query = sa.select(
        sa.func.coalesce(sa.func.sum(released), 0), sa.func.coalesce(sa.func.sum(col(LedgerEntry.settled_cents)), 0)
    ).where(col(LedgerEntry.commitment_id) == commitment.id)
    released_cents, settled_cents = session.execute(query).one()
    return open_cents(commitment.amount_cents, released_cents=int(released_cents), settled_cents=int(settled_cents))


def _book(session: Session, half: _Half, spending: Spending, effect: _Effect, *, actor: Actor, now: datetime) -> int:
    """Write an entry together with the sums that it changes."""
    _change_sums(session, half, effect)
    entry = LedgerEntry(
        allotment_id=half.allotment_id,
        kind=effect.kind,
        category=spending.category,
        session_id=spending.session_id,
        commitment_id=effect.commitment_id,
        entry_date=spending.day,
        description=spending.description,
        currency=spending.currency,
        amount_minor=spending.amount_minor,
        rate=format(effect.rate.value, "f"),
        rate_source=effect.rate.source,
        rate_date=effect.rate.day,
        amount_cents=effect.amount_cents,
        settled_cents=effect.settled_cents,
        available_cents=half.available_cents - effect.paid_cents - effect.committed_cents,
        created_at=now,
        person_id=actor.person_id,
    )
    session.add(entry)
    session.flush()
    _record(session, half, entry, actor=actor, now=now)
    assert entry.id is not None  # noqa: S101 - flushed above
    return entry.id


def _change_sums(session: Session, half: _Half, effect: _Effect) -> None:
    statement = sa.update(Allotment).where(col(Allotment.id) == half.allotment_id)
    with _last_guard(half, effect):
        session.execute(
            statement.values(
                paid_cents=col(Allotment.paid_cents) + effect.paid_cents,
                committed_cents=col(Allotment.committed_cents) + effect.committed_cents,
            )
        )


def _record(session: Session, half: _Half, entry: LedgerEntry, *, actor: Actor, now: datetime) -> None:
    subject = ("partnership", half.partnership_id)
    facts = {"entry": entry.id, "side": half.side.value, "amount_cents": entry.amount_cents}
    record(session, actor, VERBS[entry.kind], subject=subject, now=now, **facts)


@contextmanager
def _last_guard(half: _Half, effect: _Effect) -> Iterator[None]:
    """Turn the refusal of the database itself into the one of the domain."""
    try:
        yield
    except IntegrityError as fault:
        if NEVER_BELOW_ZERO not in str(fault.orig):
            raise
        fits_cents = half.available_cents + effect.settled_cents
        over_cents = effect.amount_cents - fits_cents
        raise AllotmentExceeded(over_cents=over_cents, available_cents=fits_cents, reason="") from fault
