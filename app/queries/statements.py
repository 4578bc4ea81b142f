"""What is kept of yearly statements: who confirmed them, which years are closed, whom to ask."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import Role, Side
from app.domain.statements import Confirmation
from app.models import (
    Allotment,
    ClosedYear,
    LedgerEntry,
    LocalGovernment,
    Membership,
    Partnership,
    PartnershipSide,
    Person,
    StatementConfirmation,
)


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A year that was closed and that nobody of a side confirmed as it is."""

    partnership_id: int
    slug: str
    year: int
    side: Side
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class SideCoordinator:
    """Who may confirm for a side, to be written to."""

    side: Side
    government: str
    person_id: int
    name: str
    email: str
    language: str


def confirmations_of(session: Session, partnership_id: int) -> dict[int, list[Confirmation]]:
    """Give the last confirmation of each side by year, whether it still counts or not (one query)."""
    columns: list[Any] = [
        col(StatementConfirmation.year),
        col(StatementConfirmation.side),
        col(StatementConfirmation.person_id),
        col(Person.name),
        col(StatementConfirmation.confirmed_at),
        col(StatementConfirmation.digest),
    ]
    query = (
        sa.select(*columns)
        .join(Person, col(Person.id) == col(StatementConfirmation.person_id))
        .where(col(StatementConfirmation.partnership_id) == partnership_id)
        .order_by(col(StatementConfirmation.year), col(StatementConfirmation.side))
    )
    found: dict[int, list[Confirmation]] = {}
    rows: Iterable[Any] = session.execute(query)
    for year, *facts in rows:
        found.setdefault(year, []).append(Confirmation(*facts))
    return found


def closed_years(session: Session, partnership_id: int) -> dict[int, datetime]:
    """Give when each closed year was closed (one query)."""
    query = sa.select(col(ClosedYear.year), col(ClosedYear.closed_at))
    query = query.where(col(ClosedYear.partnership_id) == partnership_id).order_by(col(ClosedYear.year))
    rows: Iterable[Any] = session.execute(query)
    return {row.year: row.closed_at for row in rows}


def years_to_confirm(session: Session, government_ids: Collection[int]) -> list[ToConfirm]:
    """Give the closed years of the sides of these governments without a confirmation that counts (one query).

    What was booked since is found by its day and the moment of booking, without computing any statement.
    """
    own, confirmed = PartnershipSide, StatementConfirmation
    later = (
        sa.exists()
        .where(
            col(LedgerEntry.allotment_id).in_(_allotments_beside()),
            sa.extract("year", col(LedgerEntry.entry_date)) <= col(ClosedYear.year),
            col(LedgerEntry.created_at) > col(confirmed.confirmed_at),
        )
        .correlate(own, confirmed, ClosedYear)
    )
    query = (
        sa.select(
            col(Partnership.id), col(Partnership.slug), col(ClosedYear.year), col(own.side), col(ClosedYear.closed_at)
        )
        .select_from(own)
        .join(Partnership, col(Partnership.id) == col(own.partnership_id))
        .join(ClosedYear, col(ClosedYear.partnership_id) == col(own.partnership_id))
        .outerjoin(
            confirmed,
            sa.and_(
                col(confirmed.partnership_id) == col(own.partnership_id),
                col(confirmed.year) == col(ClosedYear.year),
                col(confirmed.side) == col(own.side),
            ),
        )
        .where(
            col(own.local_government_id).in_(sorted(government_ids)),
            sa.or_(col(confirmed.person_id).is_(None), later),
        )
        .order_by(col(ClosedYear.year), col(Partnership.id), col(own.side))
    )
    rows: Iterable[Any] = session.execute(query)
    return [ToConfirm(*row) for row in rows]


def coordinators_of(session: Session, partnership_id: int) -> list[SideCoordinator]:
    """Give the coordinators of both sides, each once for a side (one query)."""
    columns: list[Any] = [
        col(PartnershipSide.side),
        col(LocalGovernment.name).label("government"),
        col(Person.id),
        col(Person.name),
        col(Person.email),
        col(Person.language),
    ]
    query = (
        sa.select(*columns)
        .select_from(PartnershipSide)
        .join(LocalGovernment, col(LocalGovernment.id) == col(PartnershipSide.local_government_id))
        .join(Membership, col(Membership.local_government_id) == col(PartnershipSide.local_government_id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            col(PartnershipSide.partnership_id) == partnership_id,
            col(Membership.role) == Role.COORDINATOR,
            col(Person.removed_at).is_(None),
        )
        .distinct()
        .order_by(col(PartnershipSide.side), col(Person.id))
    )
    rows: Iterable[Any] = session.execute(query)
    return [SideCoordinator(*row) for row in rows]


def partnership_slug(session: Session, partnership_id: int) -> str:
    """Give the word by which a partnership is addressed."""
    return str(
        session.execute(sa.select(col(Partnership.slug)).where(col(Partnership.id) == partnership_id)).scalar_one()
    )


def _allotments_beside() -> sa.Select[Any]:
    """Give the allotments of both sides of the partnership of the side that the outer query is at."""
    beside = aliased(PartnershipSide)
    return (
        sa.select(col(Allotment.id))
        .join(beside, col(beside.id) == col(Allotment.side_id))
        .where(col(beside.partnership_id) == col(PartnershipSide.partnership_id))
        .correlate(PartnershipSide)
    )
