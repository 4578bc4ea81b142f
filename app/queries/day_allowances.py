"""Reads about day allowances: days that are claimed already, and the own drafts to which a line can be added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import ClaimState
from app.domain.per_diem import days_of_data
from app.models import Claim, ClaimLine, Membership
from app.queries.visits import TravellerFacts

_GIVEN_UP: Final = (ClaimState.REFUSED, ClaimState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """A claim that its claimant can still change."""

    id: int
    number: int
    title: str


def claimed_days(session: Session, partnership_id: int, traveller: TravellerFacts) -> dict[date, int]:
    """Give the days of a traveller that are in a claim which was not refused or withdrawn, with its number (one query).

    A traveller whose person is known is the same in every visit of the partnership.
    """
    kept = sa.cast(col(ClaimLine.per_diem), sa.String)
    query = (
        sa.select(col(Claim.number), col(ClaimLine.per_diem))
        .join(Claim, col(Claim.id) == col(ClaimLine.claim_id))
        .where(col(Claim.partnership_id) == partnership_id, col(Claim.state).not_in(_GIVEN_UP), kept != "null")
        .order_by(col(ClaimLine.id))
    )
    found: dict[date, int] = {}
    rows: Iterable[Any] = session.execute(query)
    for number, data in rows:
        if data and _is_of(data, traveller):
            found |= dict.fromkeys(days_of_data(data), number)
    return found


def own_drafts(
    session: Session, actor: Actor, allotment_id: int, *, session_id: int, beneficiary_id: int | None
) -> list[OwnDraft]:
    """Give the claims of ``actor`` on a half for the same visit and the same beneficiary that can be changed."""
    columns: tuple[Any, ...] = (col(Claim.id), col(Claim.number), col(Claim.title))
    query = (
        sa.select(*columns)
        .where(
            col(Claim.allotment_id) == allotment_id,
            col(Claim.claimant_id) == actor.person_id,
            col(Claim.session_id) == session_id,
            col(Claim.beneficiary_id).is_not_distinct_from(beneficiary_id),
            col(Claim.state).in_([ClaimState.DRAFT, ClaimState.RETURNED]),
        )
        .order_by(col(Claim.id))
    )
    return [OwnDraft(*row) for row in session.execute(query)]


def beneficiary_of(session: Session, traveller: TravellerFacts, government_id: int) -> int | None:
    """Give the person of a traveller, if that is somebody of the local government (one query)."""
    if traveller.person_id is None:
        return None
    query = sa.select(col(Membership.person_id)).where(
        col(Membership.person_id) == traveller.person_id, col(Membership.local_government_id) == government_id
    )
    return session.scalar(query.limit(1))


def _is_of(data: dict[str, Any], traveller: TravellerFacts) -> bool:
    same_person = traveller.person_id is not None and data.get("person") == traveller.person_id
    return data.get("traveller") == traveller.id or same_person
