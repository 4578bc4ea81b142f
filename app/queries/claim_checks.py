"""Read claims, receipts and stored files again, and give what does not hold (``domain.claim_checks``)."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import SQLModel, col

from app.domain.claim_checks import (
    ClaimPeople,
    LineFacts,
    LinkedEntry,
    ReceiptFacts,
    check_content,
    check_line,
    check_people,
)
from app.domain.codes import ClaimState, EntryKind, Side
from app.domain.ledger_checks import Finding
from app.models import (
    Allotment,
    Claim,
    ClaimEntry,
    ClaimLine,
    LedgerEntry,
    PartnershipSide,
    Receipt,
    StoredFile,
)
from app.queries.ledger_checks import partnership_names

AT_ONCE: Final = 500
_ENTRY: Final[tuple[Any, ...]] = tuple(
    col(getattr(LedgerEntry, name)).label(f"entry_{name}")
    for name in ("id", "allotment_id", "kind", "amount_cents", "corrects_id", "replaces_id")
)
_SAME: Final = ("category", "commitment_id", "currency", "amount_minor", "rate", "rate_source", "rate_date")
"""What a line and its payment call the same."""
_OF_ENTRY: Final[tuple[Any, ...]] = (
    *(col(getattr(LedgerEntry, name)).label(f"entry_{name}") for name in _SAME),
    col(LedgerEntry.entry_date),
    col(LedgerEntry.session_id).label("entry_session_id"),
)
_OF_LINE: Final[tuple[Any, ...]] = (
    *(col(getattr(ClaimLine, name)) for name in _SAME),
    col(ClaimLine.spent_on),
    col(Claim.session_id),
)
_OPENING = aliased(LedgerEntry, name="opening")
_LINE_CLAIM = aliased(ClaimLine, name="of_line")


def claim_findings(session: Session, counts: Counter[str]) -> Iterator[Finding]:
    """Give what does not hold of approvals, of lines with their entries, and of payments that no claim asked for.

    ``counts`` is told how many claims were looked at.
    """
    names = partnership_names(session)
    people = ("partnership_id", *list(ClaimPeople.__dataclass_fields__)[1:])
    approved = sa.select(*[col(getattr(Claim, name)) for name in people])
    approved = approved.where(col(Claim.state) == ClaimState.APPROVED).order_by(col(Claim.id))
    for partnership_id, *facts in session.execute(approved):
        yield from check_people(ClaimPeople(names[partnership_id], *facts))
    for line in _lines(session, names):
        yield from check_line(line)
    yield from _payments_without_claim(session, names)
    counts["claims"] = int(session.execute(sa.select(sa.func.count(col(Claim.id)))).scalar_one())


def receipt_findings(session: Session, counts: Counter[str]) -> Iterator[Finding]:
    """Give what does not hold of receipts and of stored files; each content is read by itself.

    ``counts`` is told how many receipts were looked at.
    """
    names = partnership_names(session)
    rows: list[Any] = list(session.execute(_RECEIPTS))
    for (
        partnership_id,
        number,
        emptied_at,
        removed_at,
        line_id,
        of_claim,
        claim_id,
        file_id,
        name,
        size,
        digest,
    ) in rows:
        counts["receipts"] += 1
        is_elsewhere = line_id is not None and of_claim != claim_id
        facts = ReceiptFacts(names[partnership_id], number, name, size, digest, removed_at is not None, is_elsewhere)
        if emptied_at is not None:
            yield Finding("receipt_orphan", {"partnership": facts.partnership, "claim": number, "name": name})
        content = session.execute(sa.select(col(StoredFile.content)).where(col(StoredFile.id) == file_id)).scalar_one()
        yield from check_content(facts, content)
    for name in session.scalars(_unused_files()):
        yield Finding("file_orphan", {"name": name})


def _lines(session: Session, names: dict[int, str]) -> Iterator[LineFacts]:
    """Give the lines of approved claims, and of others those that have an entry, with their entries (one query)."""
    query = (
        sa.select(
            col(ClaimLine.id),
            col(Claim.partnership_id),
            col(Claim.number),
            col(ClaimLine.position),
            col(Claim.state),
            col(Claim.allotment_id),
            col(ClaimLine.amount_cents),
            *_ENTRY,
            *_OF_ENTRY,
            *_OF_LINE,
        )
        .join(Claim, col(Claim.id) == col(ClaimLine.claim_id))
        .outerjoin(ClaimEntry, col(ClaimEntry.line_id) == col(ClaimLine.id))
        .outerjoin(LedgerEntry, col(LedgerEntry.id) == col(ClaimEntry.entry_id))
        .where(sa.or_(col(Claim.state) == ClaimState.APPROVED, col(LedgerEntry.id).is_not(None)))
        .order_by(col(ClaimLine.id), col(LedgerEntry.id))
    )
    rows: Iterator[Any] = iter(session.execute(query.execution_options(yield_per=AT_ONCE)))
    for _line, group in groupby(rows, key=lambda row: row.id):
        some = list(group)
        _id, partnership_id, number, position, state, allotment_id, cents, *rest = some[0]
        entries = [_linked(row) for row in some if row.entry_id is not None]
        entered = tuple(rest[-len(_OF_LINE) :])
        yield LineFacts(names[partnership_id], number, position, state, allotment_id, cents, entries, entered)


def _linked(row: Any) -> LinkedEntry:  # noqa: ANN401 - a row of ``_lines``
    own, end = 7 + len(_ENTRY), 7 + len(_ENTRY) + len(_OF_ENTRY)
    values: list[Any] = [*row[7:own], tuple(row[own:end])]
    return LinkedEntry(*values)


def _payments_without_claim(session: Session, names: dict[int, str]) -> Iterator[Finding]:
    """Give the payments that a person booked and that belong to no line of a claim.

    Three kinds need none: what Tandem itself booked (no person: brought over, or the demo), what was booked before
    openings were entries, hence before there were claims (the opening then has a later id), and what stands in the
    place of another entry, which had to have one itself.
    """
    columns: tuple[Any, ...] = (PartnershipSide.partnership_id, PartnershipSide.side, LedgerEntry.number)
    query = (
        sa.select(*columns)
        .select_from(LedgerEntry)
        .join(Allotment, col(Allotment.id) == col(LedgerEntry.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .join(_OPENING, sa.and_(col(_OPENING.allotment_id) == col(Allotment.id), col(_OPENING.number) == 1))
        .outerjoin(ClaimEntry, col(ClaimEntry.entry_id) == col(LedgerEntry.id))
        .where(
            col(LedgerEntry.kind) == EntryKind.PAYMENT,
            col(LedgerEntry.person_id).is_not(None),
            col(LedgerEntry.replaces_id).is_(None),
            col(LedgerEntry.id) > col(_OPENING.id),
            col(ClaimEntry.entry_id).is_(None),
        )
        .order_by(col(LedgerEntry.id))
    )
    for partnership_id, side, number in session.execute(query):
        place = {"partnership": names[partnership_id], "side": Side(side).value, "number": number}
        yield Finding("payment_without_claim", place)


_FACTS: Final[tuple[Any, ...]] = (
    Claim.partnership_id,
    Claim.number,
    Claim.emptied_at,
    Receipt.removed_at,
    Receipt.line_id,
    _LINE_CLAIM.claim_id,
    Receipt.claim_id,
    StoredFile.id,
    StoredFile.name,
    StoredFile.size,
    StoredFile.sha256,
)
_RECEIPTS: Final = (
    sa.select(*_FACTS)
    .select_from(Receipt)
    .join(Claim, col(Claim.id) == col(Receipt.claim_id))
    .outerjoin(_LINE_CLAIM, col(_LINE_CLAIM.id) == col(Receipt.line_id))
    .join(StoredFile, col(StoredFile.id).in_((col(Receipt.file_id), col(Receipt.thumbnail_id))))
    .order_by(col(Receipt.id), col(StoredFile.id))
)


def _unused_files() -> sa.Select[Any]:
    """Find the stored files to which no row of any table refers."""
    number = col(StoredFile.id)
    references = [
        key.parent
        for table in SQLModel.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name)
        if key.column.table.name == StoredFile.__tablename__
    ]
    unused = [~sa.exists().where(reference == number) for reference in references]
    return sa.select(col(StoredFile.name)).where(*unused).order_by(number)
