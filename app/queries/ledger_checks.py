"""Read the whole ledger again, a few hundred entries at a time, and give what does not hold (``domain.ledger_checks``).

Every function gives findings one by one. Call them in one transaction that sees one state of the database.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import EntryKind, Side
from app.domain.ledger_checks import (
    Against,
    EntryFacts,
    Finding,
    HalfChecks,
    HalfFacts,
    Leg,
    Params,
    TransferFacts,
    check_halves,
    check_transfer,
)
from app.domain.postings import Move, Sums, Under
from app.domain.programme import Rules
from app.models import (
    Allotment,
    ClosedYear,
    LedgerEntry,
    LocalGovernment,
    Partnership,
    PartnershipSide,
    Posting,
    Programme,
    ProgrammeVersion,
    Settlement,
    Transfer,
    TransferConsent,
)

AT_ONCE: Final = 500
_ENTRY: Final[tuple[Any, ...]] = tuple(col(getattr(LedgerEntry, name)) for name in EntryFacts.__dataclass_fields__)
_MOVE: Final[tuple[Any, ...]] = tuple(
    col(getattr(Posting, name))
    for name in ("account", "amount_cents", "year", "category", "session_id", "commitment_id")
)


def entry_findings(session: Session, counts: Counter[str]) -> Iterator[Finding]:
    """Give what does not hold of entries, their postings, the sums of each half, and both halves together.

    ``counts`` is told how many halves, entries and postings were looked at.
    """
    shares = _shares(session)
    for _partnership, halves in groupby(_halves(session), key=lambda half: half.partnership_id):
        looked_at = []
        for half in halves:
            counts["halves"] += 1
            checks = HalfChecks(half)
            yield from _entries(session, checks, counts)
            yield from checks.end()
            looked_at.append(checks)
        yield from check_halves(looked_at, shares)


def transfer_findings(session: Session) -> Iterator[Finding]:
    """Give what does not hold of transfers, their legs and consents (three queries)."""
    legs: dict[int, list[Leg]] = {}
    agreed: dict[int, list[Any]] = {}
    columns: tuple[Any, ...] = (LedgerEntry.transfer_id, LedgerEntry.kind, PartnershipSide.side)
    query = sa.select(*columns, col(LedgerEntry.amount_cents)).join(
        Allotment, col(Allotment.id) == col(LedgerEntry.allotment_id)
    )
    query = query.join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
    query = query.where(col(LedgerEntry.transfer_id).is_not(None)).order_by(col(LedgerEntry.id))
    for transfer_id, *leg in session.execute(query):
        legs.setdefault(transfer_id, []).append(Leg(*leg))
    consents = sa.select(col(TransferConsent.transfer_id), col(TransferConsent.party), col(TransferConsent.person_id))
    consents = consents.where(col(TransferConsent.agreed)).order_by(col(TransferConsent.transfer_id))
    for transfer_id, party, person_id in session.execute(consents):
        agreed.setdefault(transfer_id, []).append((party, person_id))
    names = partnership_names(session)
    for one in session.scalars(sa.select(Transfer).order_by(col(Transfer.id))):
        number = one.id or 0
        own = (names[one.partnership_id], one.state, one.from_side, one.amount_cents)
        yield from check_transfer(TransferFacts(*own, legs.get(number, ()), agreed.get(number, ())))


def carried_findings(session: Session) -> Iterator[Finding]:
    """Give halves to which another sum came from an earlier budget than was carried over to them (three queries)."""
    came, left = _carried(session)
    names = partnership_names(session)
    for key in sorted(came.keys() | left.keys()):
        if came.get(key, 0) != left.get(key, 0):
            params: Params = {"partnership": names[key[0]], "side": key[1].value}
            cents: Params = {"stored_cents": came.get(key, 0), "computed_cents": left.get(key, 0)}
            yield Finding("carried", params | cents)


_Half = tuple[int, Side]


def _carried(session: Session) -> tuple[dict[_Half, int], dict[_Half, int]]:
    """Give by half what came to it otherwise than by a version of the programme, and what was carried over to it."""
    cents, side = sa.cast(sa.func.sum(LedgerEntry.amount_cents), sa.BigInteger), col(PartnershipSide.side)
    entries = (
        sa.select(col(LedgerEntry.id))
        .join(Allotment, col(Allotment.id) == col(LedgerEntry.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
    )
    own: Any = col(PartnershipSide.partnership_id)
    came = entries.with_only_columns(own, side, cents).group_by(own, side)
    came = came.where(col(LedgerEntry.kind) == EntryKind.ALLOTMENT, col(LedgerEntry.programme_version).is_(None))
    of: Any = col(Settlement.successor_id)
    left = entries.join(Settlement, col(Settlement.partnership_id) == own).with_only_columns(of, side, cents)
    left = left.where(col(LedgerEntry.kind) == EntryKind.CARRY_OVER, of.is_not(None)).group_by(of, side)
    came_rows: Iterable[Any] = session.execute(came)
    left_rows: Iterable[Any] = session.execute(left)
    return {(one, of_side): int(sum_) for one, of_side, sum_ in came_rows}, {
        (one, of_side): int(sum_) for one, of_side, sum_ in left_rows
    }


def partnership_names(session: Session) -> dict[int, str]:
    """Give the names of both sides of every partnership, the Flemish one first (one query)."""
    columns: tuple[Any, ...] = (PartnershipSide.partnership_id, PartnershipSide.side, LocalGovernment.name)
    query = sa.select(*columns).join(
        LocalGovernment, col(LocalGovernment.id) == col(PartnershipSide.local_government_id)
    )
    found: dict[int, dict[Side, str]] = {}
    for number, side, name in session.execute(query.order_by(col(PartnershipSide.id))):
        found.setdefault(number, {})[side] = name
    return {number: " & ".join(sides[side] for side in Side if side in sides) for number, sides in found.items()}


def _shares(session: Session) -> dict[tuple[int, int], tuple[int, Side]]:
    """Give budget and side of the odd cent by programme and version."""
    versions = sa.select(
        col(ProgrammeVersion.programme_id),
        col(ProgrammeVersion.version),
        col(ProgrammeVersion.snapshot)["budget_cents"].as_integer(),
        col(ProgrammeVersion.snapshot)["rules"],
    ).order_by(col(ProgrammeVersion.id))
    columns: tuple[Any, ...] = (Programme.id, Programme.version, Programme.budget_cents, Programme.rules)
    rows = [*session.execute(versions), *session.execute(sa.select(*columns).order_by(col(Programme.id)))]
    return {
        (programme, version): (cents, Rules.from_data(rules or {}).budget.odd_cent)
        for programme, version, cents, rules in rows
    }


def _halves(session: Session) -> list[HalfFacts]:
    """Give all halves with what is kept of them, those of a partnership together."""
    names, closed = partnership_names(session), _closed(session)
    sums = (Allotment.amount_cents, Allotment.paid_cents, Allotment.committed_cents, Allotment.returned_cents)
    columns: tuple[Any, ...] = (Allotment.id, PartnershipSide.partnership_id, PartnershipSide.side, *sums)
    query = (
        sa.select(*columns, col(Allotment.last_number), col(Partnership.programme_id), col(Settlement.settled_at))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
        .outerjoin(Settlement, col(Settlement.partnership_id) == col(Partnership.id))
        .order_by(col(Partnership.id), col(Allotment.id))
    )
    return [_half(row, names, closed) for row in session.execute(query)]


def _half(row: Any, names: Mapping[int, str], closed: Mapping[int, Mapping[int, datetime]]) -> HalfFacts:  # noqa: ANN401
    number, partnership, side, *sums, last_number, programme, settled_at = row
    kept, own = Sums(*sums), closed.get(partnership, {})
    return HalfFacts(number, partnership, names[partnership], side, kept, last_number, programme, settled_at, own)


def _closed(session: Session) -> dict[int, dict[int, datetime]]:
    found: dict[int, dict[int, datetime]] = {}
    columns = (col(ClosedYear.partnership_id), col(ClosedYear.year), col(ClosedYear.closed_at))
    for partnership, year, closed_at in session.execute(sa.select(*columns).order_by(*columns[:2])):
        found.setdefault(partnership, {})[year] = closed_at
    return found


def _entries(session: Session, checks: HalfChecks, counts: Counter[str]) -> Iterator[Finding]:
    for entries in _in_parts(session, checks.half.allotment_id):
        moves = _moves(session, [entry.id for entry in entries], checks.half.allotment_id)
        others = _others(session, entries, checks.half.allotment_id)
        taken_back = [entry.corrects_id for entry in entries if entry.corrects_id is not None]
        corrected = _moves(session, taken_back, checks.half.allotment_id)
        counts["entries"] += len(entries)
        counts["postings"] += sum(map(len, moves.values()))
        for entry in entries:
            own = moves.get(entry.id, [])
            yield from checks.look_at(entry, own, _against(entry, others, corrected))


def _in_parts(session: Session, allotment_id: int) -> Iterator[list[EntryFacts]]:
    """Give the entries of a half in the order of their numbers, some at a time."""
    order = sa.tuple_(col(LedgerEntry.number), col(LedgerEntry.id))
    query = sa.select(*_ENTRY).where(col(LedgerEntry.allotment_id) == allotment_id)
    query = query.order_by(col(LedgerEntry.number), col(LedgerEntry.id)).limit(AT_ONCE)
    part = [EntryFacts(*row) for row in session.execute(query)]
    while part:
        yield part
        after = sa.tuple_(sa.literal(part[-1].number), sa.literal(part[-1].id))
        part = [EntryFacts(*row) for row in session.execute(query.where(order > after))]


def _moves(session: Session, entry_ids: Sequence[int], allotment_id: int) -> dict[int, list[Move]]:
    """Give the postings of some entries on their own half, by entry (one query)."""
    if not entry_ids:
        return {}
    query = sa.select(col(Posting.entry_id), *_MOVE).where(col(Posting.entry_id).in_(entry_ids))
    found: dict[int, list[Move]] = {}
    for entry_id, account, cents, *under in session.execute(query.where(col(Posting.allotment_id) == allotment_id)):
        found.setdefault(entry_id, []).append(Move(account, cents, Under(*under)))
    return found


def _others(session: Session, entries: Sequence[EntryFacts], allotment_id: int) -> dict[int, Any]:
    """Give those entries of the same half to which some refer, by id (one query)."""
    wanted = {number for entry in entries for number in (entry.commitment_id, entry.corrects_id) if number is not None}
    if not wanted:
        return {}
    names = ("id", "kind", "category", "session_id", "entry_date", "amount_cents")
    query = sa.select(*[col(getattr(LedgerEntry, name)) for name in names])
    query = query.where(col(LedgerEntry.id).in_(sorted(wanted)), col(LedgerEntry.allotment_id) == allotment_id)
    return {row.id: row for row in session.execute(query)}


def _against(entry: EntryFacts, others: Mapping[int, Any], corrected: Mapping[int, Sequence[Move]]) -> Against:
    found, wrong = others.get(entry.commitment_id or 0), others.get(entry.corrects_id or 0)
    under = None
    if found is not None and found.kind is EntryKind.COMMITMENT:
        under = Under(found.entry_date.year, found.category, found.session_id, found.id)
    cents = wrong.amount_cents if wrong is not None else 0
    return Against(under, corrected.get(entry.corrects_id or 0, ()), cents)
