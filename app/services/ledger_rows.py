"""The statements that ``services.ledger`` writes with, made once: making them takes longer than running them."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from app.models import (
    Allotment,
    BudgetSum,
    ClosedYear,
    CommitmentBalance,
    LedgerEntry,
    Partnership,
    PartnershipSide,
    Posting,
    Programme,
    Settlement,
)

SUMS: Final = ("amount_cents", "paid_cents", "committed_cents", "returned_cents")
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
CHANGE_SUMS: Final = (
    sa.update(Allotment)
    .where(col(Allotment.id) == sa.bindparam("allotment"))
    .values({name: col(getattr(Allotment, name)) + sa.bindparam(f"more_{name}") for name in SUMS})
    .values(last_number=col(Allotment.last_number) + 1)
    .returning(col(Allotment.last_number))
)
INSERT_ENTRY: Final = sa.insert(LedgerEntry).returning(col(LedgerEntry.id))
INSERT_POSTINGS: Final = sa.insert(Posting)
OPEN_COMMITMENT: Final = sa.insert(CommitmentBalance)
CHANGE_COMMITMENT: Final = (
    sa.update(CommitmentBalance)
    .where(col(CommitmentBalance.entry_id) == sa.bindparam("commitment"))
    .values(open_cents=col(CommitmentBalance.open_cents) + sa.bindparam("more"))
)


def _keep(insert: Any) -> Any:  # noqa: ANN401 - the insert of one engine or the other
    added = {name: col(getattr(BudgetSum, name)) + insert.excluded[name] for name in ("paid_cents", "committed_cents")}
    key = ["allotment_id", "year", "category", "session_key"]
    return insert.on_conflict_do_update(index_elements=key, set_=added)


KEEP_SUM: Final[Mapping[str, Any]] = {
    "postgresql": _keep(postgresql.insert(BudgetSum)),
    "sqlite": _keep(sqlite.insert(BudgetSum)),
}
