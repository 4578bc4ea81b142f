"""Take a person out of what is written beside the ledger: transfers, plans, rates, closed years and settlements.

The rows stay, for others must be able to check them. The ledger itself is never changed, not even here: the reason of a
transfer that was carried out stands in its two entries too, and stays there.
"""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from app.domain.retention import without_person
from app.models import ClosedYear, ExchangeRate, PlannedSpending, Settlement, Transfer, TransferConsent

_WORDS: Final[Mapping[type[SQLModel], str]] = {
    Transfer: "reason",
    TransferConsent: "words",
    PlannedSpending: "description",
    ExchangeRate: "source",
    ClosedYear: "reason",
    Settlement: "reason",
}
"""The column of each in which a person may be named."""


def take_out_person(session: Session, words: tuple[str, str]) -> None:
    """Take ``words`` (address, name) out of what people wrote about budgets; amounts, days and states stay."""
    for table, name in _WORDS.items():
        for row in session.scalars(sa.select(table)):
            before = getattr(row, name)
            after = without_person(before, words)
            if after != before:
                setattr(row, name, after)
    session.flush()
