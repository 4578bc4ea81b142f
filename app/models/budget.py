"""The equal ledger: two allotments per partnership, entries that are only added."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import Category, Currency, EntryKind
from app.models.base import UtcDateTime, code_type


class Allotment(SQLModel, table=True):
    """One side's half of the budget, with the running sums of its entries.

    The database itself refuses to pay or commit more than there is, whoever writes at the same moment.
    """

    __tablename__ = "allotment"
    __table_args__ = (
        sa.CheckConstraint("paid_cents >= 0", name="paid"),
        sa.CheckConstraint("committed_cents >= 0", name="committed"),
        sa.CheckConstraint("paid_cents + committed_cents <= amount_cents", name="available"),
    )

    id: int | None = Field(default=None, primary_key=True)
    side_id: int = Field(foreign_key="partnership_side.id", unique=True)
    amount_cents: int = Field(sa_type=sa.BigInteger)
    paid_cents: int = Field(default=0, sa_type=sa.BigInteger)
    committed_cents: int = Field(default=0, sa_type=sa.BigInteger)


class LedgerEntry(SQLModel, table=True):
    """An entry in the ledger, never changed.

    ``amount_minor`` is in the smallest unit of ``currency`` (cents; whole francs for RWF and XOF). ``rate`` is units of
    the currency for one euro, as entered, with its source. ``amount_cents`` is the same in euro cents, computed once.
    A release or a payment may settle a commitment (``commitment_id``).
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_minor"),
        sa.CheckConstraint("amount_cents > 0", name="amount_cents"),
        sa.CheckConstraint("kind <> 'release' OR commitment_id IS NOT NULL", name="release"),
        sa.CheckConstraint("kind <> 'commitment' OR commitment_id IS NULL", name="commitment"),
        sa.CheckConstraint("settled_cents >= 0 AND settled_cents <= amount_cents", name="settled_cents"),
        sa.CheckConstraint(
            "settled_cents = 0 OR (kind = 'payment' AND commitment_id IS NOT NULL)", name="settles_commitment"
        ),
        sa.CheckConstraint("available_cents >= 0", name="available_cents"),
        sa.Index("ix_ledger_entry_allotment_id_entry_date", "allotment_id", "entry_date"),
    )

    id: int | None = Field(default=None, primary_key=True)
    allotment_id: int = Field(foreign_key="allotment.id")
    kind: EntryKind = Field(sa_type=code_type(EntryKind, "kind"))
    category: Category = Field(sa_type=code_type(Category, "category"))
    session_id: int | None = Field(default=None, foreign_key="agenda_session.id", index=True)
    commitment_id: int | None = Field(default=None, foreign_key="ledger_entry.id", index=True)
    entry_date: date
    description: str = Field(max_length=300)
    currency: Currency = Field(sa_type=code_type(Currency, "currency"))
    amount_minor: int = Field(sa_type=sa.BigInteger)
    rate: str = Field(max_length=32)
    rate_source: str = Field(default="", max_length=200)
    rate_date: date | None = None
    amount_cents: int = Field(sa_type=sa.BigInteger)
    settled_cents: int = Field(default=0, sa_type=sa.BigInteger)
    available_cents: int = Field(sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id")
