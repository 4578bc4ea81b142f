"""Compare what is kept beside the ledger with the ledger: sums, open commitments, the event log, references."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import Account, Category, EntryKind, Side
from app.domain.ledger_checks import Finding, Params
from app.models import Allotment, BudgetSum, CommitmentBalance, Event, LedgerEntry, PartnershipSide, Posting
from app.queries.event_chain import broken_entries
from app.queries.ledger_checks import AT_ONCE, partnership_names

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
    """Give what replaces an entry that was not taken back, and what has postings on another half (four queries)."""
    query = (
        sa.select(*_PLACE)
        .outerjoin(_CORRECTION, col(_CORRECTION.corrects_id) == col(LedgerEntry.replaces_id))
        .where(col(LedgerEntry.replaces_id).is_not(None), col(_CORRECTION.id).is_(None))
        .order_by(col(LedgerEntry.id))
    )
    halves = _halves(session)
    for allotment_id, number in session.execute(query):
        yield Finding("replaces", {**halves[allotment_id], "number": number})
    strays = (
        sa.select(*_PLACE)
        .join(Posting, col(Posting.entry_id) == col(LedgerEntry.id))
        .where(col(Posting.allotment_id) != col(LedgerEntry.allotment_id))
        .distinct()
        .order_by(*_PLACE)
    )
    for allotment_id, number in session.execute(strays):
        yield Finding("posting_elsewhere", {**halves[allotment_id], "number": number})


def event_findings(session: Session, verbs: Mapping[EntryKind, str], counts: Counter[str]) -> Iterator[Finding]:
    """Give where the event log and the ledger do not say the same, and where the chain of the log is broken.

    ``verbs``: how the log tells each kind of entry. An opening from before openings were entries is told by
    "budget.opened", or not at all where the partnership is older than that.
    """
    halves = _halves(session)
    for entry, told in _side_by_side(session, verbs):
        if entry is None:
            yield Finding("entry_missing", {"amount_cents": int(told[0].cents or 0)})
        elif not _is_told(entry, told, verbs):
            yield Finding("event_missing", {**halves[entry.allotment_id], "number": entry.number})
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


def _side_by_side(session: Session, verbs: Mapping[EntryKind, str]) -> Iterator[tuple[Any, list[Any]]]:
    """Give every entry with what the log tells of it, and what is told of an entry that is not there; both streamed."""
    log = groupby(_told(session, verbs), key=lambda row: int(row.entry))
    number, told = _next(log)
    entries: Iterable[Any] = session.execute(_ENTRIES)
    for entry in entries:
        while number is not None and number < entry.id:
            yield None, told
            number, told = _next(log)
        if number == entry.id:
            yield entry, told
            number, told = _next(log)
        else:
            yield entry, []
    while number is not None:
        yield None, told
        number, told = _next(log)


def _next(log: Iterator[tuple[int, Iterator[Any]]]) -> tuple[int | None, list[Any]]:
    number, rows = next(log, (None, iter(())))
    return number, list(rows)


def _told(session: Session, verbs: Mapping[EntryKind, str]) -> Iterator[Any]:
    """Give what the event log tells of entries, in the order of the entries."""
    entry = col(Event.details)["entry"].as_integer()
    cents = col(Event.details)["amount_cents"].as_integer()
    query = sa.select(entry.label("entry"), cents.label("cents"), col(Event.verb))
    query = query.where(col(Event.verb).in_(sorted(set(verbs.values()))), entry.is_not(None)).order_by(entry)
    return iter(session.execute(query.execution_options(yield_per=AT_ONCE)))


def _is_told(entry: Any, told: list[Any], verbs: Mapping[EntryKind, str]) -> bool:  # noqa: ANN401 - a row
    if not told:
        return bool(entry.number == 1 and entry.kind is EntryKind.ALLOTMENT)
    return [(row.cents, row.verb) for row in told] == [(entry.amount_cents, verbs[entry.kind])]


_ENTRIES: Final = (
    sa.select(col(LedgerEntry.id), *_PLACE, col(LedgerEntry.kind), col(LedgerEntry.amount_cents))
    .order_by(col(LedgerEntry.id))
    .execution_options(yield_per=AT_ONCE)
)
