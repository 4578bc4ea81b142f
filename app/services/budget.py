"""Open the two halves of a budget, and set aside, pay, release and correct on them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC, Actor
from app.domain.budget import (
    CORRECTABLE,
    CannotCorrect,
    SessionElsewhere,
    UnknownCommitment,
    check_can_book,
    check_can_commit,
    check_can_pay,
    check_can_release,
    divide_equally,
    settled_by,
)
from app.domain.codes import Category, Currency, EntryKind, Side
from app.domain.money import AmountIsZero, Rate, rate_for, to_cents
from app.domain.postings import Under, change_of, of_allotment, of_commitment, of_payment, of_release, reversed_on
from app.domain.programme import Rules
from app.domain.time import programme_day
from app.models import (
    AgendaSession,
    Allotment,
    CommitmentBalance,
    LedgerEntry,
    Partnership,
    PartnershipSide,
    Programme,
)
from app.queries.budget import is_known_to
from app.services.events import record
from app.services.ledger import LockedHalf, NewEntry, book, lock, moves_of


@dataclass(frozen=True, slots=True)
class Spending:
    """What a person enters for a commitment or a payment.

    ``amount_minor`` is in the smallest unit of ``currency``; ``rate`` counts only for a currency without a fixed one.
    ``replaces_id``: the corrected entry in whose place this one stands, with the ``reason`` of the correction.
    """

    allotment_id: int
    amount_minor: int
    currency: Currency
    category: Category
    day: date
    description: str
    rate: Rate | None = None
    session_id: int | None = None
    replaces_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Commitment:
    """A commitment and what is open of it."""

    id: int
    category: Category
    session_id: int | None
    entry_date: date
    open_cents: int

    @property
    def under(self) -> Under:
        return Under(self.entry_date.year, self.category, self.session_id, self.id)


def open_allotments(
    session: Session, partnership_id: int, budget_cents: int, now: datetime, *, actor: Actor = PUBLIC
) -> None:
    """Open both halves of a partnership's budget with an entry each; what is open already stays as it is."""
    programme = _programme_of(session, partnership_id)
    sides = _sides_to_open(session, partnership_id)
    if not sides:
        return
    odd_cent = Rules.from_data(programme.rules).budget.odd_cent
    day = min(max(programme_day(now), programme.starts_on), programme.ends_on)
    for side, cents in divide_equally(budget_cents, list(sides), odd_cent=odd_cent).items():
        _open_half(session, sides[side], cents, day, version=programme.version, actor=actor, now=now)
    subject = ("partnership", partnership_id)
    record(session, actor, "budget.opened", subject=subject, now=now, amount_cents=budget_cents)


def commit_money(session: Session, spending: Spending, *, actor: Actor, now: datetime) -> int:
    """Set money aside; give the id of the entry.

    :raises AllotmentExceeded: it is more than what is left of the half.
    :raises NotAllowed, OutsidePeriod, YearClosed, BudgetSettled, RateNeeded, AmountIsZero, SessionElsewhere: see the
        domain.
    """
    half = lock(session, spending.allotment_id)
    check_can_book(actor, half.government_id)
    _check_session(session, spending.session_id, half.partnership_id, is_known_to(actor))
    rate, cents = _checked(session, half, spending)
    check_can_commit(cents, available_cents=half.sums.available_cents)
    entry = _entry(EntryKind.COMMITMENT, spending, rate, cents)
    return book(session, half, entry, of_commitment(cents, _under(spending)), actor=actor, now=now)


