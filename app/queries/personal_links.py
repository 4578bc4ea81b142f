"""Who opened a personal link, and what it is for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import LinkPurpose
from app.models import Person, PersonalLink
from app.queries.people import secret_hash


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Whose link it is, in which language and zone the person reads, and the session or poll that it is about."""

    person_id: int
    name: str
    language: str
    zone: str
    subject_id: int | None


def holder_of(session: Session, secret: str, purpose: LinkPurpose, *, now: datetime) -> LinkHolder | None:
    """Find who holds a link that is good at ``now`` for that purpose (one query)."""
    columns: tuple[Any, ...] = (Person.id, Person.name, Person.language, Person.zone, PersonalLink.subject_id)
    query = (
        sa.select(*columns)
        .join(PersonalLink, col(PersonalLink.person_id) == col(Person.id))
        .where(
            col(PersonalLink.secret_hash) == secret_hash(secret),
            col(PersonalLink.purpose) == purpose,
            col(PersonalLink.expires_at) > now,
            col(Person.removed_at).is_(None),
        )
    )
    row = session.execute(query).first()
    return LinkHolder(*row) if row is not None else None
