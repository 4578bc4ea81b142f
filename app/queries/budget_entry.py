"""Reads of one entry of the ledger with all that belongs to it, and of what corrects what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import Account, Category, EntryKind, Side
from app.models import Allotment, Claim, ClaimEntry, ClaimLine, ClosedYear, LedgerEntry, PartnershipSide, Posting
from app.queries.budget import EntryFacts, entries_where, entry, entry_numbered


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """A posting of an entry, and under what it counts."""

    account: Account
    amount_cents: int
    year: int
    category: Category | None


@dataclass(frozen=True, slots=True)
class ClaimBehind:
    """The claim and the line of it that an entry comes from."""

    claim_id: int
    number: int
    title: str
    line_id: int
    claimant_id: int
    submitted_by: int | None
    beneficiary_id: int | None

    @property
    def involved(self) -> frozenset[int]:
        """Who claimed it, sent it or got the money."""
        people = (self.claimant_id, self.submitted_by, self.beneficiary_id)
        return frozenset(one for one in people if one is not None)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry in a chain of corrections, in short."""

    id: int
    side: Side
    number: int
    kind: EntryKind
    entry_date: date
    amount_cents: int
    corrects_id: int | None
    replaces_id: int | None
    reason: str

    @property
    def key(self) -> str:
        """How the address of its page names it."""
        return f"{self.side.value}-{self.number}"


@dataclass(frozen=True, slots=True)
class Chain:
    """An entry that was taken back, what takes it back, and what stands in its place, if anything."""

    wrong: Link
    reversal: Link
    replacement: Link | None

    @property
    def other_year(self) -> bool:
        """Whether the correction counts in another year than what it takes back."""
        return self.wrong.entry_date.year != self.reversal.entry_date.year


def entry_by_key(session: Session, partnership_id: int, key: str) -> EntryFacts | None:
    """Give the entry that an address names: "flemish-12", its number within its half, or its id (one query)."""
    side, _dash, number = key.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    if not side:
        return entry(session, partnership_id, int(number))
    if side not in {one.value for one in Side}:
        return None
    return entry_numbered(session, partnership_id, Side(side), int(number))


def postings_of(session: Session, entry_id: int) -> list[PostingFacts]:
    """Give the postings of an entry (one query)."""
    columns: list[Any] = [col(getattr(Posting, name)) for name in PostingFacts.__dataclass_fields__]
    rows: Iterable[Any] = session.execute(
        sa.select(*columns).where(col(Posting.entry_id) == entry_id).order_by(col(Posting.id))
    )
    return [PostingFacts(*row) for row in rows]


def claim_behind(session: Session, entry_id: int) -> ClaimBehind | None:
    """Give the claim that an entry comes from, or that what it corrects comes from (one query)."""
    columns: list[Any] = [
        col(Claim.id), col(Claim.number), col(Claim.title), col(ClaimLine.id),
        col(Claim.claimant_id), col(Claim.submitted_by), col(Claim.beneficiary_id),
    ]  # fmt: skip
    query = (
        sa.select(*columns)
        .select_from(ClaimEntry)
        .join(ClaimLine, col(ClaimLine.id) == col(ClaimEntry.line_id))
        .join(Claim, col(Claim.id) == col(ClaimLine.claim_id))
        .where(col(ClaimEntry.entry_id) == entry_id)
    )
    row: Any = session.execute(query).first()
    return None if row is None else ClaimBehind(*row)


def chains_of(session: Session, rows: Sequence[EntryFacts]) -> dict[int, list[Chain]]:
    """Give by entry the corrections that it is part of (one query)."""
    named = {one for row in rows for one in (row.id, row.corrects_id, row.replaces_id) if one is not None}
    if not named:
        return {}
    columns = [
        col(PartnershipSide.side) if name == "side" else col(getattr(LedgerEntry, name))
        for name in Link.__dataclass_fields__
    ]
    query = (
        sa.select(*columns)
        .join(Allotment, col(Allotment.id) == col(LedgerEntry.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .where(
            sa.or_(*(column.in_(sorted(named)) for column in _TIES)),
            sa.or_(
                col(LedgerEntry.corrects_id).is_not(None), col(LedgerEntry.replaces_id).is_not(None), _is_corrected()
            ),
        )
        .order_by(col(LedgerEntry.id))
    )
    links = [Link(*row) for row in session.execute(query)]
    return _by_entry(links)


_TIES: tuple[Any, ...] = (col(LedgerEntry.id), col(LedgerEntry.corrects_id), col(LedgerEntry.replaces_id))


def _is_corrected() -> sa.ColumnElement[bool]:
    other = aliased(LedgerEntry)
    return sa.exists().where(col(other.corrects_id) == col(LedgerEntry.id))


def _by_entry(links: Sequence[Link]) -> dict[int, list[Chain]]:
    known = {link.id: link for link in links}
    replaced = {link.replaces_id: link for link in links if link.replaces_id is not None}
    found: dict[int, list[Chain]] = {}
    for link in links:
        wrong = known.get(link.corrects_id or 0)
        if wrong is None:
            continue
        chain = Chain(wrong, link, replaced.get(wrong.id))
        for part in (chain.wrong, chain.reversal, chain.replacement):
            if part is not None:
                found.setdefault(part.id, []).append(chain)
    return found


def history_of(session: Session, partnership_id: int, row: EntryFacts) -> list[EntryFacts]:
    """Give an entry with all that corrects it, that it corrects, and that stands in the place of any (few queries).

    In the order of booking; the entry alone where nothing was corrected. Each query goes one step further.
    """
    found = {row.id: row}
    while True:
        named = {one for each in found.values() for one in (each.id, each.corrects_id, each.replaces_id) if one}
        tied = entries_where(session, partnership_id, sa.or_(*(column.in_(sorted(named)) for column in _TIES)))
        if all(one.id in found for one in tied):
            return [found[number] for number in sorted(found)]
        found |= {one.id: one for one in tied}


def closed_years(session: Session, partnership_id: int) -> list[int]:
    """Give the years of a partnership that are closed (one query)."""
    query = sa.select(col(ClosedYear.year)).where(col(ClosedYear.partnership_id) == partnership_id)
    return list(session.scalars(query.order_by(col(ClosedYear.year))))
