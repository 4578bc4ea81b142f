"""Reads about people: who is signed in, who has which role."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

import app.models  # noqa: F401 - the tables register themselves
from app.domain.access import Actor
from app.domain.codes import Role


def secret_hash(secret: str) -> str:
    """Give what is stored of a secret: its SHA-256 in hex. The secrets are long and random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, and the data version at that moment: stored pages need it, and here it costs nothing."""

    actor: Actor
    data_version: int


def signed_in_with(session: Session, secret: str, *, now: datetime) -> SignedIn | None:
    """Find who is signed in with a session's secret; ``None`` if nobody is (one query)."""
    given = {"secret_hash": secret_hash(secret), "now": now}
    rows = session.connection().execute(_BY_SECRET, given).all()
    return SignedIn(_actor(rows, candidacy_id=rows[0].candidacy_id), rows[0].data_version) if rows else None


def actor_of_person(session: Session, person_id: int) -> Actor:
    """Give a person as an actor, for commands and jobs that act on somebody's behalf (one query)."""
    return _actor(session.connection().execute(_BY_PERSON, {"person_id": person_id}).all())


def _statements() -> tuple[sa.Select[Any], sa.Select[Any]]:
    """Build both queries once, on plain tables: every request of somebody who is signed in runs one of them."""
    tables = SQLModel.metadata.tables
    person, membership, association, web_session, reading = (
        tables[name] for name in ("person", "membership", "association", "web_session", "reading")
    )
    columns = (
        person.c.id.label("person_id"),
        *(person.c[name] for name in ("name", "email", "language", "zone")),
        membership.c.role,
        membership.c.local_government_id,
        association.c.country,
        sa.select(reading.c.id).where(reading.c.person_id == person.c.id).exists().label("is_reader"),
    )
    people = person.outerjoin(membership, membership.c.person_id == person.c.id).outerjoin(
        association, association.c.id == membership.c.association_id
    )
    by_secret = (
        sa.select(
            *columns,
            web_session.c.candidacy_id,
            sa.select(tables["log_head"].c.version).scalar_subquery().label("data_version"),
        )
        .select_from(people.join(web_session, web_session.c.person_id == person.c.id))
        .where(
            web_session.c.secret_hash == sa.bindparam("secret_hash"),
            web_session.c.ended_at.is_(None),
            web_session.c.expires_at > sa.bindparam("now"),
        )
        .order_by(membership.c.id)
    )
    by_person = (
        sa.select(*columns)
        .select_from(people)
        .where(person.c.id == sa.bindparam("person_id"))
        .order_by(membership.c.id)
    )
    return by_secret, by_person


_BY_SECRET, _BY_PERSON = _statements()


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
        is_reader=first.is_reader,
    )
