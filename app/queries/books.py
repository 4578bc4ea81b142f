"""The books of a partnership, read whole: entries, their postings, the claims that they paid (four queries)."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.books import BookedEntry, Books
from app.domain.postings import Move, Under
from app.domain.time import programme_day
from app.models import Allotment, Claim, ClaimEntry, ClaimLine, LedgerEntry, PartnershipSide, Posting, Settlement
from app.queries.budget import BudgetFacts, EntryFacts, all_entries


def books_of(session: Session, budget: BudgetFacts) -> Books:
    """Give the books of a budget that was found through its reader.

    What was booked while they are read is left out whole: postings are taken for the entries that were read.
    """
    rows = all_entries(session, budget.partnership_id)
    moves = _moves(session, budget.partnership_id)
    claims = _claims(session, budget.partnership_id)
    numbers = {row.id: row.number for row in rows}
    settled_at = session.execute(_SETTLED.where(col(Settlement.partnership_id) == budget.partnership_id)).scalar()
    return Books(
        slug=budget.slug,
        flemish=budget.flemish.government_name,
        partner=budget.partner.government_name,
        starts_on=budget.starts_on,
        ends_on=budget.ends_on,
        entries=tuple(_entry(row, tuple(moves.get(row.id, ())), claims.get(row.id), numbers) for row in rows),
        settled_on=programme_day(settled_at) if settled_at else None,
    )


_SETTLED: Final = sa.select(col(Settlement.settled_at))
_SAME: Final = [one.name for one in fields(BookedEntry) if one.name in {named.name for named in fields(EntryFacts)}]


def _entry(row: EntryFacts, moves: tuple[Move, ...], claim: int | None, numbers: dict[int, int]) -> BookedEntry:
    same: dict[str, Any] = {name: getattr(row, name) for name in _SAME if name != "commitment"}
    same |= {name: same[name] or "" for name in ("title_nl", "title_fr", "title_en")}
    return BookedEntry(
        **same,
        day=row.entry_date,
        booked_at=row.created_at,
        moves=moves,
        claim=claim,
        commitment=numbers.get(row.commitment_id or 0),
        corrects=numbers.get(row.corrects_id or 0),
        replaces=numbers.get(row.replaces_id or 0),
    )


def _moves(session: Session, partnership_id: int) -> dict[int, list[Move]]:
    columns: list[Any] = [
        col(getattr(Posting, name))
        for name in ("entry_id", "account", "amount_cents", "year", "category", "session_id", "commitment_id")
    ]
    query = sa.select(*columns).join(LedgerEntry, col(LedgerEntry.id) == col(Posting.entry_id))
    query = _of(query.join(Allotment, col(Allotment.id) == col(LedgerEntry.allotment_id)), partnership_id)
    found: dict[int, list[Move]] = {}
    rows: Iterable[Any] = session.execute(query.order_by(col(Posting.id)))
    for entry_id, account, cents, *under in rows:
        found.setdefault(entry_id, []).append(Move(account, cents, Under(*under)))
    return found


def _claims(session: Session, partnership_id: int) -> dict[int, int]:
    query = (
        sa.select(col(ClaimEntry.entry_id), col(Claim.number))
        .join(ClaimLine, col(ClaimLine.id) == col(ClaimEntry.line_id))
        .join(Claim, col(Claim.id) == col(ClaimLine.claim_id))
        .where(col(Claim.partnership_id) == partnership_id)
        .order_by(col(ClaimEntry.entry_id))
    )
    found: Iterable[Any] = session.execute(query)
    return {row.entry_id: row.number for row in found}


def _of(query: sa.Select[Any], partnership_id: int) -> sa.Select[Any]:
    query = query.join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
    return query.where(col(PartnershipSide.partnership_id) == partnership_id)
