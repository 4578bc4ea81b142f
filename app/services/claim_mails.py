"""Mails about claims, in the words of whoever reads them, each with what to do now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import ClaimState
from app.models import Person
from app.queries.claim_access import approvers_of
from app.queries.claim_facts import ClaimFacts
from app.services.mail import Recipient, enqueue


def tell_submitted(session: Session, claim: ClaimFacts, *, now: datetime, kind: str = "claim_submitted") -> int:
    """Ask those who can decide over a claim to do so; give how many."""
    people = approvers_of(session, claim.id, claim.involved).people
    for one in people:
        to = Recipient(one.email, one.name, one.language, one.person_id)
        _write(session, kind, to, claim, now)
    return len(people)


def tell_decided(session: Session, claim: ClaimFacts, *, now: datetime) -> None:
    """Tell who claims and who gets the money what was decided."""
    kinds = {
        ClaimState.APPROVED: "claim_approved",
        ClaimState.RETURNED: "claim_returned",
        ClaimState.REFUSED: "claim_refused",
    }
    for to in _people(session, (claim.claimant_id, claim.beneficiary_id)):
        _write(session, kinds[claim.state], to, claim, now)


def tell_paid_out(session: Session, claim: ClaimFacts, *, now: datetime) -> None:
    """Tell who gets the money that it was paid out: the claimant, where it is the local government itself."""
    for to in _people(session, (claim.beneficiary_id or claim.claimant_id,)):
        _write(session, "claim_paid_out", to, claim, now)


def _people(session: Session, numbers: Iterable[int | None]) -> list[Recipient]:
    wanted = sorted({number for number in numbers if number is not None})
    query = sa.select(Person).where(col(Person.id).in_(wanted), col(Person.removed_at).is_(None))
    rows = session.scalars(query.order_by(col(Person.id)))
    return [Recipient(one.email, one.name, one.language, one.id) for one in rows]


def _write(session: Session, kind: str, to: Recipient, claim: ClaimFacts, now: datetime) -> None:
    values: dict[str, Any] = {
        "claim": claim,
        "path": f"/partnerships/{claim.slug}/claims/{claim.number}",
        "is_claimant": to.person_id == claim.claimant_id,
    }
    enqueue(session, kind, to=to, values=values, now=now)
