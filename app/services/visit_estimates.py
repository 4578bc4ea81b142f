"""Estimates of visits: propose, save, approve (which sets the money aside), and give free what a cancelled one left.

A coordinator proposes, the programme team approves. Each line is paid by the half of its side: by default the side that
travels. An approval books one commitment for each side and category.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor, NotAllowed
from app.domain.budget import AllotmentExceeded
from app.domain.codes import Category, Currency, SessionStatus, Side
from app.domain.emissions import Emission, NoAirport, NoFactor, airport_of, emission_of, factor_of
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.domain.time import programme_day
from app.domain.visit_costs import (
    CostLine,
    EstimateChanged,
    NothingEstimated,
    Party,
    check_can_approve,
    check_can_save,
    check_lines,
    commitments,
    proposed_lines,
    total_cents,
)
from app.domain.visit_report import VisitCancelled
from app.models import AgendaSession, VisitCommitment, VisitEstimate
from app.queries.visit_costs import allotments_of, open_of_visit
from app.queries.visits import VisitFacts
from app.services import budget
from app.services.budget import Spending
from app.services.events import record
from app.services.visits import prepare


class EstimateExceeded(AllotmentExceeded):
    """What the half of ``government`` would pay is ``over_cents`` more than is left; ``available_cents`` would fit."""

    code: ClassVar[str] = "estimate_exceeded"


class HalfNotOpen(DomainError):
    """The budget of ``government`` is not opened."""

    code: ClassVar[str] = "half_not_open"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody fills in; ``version`` is that of the estimate that was on the page, 0 where none was saved."""

    lines: tuple[CostLine, ...]
    travel_class: str
    version: int


def may_propose(actor: Actor, visit: VisitFacts) -> bool:
    """Tell who writes an estimate: the coordinators of both sides, for both may pay, and the programme team."""
    sides = {visit.travelling.government_id, visit.hosting.government_id}
    return actor.is_staff or (actor.is_known and bool(actor.coordinates & sides))


def party_of(visit: VisitFacts) -> Party:
    """Give what quantities are proposed from; until somebody is named, as many travel as the programme expects."""
    nights = (visit.last_day - visit.first_day).days
    travellers = len(visit.travellers) or visit.rules.delegation_size
    return Party(travellers, nights, nights + 1, visit.destination)


def proposal_of(visit: VisitFacts) -> tuple[CostLine, ...]:
    """Propose the lines of a visit from the unit rates of its programme, all paid by the side that travels."""
    return proposed_lines(visit.rules.visits.unit_rates, party_of(visit), side=visit.travelling.side)


def emission_for(visit: VisitFacts, travel_class: str) -> Emission | None:
    """Compute what the flights of a visit emit by the rules of its programme; none where they lack what it takes."""
    rules = visit.rules.visits
    try:
        return emission_of(
            airport_of(rules.airports, visit.travelling.country),
            airport_of(rules.airports, visit.destination),
            travellers=party_of(visit).travellers,
            factor=factor_of(rules.factors, travel_class),
            price=rules.carbon_price,
        )
    except (NoAirport, NoFactor):
        return None


def save(session: Session, visit: VisitFacts, draft: Draft, *, actor: Actor, now: datetime) -> int:
    """Save an estimate; give the version that now counts.

    :raises NotAllowed: it is not the person's to propose.
    :raises EstimateApproved, EstimateChanged, LineOutOfRange, OwnLineUnnamed, NoteMissing: see the domain.
    """
    if not may_propose(actor, visit):
        raise NotAllowed
    visit_id = prepare(session, actor, visit.number, now=now)
    stored = _locked(session, visit_id)
    approved, version = (stored.approved_at is not None, stored.version) if stored else (False, 0)
    check_can_save(approved=approved, version=draft.version, stored=version)
    check_lines(draft.lines)
    row = stored or VisitEstimate(visit_id=visit_id, saved_at=now)
    row.lines = [line.to_data() for line in draft.lines]
    emission = emission_for(visit, draft.travel_class)
    row.emission = emission.to_data() if emission else {}
    row.total_cents, row.version = total_cents(draft.lines), version + 1
    row.saved_at, row.saved_by = now, actor.person_id
    session.add(row)
    session.flush()
    subject = ("visit", visit_id)
    record(session, actor, "visit.estimated", subject=subject, now=now, amount_cents=row.total_cents)
    return row.version


