"""The lock that every change of a candidacy takes first, and the change of its state."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import CandidacyState
from app.models import Candidacy


def lock(session: Session, candidacy_id: int, now: datetime) -> CandidacyState:
    """Lock a candidacy to the end of the transaction, note the change, and give its state as it is now."""
    given = {"candidacy_id": candidacy_id, "at": now}
    return CandidacyState(session.connection().execute(_LOCK, given).scalar_one())


def set_state(session: Session, candidacy_id: int, state: CandidacyState) -> None:
    """Store the state of a candidacy that is locked."""
    session.execute(sa.update(Candidacy).where(col(Candidacy.id) == candidacy_id).values(state=state))


# built once: a draft is saved every second and a half while somebody types
_LOCK = (
    sa.update(Candidacy)
    .where(col(Candidacy.id) == sa.bindparam("candidacy_id"))
    .values(updated_at=sa.bindparam("at"))
    .returning(col(Candidacy.state))
)
