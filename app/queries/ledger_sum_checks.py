"""Compare what is kept beside the ledger with the ledger: sums, open commitments, the event log, references."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import Account, Category, EntryKind, Side
from app.domain.ledger_checks import Finding, Params
from app.models import Allotment, BudgetSum, CommitmentBalance, Event, LedgerEntry, PartnershipSide, Posting
from app.queries.event_chain import broken_entries
from app.queries.ledger_checks import partnership_names

_CORRECTION = aliased(LedgerEntry, name="correction")


def sum_findings(session: Session) -> Iterator[Finding]:
    """Give where a sum under year, category and session is not that of its postings (three queries)."""
    names = ("paid_cents", "committed_cents")
    stored = _by_key(session.execute(sa.select(*_KEY_OF_SUM, *(col(getattr(BudgetSum, name)) for name in names))))
    computed = _by_key(session.execute(_POSTED))
    halves = _halves(session)
    for key in sorted(stored.keys() | computed.keys()):
        allotment_id, year, category, _session = key
        for name, one, other in zip(names, stored.get(key, (0, 0)), computed.get(key, (0, 0)), strict=True):
            if one != other:
                params: Params = {**halves[allotment_id], "year": year, "category": category}
                cents: Params = {"stored_cents": one, "computed_cents": other}
                yield Finding(f"sum_{name.removesuffix('_cents')}", params | cents)


def commitment_findings(session: Session) -> Iterator[Finding]:
    """Give where what is open of a commitment is not the sum of its postings, or below nothing (two queries)."""
    posted = (
        sa.select(col(Posting.commitment_id), sa.func.sum(col(Posting.amount_cents)).label("open_cents"))
        .where(col(Posting.account) == Account.COMMITTED)
        .group_by(col(Posting.commitment_id))
        .subquery()
    )
    stored, computed = col(CommitmentBalance.open_cents), sa.func.coalesce(posted.c.open_cents, 0)
    is_wrong = sa.or_(stored.is_distinct_from(posted.c.open_cents), computed < 0)
    query = (
        sa.select(*_PLACE, sa.func.coalesce(stored, 0), computed)
        .select_from(LedgerEntry)
        .outerjoin(CommitmentBalance, col(CommitmentBalance.entry_id) == col(LedgerEntry.id))
        .outerjoin(posted, posted.c.commitment_id == col(LedgerEntry.id))
        .where(sa.or_(sa.and_(col(LedgerEntry.kind) == EntryKind.COMMITMENT, is_wrong), _has_stray_balance()))
        .order_by(col(LedgerEntry.id))
    )
    halves = _halves(session)
    rows: Iterable[Any] = session.execute(query)
    for allotment_id, number, kept, summed in rows:
        params: Params = {**halves[allotment_id], "number": number}
        yield Finding("commitment_open", {**params, "stored_cents": int(kept), "computed_cents": int(summed)})


def reference_findings(session: Session) -> Iterator[Finding]:
    """Give what stands in the place of an entry that was not taken back (two queries)."""
    query = (
        sa.select(*_PLACE)
        .outerjoin(_CORRECTION, col(_CORRECTION.corrects_id) == col(LedgerEntry.replaces_id))
        .where(col(LedgerEntry.replaces_id).is_not(None), col(_CORRECTION.id).is_(None))
        .order_by(col(LedgerEntry.id))
    )
    halves = _halves(session)
    for allotment_id, number in session.execute(query):
        yield Finding("replaces", {**halves[allotment_id], "number": number})


def event_findings(session: Session, verbs: Mapping[EntryKind, str], counts: Counter[str]) -> Iterator[Finding]:
    """Give where the event log and the ledger do not say the same, and where the chain of the log is broken.

    ``verbs``: how the log tells each kind of entry. An opening from before openings were entries is told by
    "budget.opened", or not at all where the partnership is older than that.
    """
    halves = _halves(session)
    for allotment_id, number, *_rest in session.execute(_entries_not_told(verbs)):
        yield Finding("event_missing", {**halves[allotment_id], "number": number})
    for cents in session.scalars(_told_but_not_there(verbs)):
        yield Finding("entry_missing", {"amount_cents": int(cents or 0)})
    counts["events"] = int(session.execute(sa.select(sa.func.count(col(Event.id)))).scalar_one())
    broken = broken_entries(session)
    if broken:
        yield Finding("event_chain", {"count": len(broken), "first": broken[0]})


def key_findings(session: Session) -> Iterator[Finding]:
    """Give references to rows that are not there; PostgreSQL itself never lets one go (SQLite: one pragma)."""
    if session.get_bind().dialect.name != "sqlite":
        return
    rows = session.connection().exec_driver_sql("PRAGMA foreign_key_check").all()
    for (table, parent), count in sorted(Counter((row[0], row[2]) for row in rows).items()):
        yield Finding("foreign_key", {"table": table, "parent": parent, "count": count})


_PLACE: Final[tuple[Any, ...]] = (col(LedgerEntry.allotment_id), col(LedgerEntry.number))
_KEY_OF_SUM: Final[tuple[Any, ...]] = tuple(
    col(getattr(BudgetSum, name)) for name in ("allotment_id", "year", "category", "session_key")
)
_POSTED: Final = (
    sa.select(
        col(Posting.allotment_id),
        col(Posting.year),
        col(Posting.category),
        sa.func.coalesce(col(Posting.session_id), 0).label("session_key"),
        sa.func.sum(sa.case((col(Posting.account) == Account.PAID, col(Posting.amount_cents)), else_=0)),
        sa.func.sum(sa.case((col(Posting.account) == Account.COMMITTED, col(Posting.amount_cents)), else_=0)),
    )
    .where(col(Posting.account).in_((Account.PAID, Account.COMMITTED)), col(Posting.category).is_not(None))
    .group_by(col(Posting.allotment_id), col(Posting.year), col(Posting.category), sa.text("session_key"))
)
_Key = tuple[int, int, str, int]


def _by_key(rows: Iterable[Any]) -> dict[_Key, tuple[int, int]]:
    return {
        (allotment, year, Category(category).value, session): (int(paid), int(committed))
        for allotment, year, category, session, paid, committed in rows
    }


def _halves(session: Session) -> dict[int, Params]:
    """Give partnership and side of each allotment, as findings name them (two queries)."""
    names = partnership_names(session)
    columns: tuple[Any, ...] = (Allotment.id, PartnershipSide.partnership_id, PartnershipSide.side)
    query = sa.select(*columns).join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
    return {
        number: {"partnership": names[partnership], "side": Side(side).value}
        for number, partnership, side in session.execute(query.order_by(col(Allotment.id)))
    }


def _has_stray_balance() -> sa.ColumnElement[bool]:
    return sa.and_(col(LedgerEntry.kind) != EntryKind.COMMITMENT, col(CommitmentBalance.entry_id).is_not(None))


def _told(verbs: Mapping[EntryKind, str]) -> sa.Subquery:
    """Give what the event log tells of entries."""
    entry = col(Event.details)["entry"].as_integer().label("entry")
    cents = col(Event.details)["amount_cents"].as_integer().label("cents")
    query = sa.select(entry, cents, col(Event.verb)).where(col(Event.verb).in_(sorted(set(verbs.values()))))
    return query.subquery("told")


def _entries_not_told(verbs: Mapping[EntryKind, str]) -> sa.Select[Any]:
    """Find the entries of which the log tells nothing, or another amount or deed."""
    told = _told(verbs)
    verb = sa.case(dict(verbs), value=col(LedgerEntry.kind))
    is_opening = sa.and_(col(LedgerEntry.number) == 1, col(LedgerEntry.kind) == EntryKind.ALLOTMENT)
    is_right = sa.and_(told.c.cents == col(LedgerEntry.amount_cents), told.c.verb == verb)
    return (
        sa.select(*_PLACE)
        .outerjoin(told, told.c.entry == col(LedgerEntry.id))
        .group_by(col(LedgerEntry.id), *_PLACE, col(LedgerEntry.kind))
        .having(
            sa.or_(
                sa.func.sum(sa.case((is_right, 1), else_=0)) < sa.func.count(told.c.entry),
                sa.and_(sa.func.count(told.c.entry) == 0, ~is_opening),
                sa.func.count(told.c.entry) > 1,
            )
        )
        .order_by(*_PLACE)
    )


def _told_but_not_there(verbs: Mapping[EntryKind, str]) -> sa.Select[Any]:
    told = _told(verbs)
    query = sa.select(told.c.cents).outerjoin(LedgerEntry, col(LedgerEntry.id) == told.c.entry)
    return query.where(col(LedgerEntry.id).is_(None)).order_by(told.c.entry)
