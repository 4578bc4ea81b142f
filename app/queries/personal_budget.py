"""What a person wrote and confirmed about budgets: a part of what the person may take along (``personal_data``)."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import (
    ClosedYear,
    ExchangeRate,
    PlannedSpending,
    Settlement,
    StatementConfirmation,
    Transfer,
    TransferConsent,
)

_PARTS: Final[dict[str, tuple[Any, str, tuple[str, ...]]]] = {
    "transfers_you_proposed": (
        Transfer,
        "proposed_by",
        ("id", "partnership_id", "from_side", "amount_cents", "reason", "state", "proposed_at", "ended_at"),
    ),
    "answers_to_transfers": (TransferConsent, "person_id", ("transfer_id", "party", "agreed", "words", "given_at")),
    "statements_you_confirmed": (
        StatementConfirmation,
        "person_id",
        ("partnership_id", "year", "side", "confirmed_at", "digest"),
    ),
    "plans_you_made": (
        PlannedSpending,
        "planned_by",
        ("id", "allotment_id", "category", "year", "amount_cents", "description", "planned_at", "removed_at"),
    ),
    "rates_you_entered": (ExchangeRate, "entered_by", ("currency", "rate_date", "value", "source", "entered_at")),
    "years_you_closed": (ClosedYear, "closed_by", ("partnership_id", "year", "closed_at", "reason")),
    "budgets_you_settled": (Settlement, "settled_by", ("partnership_id", "settled_at", "rest", "reason")),
}
"""The table, the column that says who, and the columns that are given; the first ones keep the rows in order."""


def budget_of_person(session: Session, person_id: int) -> dict[str, list[dict[str, object]]]:
    """Give what a person proposed, answered, confirmed, planned, entered, closed and settled (a query for each)."""
    return {part: _rows(session, *of, person_id) for part, of in _PARTS.items()}


def _rows(session: Session, table: Any, who: str, names: tuple[str, ...], person_id: int) -> list[dict[str, object]]:  # noqa: ANN401 - any table
    columns: list[Any] = [col(getattr(table, name)) for name in names]
    query = sa.select(*columns).where(col(getattr(table, who)) == person_id).order_by(*columns[:3])
    return [row._asdict() for row in session.execute(query)]
