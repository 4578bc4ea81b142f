"""Reads for laying out a programme's template: its tracks, its partnerships' wishes, and what is there already."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.agenda_template import PlannedPartnership, PlannedTrack
from app.domain.codes import CandidacyState, Direction, Section, Side
from app.models import (
    AgendaSession,
    Call,
    Candidacy,
    CandidacySection,
    Partnership,
    PartnershipSide,
    Programme,
    Track,
)

Key = tuple[int | None, int | None, int | None]


def period_of_programme(session: Session, programme_id: int) -> tuple[date, date]:
    """Give a programme's first and last day, and keep others from laying it out meanwhile (one query)."""
    query = sa.select(col(Programme.starts_on), col(Programme.ends_on)).where(col(Programme.id) == programme_id)
    first, last = session.execute(query.with_for_update()).one()
    return first, last


def tracks_with_partnerships(session: Session, programme_id: int) -> list[PlannedTrack]:
    """Give the tracks of a programme in which somebody is paired (one query)."""
    paired = sa.select(col(Partnership.track_id)).where(col(Partnership.programme_id) == programme_id)
    columns: tuple[Any, ...] = (Track.id, Track.country, Track.language)
    query = sa.select(*columns).where(col(Track.id).in_(paired)).order_by(col(Track.position), col(Track.id))
    return [PlannedTrack(*row) for row in session.execute(query)]


def planned_partnerships(session: Session, partnership_ids: Collection[int]) -> list[PlannedPartnership]:
    """Give partnerships with the direction that the Flemish side wished for in its candidacy (two queries)."""
    wishes = _wished_directions(session, partnership_ids)
    columns: tuple[Any, ...] = (Partnership.id, Partnership.track_id)
    query = sa.select(*columns).where(col(Partnership.id).in_(partnership_ids)).order_by(col(Partnership.id))
    return [
        PlannedPartnership(number, track_id, wishes.get(number, Direction.NO_PREFERENCE))
        for number, track_id in session.execute(query)
    ]


def _wished_directions(session: Session, partnership_ids: Collection[int]) -> dict[int, Direction]:
    columns: tuple[Any, ...] = (PartnershipSide.partnership_id, CandidacySection.answers)
    query = (
        sa.select(*columns)
        .join(Partnership, col(Partnership.id) == col(PartnershipSide.partnership_id))
        .join(Call, col(Call.programme_id) == col(Partnership.programme_id))
        .join(
            Candidacy,
            sa.and_(
                col(Candidacy.call_id) == col(Call.id),
                col(Candidacy.local_government_id) == col(PartnershipSide.local_government_id),
                col(Candidacy.state) != CandidacyState.WITHDRAWN,
            ),
        )
        .join(CandidacySection, col(CandidacySection.candidacy_id) == col(Candidacy.id))
        .where(
            col(PartnershipSide.partnership_id).in_(partnership_ids),
            col(PartnershipSide.side) == Side.FLEMISH,
            col(CandidacySection.section) == Section.PROMISES,
        )
        .order_by(col(CandidacySection.id))
    )
    known = {direction.value for direction in Direction}
    return {
        number: Direction(answers["direction"])
        for number, answers in session.execute(query)
        if answers.get("direction") in known
    }


def laid_out(session: Session, programme_id: int) -> set[Key]:
    """Give what is laid out already, cancelled or not: row of the template, track and partnership (one query)."""
    columns: tuple[Any, ...] = (AgendaSession.template_id, AgendaSession.track_id, AgendaSession.partnership_id)
    query = sa.select(*columns).where(
        col(AgendaSession.programme_id) == programme_id, col(AgendaSession.template_id).is_not(None)
    )
    return {(row[0], row[1], row[2]) for row in session.execute(query)}
