"""Reads of the open budgets of a programme: what it gave each half so far, and what is left."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.budget_versions import OpenBudget, OpenHalf
from app.domain.codes import EntryKind
from app.models import LedgerEntry, Partnership, Settlement
from app.queries.budget import halves_of


def open_budgets(session: Session, programme_id: int) -> tuple[list[OpenBudget], int]:
    """Give the budgets of a programme that are open, by partnership, and how many are settled (four queries)."""
    numbers = partnerships_of_programme(session, programme_id)
    settled = _settled(session, numbers)
    halves = halves_of(session, [number for number in numbers if number not in settled])
    other = _not_given(session, [half.allotment_id for pair in halves.values() for half in pair])
    budgets = [
        OpenBudget(
            number,
            f"{pair[0].government_name} & {pair[1].government_name}",
            tuple(
                OpenHalf(half.side, half.amount_cents - other.get(half.allotment_id, 0), half.available_cents)
                for half in pair
            ),
        )
        for number, pair in sorted(halves.items())
    ]
    return budgets, len(settled)


def partnerships_of_programme(session: Session, programme_id: int) -> list[int]:
    """Give the ids of the partnerships of a programme, in the order in which their halves are locked (one query)."""
    query = sa.select(col(Partnership.id)).where(col(Partnership.programme_id) == programme_id)
    return [int(number or 0) for number in session.scalars(query.order_by(col(Partnership.id)))]


def _settled(session: Session, numbers: list[int]) -> set[int]:
    query = sa.select(col(Settlement.partnership_id)).where(col(Settlement.partnership_id).in_(numbers))
    return set(session.scalars(query.order_by(col(Settlement.partnership_id))))


def _not_given(session: Session, allotment_ids: list[int]) -> dict[int, int]:
    """Give by allotment what came to it otherwise than by the programme's budget: transfers, and what was carried."""
    left = col(LedgerEntry.kind) == EntryKind.TRANSFER_OUT
    signed = sa.case((left, -col(LedgerEntry.amount_cents)), else_=col(LedgerEntry.amount_cents))
    carried = sa.and_(col(LedgerEntry.kind) == EntryKind.ALLOTMENT, col(LedgerEntry.programme_version).is_(None))
    transferred = col(LedgerEntry.kind).in_((EntryKind.TRANSFER_OUT, EntryKind.TRANSFER_IN))
    columns: tuple[Any, ...] = (LedgerEntry.allotment_id, sa.cast(sa.func.sum(signed), sa.BigInteger))
    query = (
        sa.select(*columns)
        .where(col(LedgerEntry.allotment_id).in_(allotment_ids), sa.or_(carried, transferred))
        .group_by(col(LedgerEntry.allotment_id))
        .order_by(col(LedgerEntry.allotment_id))
    )
    return {allotment_id: int(cents) for allotment_id, cents in session.execute(query)}
