"""Reads of the people of partnerships: per side, and how many there are in a list of partnerships."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country, Role, SessionKind, SessionStatus
from app.models import AgendaSession, Association, Membership, Person


@dataclass(frozen=True, slots=True)
class SidePerson:
    """Somebody of a local government or an association."""

    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class NextSession:
    """The next session that a partnership has."""

    kind: SessionKind
    starts_at: datetime


def people_of_governments(session: Session, government_ids: Collection[int]) -> dict[int, list[SidePerson]]:
    """Give the people of each local government, coordinators first, then by name (one query)."""
    key = col(Membership.local_government_id)
    columns: tuple[Any, ...] = (Membership.local_government_id, Person.name, Person.email, Membership.role)
    query = (
        sa.select(*columns)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(key.in_(sorted(set(government_ids))))
        .order_by(
            key, sa.case((col(Membership.role) == Role.COORDINATOR, 0), else_=1), col(Person.name), col(Person.id)
        )
    )
    found: dict[int, list[SidePerson]] = {}
    for government_id, *person in session.execute(query):
        found.setdefault(government_id, []).append(SidePerson(*person))
    return found


def people_of_associations(session: Session, countries: Collection[Country]) -> dict[Country, list[SidePerson]]:
    """Give the people of the associations of some countries, by name (one query)."""
    columns: tuple[Any, ...] = (Association.country, Person.name, Person.email, Membership.role)
    query = (
        sa.select(*columns)
        .join(Membership, col(Membership.association_id) == col(Association.id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Association.country).in_(sorted(countries)), col(Membership.role) == Role.ASSOCIATION)
        .order_by(col(Association.country), col(Person.name), col(Person.id))
    )
    found: dict[Country, list[SidePerson]] = {}
    for country, *person in session.execute(query):
        found.setdefault(country, []).append(SidePerson(*person))
    return found


def next_sessions(session: Session, partnership_ids: Collection[int], now: datetime) -> dict[int, NextSession]:
    """Give the next session of each partnership's own agenda after ``now`` (one query)."""
    key = col(AgendaSession.partnership_id)
    columns: tuple[Any, ...] = (AgendaSession.partnership_id, AgendaSession.kind, AgendaSession.starts_at)
    query = (
        sa.select(*columns)
        .where(
            key.in_(sorted(set(partnership_ids))),
            col(AgendaSession.starts_at) > now,
            col(AgendaSession.status) != SessionStatus.CANCELLED,
        )
        .order_by(col(AgendaSession.starts_at).desc(), col(AgendaSession.id).desc())
    )
    return {partnership_id: NextSession(kind, starts_at) for partnership_id, kind, starts_at in session.execute(query)}
