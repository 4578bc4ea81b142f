"""Reads for closing years and settling budgets: what is closed, what is still open, where a rest may be carried."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.closing import Obstacles
from app.domain.codes import ClaimState, RestRule, SessionStatus, Side, TransferState
from app.models import (
    AgendaSession,
    Allotment,
    Claim,
    ClaimLine,
    ClosedYear,
    Partnership,
    PartnershipSide,
    Person,
    Programme,
    Settlement,
    Transfer,
    VisitEstimate,
    WorkVisit,
)
from app.queries.budget import open_commitments


@dataclass(frozen=True, slots=True)
class ClosedYearFacts:
    """A year that was closed: when, by whom, and why."""

    year: int
    closed_at: datetime
    closed_by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class SettlementFacts:
    """How a budget ended; ``successor_slug``: the partnership to which the rest was carried."""

    settled_at: datetime
    settled_by: str | None
    rest: RestRule
    reason: str
    successor_slug: str | None


@dataclass(frozen=True, slots=True)
class ClaimAhead:
    """A claim that stands in the way."""

    id: int
    number: int
    title: str
    state: ClaimState


@dataclass(frozen=True, slots=True)
class VisitAhead:
    """A visit whose estimate waits; ``number`` is that of its session."""

    number: int
    title_nl: str
    title_fr: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Successor:
    """A later partnership of the same two governments whose halves are open."""

    id: int
    slug: str
    starts_on: date
    ends_on: date


def closed_years_of(session: Session, partnership_ids: Iterable[int]) -> dict[int, list[ClosedYearFacts]]:
    """Give the closed years of partnerships, the first first (one query)."""
    columns: tuple[Any, ...] = (
        ClosedYear.partnership_id,
        ClosedYear.year,
        ClosedYear.closed_at,
        Person.name,
        ClosedYear.reason,
    )
    query = (
        sa.select(*columns)
        .outerjoin(Person, col(Person.id) == col(ClosedYear.closed_by))
        .where(col(ClosedYear.partnership_id).in_(sorted(set(partnership_ids))))
        .order_by(col(ClosedYear.partnership_id), col(ClosedYear.year))
    )
    found: dict[int, list[ClosedYearFacts]] = {}
    for partnership_id, *facts in session.execute(query):
        found.setdefault(partnership_id, []).append(ClosedYearFacts(*facts))
    return found


def settlements_of(session: Session, partnership_ids: Iterable[int]) -> dict[int, SettlementFacts]:
    """Give how the budgets of partnerships ended, where they did (one query)."""
    successor = aliased(Partnership)
    columns: tuple[Any, ...] = (
        Settlement.partnership_id,
        Settlement.settled_at,
        Person.name,
        Settlement.rest,
        Settlement.reason,
        successor.slug,
    )
    query = (
        sa.select(*columns)
        .outerjoin(Person, col(Person.id) == col(Settlement.settled_by))
        .outerjoin(successor, col(successor.id) == col(Settlement.successor_id))
        .where(col(Settlement.partnership_id).in_(sorted(set(partnership_ids))))
        .order_by(col(Settlement.partnership_id))
    )
    return {partnership_id: SettlementFacts(*facts) for partnership_id, *facts in session.execute(query)}


def claims_dated_in(session: Session, partnership_id: int, year: int) -> tuple[int, ...]:
    """Give the ids of the submitted claims that have a line dated in a year (one query)."""
    query = (
        sa.select(col(Claim.id))
        .join(ClaimLine, col(ClaimLine.claim_id) == col(Claim.id))
        .where(
            col(Claim.partnership_id) == partnership_id,
            col(Claim.state) == ClaimState.SUBMITTED,
            col(ClaimLine.spent_on).between(date(year, 1, 1), date(year, 12, 31)),
        )
        .distinct()
        .order_by(col(Claim.id))
    )
    return tuple(int(one or 0) for one in session.scalars(query))


def obstacles_of(session: Session, partnership_id: int) -> Obstacles:
    """Give what keeps a budget from being settled (four queries)."""
    return Obstacles(
        commitments=tuple(one.id for one in open_commitments(session, partnership_id)),
        claims=_ids(session, Claim, partnership_id, col(Claim.state).in_((ClaimState.SUBMITTED, ClaimState.RETURNED))),
        transfers=_ids(session, Transfer, partnership_id, col(Transfer.state) == TransferState.OPEN),
        visits=tuple(one.number for one in visits_with_estimate(session, partnership_id)),
    )


def claims_ahead(session: Session, claim_ids: Iterable[int]) -> list[ClaimAhead]:
    """Give the claims with these ids by their number (one query)."""
    columns: tuple[Any, ...] = (Claim.id, Claim.number, Claim.title, Claim.state)
    query = sa.select(*columns).where(col(Claim.id).in_(sorted(set(claim_ids))))
    return [ClaimAhead(*row) for row in session.execute(query.order_by(col(Claim.number), col(Claim.id)))]


def visits_with_estimate(session: Session, partnership_id: int) -> list[VisitAhead]:
    """Give the visits of a partnership that take place and whose estimate was not approved (one query)."""
    columns = [col(getattr(AgendaSession, name)) for name in ("id", "title_nl", "title_fr", "title_en")]
    query = (
        sa.select(*columns)
        .join(WorkVisit, col(WorkVisit.session_id) == col(AgendaSession.id))
        .join(VisitEstimate, col(VisitEstimate.visit_id) == col(WorkVisit.id))
        .where(
            col(AgendaSession.partnership_id) == partnership_id,
            col(AgendaSession.status) != SessionStatus.CANCELLED,
            col(VisitEstimate.approved_at).is_(None),
            col(VisitEstimate.total_cents) > 0,
        )
        .order_by(col(AgendaSession.id))
    )
    return [VisitAhead(*row) for row in session.execute(query)]


def successor_of(session: Session, partnership_id: int) -> Successor | None:
    """Give the first later partnership of the same two governments whose halves are open, if any (one query)."""
    own, own_programme = aliased(Partnership), aliased(Programme)
    columns: tuple[Any, ...] = (Partnership.id, Partnership.slug, Programme.starts_on, Programme.ends_on)
    settled = sa.exists().where(col(Settlement.partnership_id) == col(Partnership.id))
    query = (
        sa.select(*columns)
        .join(Programme, col(Programme.id) == col(Partnership.programme_id))
        .join(own, col(own.id) == partnership_id)
        .join(own_programme, col(own_programme.id) == col(own.programme_id))
        .where(
            col(Programme.starts_on) > col(own_programme.starts_on),
            *(_same_government(partnership_id, side) for side in Side),
            ~settled,
        )
        .order_by(col(Programme.starts_on), col(Partnership.id))
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else Successor(*row)


def _same_government(partnership_id: int, side: Side) -> sa.ColumnElement[bool]:
    """Tell whether the later partnership has the same government on a side, with its half open."""
    before, after = aliased(PartnershipSide), aliased(PartnershipSide)
    return sa.exists().where(
        col(before.partnership_id) == partnership_id,
        col(before.side) == side,
        col(after.partnership_id) == col(Partnership.id),
        col(after.side) == side,
        col(after.local_government_id) == col(before.local_government_id),
        col(Allotment.side_id) == col(after.id),
    )


def _ids(
    session: Session, table: type[Claim] | type[Transfer], partnership_id: int, which: sa.ColumnElement[bool]
) -> tuple[int, ...]:
    query = sa.select(col(table.id)).where(col(table.partnership_id) == partnership_id, which)
    return tuple(int(one or 0) for one in session.scalars(query.order_by(col(table.id))))
