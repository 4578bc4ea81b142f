"""What was done to a claim, as the event log tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Event


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """An entry of the event log about a claim."""

    happened_at: datetime
    person_name: str
    verb: str
    details: Mapping[str, object]


def history_of_claim(session: Session, claim_id: int) -> list[ClaimEvent]:
    """Give what was done to a claim, the latest first, without what was redacted (one query).

    Whoever asks must be allowed to see the claim: this is not checked here.
    """
    query = (
        sa.select(col(Event.happened_at), col(Event.person_name), col(Event.verb), col(Event.details))
        .where(col(Event.subject_kind) == "claim", col(Event.subject_id) == claim_id, col(Event.redacted_at).is_(None))
        .order_by(col(Event.id).desc())
    )
    return [ClaimEvent(*row) for row in session.execute(query)]