def pay(session: Session, spending: Spending, *, commitment_id: int | None = None, actor: Actor, now: datetime) -> int:
    """Book a payment, perhaps out of a commitment of the same half, which it uses up; give the id of the entry.

    Who may pay is decided by who calls this: the approval of a claim (``services.claims``).

    :raises AllotmentExceeded: it is more than what is left of the half and of the commitment together.
    :raises UnknownCommitment: the commitment is not one of this half.
    :raises OutsidePeriod, YearClosed, BudgetSettled, RateNeeded, AmountIsZero, SessionElsewhere: see the domain.
    """
    half = lock(session, spending.allotment_id)
    rate, cents = _checked(session, half, spending)
    commitment = None if commitment_id is None else _commitment(session, half, commitment_id)
    rest = commitment.open_cents if commitment else 0
    check_can_pay(cents, available_cents=half.sums.available_cents, open_cents=rest)
    settled = settled_by(cents, rest)
    entry = _entry(EntryKind.PAYMENT, spending, rate, cents, commitment_id=commitment_id, settled_cents=settled)
    under = commitment.under if commitment else None
    moves = of_payment(cents, _under(spending), settled_cents=settled, commitment=under)
    return book(session, half, entry, moves, actor=actor, now=now)


def release(
    session: Session,
    allotment_id: int,
    commitment_id: int,
    *,
    amount_cents: int | None = None,
    day: date,
    description: str,
    replaces_id: int | None = None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Release a commitment of a half, wholly or by ``amount_cents``; give the id of the entry.

    The entry takes the category and the session of its commitment. ``replaces_id``, ``reason``: see ``Spending``.

    :raises UnknownCommitment: the commitment is not one of this half.
    :raises NothingToRelease, CommitmentExceeded: so much is not open.
    :raises NotAllowed, OutsidePeriod, YearClosed, BudgetSettled: see the domain.
    """
    half = lock(session, allotment_id)
    check_can_book(actor, half.government_id)
    half.check_open(day)
    commitment = _commitment(session, half, commitment_id)
    cents = commitment.open_cents if amount_cents is None else amount_cents
    check_can_release(cents, open_cents=commitment.open_cents)
    if cents <= 0:
        raise AmountIsZero
    entry = NewEntry(
        EntryKind.RELEASE,
        day,
        description,
        cents,
        category=commitment.category,
        session_id=commitment.session_id,
        commitment_id=commitment_id,
        replaces_id=replaces_id,
        reason=reason,
    )
    return book(session, half, entry, of_release(cents, commitment.under), actor=actor, now=now)


def correct(
    session: Session, allotment_id: int, entry_id: int, *, day: date, reason: str, actor: Actor, now: datetime
) -> int:
    """Take back an entry wholly, with an entry that refers to it; give the id of that entry.

    What shall stand in its place is booked next, with ``replaces_id``. Who may correct is decided by who calls this.

    :raises CannotCorrect: it is not one of this half, was taken back, is no commitment, release or payment, is a
        commitment that was used, is dated after ``day``, or no reason is given.
    :raises AllotmentExceeded: taking back a release sets aside again what is not left any more.
    :raises OutsidePeriod, YearClosed, BudgetSettled: the correction is dated on a day that is not open.
    """
    half = lock(session, allotment_id)
    half.check_open(day)
    wrong = _correctable(session, half, entry_id, reason)
    if day < wrong.entry_date:
        raise CannotCorrect(reason="early")
    moves = reversed_on(moves_of(session, entry_id), day)
    change = change_of(moves)
    check_can_commit(-change.available_cents, available_cents=half.sums.available_cents)
    entry = NewEntry(
        EntryKind.CORRECTION,
        day,
        wrong.description,
        wrong.amount_cents,
        category=wrong.category,
        session_id=wrong.session_id,
        commitment_id=wrong.commitment_id,
        corrects_id=entry_id,
        reason=reason.strip(),
        currency=wrong.currency,
        amount_minor=wrong.amount_minor,
        rate=rate_of(wrong),
        settled_cents=wrong.settled_cents,
    )
    return book(session, half, entry, moves, actor=actor, now=now)


def rate_of(entry: LedgerEntry) -> Rate:
    """Give the rate that an entry keeps."""
    return Rate(Decimal(entry.rate), entry.rate_source, entry.rate_date)


def _programme_of(session: Session, partnership_id: int) -> Programme:
    """Give the programme; the partnership is locked, so that nobody opens its budget at the same moment."""
    query = sa.select(Programme).join(Partnership, col(Partnership.programme_id) == col(Programme.id))
    query = query.where(col(Partnership.id) == partnership_id)
    return session.scalars(query.with_for_update(of=Partnership)).one()


def _sides_to_open(session: Session, partnership_id: int) -> dict[Side, int]:
    columns: tuple[Any, ...] = (PartnershipSide.side, PartnershipSide.id)
    query = (
        sa.select(*columns)
        .outerjoin(Allotment, col(Allotment.side_id) == col(PartnershipSide.id))
        .where(col(PartnershipSide.partnership_id) == partnership_id, col(Allotment.id).is_(None))
        .order_by(col(PartnershipSide.id))
    )
    found = {row.side: row.id for row in session.execute(query)}
    return {side: found[side] for side in Side if side in found}


def _open_half(
    session: Session, side_id: int, cents: int, day: date, *, version: int, actor: Actor, now: datetime
) -> None:
    made = Allotment(side_id=side_id, amount_cents=0)
    session.add(made)
    session.flush()
    if not cents:
        return
    entry = NewEntry(EntryKind.ALLOTMENT, day, "", cents, programme_version=version)
    half = lock(session, made.id or 0)
    book(session, half, entry, of_allotment(cents, Under(day.year)), actor=actor, now=now)


def _checked(session: Session, half: LockedHalf, spending: Spending) -> tuple[Rate, int]:
    """Give the rate and the euro cents of what may be entered here."""
    half.check_open(spending.day)
    _check_session(session, spending.session_id, half.partnership_id)
    rate = rate_for(spending.currency, spending.rate)
    cents = to_cents(spending.amount_minor, spending.currency, rate.value)
    if cents <= 0:
        raise AmountIsZero
    return rate, cents


def _check_session(
    session: Session, session_id: int | None, partnership_id: int, *more: sa.ColumnElement[bool]
) -> None:
    if session_id is None:
        return
    query = sa.select(col(AgendaSession.partnership_id)).where(col(AgendaSession.id) == session_id, *more)
    if session.execute(query).scalar() != partnership_id:
        raise SessionElsewhere


def _commitment(session: Session, half: LockedHalf, commitment_id: int) -> _Commitment:
    columns: tuple[Any, ...] = (LedgerEntry.id, LedgerEntry.category, LedgerEntry.session_id, LedgerEntry.entry_date)
    query = (
        sa.select(*columns, col(CommitmentBalance.open_cents))
        .join(CommitmentBalance, col(CommitmentBalance.entry_id) == col(LedgerEntry.id))
        .where(col(LedgerEntry.id) == commitment_id, col(LedgerEntry.allotment_id) == half.allotment_id)
    )
    row: tuple[Any, ...] | None = session.execute(query).first()
    if row is None:
        raise UnknownCommitment
    return _Commitment(*row)


def _correctable(session: Session, half: LockedHalf, entry_id: int, reason: str) -> LedgerEntry:
    """Give the entry that may be taken back."""
    if not reason.strip():
        raise CannotCorrect(reason="no_reason")
    query = sa.select(LedgerEntry).where(
        col(LedgerEntry.id) == entry_id, col(LedgerEntry.allotment_id) == half.allotment_id
    )
    wrong = session.scalars(query).one_or_none()
    if wrong is None or wrong.kind not in CORRECTABLE:
        raise CannotCorrect(reason="kind")
    if session.execute(sa.select(col(LedgerEntry.id)).where(col(LedgerEntry.corrects_id) == entry_id)).first():
        raise CannotCorrect(reason="corrected")
    if wrong.kind is EntryKind.COMMITMENT and _commitment(session, half, entry_id).open_cents != wrong.amount_cents:
        raise CannotCorrect(reason="used")
    return wrong


def _under(spending: Spending) -> Under:
    return Under(spending.day.year, spending.category, spending.session_id)


def _entry(kind: EntryKind, spending: Spending, rate: Rate, cents: int, **more: Any) -> NewEntry:  # noqa: ANN401 - fields of an entry, of several types
    return NewEntry(
        kind,
        spending.day,
        spending.description,
        cents,
        category=spending.category,
        session_id=spending.session_id,
        replaces_id=spending.replaces_id,
        reason=spending.reason,
        currency=spending.currency,
        amount_minor=spending.amount_minor,
        rate=rate,
        **more,
    )
