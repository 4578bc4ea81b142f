"""A form carries a key; carried out once, it leads to the same place when it is sent again."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import FormReceipt


def claim(session: Session, key: str, *, actor: Actor, now: datetime) -> str | None:
    """Claim a form's key; give the earlier result's address if it was carried out before, else ``None``.

    Call it first in the transaction: a second sender waits here until the first has committed.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(FormReceipt).values(key=key, person_id=actor.person_id, location="", created_at=now)
    result = session.execute(statement.on_conflict_do_nothing().returning(col(FormReceipt.key)))
    if result.scalar() is not None:
        return None
    return session.execute(sa.select(col(FormReceipt.location)).where(col(FormReceipt.key) == key)).scalar_one()


def settle(session: Session, key: str, location: str) -> None:
    """Note where the form led."""
    session.execute(sa.update(FormReceipt).where(col(FormReceipt.key) == key).values(location=location))