def approve(session: Session, visit: VisitFacts, *, version: int, actor: Actor, now: datetime) -> list[int]:
    """Approve an estimate and set its money aside, all or nothing; give the ids of the commitments.

    :raises NotAllowed: only the programme team approves.
    :raises VisitCancelled: the visit does not take place.
    :raises EstimateChanged: somebody saved in between: what is approved is what was read.
    :raises EstimateExceeded: a half has less left; the first side is named.
    :raises EstimateApproved, RateMissing, NothingEstimated, OutsidePeriod: see the domain.
    """
    if not actor.is_staff:
        raise NotAllowed
    _check_takes_place(session, visit.number)
    stored = _locked(session, visit.id) if visit.id is not None else None
    if stored is None:
        raise NothingEstimated
    lines = [CostLine.from_data(line) for line in stored.lines]
    check_can_approve(lines, approved=stored.approved_at is not None)
    if stored.version != version:
        raise EstimateChanged(version=stored.version)
    booked = _set_aside(session, visit, lines, actor=actor, now=now)
    stored.approved_at, stored.approved_by = now, actor.person_id
    session.add_all([VisitCommitment(entry_id=entry, visit_id=stored.visit_id) for entry in booked])
    session.flush()
    subject = ("visit", visit.id)
    record(session, actor, "visit.estimate_approved", subject=subject, now=now, amount_cents=stored.total_cents)
    return booked


def release_open(session: Session, visit: VisitFacts, *, actor: Actor, now: datetime) -> int:
    """Give free what is still set aside for a cancelled visit; give how many cents. Nothing open gives 0.

    :raises NotAllowed: only the programme team does, and only of a cancelled visit.
    :raises OutsidePeriod: today lies outside the programme.
    """
    if not (actor.is_staff and visit.is_cancelled):
        raise NotAllowed
    halves = allotments_of(session, visit.partnership.id, lock=True)
    found = open_of_visit(session, visit.id, visit.partnership.id)
    for one in found:
        budget.release(
            session,
            halves[one.side][0],
            one.id,
            day=programme_day(now),
            description=one.description,
            actor=actor,
            now=now,
        )
    cents = sum(one.open_cents for one in found)
    if cents:
        subject = ("visit", visit.id)
        record(session, actor, "visit.money_released", subject=subject, now=now, amount_cents=cents)
    return cents


def _check_takes_place(session: Session, session_id: int) -> None:
    """Lock the session of a visit, so that nobody calls it off meanwhile, and refuse one that was called off.

    :raises VisitCancelled: it does not take place.
    """
    query = sa.select(col(AgendaSession.status)).where(col(AgendaSession.id) == session_id).with_for_update()
    if session.execute(query).scalar() in (None, SessionStatus.CANCELLED):
        raise VisitCancelled


def _locked(session: Session, visit_id: int) -> VisitEstimate | None:
    query = sa.select(VisitEstimate).where(col(VisitEstimate.visit_id) == visit_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _set_aside(session: Session, visit: VisitFacts, lines: list[CostLine], *, actor: Actor, now: datetime) -> list[int]:
    wanted = commitments(lines)
    halves = _checked_halves(session, visit, wanted)
    return [
        budget.commit_money(session, _spending(visit, halves[side], category, cents, now), actor=actor, now=now)
        for (side, category), cents in wanted.items()
    ]


def _checked_halves(session: Session, visit: VisitFacts, wanted: dict[tuple[Side, Category], int]) -> dict[Side, int]:
    """Lock both halves and refuse what they cannot pay as a whole: the ledger sees each category alone."""
    halves = allotments_of(session, visit.partnership.id, lock=True)
    for side in Side:
        cents = sum(amount for (of, _), amount in wanted.items() if of is side)
        if not cents:
            continue
        government = (visit.travelling if visit.travelling.side is side else visit.hosting).name
        if side not in halves:
            raise HalfNotOpen(government=government)
        left = halves[side][1]
        if cents > left:
            reason = "" if left > 0 else "nothing_left"
            raise EstimateExceeded(over_cents=cents - left, available_cents=left, government=government, reason=reason)
    return {side: number for side, (number, _) in halves.items()}


def _spending(visit: VisitFacts, allotment_id: int, category: Category, cents: int, now: datetime) -> Spending:
    return Spending(
        allotment_id=allotment_id,
        amount_minor=cents,
        currency=Currency.EUR,
        category=category,
        day=programme_day(now),
        description=title_of(visit.session, "nl").words,
        session_id=visit.number,
    )
