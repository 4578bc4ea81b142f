"""Reads of the people who can travel: those of the travelling side who have an account."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Membership, Person


@dataclass(frozen=True, slots=True)
class SideMember:
    """Somebody of a local government who has an account."""

    id: int
    name: str
    language: str


def members_of_government(session: Session, government_id: int) -> list[SideMember]:
    """Give the people of a local government by name (one query)."""
    columns: tuple[Any, ...] = (Person.id, Person.name, Person.language)
    query = (
        sa.select(*columns)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.local_government_id) == government_id, col(Person.name) != "")
        .distinct()
        .order_by(col(Person.name), col(Person.id))
    )
    return [SideMember(*row) for row in session.execute(query)]
