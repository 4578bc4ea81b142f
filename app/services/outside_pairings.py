"""Pairing problems that are no problems of ours: how many somebody may have solved here."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.models.database import transaction
from app.services.rates import hit

SOLVED_PER_CLIENT: Final = 60
HOUR: Final = timedelta(hours=1)


def count_solve(session: Session, client: str, *, now: datetime) -> None:
    """Count one problem of a client, in a transaction of its own.

    :raises TooManyTries: there were as many as may be in an hour.
    """
    with transaction(session):
        hit(session, f"pairings.solve:{client}", limit=SOLVED_PER_CLIENT, window=HOUR, now=now)
