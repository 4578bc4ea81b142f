"""Write entries into the ledger: locked, numbered without a gap, with the postings that they are.

This is the only module that writes entries and postings; the database keeps the sums of them (migration 0005).
``services.budget`` books commitments, payments and releases with it; openings, transfers and settlements have services
of their own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.budget import AllotmentExceeded, BudgetSettled, YearClosed, check_within
from app.domain.closing import BudgetNotOpen
from app.domain.codes import Account, Category, Currency, EntryKind, Side
from app.domain.money import EURO_RATE, Rate
from app.domain.postings import Move, Sums, Under, change_of, is_balanced
from app.models import Posting
from app.services import ledger_rows as rows
from app.services.events import record

NEVER_BELOW_ZERO: Final = ("ck_allotment_available", "ck_allotment_rest", "ck_ledger_entry_available_cents")
VERBS: Final[Mapping[EntryKind, str]] = {
    EntryKind.ALLOTMENT: "budget.raised",
    EntryKind.REDUCTION: "budget.lowered",
    EntryKind.COMMITMENT: "budget.committed",
    EntryKind.RELEASE: "budget.released",
    EntryKind.PAYMENT: "budget.paid",
    EntryKind.CORRECTION: "budget.corrected",
    EntryKind.TRANSFER_OUT: "budget.transferred_out",
    EntryKind.TRANSFER_IN: "budget.transferred_in",
    EntryKind.RETURN: "budget.returned",
    EntryKind.CARRY_OVER: "budget.carried_over",
}


@dataclass(frozen=True, slots=True)
class LockedHalf:
    """An allotment that is locked until the end of the transaction, and what the rules of booking need to know."""

    allotment_id: int
    side: Side
    government_id: int
    partnership_id: int
    starts_on: date
    ends_on: date
    sums: Sums
    last_number: int
    is_settled: bool
    closed_years: frozenset[int]

    def check_open(self, day: date, *, within: bool = True) -> None:
        """Refuse an entry that nothing may be booked on, or dated on a day that is not open.

        :raises BudgetSettled: the budget was settled.
        :raises OutsidePeriod: ``within``, and the day lies outside the programme's period.
        :raises YearClosed: the day's year was closed.
        """
        if self.is_settled:
            raise BudgetSettled
        if within:
            check_within(day, starts_on=self.starts_on, ends_on=self.ends_on)
        if day.year in self.closed_years:
            raise YearClosed(year=day.year)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry as it is to be written, see ``LedgerEntry``; one in euro needs neither rate nor ``amount_minor``."""

    kind: EntryKind
    day: date
    description: str
    amount_cents: int
    category: Category | None = None
    session_id: int | None = None
    commitment_id: int | None = None
    corrects_id: int | None = None
    replaces_id: int | None = None
    transfer_id: int | None = None
    programme_version: int | None = None
    reason: str = ""
    currency: Currency = Currency.EUR
    amount_minor: int | None = None
    rate: Rate = EURO_RATE
    settled_cents: int = 0


def lock(session: Session, allotment_id: int) -> LockedHalf:
    """Lock an allotment until the end of the transaction: on SQLite the whole database is locked already.

    :raises sqlalchemy.exc.NoResultFound: there is none.
    """
    session.flush()
    connection = session.connection()
    row = rows.LOCK_HALF[connection.dialect.name].first(connection, {"allotment": allotment_id})
    if row is None:
        raise NoResultFound
    return _half(row)


def lock_partnership(session: Session, partnership_id: int) -> dict[Side, LockedHalf]:
    """Lock both allotments of a partnership, in an order in which two writers never wait for each other."""
    session.flush()
    connection = session.connection()
    found = connection.execute(rows.LOCK_HALVES[connection.dialect.name], {"partnership": partnership_id})
    return {row.side: _half(row) for row in found}


def lock_open(session: Session, partnership_id: int) -> dict[Side, LockedHalf]:
    """Lock both allotments of a partnership whose budget was opened.

    :raises BudgetNotOpen: it was not.
    """
    halves = lock_partnership(session, partnership_id)
    if len(halves) < len(Side):
        raise BudgetNotOpen
    return halves


