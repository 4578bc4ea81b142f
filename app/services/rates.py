"""Limits on how often something may be tried: counted in the database, so that they hold over all processes."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.errors import DomainError
from app.models import RateWindow


class TooManyTries(DomainError):
    """It was tried too often; ``retry_at`` (aware) is when it may be tried again."""

    code = "too_many_tries"

    def __init__(self, *, retry_at: datetime) -> None:
        super().__init__(retry_at=retry_at)
        self.retry_at = retry_at


def hit(session: Session, key: str, *, limit: int, window: timedelta, now: datetime) -> None:
    """Count one try; at most ``limit`` are let through in a ``window`` that starts with the first of them.

    ``key`` says what is tried and by whom (``sign_in.address:ada@example.org``); only its hash is stored. It is one
    statement, so two processes never both take the last try. What is refused is rolled back with its transaction.

    :raises TooManyTries: the limit was reached.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    hashed = hashlib.sha256(key.encode()).hexdigest()
    starts_at, count = col(RateWindow.window_starts_at), col(RateWindow.count)
    is_over = starts_at <= now - window
    statement = insert(RateWindow).values(key=hashed, window_starts_at=now, count=1)
    counted = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": sa.case((is_over, 1), else_=count + 1),
            "window_starts_at": sa.case((is_over, statement.excluded.window_starts_at), else_=starts_at),
        },
    ).returning(starts_at, count)
    row = session.execute(counted).one()
    if row[1] > limit:
        raise TooManyTries(retry_at=row[0] + window)
