"""Remind those who can decide over claims that wait: after as many days as the rules say, and again each as many."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import ClaimState
from app.models import Claim
from app.models.database import transaction
from app.queries.claims import claim_by_id
from app.services.claim_mails import tell_submitted
from app.services.one_by_one import one_by_one

KIND: Final = "claim_reminder"


def remind(session: Session, now: datetime) -> int:
    """Mail whoever can decide over a claim that waits for too long; give how many claims. Run again, nothing twice."""
    query = sa.select(col(Claim.id)).where(col(Claim.state) == ClaimState.SUBMITTED).order_by(col(Claim.id))
    waiting = [number for number in session.scalars(query) if number is not None]
    session.rollback()
    return one_by_one(session, waiting, lambda number: _remind(session, number, now), of="claim")


def _remind(session: Session, claim_id: int, now: datetime) -> int:
    with transaction(session):
        query = sa.select(Claim).where(col(Claim.id) == claim_id).with_for_update()
        row = session.scalars(query.execution_options(populate_existing=True)).one()
        claim = claim_by_id(session, claim_id)
        since = row.reminded_at or row.submitted_at
        if row.state is not ClaimState.SUBMITTED or since is None:
            return 0
        if now < since + timedelta(days=claim.rules.approval_days):
            return 0
        row.reminded_at = now
        session.add(row)
        return int(tell_submitted(session, claim, now=now, kind=KIND) > 0)
