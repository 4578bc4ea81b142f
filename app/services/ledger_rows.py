"""The statements that ``services.ledger`` writes with, made once: making them takes longer than running them."""

from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from app.models import (
    Allotment,
    ClosedYear,
    LedgerEntry,
    Partnership,
    PartnershipSide,
    Posting,
    Programme,
    Settlement,
)

SAME_NAMES: Final = (
    "kind",
    "description",
    "amount_cents",
    "category",
    "session_id",
    "commitment_id",
    "corrects_id",
    "replaces_id",
    "transfer_id",
    "programme_version",
    "reason",
    "currency",
    "settled_cents",
)
"""What an entry and its row call the same."""

_CLOSED = (
    sa.select(sa.func.aggregate_strings(sa.cast(col(ClosedYear.year), sa.String), " "))
    .where(col(ClosedYear.partnership_id) == col(PartnershipSide.partnership_id))
    .correlate(PartnershipSide)
    .scalar_subquery()
)
_SETTLED = (
    sa.exists().where(col(Settlement.partnership_id) == col(PartnershipSide.partnership_id)).correlate(PartnershipSide)
)
_HALVES: Final = (
    sa.select(
        col(Allotment.id),
        col(PartnershipSide.side),
        col(PartnershipSide.local_government_id),
        col(PartnershipSide.partnership_id),
        col(Programme.starts_on),
        col(Programme.ends_on),
        col(Allotment.amount_cents),
        col(Allotment.paid_cents),
        col(Allotment.committed_cents),
        col(Allotment.returned_cents),
        col(Allotment.last_number),
        _SETTLED.label("is_settled"),
        _CLOSED.label("closed_years"),
    )
    .select_from(Allotment)
    .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
    .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
    .join(Programme, col(Programme.id) == col(Partnership.programme_id))
    .with_for_update(of=Allotment)
)
LOCK_HALF: Final = _HALVES.where(col(Allotment.id) == sa.bindparam("allotment"))
LOCK_HALVES: Final = _HALVES.where(col(PartnershipSide.partnership_id) == sa.bindparam("partnership")).order_by(
    col(Allotment.id)
)
ENDED: Final = (
    sa.select(_SETTLED, _CLOSED).where(col(PartnershipSide.partnership_id) == sa.bindparam("partnership")).limit(1)
)
"""What ended, read anew: PostgreSQL reads what stands in other tables as it was before the wait for a lock."""
INSERT_ENTRY: Final = sa.insert(LedgerEntry).returning(col(LedgerEntry.id))
INSERT_POSTINGS: Final = sa.insert(Posting)
