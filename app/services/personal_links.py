"""Links in mails with which somebody does one thing without signing in: random, stored as hashes, for a while."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import LinkPurpose
from app.models import PersonalLink
from app.queries.people import secret_hash

LASTS: Final = timedelta(days=120)


def make_link(
    session: Session,
    person_id: int,
    purpose: LinkPurpose,
    subject_id: int | None,
    *,
    now: datetime,
    lasts: timedelta = LASTS,
) -> str:
    """Make a link of a person for one purpose; give its secret, which stands nowhere else."""
    return make_links(session, [person_id], purpose, subject_id, now=now, lasts=lasts)[person_id]


def make_links(
    session: Session,
    person_ids: Iterable[int],
    purpose: LinkPurpose,
    subject_id: int | None,
    *,
    now: datetime,
    lasts: timedelta = LASTS,
) -> dict[int, str]:
    """Make a link of each person (one statement); give their secrets by person."""
    made = {person_id: secrets.token_urlsafe(18) for person_id in person_ids}
    rows = [
        {
            "secret_hash": secret_hash(secret),
            "person_id": person_id,
            "purpose": purpose,
            "subject_id": subject_id,
            "expires_at": now + lasts,
        }
        for person_id, secret in made.items()
    ]
    if rows:
        session.execute(sa.insert(PersonalLink), rows)
    return made


def forget_links(session: Session, *, now: datetime) -> int:
    """Delete the links that no longer open anything; give their number."""
    over = sa.delete(PersonalLink).where(col(PersonalLink.expires_at) <= now).returning(col(PersonalLink.id))
    return len(session.execute(over).all())
