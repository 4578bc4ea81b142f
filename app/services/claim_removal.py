"""Take a person out of claims: the own ones that led to no payment go, of all others the name.

Claims that were paid stay with their receipts: bookkeeping must be kept (``Rules.budget.receipt_years``). The ledger
itself is never changed, not even here: what stands in the description of an entry stays.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.retention import without_person
from app.models import Claim, ClaimLine, Receipt, StoredFile
from app.queries.claim_retention import open_claims_of
from app.services.claim_retention import empty

_WORDS: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {
    Claim: ("title", "decision_reason"),
    ClaimLine: ("description", "rate_source", "per_diem"),
}
"""Columns in which a person may be named."""


def take_out_person(session: Session, person_id: int, words: tuple[str, str], *, now: datetime) -> None:
    """Empty the open claims of a person and take ``words`` (address, name) out of all others, and of names of files."""
    empty(session, open_claims_of(session, person_id), now=now)
    for table, names in _WORDS.items():
        for row in session.scalars(sa.select(table).execution_options(populate_existing=True)):
            _cut_out(row, names, words)
    _rename_files(session, words)
    session.flush()


def _cut_out(row: SQLModel, names: tuple[str, ...], words: tuple[str, str]) -> None:
    for name in names:
        before = getattr(row, name)
        after = without_person(before, words)
        if after != before:
            setattr(row, name, after)


def _rename_files(session: Session, words: tuple[str, str]) -> None:
    """Take a person out of the names of receipts, without reading what is in them."""
    columns: tuple[Any, ...] = (col(StoredFile.id), col(StoredFile.name))
    query = sa.select(*columns).join(Receipt, col(Receipt.file_id) == col(StoredFile.id)).order_by(col(StoredFile.id))
    for number, name in session.execute(query).all():
        after = without_person(name, words)
        if after != name:
            session.execute(sa.update(StoredFile).where(col(StoredFile.id) == number).values(name=after))
