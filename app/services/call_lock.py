"""The lock under which the places of a call are given: take it before that of any of its candidacies."""

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Call


def hold_call(session: Session, call_id: int) -> None:
    """Hold a call to the end of the transaction: who decides, sends, publishes or moves up does so one by one."""
    session.execute(sa.select(col(Call.id)).where(col(Call.id) == call_id).with_for_update())
