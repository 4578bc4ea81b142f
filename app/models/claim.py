"""Claims: what people spent or computed as a per diem, with their receipts, until somebody else approves them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import Category, ClaimState, Currency
from app.models.base import UtcDateTime, code_type


class Claim(SQLModel, table=True):
    """A claim on one half of a budget; ``number`` counts those of its partnership.

    ``beneficiary_id``: the person who gets the money; none is the local government itself. ``claimant_id`` fills it
    in, ``submitted_by`` sends it. Neither of the three may approve it. ``emptied_at``: it led to nothing and its period
    is over, so that words, lines and receipts are gone and it is listed nowhere.
    """

    __tablename__ = "claim"
    __table_args__ = (
        sa.UniqueConstraint("partnership_id", "number"),
        sa.CheckConstraint(
            "state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> claimant_id "
            "AND decided_by <> submitted_by AND (beneficiary_id IS NULL OR decided_by <> beneficiary_id))",
            name="two_people",
        ),
        sa.CheckConstraint("state IN ('draft', 'withdrawn') OR submitted_by IS NOT NULL", name="submitted"),
        sa.CheckConstraint("state NOT IN ('returned', 'refused') OR decision_reason <> ''", name="reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id")
    allotment_id: int = Field(foreign_key="allotment.id", index=True)
    number: int
    state: ClaimState = Field(default=ClaimState.DRAFT, sa_type=code_type(ClaimState, "state"))
    title: str = Field(max_length=160)
    session_id: int | None = Field(default=None, foreign_key="agenda_session.id", index=True)
    claimant_id: int = Field(foreign_key="person.id", index=True)
    beneficiary_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    submitted_by: int | None = Field(default=None, foreign_key="person.id")
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_reason: str = Field(default="", max_length=1000)
    paid_out_on: date | None = None
    paid_out_by: int | None = Field(default=None, foreign_key="person.id")
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    emptied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ClaimLine(SQLModel, table=True):
    """A line of a claim; its euro cents are computed when it is saved and kept, as is the rate (see ``LedgerEntry``).

    ``per_diem``: how a day allowance was computed (``domain.per_diem``), none for what was really spent.
    """

    __tablename__ = "claim_line"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_minor"),
        sa.CheckConstraint("amount_cents > 0", name="amount_cents"),
    )

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", index=True)
    position: int
    category: Category = Field(sa_type=code_type(Category, "category"))
    description: str = Field(max_length=300)
    spent_on: date
    currency: Currency = Field(sa_type=code_type(Currency, "currency"))
    amount_minor: int = Field(sa_type=sa.BigInteger)
    rate: str = Field(max_length=32)
    rate_source: str = Field(default="", max_length=200)
    rate_date: date | None = None
    amount_cents: int = Field(sa_type=sa.BigInteger)
    commitment_id: int | None = Field(default=None, foreign_key="ledger_entry.id")
    per_diem: dict[str, object] | None = Field(default=None, sa_type=sa.JSON)


class Receipt(SQLModel, table=True):
    """A photo or PDF that proves a line of a claim; its SHA-256 is that of its file.

    ``thumbnail_id``: a small picture of it, where it is a picture. A receipt may be there before its line is.
    ``removed_at``: its period is over; the content of the file is gone, its name, size and SHA-256 stay.
    """

    __tablename__ = "receipt"

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", index=True)
    line_id: int | None = Field(default=None, foreign_key="claim_line.id", index=True)
    file_id: int = Field(foreign_key="stored_file.id", unique=True)
    thumbnail_id: int | None = Field(default=None, foreign_key="stored_file.id")
    added_at: datetime = Field(sa_type=UtcDateTime)
    added_by: int | None = Field(default=None, foreign_key="person.id")
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ClaimEntry(SQLModel, table=True):
    """An entry of the ledger that the approval of a claim booked for one of its lines, or that corrects such a one."""

    __tablename__ = "claim_entry"

    entry_id: int = Field(foreign_key="ledger_entry.id", primary_key=True)
    line_id: int = Field(foreign_key="claim_line.id", index=True)