def book(
    session: Session, half: LockedHalf, entry: NewEntry, moves: Sequence[Move], *, actor: Actor, now: datetime
) -> int:
    """Write an entry with its postings; give its id. The database keeps the sums of postings (migration 0005).

    ``half`` comes from ``lock`` or ``lock_partnership`` in this transaction; each entry on it needs it anew (number and
    sums change), see ``after``. The caller has checked what its kind of entry must hold; the database refuses to go
    below nothing in any case. A commitment's own postings get its id here.

    :raises ValueError: the postings do not add up to nothing.
    :raises AllotmentExceeded: the database refused.
    """
    if not is_balanced(moves):
        msg = f"postings of a {entry.kind} do not add up to nothing"
        raise ValueError(msg)
    # what frees money first: the sums are right after each posting, never below nothing
    ordered = sorted(moves, key=_frees, reverse=True)
    own = tuple(entry.kind is EntryKind.COMMITMENT and move.account is Account.COMMITTED for move in ordered)
    values = _values(half, entry, moves, actor=actor, now=now)
    with _last_guard(half, entry):
        entry_id = rows.write(session.connection(), values, [_posting(half, move) for move in ordered], own)
    facts = {"entry": entry_id, "side": half.side.value, "amount_cents": entry.amount_cents}
    record(session, actor, VERBS[entry.kind], subject=("partnership", half.partnership_id), now=now, **facts)
    return entry_id


def after(half: LockedHalf, moves: Sequence[Move]) -> LockedHalf:
    """Give a locked half as it is once ``moves`` are booked on it, for the next entry of the same transaction."""
    change = change_of(moves)
    sums = {one.name: getattr(half.sums, one.name) + getattr(change, one.name) for one in fields(Sums)}
    return replace(half, sums=Sums(**sums), last_number=half.last_number + 1)


def moves_of(session: Session, entry_id: int) -> list[Move]:
    """Give the postings of an entry (one query)."""
    columns: list[Any] = [
        col(getattr(Posting, name))
        for name in ("account", "amount_cents", "year", "category", "session_id", "commitment_id")
    ]
    found = session.execute(sa.select(*columns).where(col(Posting.entry_id) == entry_id).order_by(col(Posting.id)))
    return [Move(account, cents, Under(*under)) for account, cents, *under in found]


def _half(row: Iterable[Any]) -> LockedHalf:
    """Read a row of ``rows.LOCK_HALF``."""
    allotment, side, government, partnership, starts_on, ends_on, *sums, last_number, ended = row
    words = set(ended.split())
    years = frozenset(int(word) for word in words - {rows.SETTLED})
    place = (allotment, side, government, partnership, starts_on, ends_on)
    return LockedHalf(*place, Sums(*sums), last_number, rows.SETTLED in words, years)


def _values(
    half: LockedHalf, entry: NewEntry, moves: Sequence[Move], *, actor: Actor, now: datetime
) -> dict[str, object]:
    """Give all columns of an entry but its id."""
    values = {name: getattr(entry, name) for name in rows.SAME_NAMES}
    return values | {
        "allotment_id": half.allotment_id,
        "number": half.last_number + 1,
        "entry_date": entry.day,
        "amount_minor": entry.amount_cents if entry.amount_minor is None else entry.amount_minor,
        "rate": format(entry.rate.value, "f"),
        "rate_source": entry.rate.source,
        "rate_date": entry.rate.day,
        "available_cents": half.sums.available_cents + change_of(moves).available_cents,
        "created_at": now,
        "person_id": actor.person_id,
    }


def _posting(half: LockedHalf, move: Move) -> tuple[object, ...]:
    """Give what a posting has of ``rows.POSTING``."""
    under = move.under
    place = (under.year, under.category, under.session_id, under.commitment_id)
    return (half.allotment_id, move.account, move.amount_cents, *place)


def _frees(move: Move) -> int:
    return change_of((move,)).available_cents


@contextmanager
def _last_guard(half: LockedHalf, entry: NewEntry) -> Iterator[None]:
    """Turn the refusal of the database itself into the one of the domain."""
    try:
        yield
    except IntegrityError as fault:
        if not any(name in str(fault.orig) for name in NEVER_BELOW_ZERO):
            raise
        fits_cents = half.sums.available_cents + entry.settled_cents
        over_cents = entry.amount_cents - fits_cents
        raise AllotmentExceeded(over_cents=over_cents, available_cents=fits_cents, reason="") from fault
