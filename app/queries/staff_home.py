"""Reads for the programme team's overview: what needs attention."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import CandidacyState, SessionStatus, Side
from app.domain.programme import PlannedKind
from app.models import AgendaSession, Candidacy, LocalGovernment, Partnership, PartnershipSide, TemplateSession

_FLEMISH, _PARTNER = aliased(PartnershipSide, name="flemish"), aliased(PartnershipSide, name="partner")
_HERE, _THERE = aliased(LocalGovernment, name="here"), aliased(LocalGovernment, name="there")


@dataclass(frozen=True, slots=True)
class IdlePartnership:
    """A partnership that has nothing of its own planned."""

    id: int
    slug: str
    flemish_name: str
    partner_name: str


def candidacies_by_state(session: Session, call_id: int) -> Mapping[CandidacyState, int]:
    """Count the candidacies of a call per state, in the order of the states (one query)."""
    columns: tuple[Any, ...] = (Candidacy.state, sa.func.count())
    query = sa.select(*columns).where(col(Candidacy.call_id) == call_id).group_by(col(Candidacy.state))
    found = {row[0]: row[1] for row in session.execute(query)}
    return {state: found[state] for state in CandidacyState if state in found}


def idle_partnerships(session: Session, programme_ids: Collection[int], now: datetime) -> list[IdlePartnership]:
    """Give the partnerships of these programmes without an own session to come, by name (one query)."""
    planned = sa.exists().where(
        col(AgendaSession.partnership_id) == col(Partnership.id),
        col(AgendaSession.ends_at) > now,
        col(AgendaSession.status) == SessionStatus.PUBLISHED,
    )
    columns: tuple[Any, ...] = (Partnership.id, Partnership.slug, _HERE.name, _THERE.name)
    query: sa.Select[Any] = sa.select(*columns).select_from(Partnership)
    for half, government, side in ((_FLEMISH, _HERE, Side.FLEMISH), (_PARTNER, _THERE, Side.PARTNER)):
        on_side = sa.and_(col(half.partnership_id) == col(Partnership.id), col(half.side) == side)
        query = query.join(half, on_side).join(government, col(government.id) == col(half.local_government_id))
    query = query.where(col(Partnership.programme_id).in_(programme_ids), ~planned)
    query = query.order_by(col(_HERE.name), col(Partnership.id))
    return [IdlePartnership(*row) for row in session.execute(query)]


def template_kinds(session: Session, programme_ids: Collection[int]) -> dict[int, list[PlannedKind]]:
    """Give kind and year of every row of these programmes' templates, by programme (one query)."""
    columns: tuple[Any, ...] = (TemplateSession.programme_id, TemplateSession.kind, TemplateSession.year)
    query = sa.select(*columns).where(col(TemplateSession.programme_id).in_(programme_ids))
    found: dict[int, list[PlannedKind]] = {number: [] for number in programme_ids}
    for row in session.execute(query.order_by(col(TemplateSession.id))):
        found[row[0]].append(PlannedKind(row[1], row[2]))
    return found
