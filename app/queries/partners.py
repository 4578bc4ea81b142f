"""Reads of partner profiles, always through the actor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Country
from app.models import LocalGovernment, PartnerProfile, Person, Programme, Track


@dataclass(frozen=True, slots=True)
class Profile:
    """A partner profile with its local government and its track; ``title_of`` gives the track's words."""

    id: int
    track_id: int
    track_slug: str
    title_nl: str
    title_fr: str
    title_en: str
    programme_id: int
    programme_slug: str
    starts_on: date
    government_id: int
    code: str
    name: str
    country: Country
    region: str
    capacity: int
    answers: Mapping[str, Any]
    version: int
    updated_at: datetime
    person_name: str


@dataclass(frozen=True, slots=True)
class Addable:
    """A local government that can get a profile."""

    id: int
    code: str
    name: str
    country: Country


def profiles_of(session: Session, actor: Actor, programme_id: int | None = None) -> list[Profile]:
    """Give the profiles that ``actor`` may write, newest programme first, by track and name (one query)."""
    query = _profiles(actor)
    if programme_id is not None:
        query = query.where(col(Track.programme_id) == programme_id)
    return [Profile(*row) for row in session.execute(query)]


def profile_of(session: Session, actor: Actor, profile_id: int) -> Profile | None:
    """Give a profile that ``actor`` may write, else ``None`` (one query)."""
    row = session.execute(_profiles(actor).where(col(PartnerProfile.id) == profile_id)).first()
    return Profile(*row) if row else None


def addable(session: Session, actor: Actor, programme_id: int, day: date) -> list[Addable]:
    """Give who exists on ``day``, lies in a country of the programme's tracks, and has no profile there (one query)."""
    taken = (
        sa.select(col(PartnerProfile.local_government_id))
        .join(Track, col(Track.id) == col(PartnerProfile.track_id))
        .where(col(Track.programme_id) == programme_id)
    )
    countries = sa.select(col(Track.country)).where(col(Track.programme_id) == programme_id)
    last = col(LocalGovernment.valid_to)
    columns: tuple[Any, ...] = (LocalGovernment.id, LocalGovernment.code, LocalGovernment.name, LocalGovernment.country)
    query = (
        sa.select(*columns)
        .where(
            _writable(actor),
            col(LocalGovernment.country).in_(countries),
            col(LocalGovernment.id).not_in(taken),
            col(LocalGovernment.valid_from) <= day,
            sa.or_(last.is_(None), last >= day),
        )
        .order_by(col(LocalGovernment.country), col(LocalGovernment.name), col(LocalGovernment.id))
    )
    return [Addable(*row) for row in session.execute(query)]


def _profiles(actor: Actor) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        PartnerProfile.id,
        PartnerProfile.track_id,
        Track.slug,
        Track.title_nl,
        Track.title_fr,
        Track.title_en,
        Track.programme_id,
        Programme.slug,
        Programme.starts_on,
        LocalGovernment.id,
        LocalGovernment.code,
        LocalGovernment.name,
        LocalGovernment.country,
        LocalGovernment.region,
        PartnerProfile.capacity,
        PartnerProfile.answers,
        PartnerProfile.version,
        PartnerProfile.updated_at,
        sa.func.coalesce(col(Person.name), ""),
    )
    return (
        sa.select(*columns)
        .select_from(PartnerProfile)
        .join(Track, col(Track.id) == col(PartnerProfile.track_id))
        .join(Programme, col(Programme.id) == col(Track.programme_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(PartnerProfile.local_government_id))
        .outerjoin(Person, col(Person.id) == col(PartnerProfile.person_id))
        .where(_writable(actor))
        .order_by(
            col(Programme.starts_on).desc(),
            col(Programme.id).desc(),
            col(Track.position),
            col(LocalGovernment.name),
            col(PartnerProfile.id),
        )
    )


def _writable(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.is_staff:
        return sa.true()
    return sa.or_(
        col(LocalGovernment.id).in_(actor.coordinates),
        col(LocalGovernment.country).in_(actor.countries if actor.is_association else ()),
    )
