"""The equal ledger: two allotments per partnership, entries that are only added, and the postings that they are.

The database itself refuses to change or delete an entry or a posting and to go below nothing, and adds each posting
to the running sums (migration 0005).
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import Account, Category, Currency, EntryKind
from app.models.base import UtcDateTime, code_type

_WITH_CATEGORY = "'commitment', 'release', 'payment', 'correction'"
_REFERENCES = ("session_id", "commitment_id", "replaces_id", "transfer_id")


def _where_present(name: str) -> dict[str, Any]:
    """Let an index leave out rows without a value: most entries have none, and each index is a page more to write."""
    present = sa.text(f"{name} IS NOT NULL")
    return {"sqlite_where": present, "postgresql_where": present}


class Allotment(SQLModel, table=True):
    """One side's half of the budget, with the running sums of its postings.

    The database keeps the sums with every posting so that it can refuse to pay, commit or return more than there is,
    whoever writes at the same moment; ``tandem check`` computes them again. ``last_number``: that of its last entry.
    """

    __tablename__ = "allotment"
    __table_args__ = (
        sa.CheckConstraint("paid_cents >= 0", name="paid"),
        sa.CheckConstraint("committed_cents >= 0", name="committed"),
        sa.CheckConstraint("paid_cents + committed_cents <= amount_cents", name="available"),
        sa.CheckConstraint(
            "returned_cents >= 0 AND paid_cents + committed_cents + returned_cents <= amount_cents", name="rest"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    side_id: int = Field(foreign_key="partnership_side.id", unique=True)
    amount_cents: int = Field(sa_type=sa.BigInteger)
    paid_cents: int = Field(default=0, sa_type=sa.BigInteger)
    committed_cents: int = Field(default=0, sa_type=sa.BigInteger)
    returned_cents: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": sa.text("0")})
    last_number: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})


class LedgerEntry(SQLModel, table=True):
    """An entry in the ledger, never changed; ``number`` counts those of its allotment from 1, without a gap.

    ``amount_minor`` is in the smallest unit of ``currency`` (cents; whole francs for RWF and XOF). ``rate`` is units of
    the currency for one euro, as entered, with its source. ``amount_cents`` is the same in euro cents, computed once.
    A release or a payment may settle a commitment (``commitment_id``). A correction takes back ``corrects_id`` wholly;
    the entry that stands in its place says so with ``replaces_id``. ``available_cents``: left of the half after it.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_minor"),
        sa.CheckConstraint("amount_cents > 0", name="amount_cents"),
        sa.CheckConstraint("kind <> 'release' OR commitment_id IS NOT NULL", name="release"),
        sa.CheckConstraint("kind <> 'commitment' OR commitment_id IS NULL", name="commitment"),
        sa.CheckConstraint("settled_cents >= 0 AND settled_cents <= amount_cents", name="settled_cents"),
        sa.CheckConstraint(
            "settled_cents = 0 OR (kind IN ('payment', 'correction') AND commitment_id IS NOT NULL)",
            name="settles_commitment",
        ),
        sa.CheckConstraint("available_cents >= 0", name="available_cents"),
        sa.CheckConstraint("(kind = 'correction') = (corrects_id IS NOT NULL)", name="corrects"),
        sa.CheckConstraint(f"(kind IN ({_WITH_CATEGORY})) = (category IS NOT NULL)", name="has_category"),
        sa.UniqueConstraint("allotment_id", "number"),
        sa.Index("ix_ledger_entry_allotment_id_entry_date", "allotment_id", "entry_date"),
        sa.Index("uq_ledger_entry_corrects_id", "corrects_id", unique=True, **_where_present("corrects_id")),
        *(sa.Index(f"ix_ledger_entry_{name}", name, **_where_present(name)) for name in _REFERENCES),
    )

    id: int | None = Field(default=None, primary_key=True)
    allotment_id: int = Field(foreign_key="allotment.id")
    number: int
    kind: EntryKind = Field(sa_type=code_type(EntryKind, "kind"))
    category: Category | None = Field(default=None, sa_type=code_type(Category, "category"))
    session_id: int | None = Field(default=None, foreign_key="agenda_session.id")
    commitment_id: int | None = Field(default=None, foreign_key="ledger_entry.id")
    corrects_id: int | None = Field(default=None, foreign_key="ledger_entry.id")
    replaces_id: int | None = Field(default=None, foreign_key="ledger_entry.id")
    transfer_id: int | None = Field(default=None, foreign_key="transfer.id")
    programme_version: int | None = None
    entry_date: date
    description: str = Field(max_length=300)
    reason: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
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


