"""The books of a partnership in tests: opened as a published pairing opens them, and checked from their rows."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC
from app.domain.budget import Half
from app.domain.codes import Account, EntryKind
from app.domain.postings import Under, of_allotment
from app.models import Allotment, BudgetSum, CommitmentBalance, LedgerEntry, Partnership, Posting
from app.queries import budget as ledger
from app.services.ledger import NewEntry, book, lock
from tests.factories import NOW, number

SIGN = {Account.PROGRAMME: -1, Account.TRANSFERRED: -1}


def open_halves(session: Session, partnership: Partnership) -> None:
    """Open the halves that the factory made with an entry each, as they are opened when a pairing is published."""
    for half in ledger.halves_of(session, [number(partnership)])[number(partnership)]:
        session.execute(sa.update(Allotment).where(col(Allotment.id) == half.allotment_id).values(amount_cents=0))
        day = lock(session, half.allotment_id).starts_on
        entry = NewEntry(EntryKind.ALLOTMENT, day, "", half.amount_cents, programme_version=1)
        moves = of_allotment(half.amount_cents, Under(day.year))
        book(session, lock(session, half.allotment_id), entry, moves, actor=PUBLIC, now=NOW)


def check_books(session: Session, partnership: Partnership, *, was_left: bool = True) -> None:
    """Assert that the books of a partnership hold: they are what their postings add up to, and nothing is missing.

    ``was_left``: what was left after each entry is told too; a migration down forgets entries in between.
    """
    session.rollback()
    for half in ledger.halves_of(session, [number(partnership)])[number(partnership)]:
        postings = session.scalars(
            sa.select(Posting).where(col(Posting.allotment_id) == half.allotment_id).order_by(col(Posting.entry_id))
        ).all()
        _check_entries(session, half, postings, was_left=was_left)
        _check_sums(session, half, postings)


def _check_entries(session: Session, half: Half, postings: Sequence[Posting], *, was_left: bool) -> None:
    query = sa.select(LedgerEntry).where(col(LedgerEntry.allotment_id) == half.allotment_id)
    entries = session.scalars(query.order_by(col(LedgerEntry.number))).all()
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    last = session.execute(sa.select(col(Allotment.last_number)).where(col(Allotment.id) == half.allotment_id)).scalar()
    assert last == len(entries)
    moves = {key: list(group) for key, group in groupby(postings, lambda one: one.entry_id)}
    assert set(moves) == {entry.id for entry in entries}
    assert {sum(one.amount_cents for one in group) for group in moves.values()} <= {0}
    left = 0
    for entry in entries:
        left += sum(one.amount_cents for one in moves[number(entry)] if one.account is Account.ALLOTMENT)
        assert entry.available_cents >= 0
        assert entry.available_cents == left or not was_left
    assert left == half.available_cents


def _check_sums(session: Session, half: Half, postings: Sequence[Posting]) -> None:
    totals: Counter[Account] = Counter()
    under: dict[tuple[object, ...], list[int]] = {}
    opened: Counter[int] = Counter()
    for one in postings:
        totals[one.account] += one.amount_cents
        if one.account in (Account.PAID, Account.COMMITTED):
            sums = under.setdefault((one.year, one.category, one.session_id or 0), [0, 0])
            sums[one.account is Account.COMMITTED] += one.amount_cents
        if one.account is Account.COMMITTED:
            opened[one.commitment_id or 0] += one.amount_cents
    assert half.amount_cents == -totals[Account.PROGRAMME] - totals[Account.TRANSFERRED]
    assert half.paid_cents == totals[Account.PAID] >= 0
    assert half.committed_cents == totals[Account.COMMITTED] >= 0
    assert half.returned_cents == totals[Account.RETURNED] >= 0
    kept = session.scalars(sa.select(BudgetSum).where(col(BudgetSum.allotment_id) == half.allotment_id)).all()
    rows = {(one.year, one.category, one.session_key): [one.paid_cents, one.committed_cents] for one in kept}
    assert rows == under
    query = sa.select(CommitmentBalance).where(col(CommitmentBalance.allotment_id) == half.allotment_id)
    assert {one.entry_id: one.open_cents for one in session.scalars(query)} == dict(opened)
    assert min(opened.values(), default=0) >= 0
