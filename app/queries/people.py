"""Reads about people: who is signed in, who has which role."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import PUBLIC, Actor
from app.domain.codes import Role
from app.models import Association, Membership, Person, WebSession


def secret_hash(secret: str) -> str:
    """Give what is stored of a secret: its SHA-256 in hex. The secrets are long and random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_of_secret(session: Session, secret: str, *, now: datetime) -> Actor:
    """Find who is signed in with a session's secret; ``PUBLIC`` if nobody is (one query)."""
    query = (
        sa.select(*_ACTOR_COLUMNS, col(WebSession.candidacy_id))
        .select_from(WebSession)
        .join(Person, col(Person.id) == col(WebSession.person_id))
        .outerjoin(Membership, col(Membership.person_id) == col(Person.id))
        .outerjoin(Association, col(Association.id) == col(Membership.association_id))
        .where(
            col(WebSession.secret_hash) == secret_hash(secret),
            col(WebSession.ended_at).is_(None),
            col(WebSession.expires_at) > now,
        )
        .order_by(col(Membership.id))
    )
    rows = session.execute(query).all()
    return _actor(rows, candidacy_id=rows[0].candidacy_id) if rows else PUBLIC


def actor_of_person(session: Session, person_id: int) -> Actor:
    """Give a person as an actor, for commands and jobs that act on somebody's behalf (one query)."""
    query = (
        sa.select(*_ACTOR_COLUMNS)
        .select_from(Person)
        .outerjoin(Membership, col(Membership.person_id) == col(Person.id))
        .outerjoin(Association, col(Association.id) == col(Membership.association_id))
        .where(col(Person.id) == person_id)
        .order_by(col(Membership.id))
    )
    return _actor(session.execute(query).all())


_ACTOR_COLUMNS: tuple[Any, ...] = (
    col(Person.id).label("person_id"),
    col(Person.name),
    col(Person.email),
    col(Person.language),
    col(Person.zone),
    col(Membership.role),
    col(Membership.local_government_id),
    col(Association.country),
)


def _actor(rows: Sequence[Any], *, candidacy_id: int | None = None) -> Actor:
    first = rows[0]
    if candidacy_id is not None:  # somebody who typed this person's address: neither its name nor its roles
        return Actor(
            person_id=first.person_id,
            name=first.email,
            email=first.email,
            language=first.language,
            zone=first.zone,
            candidacy_id=candidacy_id,
        )
    coordinates = frozenset(row.local_government_id for row in rows if row.role is Role.COORDINATOR)
    return Actor(
        person_id=first.person_id,
        name=first.name,
        email=first.email,
        language=first.language,
        zone=first.zone,
        roles=frozenset(row.role for row in rows if row.role is not None),
        coordinates=coordinates,
        participates=coordinates | {row.local_government_id for row in rows if row.role is Role.PARTICIPANT},
        countries=frozenset(row.country for row in rows if row.role is Role.ASSOCIATION),
    )
