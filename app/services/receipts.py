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
    connection = session.connection()
    given = {"key": key, "person_id": actor.person_id, "location": "", "created_at": now}
    if connection.execute(_CLAIMS[connection.dialect.name], given).scalar() is not None:
        return None
    return str(connection.execute(_EARLIER, {"receipt_key": key}).scalar_one())


def settle(session: Session, key: str, location: str) -> None:
    """Note where the form led."""
    session.connection().execute(_SETTLE, {"receipt_key": key, "location": location})


_OWN_KEY = col(FormReceipt.key) == sa.bindparam("receipt_key")
_CLAIMS = {
    "postgresql": postgresql.insert(FormReceipt).on_conflict_do_nothing().returning(col(FormReceipt.key)),
    "sqlite": sqlite.insert(FormReceipt).on_conflict_do_nothing().returning(col(FormReceipt.key)),
}
_EARLIER = sa.select(col(FormReceipt.location)).where(_OWN_KEY)
_SETTLE = sa.update(FormReceipt).where(_OWN_KEY).values(location=sa.bindparam("location"))
