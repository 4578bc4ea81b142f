"""What each half was given, paid, set aside and had left on a day, from the postings of the entries until then."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Side
from app.domain.postings import Move, Sums, Under, change_of
from app.models import Allotment, LedgerEntry, PartnershipSide, Posting


def balance_on(session: Session, partnership_id: int, day: date) -> dict[Side, Sums]:
    """Give the sums of both halves as they were at the end of ``day`` (one query over all postings until then).

    An entry counts from the day that it is dated, whenever it was booked; a correction from its own day.
    """
    account: Any = col(Posting.account)
    cents = sa.cast(sa.func.sum(col(Posting.amount_cents)), sa.BigInteger)
    query = (
        sa.select(col(PartnershipSide.side), account, cents)
        .select_from(Posting)
        .join(LedgerEntry, col(LedgerEntry.id) == col(Posting.entry_id))
        .join(Allotment, col(Allotment.id) == col(LedgerEntry.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .where(col(PartnershipSide.partnership_id) == partnership_id, col(LedgerEntry.entry_date) <= day)
        .group_by(col(PartnershipSide.side), account)
    )
    moves: dict[Side, list[Move]] = {side: [] for side in Side}
    rows: Iterable[Any] = session.execute(query)
    for side, of, total in rows:
        moves[side].append(Move(of, total, Under(day.year)))
    return {side: change_of(those) for side, those in moves.items()}
