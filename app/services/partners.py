"""What people do with partner profiles: add one, and save what it says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Country
from app.domain.partner import ProfileChanged, ProfileExists, WrongCountry, check_can_write
from app.models import LocalGovernment, PartnerProfile, Track
from app.queries.partners import Profile, profile_of
from app.services.events import record


def add_profile(session: Session, track_id: int, government_id: int, *, actor: Actor, now: datetime) -> int:
    """Add an empty profile of a local government to a track; give its id.

    :raises NotAllowed: it is up to others.
    :raises WrongCountry: the track is about another country.
    :raises ProfileExists: it has one.
    """
    query = sa.select(col(LocalGovernment.name), col(LocalGovernment.country))
    name, country = session.execute(query.where(col(LocalGovernment.id) == government_id)).one()
    check_can_write(actor, government_id=government_id, country=country)
    if country is not _country_of(session, track_id):
        raise WrongCountry
    made = PartnerProfile(
        track_id=track_id, local_government_id=government_id, updated_at=now, person_id=actor.person_id
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError as violation:
        raise ProfileExists from violation
    assert made.id is not None  # noqa: S101 - flushed
    record(session, actor, "partner.added", subject=("partner_profile", made.id), now=now, government=name)
    return made.id


def save_profile(
    session: Session,
    profile: Profile,
    *,
    answers: Mapping[str, Any],
    capacity: int,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Save a profile that was written on top of ``version``; the same words again change nothing.

    :raises NotAllowed: it is up to others.
    :raises ProfileChanged: somebody else saved other words since.
    """
    check_can_write(actor, government_id=profile.government_id, country=profile.country)
    locked = sa.select(col(PartnerProfile.id)).where(col(PartnerProfile.id) == profile.id).with_for_update()
    session.execute(locked)
    stored = profile_of(session, actor, profile.id)
    assert stored is not None  # noqa: S101 - profiles are not removed
    if (dict(stored.answers), stored.capacity) == (dict(answers), capacity):
        return
    if stored.version != version:
        raise ProfileChanged(name=stored.person_name)
    statement = sa.update(PartnerProfile).where(col(PartnerProfile.id) == profile.id)
    values = {"answers": dict(answers), "capacity": capacity, "version": version + 1}
    session.execute(statement.values(**values, updated_at=now, person_id=actor.person_id))
    record(session, actor, "partner.changed", subject=("partner_profile", profile.id), now=now, government=profile.name)


def _country_of(session: Session, track_id: int) -> Country:
    return session.execute(sa.select(col(Track.country)).where(col(Track.id) == track_id)).scalar_one()
