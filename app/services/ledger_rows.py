"""The statements that ``services.ledger`` writes with, made once: making them takes longer than running them."""

from functools import cache
from typing import Any, Final

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
from app.models.prepared import Prepared

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

SETTLED: Final = "settled"
_YEARS = (
    sa.select(sa.func.aggregate_strings(sa.cast(col(ClosedYear.year), sa.String), " "))
    .where(col(ClosedYear.partnership_id) == col(PartnershipSide.partnership_id))
    .correlate(PartnershipSide)
    .scalar_subquery()
)
_IS_SETTLED = (
    sa.exists().where(col(Settlement.partnership_id) == col(PartnershipSide.partnership_id)).correlate(PartnershipSide)
)
_ENDED = sa.func.coalesce(_YEARS, "") + sa.case((_IS_SETTLED, f" {SETTLED}"), else_="")
_HALVES: Any = (
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
    )
    .select_from(Allotment)
    .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
    .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
    .join(Programme, col(Programme.id) == col(Partnership.programme_id))
)


def _locked(halves: sa.Select[Any]) -> dict[str, sa.Select[Any]]:
    """Lock halves and say what ended of their partnership, by engine: the closed years, and ``SETTLED``.

    PostgreSQL reads what stands in other tables as it was before the wait for a lock: a function reads it after that.
    """
    locked = halves.with_for_update(of=Allotment).cte("locked")
    ended = sa.func.ended_of_budget(locked.c.partnership_id, type_=sa.String)
    return {
        "postgresql": sa.select(*locked.c, ended.label("ended")),
        "sqlite": halves.add_columns(_ENDED.label("ended")),
    }


LOCK_HALF: Final = _locked(_HALVES.where(col(Allotment.id) == sa.bindparam("allotment")))
LOCK_HALVES: Final = _locked(
    _HALVES.where(col(PartnershipSide.partnership_id) == sa.bindparam("partnership")).order_by(col(Allotment.id))
)
INSERT_ENTRY: Final = Prepared(
    sa.insert(LedgerEntry).returning(col(LedgerEntry.id)),
    [name for name in LedgerEntry.model_fields if name != "id"],
)
POSTING: Final = (
    "entry_id",
    "allotment_id",
    "account",
    "amount_cents",
    "year",
    "category",
    "session_id",
    "commitment_id",
)


@cache
def insert_postings(count: int) -> tuple[Prepared, tuple[str, ...]]:
    """Give the statement that writes ``count`` postings at once, and the names of its values: ``POSTING`` of each."""
    rows: list[dict[str, Any]] = [{name: sa.bindparam(f"{name}_{order}") for name in POSTING} for order in range(count)]
    return Prepared(sa.insert(Posting).values(rows)), tuple(value.key for row in rows for value in row.values())
