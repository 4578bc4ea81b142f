"""Reads of claims that led to nothing, and of the day on which they are emptied."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import ClaimState
from app.domain.programme import Rules
from app.domain.retention import months_after
from app.domain.time import programme_day
from app.models import Claim, ClaimEntry, ClaimLine, Event, Partnership, Programme, Receipt

OVER: Final = (ClaimState.DRAFT, ClaimState.RETURNED, ClaimState.WITHDRAWN, ClaimState.REFUSED)
"""States of claims that lead to no payment as they stand."""


@dataclass(frozen=True, slots=True)
class OverClaim:
    """A claim that is emptied on the day ``removed_on``."""

    id: int
    removed_on: date


def over_claims(session: Session, *, today: date, claim_id: int | None = None) -> list[OverClaim]:
    """Give the claims without entries that are due on ``today``, those that waited longest first (one query).

    It counts from the decision, or from the last thing that happened to the claim.
    """
    changes: tuple[Any, ...] = (col(Claim.created_at), col(Claim.submitted_at), col(Claim.decided_at), *_LAST)
    query = (
        sa.select(col(Claim.id), col(Programme.rules), *changes)
        .join(Partnership, col(Partnership.id) == col(Claim.partnership_id))
        .join(Programme, col(Programme.id) == col(Partnership.programme_id))
        .where(col(Claim.state).in_(OVER), col(Claim.emptied_at).is_(None), ~_HAS_ENTRY)
    )
    if claim_id is not None:
        query = query.where(col(Claim.id) == claim_id)
    rows: Iterable[Any] = session.execute(query)
    found = [_over(number, rules, moments) for number, rules, *moments in rows]
    return sorted((one for one in found if one.removed_on <= today), key=lambda one: (one.removed_on, one.id))


def open_claims_of(session: Session, person_id: int) -> list[int]:
    """Give the claims of a person that led to no payment and that nobody decides over now (one query)."""
    query = sa.select(col(Claim.id)).where(
        col(Claim.claimant_id) == person_id,
        col(Claim.state).in_((ClaimState.DRAFT, ClaimState.RETURNED, ClaimState.WITHDRAWN)),
        col(Claim.emptied_at).is_(None),
        ~_HAS_ENTRY,
    )
    return [number for number in session.scalars(query.order_by(col(Claim.id))) if number is not None]


_HAS_ENTRY: Final = (
    sa.exists()
    .where(col(ClaimLine.claim_id) == col(Claim.id), col(ClaimEntry.line_id) == col(ClaimLine.id))
    .correlate(Claim)
)
_LAST: Final[tuple[Any, ...]] = (
    sa.select(sa.func.max(col(Receipt.added_at)))
    .where(col(Receipt.claim_id) == col(Claim.id))
    .correlate(Claim)
    .scalar_subquery(),
    sa.select(sa.func.max(col(Event.happened_at)))
    .where(col(Event.subject_kind) == "claim", col(Event.subject_id) == col(Claim.id))
    .where(col(Event.verb) != "receipt.looked_at")
    .correlate(Claim)
    .scalar_subquery(),
)


def _over(number: int, rules: dict[str, Any], moments: list[Any]) -> OverClaim:
    last = max(moment for moment in moments if moment is not None)
    return OverClaim(number, months_after(programme_day(last), Rules.from_data(rules).retention.claims_months))
