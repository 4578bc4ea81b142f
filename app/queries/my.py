"""Reads for a person's own page: what is waiting for that person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import CandidacySection, LocalGovernment, PartnerProfile, Programme, Track


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """A partner profile that a person may write, whether anything is written in it, and when its programme starts."""

    id: int
    government_id: int
    government_name: str
    is_empty: bool
    starts_on: date


def own_profiles(session: Session, actor: Actor, today: date) -> list[OwnProfile]:
    """Give the profiles that ``actor`` may write, of programmes that have not ended, by name (one query)."""
    if not (actor.is_known and (actor.coordinates or actor.countries)):
        return []
    columns: tuple[Any, ...] = (
        PartnerProfile.id,
        LocalGovernment.id,
        LocalGovernment.name,
        PartnerProfile.answers,
        Programme.starts_on,
    )
    query = (
        sa.select(*columns)
        .select_from(PartnerProfile)
        .join(LocalGovernment, col(LocalGovernment.id) == col(PartnerProfile.local_government_id))
        .join(Track, col(Track.id) == col(PartnerProfile.track_id))
        .join(Programme, col(Programme.id) == col(Track.programme_id))
        .where(
            col(Programme.ends_on) >= today,
            sa.or_(col(LocalGovernment.id).in_(actor.coordinates), col(Track.country).in_(actor.countries)),
        )
        .order_by(col(LocalGovernment.name), col(PartnerProfile.id))
    )
    return [OwnProfile(row[0], row[1], row[2], is_empty=not row[3], starts_on=row[4]) for row in session.execute(query)]


def sections_done(session: Session, candidacy_ids: Collection[int]) -> dict[int, int]:
    """Count the sections of candidacies that are complete (one query)."""
    columns: tuple[Any, ...] = (CandidacySection.candidacy_id, sa.func.count())
    query = sa.select(*columns).where(
        col(CandidacySection.candidacy_id).in_(candidacy_ids), col(CandidacySection.complete).is_(True)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(col(CandidacySection.candidacy_id)))}
