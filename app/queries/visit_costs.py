"""Reads of what a visit costs: its estimate, and what its approval set aside and is still open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import Side
from app.domain.emissions import Emission
from app.domain.time import programme_day
from app.domain.visit_costs import CostLine
from app.models import Allotment, PartnershipSide, Person, VisitCommitment, VisitEstimate
from app.queries.budget import OpenCommitment, open_commitments

_SAVED_BY, _APPROVED_BY = aliased(Person, name="saved_by"), aliased(Person, name="approved_by")


@dataclass(frozen=True, slots=True)
class EstimateFacts:
    """An estimate as it is stored; once approved it does not change any more."""

    lines: tuple[CostLine, ...]
    emission: Emission | None
    total_cents: int
    version: int
    saved_at: datetime
    saved_by: str
    approved_at: datetime | None
    approved_by: str

    @property
    def is_approved(self) -> bool:
        """Whether it was approved, and money set aside for it."""
        return self.approved_at is not None


def estimate_of(session: Session, visit_id: int | None) -> EstimateFacts | None:
    """Give the estimate of a visit, if one was saved (one query)."""
    if visit_id is None:
        return None
    own: tuple[Any, ...] = tuple(
        getattr(VisitEstimate, name) for name in ("lines", "emission", "total_cents", "version", "saved_at")
    )
    query = (
        sa.select(*own, col(_SAVED_BY.name), col(VisitEstimate.approved_at), col(_APPROVED_BY.name))
        .outerjoin(_SAVED_BY, col(_SAVED_BY.id) == col(VisitEstimate.saved_by))
        .outerjoin(_APPROVED_BY, col(_APPROVED_BY.id) == col(VisitEstimate.approved_by))
        .where(col(VisitEstimate.visit_id) == visit_id)
    )
    row: tuple[Any, ...] | None = session.execute(query).first()
    if row is None:
        return None
    lines, emission, total, version, saved_at, saved_by, approved_at, approved_by = row
    return EstimateFacts(
        lines=tuple(CostLine.from_data(line) for line in lines),
        emission=Emission.from_data(emission) if emission else None,
        total_cents=total,
        version=version,
        saved_at=saved_at,
        saved_by=saved_by or "",
        approved_at=approved_at,
        approved_by=approved_by or "",
    )


def estimates_waiting(session: Session) -> dict[int, date]:
    """Give by visit the day on which an estimate that waits for an approval was saved (one query)."""
    columns: tuple[Any, ...] = (VisitEstimate.visit_id, VisitEstimate.saved_at)
    waits = col(VisitEstimate.approved_at).is_(None), col(VisitEstimate.total_cents) > 0
    rows = session.execute(sa.select(*columns).where(*waits).order_by(col(VisitEstimate.visit_id)))
    return {row.visit_id: programme_day(row.saved_at) for row in rows}


def open_of_visit(session: Session, visit_id: int | None, partnership_id: int) -> list[OpenCommitment]:
    """Give the commitments that the estimate of a visit booked and that are still open, by day (two queries)."""
    if visit_id is None:
        return []
    booked = sa.select(col(VisitCommitment.entry_id)).where(col(VisitCommitment.visit_id) == visit_id)
    numbers = set(session.scalars(booked.order_by(col(VisitCommitment.entry_id))))
    return [one for one in open_commitments(session, partnership_id) if one.id in numbers] if numbers else []


def allotments_of(session: Session, partnership_id: int, *, lock: bool = False) -> dict[Side, tuple[int, int]]:
    """Give the id of each side's allotment and what is left of it in cents (one query).

    ``lock``: until the end of the transaction, in an order that never blocks two approvals of each other.
    """
    left = col(Allotment.amount_cents) - col(Allotment.paid_cents) - col(Allotment.committed_cents)
    left = left - col(Allotment.returned_cents)
    columns: tuple[Any, ...] = (PartnershipSide.side, Allotment.id)
    query = (
        sa.select(*columns, left)
        .join(Allotment, col(Allotment.side_id) == col(PartnershipSide.id))
        .where(col(PartnershipSide.partnership_id) == partnership_id)
        .order_by(col(Allotment.id))
    )
    rows: Iterable[Any] = session.execute(query.with_for_update(of=Allotment) if lock else query)
    return {side: (number, cents) for side, number, cents in rows}
