"""Reads of whom a pairing concerns: writers of candidacies, coordinators of partners, officers of associations."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Role
from app.models import CandidacyMember, Membership, Partnership, Person, Track


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets a mail."""

    person_id: int
    name: str
    email: str
    language: str


People = dict[int, list[Reader]]


def members_by_candidacy(session: Session, candidacy_ids: Collection[int]) -> People:
    """Give who may write each candidacy, by name (one query)."""
    key = col(CandidacyMember.candidacy_id)
    query = _people(key).join(CandidacyMember, col(CandidacyMember.person_id) == col(Person.id))
    return _read(session, query.where(key.in_(sorted(candidacy_ids))))


def coordinators_by_government(session: Session, government_ids: Collection[int]) -> People:
    """Give the coordinators of each local government, by name (one query)."""
    key = col(Membership.local_government_id)
    query = _people(key).join(Membership, col(Membership.person_id) == col(Person.id))
    return _read(session, query.where(key.in_(sorted(government_ids)), col(Membership.role) == Role.COORDINATOR))


def officers_by_track(session: Session, track_ids: Collection[int]) -> People:
    """Give the people of the sister association of each track, by name (one query)."""
    key = col(Track.id)
    query = (
        _people(key)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .join(Track, col(Track.association_id) == col(Membership.association_id))
    )
    return _read(session, query.where(key.in_(sorted(track_ids)), col(Membership.role) == Role.ASSOCIATION))


def slugs_taken(session: Session, slugs: Collection[str]) -> frozenset[str]:
    """Give which of these addresses partnerships have already (one query)."""
    query = sa.select(col(Partnership.slug)).where(col(Partnership.slug).in_(sorted(slugs)))
    return frozenset(session.scalars(query))


def _people(key: Any) -> sa.Select[Any]:  # noqa: ANN401 - a column of any table
    columns: tuple[Any, ...] = (Person.id, Person.name, Person.email, Person.language)
    return sa.select(key, *columns).order_by(key, col(Person.name), col(Person.id))


def _read(session: Session, query: sa.Select[Any]) -> People:
    found: People = {}
    for key, *person in session.execute(query):
        found.setdefault(key, []).append(Reader(*person))
    return found
