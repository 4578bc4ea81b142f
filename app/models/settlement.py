"""Money between the sides, years that are closed, statements that are confirmed, and the end of a budget."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.domain.codes import ConsentParty, RestRule, Side, TransferState
from app.models.base import UtcDateTime, code_type


class Transfer(SQLModel, table=True):
    """Money that goes from ``from_side`` to the other side once both sides and the association have agreed."""

    __tablename__ = "transfer"
    __table_args__ = (sa.CheckConstraint("amount_cents > 0", name="amount_cents"),)

    id: int | None = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id", index=True)
    from_side: Side = Field(sa_type=code_type(Side, "from_side"))
    amount_cents: int = Field(sa_type=sa.BigInteger)
    reason: str = Field(max_length=500)
    state: TransferState = Field(default=TransferState.OPEN, sa_type=code_type(TransferState, "state"))
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    proposed_by: int = Field(foreign_key="person.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TransferConsent(SQLModel, table=True):
    """What one of the three parties answered, by whom: a person answers for one party only."""

    __tablename__ = "transfer_consent"
    __table_args__ = (sa.UniqueConstraint("transfer_id", "person_id"),)

    transfer_id: int = Field(foreign_key="transfer.id", primary_key=True)
    party: ConsentParty = Field(sa_column=sa.Column(code_type(ConsentParty, "party"), primary_key=True))
    person_id: int = Field(foreign_key="person.id")
    agreed: bool
    words: str = Field(default="", max_length=500)
    given_at: datetime = Field(sa_type=UtcDateTime)


class ClosedYear(SQLModel, table=True):
    """A calendar year of a partnership's ledger in which no entry is dated any more."""

    __tablename__ = "closed_year"

    partnership_id: int = Field(foreign_key="partnership.id", primary_key=True)
    year: int = Field(primary_key=True)
    closed_at: datetime = Field(sa_type=UtcDateTime)
    closed_by: int | None = Field(default=None, foreign_key="person.id")
    reason: str = Field(default="", max_length=500)


class StatementConfirmation(SQLModel, table=True):
    """A coordinator's confirmation of the statement of a year for a side.

    ``digest`` is the SHA-256 (hex) of the figures that were confirmed: where the figures of today have another one,
    the confirmation does not count any more.
    """

    __tablename__ = "statement_confirmation"

    partnership_id: int = Field(foreign_key="partnership.id", primary_key=True)
    year: int = Field(primary_key=True)
    side: Side = Field(sa_column=sa.Column(code_type(Side, "side"), primary_key=True))
    person_id: int = Field(foreign_key="person.id")
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    digest: str = Field(max_length=64)


class Settlement(SQLModel, table=True):
    """The end of a partnership's budget: nothing is booked after it.

    ``successor_id``: the partnership to which the rest was carried.
    """

    __tablename__ = "settlement"

    partnership_id: int = Field(foreign_key="partnership.id", primary_key=True)
    settled_at: datetime = Field(sa_type=UtcDateTime)
    settled_by: int | None = Field(default=None, foreign_key="person.id")
    rest: RestRule = Field(sa_type=code_type(RestRule, "rest"))
    reason: str = Field(default="", max_length=500)
    successor_id: int | None = Field(default=None, foreign_key="partnership.id")
