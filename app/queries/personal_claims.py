"""The claims of one person as plain values: a part of what the person may take along (``queries.personal_data``)."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Claim, ClaimLine, Receipt, StoredFile

_CLAIM: Final = (
    *("id", "partnership_id", "number", "state", "title", "created_at", "submitted_at", "decided_at"),
    *("decision_reason", "paid_out_on"),
)
_LINE: Final = (
    *("category", "description", "spent_on", "currency", "amount_minor", "rate", "rate_source", "rate_date"),
    *("amount_cents", "per_diem"),
)


def claims_of_person(session: Session, person_id: int) -> list[dict[str, object]]:
    """Give the claims that a person filled in or whose money the person gets, with lines and receipts.

    A draft of somebody else is not among them: it is its claimant's alone until it is sent.

    Of the receipts the names and hashes: their content is fetched at the claim. Two queries for each claim.
    """
    was_sent = col(Claim.submitted_at).is_not(None)
    theirs = (col(Claim.claimant_id) == person_id) | (was_sent & (col(Claim.beneficiary_id) == person_id))
    columns: list[Any] = [col(getattr(Claim, name)) for name in _CLAIM]
    mine = (col(Claim.claimant_id) == person_id).label("filled_in_by_you")
    paid = (sa.func.coalesce(col(Claim.beneficiary_id), 0) == person_id).label("paid_to_you")
    query = sa.select(*columns, mine, paid).where(theirs, col(Claim.emptied_at).is_(None)).order_by(col(Claim.id))
    claims = [row._asdict() for row in session.execute(query)]
    return [
        {
            **claim,
            "filled_in_by_you": bool(claim["filled_in_by_you"]),
            "paid_to_you": bool(claim["paid_to_you"]),
            "lines": _lines(session, claim["id"]),
            "receipts": _receipts(session, claim["id"]),
        }
        for claim in claims
    ]


def _lines(session: Session, claim_id: int) -> list[dict[str, object]]:
    columns: list[Any] = [col(getattr(ClaimLine, name)) for name in _LINE]
    query = sa.select(*columns).where(col(ClaimLine.claim_id) == claim_id)
    return [row._asdict() for row in session.execute(query.order_by(col(ClaimLine.position), col(ClaimLine.id)))]


def _receipts(session: Session, claim_id: int) -> list[dict[str, object]]:
    columns: tuple[Any, ...] = (col(StoredFile.name), col(StoredFile.sha256), col(Receipt.added_at))
    query = sa.select(*columns).join(Receipt, col(Receipt.file_id) == col(StoredFile.id))
    rows = session.execute(query.where(col(Receipt.claim_id) == claim_id).order_by(col(Receipt.id)))
    return [row._asdict() for row in rows]
