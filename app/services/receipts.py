"""A form carries a key; carried out once, it leads to the same place when it is sent again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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


def last_location(session: Session, key: str) -> str:
    """Give where a page that saves again and again led last, empty if it has not saved yet.

    Lock what the page writes first, so that nobody else saves from it between this and ``keep_location``.
    """
    return session.connection().execute(_EARLIER, {"receipt_key": key}).scalar() or ""


def keep_location(session: Session, key: str, location: str, *, actor: Actor, now: datetime) -> None:
    """Note where a page that saves again and again led now."""
    connection = session.connection()
    given = {"key": key, "person_id": actor.person_id, "location": location, "created_at": now}
    connection.execute(_KEEPS[connection.dialect.name], given)


_OWN_KEY = col(FormReceipt.key) == sa.bindparam("receipt_key")
_INSERTS: Mapping[str, Any] = {"postgresql": postgresql.insert(FormReceipt), "sqlite": sqlite.insert(FormReceipt)}
_CLAIMS = {name: insert.on_conflict_do_nothing().returning(col(FormReceipt.key)) for name, insert in _INSERTS.items()}
_KEEPS = {
    name: insert.on_conflict_do_update(index_elements=["key"], set_={"location": insert.excluded.location})
    for name, insert in _INSERTS.items()
}
_EARLIER = sa.select(col(FormReceipt.location)).where(_OWN_KEY)
_SETTLE = sa.update(FormReceipt).where(_OWN_KEY).values(location=sa.bindparam("location"))
