"""The statements that ``services.ledger`` writes with, made once: making them takes longer than running them."""

from collections.abc import Mapping, Sequence
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

Own = tuple[bool, ...]
SETTLED: Final = "settled"
_YEARS = (
    sa.select(sa.func.group_concat(col(ClosedYear.year), sa.literal_column("' '")))
    .where(col(ClosedYear.partnership_id) == col(PartnershipSide.partnership_id))
    .correlate(PartnershipSide)
    .scalar_subquery()
)
_IS_SETTLED = (
    sa.exists().where(col(Settlement.partnership_id) == col(PartnershipSide.partnership_id)).correlate(PartnershipSide)
)
_NOTHING: sa.ColumnElement[str] = sa.literal_column("''", sa.String)
_ENDED = sa.func.coalesce(_YEARS, _NOTHING, type_=sa.String) + sa.case(
    (_IS_SETTLED, sa.literal_column(f"' {SETTLED}'", sa.String)), else_=_NOTHING
)
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


LOCK_HALF: Final = {
    engine: Prepared(statement)
    for engine, statement in _locked(_HALVES.where(col(Allotment.id) == sa.bindparam("allotment"))).items()
}
LOCK_HALVES: Final = _locked(
    _HALVES.where(col(PartnershipSide.partnership_id) == sa.bindparam("partnership")).order_by(col(Allotment.id))
)
POSTING: Final = ("allotment_id", "account", "amount_cents", "year", "category", "session_id", "commitment_id")


def write(connection: sa.Connection, entry: Mapping[str, Any], postings: Sequence[Sequence[Any]], own: Own) -> int:
    """Write an entry and its postings, in their order; give its id.

    ``postings``: what each has of ``POSTING``. ``own``: which of them belong to the commitment that the entry is.
    """
    values: dict[str, Any] = {}
    for order, row in enumerate(postings):
        values |= zip([f"{name}_{order}" for name in POSTING], row, strict=True)
    if connection.dialect.name == "postgresql":
        return int(_at_once(own).run(connection, {**entry, **values}))
    number = int(_ENTRY.run(connection, entry))
    values |= {f"commitment_id_{order}": number for order, is_own in enumerate(own) if is_own}
    _postings(len(own)).run(connection, {**values, "entry_id": number})
    return number


_INSERT_ENTRY = sa.insert(LedgerEntry).returning(col(LedgerEntry.id))
_ENTRY = Prepared(_INSERT_ENTRY, [name for name in LedgerEntry.model_fields if name != "id"])


@cache
def _postings(count: int) -> Prepared:
    """Prepare the statement that writes ``count`` postings."""
    entry_id: sa.BindParameter[int] = sa.bindparam("entry_id")
    rows = [{"entry_id": entry_id, **_places(order)} for order in range(count)]
    return Prepared(sa.insert(Posting).values(rows))


@cache
def _at_once(own: Own) -> Prepared:
    """Prepare the one statement that writes an entry and its postings where the database can: one way less to go."""
    entry = _INSERT_ENTRY.values({name: sa.bindparam(name) for name in LedgerEntry.model_fields if name != "id"}).cte(
        "entry"
    )
    rows = [
        sa.select(entry.c.id, *(_places(order) | ({"commitment_id": entry.c.id} if is_own else {})).values())
        for order, is_own in enumerate(own)
    ]
    postings = sa.insert(Posting).from_select(["entry_id", *POSTING], sa.union_all(*rows))
    return Prepared(postings.returning(col(Posting.entry_id)))


def _places(order: int) -> dict[str, Any]:
    types = {name: Posting.__table__.c[name].type for name in POSTING}  # type: ignore[attr-defined] # SQLModel does not type it
    return {name: sa.bindparam(f"{name}_{order}", type_=kind) for name, kind in types.items()}