class Posting(SQLModel, table=True):
    """What an entry moves on one account of its allotment; the postings of an entry add up to nothing.

    ``category``, ``session_id`` and ``year`` say under what it counts: on the account of what is committed those of
    the commitment (``commitment_id``), so that a payment takes it away where it was set aside.
    """

    __tablename__ = "posting"
    __table_args__ = (sa.CheckConstraint("amount_cents <> 0", name="amount_cents"),)

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="ledger_entry.id", index=True)
    allotment_id: int = Field(foreign_key="allotment.id")
    account: Account = Field(sa_type=code_type(Account, "account"))
    amount_cents: int = Field(sa_type=sa.BigInteger)
    year: int
    category: Category | None = Field(default=None, sa_type=code_type(Category, "category"))
    session_id: int | None = Field(default=None, foreign_key="agenda_session.id")
    commitment_id: int | None = Field(default=None, foreign_key="ledger_entry.id")


class BudgetSum(SQLModel, table=True):
    """The running sum of the postings of an allotment under a year, a category and a session (0: none).

    Kept by the database with every posting so that a page need not add up all of them; ``tandem check`` computes it
    again.
    """

    __tablename__ = "budget_sum"

    allotment_id: int = Field(foreign_key="allotment.id", primary_key=True)
    year: int = Field(primary_key=True)
    category: Category = Field(sa_column=sa.Column(code_type(Category, "category"), primary_key=True))
    session_key: int = Field(primary_key=True)
    paid_cents: int = Field(sa_type=sa.BigInteger)
    committed_cents: int = Field(sa_type=sa.BigInteger)


class CommitmentBalance(SQLModel, table=True):
    """What is still open of a commitment: the running sum of its postings, never below nothing."""

    __tablename__ = "commitment_balance"
    __table_args__ = (
        sa.CheckConstraint("open_cents >= 0", name="open"),
        sa.Index(
            "ix_commitment_balance_open",
            "allotment_id",
            "entry_id",
            sqlite_where=sa.text("open_cents > 0"),
            postgresql_where=sa.text("open_cents > 0"),
        ),
    )

    entry_id: int = Field(foreign_key="ledger_entry.id", primary_key=True)
    allotment_id: int = Field(foreign_key="allotment.id")
    open_cents: int = Field(sa_type=sa.BigInteger)


class ExchangeRate(SQLModel, table=True):
    """A rate that staff entered or imported: ``value`` units of ``currency`` for one euro, as text, on ``rate_date``.

    It is proposed where somebody types an amount; an entry keeps its own copy.
    """

    __tablename__ = "exchange_rate"
    __table_args__ = (sa.UniqueConstraint("currency", "rate_date", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    currency: Currency = Field(sa_type=code_type(Currency, "currency"))
    rate_date: date
    value: str = Field(max_length=32)
    source: str = Field(max_length=200)
    entered_at: datetime = Field(sa_type=UtcDateTime)
    entered_by: int | None = Field(default=None, foreign_key="person.id")


class PlannedSpending(SQLModel, table=True):
    """What is planned to be spent of an allotment beside the estimates of visits.

    ``removed_at``: it is not planned any more.
    """

    __tablename__ = "planned_spending"
    __table_args__ = (sa.CheckConstraint("amount_cents > 0", name="amount_cents"),)

    id: int | None = Field(default=None, primary_key=True)
    allotment_id: int = Field(foreign_key="allotment.id", index=True)
    category: Category = Field(sa_type=code_type(Category, "category"))
    session_id: int | None = Field(default=None, foreign_key="agenda_session.id", index=True)
    year: int
    amount_cents: int = Field(sa_type=sa.BigInteger)
    description: str = Field(max_length=300)
    planned_at: datetime = Field(sa_type=UtcDateTime)
    planned_by: int | None = Field(default=None, foreign_key="person.id")
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_by: int | None = Field(default=None, foreign_key="person.id")


class CheckRun(SQLModel, table=True):
    """What ``tandem check`` found: ``findings`` are codes with parameters, ``counts`` how many rows were looked at."""

    __tablename__ = "check_run"

    id: int | None = Field(default=None, primary_key=True)
    ran_at: datetime = Field(sa_type=UtcDateTime)
    findings: list[dict[str, object]] = Field(default_factory=list, sa_type=sa.JSON)
    counts: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
