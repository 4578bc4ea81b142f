"""Invented partnerships of the pilot and the running programme, with their agenda and allotments."""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Side
from app.domain.slugs import slug
from app.models import LocalGovernment, Partnership, PartnershipSide, Programme
from app.models.base import identity
from app.services.agenda import lay_out_programme
from app.services.budget import open_allotments
from app.services.demo.places import ids_by_code
from app.services.demo.programmes import content, track_ids


def load(session: Session, programme: Programme, *, key: str, now: datetime) -> list[int]:
    """Add the partnerships of a programme; give the ids of all their local governments."""
    tracks = track_ids(session, programme)
    codes = ids_by_code(session)
    places = session.execute(sa.select(col(LocalGovernment.id), col(LocalGovernment.name)))
    names = {place.id: place.name for place in places}
    made: list[int] = []
    governments: list[int] = []
    for track, flemish, partner in content()["partnerships"][key]:
        pair = codes[flemish], codes[partner]
        title = " ".join(names[number] for number in pair)
        partnership = Partnership(
            slug=slug(f"{title} {programme.starts_on.year}"),
            programme_id=identity(programme),
            track_id=tracks[track],
            created_at=now,
        )
        session.add(partnership)
        session.flush()
        for side, government_id in zip(Side, pair, strict=True):
            session.add(
                PartnershipSide(partnership_id=identity(partnership), side=side, local_government_id=government_id)
            )
        session.flush()
        open_allotments(session, identity(partnership), programme.budget_cents, now=opened_at(programme, now))
        made.append(identity(partnership))
        governments.extend(pair)
    lay_out_programme(session, identity(programme), made, now=now)
    return governments


def opened_at(programme: Programme, now: datetime) -> datetime:
    """Give the morning of a programme's first day, when its budgets are opened; not later than ``now``."""
    return min(now, datetime.combine(programme.starts_on, time(9), UTC))
