"""Reads for the archive of a year's receipts: entries that claims led to, their lines, and the facts of the files."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import ClaimState, Side
from app.domain.receipt_index import ClaimedLine, IndexRow, KeptFile, LinkedEntry, index_rows
from app.models import Allotment, Claim, ClaimEntry, ClaimLine, LedgerEntry, PartnershipSide, Receipt, StoredFile


def rows_of_year(session: Session, partnership_id: int, sides: Sequence[Side], year: int) -> list[IndexRow]:
    """Give the index of a year's receipts of some sides, without the contents (three queries)."""
    entries = _entries(session, partnership_id, sides)
    return index_rows(entries, _lines(session, partnership_id, sides), year=year)


def years_with_receipts(session: Session, partnership_id: int, sides: Sequence[Side]) -> list[int]:
    """Give the years in which entries of claims are dated, the last first (one query)."""
    query = (
        sa.select(col(LedgerEntry.entry_date))
        .join(ClaimEntry, col(ClaimEntry.entry_id) == col(LedgerEntry.id))
        .where(_of_sides(partnership_id, sides, col(LedgerEntry.allotment_id)))
        .distinct()
    )
    days: Iterable[date] = session.scalars(query)
    return sorted({day.year for day in days}, reverse=True)


def _of_sides(partnership_id: int, sides: Sequence[Side], allotment: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 - a column
    query = (
        sa.select(col(Allotment.id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .where(col(PartnershipSide.partnership_id) == partnership_id, col(PartnershipSide.side).in_(sides))
    )
    found: sa.ColumnElement[bool] = allotment.in_(query)
    return found


def _entries(session: Session, partnership_id: int, sides: Sequence[Side]) -> list[LinkedEntry]:
    """Give the entries that claims led to, and all that correct another or stand in its place (one query)."""
    names = ("id", "number", "kind", "category", "entry_date", "description", "currency", "amount_minor")
    more = ("rate", "rate_source", "rate_date", "amount_cents", "corrects_id", "replaces_id")
    columns = [col(getattr(LedgerEntry, name)) for name in (*names, *more)]
    columns.insert(2, col(PartnershipSide.side))
    query = (
        sa.select(*columns, col(ClaimEntry.line_id))
        .select_from(LedgerEntry)
        .join(Allotment, col(Allotment.id) == col(LedgerEntry.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .outerjoin(ClaimEntry, col(ClaimEntry.entry_id) == col(LedgerEntry.id))
        .where(
            _of_sides(partnership_id, sides, col(LedgerEntry.allotment_id)),
            sa.or_(
                col(ClaimEntry.line_id).is_not(None),
                col(LedgerEntry.corrects_id).is_not(None),
                col(LedgerEntry.replaces_id).is_not(None),
            ),
        )
        .order_by(col(LedgerEntry.id))
    )
    rows: Iterable[Any] = session.execute(query)
    return [LinkedEntry(*row) for row in rows]


def _lines(session: Session, partnership_id: int, sides: Sequence[Side]) -> dict[int, ClaimedLine]:
    """Give the lines of approved claims with the facts of their files (two queries)."""
    approved = (
        col(Claim.state) == ClaimState.APPROVED,
        _of_sides(partnership_id, sides, col(Claim.allotment_id)),
    )
    columns: tuple[Any, ...] = (
        col(ClaimLine.id),
        col(Claim.number),
        col(Claim.title),
        col(ClaimLine.per_diem),
    )
    query = sa.select(*columns).join(Claim, col(Claim.id) == col(ClaimLine.claim_id)).where(*approved)
    files = _files(session, approved)
    rows: Iterable[Any] = session.execute(query.order_by(col(ClaimLine.id)))
    return {
        number: ClaimedLine(number, claim, title, per_diem is not None, tuple(files.get(number, ())))
        for number, claim, title, per_diem in rows
    }


def _files(session: Session, approved: Sequence[sa.ColumnElement[bool]]) -> dict[int, list[KeptFile]]:
    columns: tuple[Any, ...] = (
        col(Receipt.line_id),
        col(Receipt.id),
        col(StoredFile.id),
        col(StoredFile.name),
        col(StoredFile.size),
        col(StoredFile.sha256),
        col(Receipt.removed_at).is_not(None),
    )
    query = (
        sa.select(*columns)
        .select_from(Receipt)
        .join(StoredFile, col(StoredFile.id) == col(Receipt.file_id))
        .join(Claim, col(Claim.id) == col(Receipt.claim_id))
        .where(col(Receipt.line_id).is_not(None), *approved)
        .order_by(col(Receipt.id))
    )
    found: dict[int, list[KeptFile]] = {}
    rows: Iterable[Any] = session.execute(query)
    for line_id, *facts in rows:
        found.setdefault(line_id, []).append(KeptFile(*facts))
    return found
