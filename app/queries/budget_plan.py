"""Reads of budget against actual: plans, estimates and running sums, four queries however many entries there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.budget_plan import Cell, CellKey, Plan, Used, cells
from app.domain.codes import Category, SessionStatus, Side
from app.domain.time import programme_day
from app.domain.visit_costs import CostLine, commitments
from app.models import (
    AgendaSession,
    Allotment,
    BudgetSum,
    ClosedYear,
    PartnershipSide,
    Person,
    PlannedSpending,
    Settlement,
    VisitEstimate,
    WorkVisit,
)


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """The cells of a partnership, the years that were closed, and whether its budget was settled."""

    cells: Sequence[Cell] = ()
    closed_years: frozenset[int] = frozenset()
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What somebody planned beside the estimates of visits; ``title_of`` gives the title of its session."""

    id: int
    side: Side
    government_id: int
    category: Category
    year: int
    amount_cents: int
    description: str
    planned_at: datetime
    removed_at: datetime | None
    planner: str | None
    session_id: int | None
    status: SessionStatus | None
    title_nl: str | None
    title_fr: str | None
    title_en: str | None

    @property
    def planned_on(self) -> date:
        """The day in Brussels on which it was planned."""
        return programme_day(self.planned_at)

    @property
    def is_hidden(self) -> bool:
        """Whether it is for a session that was not announced yet."""
        return self.status is SessionStatus.DRAFT


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session of the agenda that money is planned or used for; ``title_of`` gives its title."""

    id: int
    status: SessionStatus
    wall_starts_at: datetime
    title_nl: str
    title_fr: str
    title_en: str

    @property
    def day(self) -> date:
        """The day on which it starts, where it takes place."""
        return self.wall_starts_at.date()


def budget_plans(session: Session, partnership_ids: Iterable[int]) -> dict[int, BudgetPlan]:
    """Give what was planned and what became of it for each partnership (four queries in all)."""
    ids = sorted(set(partnership_ids))
    plans: dict[int, list[Plan]] = {number: [] for number in ids}
    used: dict[int, list[Used]] = {number: [] for number in ids}
    closed: dict[int, set[int]] = {number: set() for number in ids}
    for number, plan in (*_plans_of_staff(session, ids), *_estimates(session, ids)):
        plans[number].append(plan)
    for number, one in _used(session, ids):
        used[number].append(one)
    settled: set[int] = set()
    for number, year in _ended(session, ids):
        if year is None:
            settled.add(number)
        else:
            closed[number].add(year)
    return {
        number: BudgetPlan(
            cells(plans[number], used[number], closed_years=closed[number], is_settled=number in settled),
            frozenset(closed[number]),
            number in settled,
        )
        for number in ids
    }


def plans_of(session: Session, partnership_id: int) -> list[PlanFacts]:
    """Give what is planned beside the estimates of visits, by side, year and category (one query)."""
    query = _plans().where(
        col(PartnershipSide.partnership_id) == partnership_id, col(PlannedSpending.removed_at).is_(None)
    )
    rows: Iterable[Any] = session.execute(query.order_by(col(PlannedSpending.id)))
    sides, categories = list(Side), list(Category)
    found = [PlanFacts(*row) for row in rows]
    return sorted(found, key=lambda one: (sides.index(one.side), one.year, categories.index(one.category)))


def plan_of(session: Session, partnership_id: int, number: int) -> PlanFacts | None:
    """Give one plan of a partnership, also one that was taken out (one query)."""
    query = _plans().where(col(PartnershipSide.partnership_id) == partnership_id, col(PlannedSpending.id) == number)
    row: Any = session.execute(query).first()
    return None if row is None else PlanFacts(*row)


def planned_sessions(session: Session, session_ids: Iterable[int]) -> list[PlannedSession]:
    """Give sessions in the order of the agenda (one query; none for no session)."""
    ids = sorted(set(session_ids))
    if not ids:
        return []
    columns: list[Any] = [col(getattr(AgendaSession, field.name)) for field in fields(PlannedSession)]
    query = sa.select(*columns).where(col(AgendaSession.id).in_(ids))
    rows: Iterable[Any] = session.execute(query.order_by(col(AgendaSession.starts_at), col(AgendaSession.id)))
    return [PlannedSession(*row) for row in rows]


def _plans() -> sa.Select[Any]:
    columns: list[Any] = [
        col(PlannedSpending.id),
        col(PartnershipSide.side),
        col(PartnershipSide.local_government_id),
        *(
            col(getattr(PlannedSpending, name))
            for name in ("category", "year", "amount_cents", "description", "planned_at", "removed_at")
        ),
        col(Person.name),
        *(col(getattr(AgendaSession, name)) for name in ("id", "status", "title_nl", "title_fr", "title_en")),
    ]
    return (
        sa.select(*columns)
        .select_from(PlannedSpending)
        .join(Allotment, col(Allotment.id) == col(PlannedSpending.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .outerjoin(Person, col(Person.id) == col(PlannedSpending.planned_by))
        .outerjoin(AgendaSession, col(AgendaSession.id) == col(PlannedSpending.session_id))
    )


def _plans_of_staff(session: Session, ids: Sequence[int]) -> Iterable[tuple[int, Plan]]:
    names = ("category", "year", "session_id", "amount_cents")
    columns: list[Any] = [col(getattr(PlannedSpending, name)) for name in names]
    query = (
        sa.select(col(PartnershipSide.partnership_id), col(PartnershipSide.side), *columns)
        .select_from(PlannedSpending)
        .join(Allotment, col(Allotment.id) == col(PlannedSpending.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .where(col(PartnershipSide.partnership_id).in_(ids), col(PlannedSpending.removed_at).is_(None))
        .order_by(col(PlannedSpending.id))
    )
    for number, side, category, year, session_id, cents in session.execute(query):
        yield number, Plan(CellKey(side, category, year, session_id), cents)


def _estimates(session: Session, ids: Sequence[int]) -> Iterable[tuple[int, Plan]]:
    """Give the estimates of visits that take place, in the year in which they start."""
    columns: list[Any] = [
        col(AgendaSession.partnership_id),
        col(AgendaSession.id),
        col(AgendaSession.wall_starts_at),
        col(VisitEstimate.lines),
        col(VisitEstimate.approved_at),
    ]
    query = (
        sa.select(*columns)
        .select_from(VisitEstimate)
        .join(WorkVisit, col(WorkVisit.id) == col(VisitEstimate.visit_id))
        .join(AgendaSession, col(AgendaSession.id) == col(WorkVisit.session_id))
        .where(
            col(AgendaSession.partnership_id).in_(ids),
            col(AgendaSession.status) != SessionStatus.CANCELLED,
            col(VisitEstimate.total_cents) > 0,
        )
        .order_by(col(AgendaSession.id))
    )
    for number, session_id, starts, lines, approved_at in session.execute(query):
        sums = commitments([CostLine.from_data(line) for line in lines])
        for (side, category), cents in sums.items():
            key = CellKey(side, category, starts.year, session_id)
            yield number, Plan(key, cents, is_set_aside=approved_at is not None)


def _used(session: Session, ids: Sequence[int]) -> Iterable[tuple[int, Used]]:
    names = ("category", "year", "session_key", "paid_cents", "committed_cents")
    columns: list[Any] = [col(getattr(BudgetSum, name)) for name in names]
    query = (
        sa.select(col(PartnershipSide.partnership_id), col(PartnershipSide.side), *columns)
        .select_from(BudgetSum)
        .join(Allotment, col(Allotment.id) == col(BudgetSum.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .where(
            col(PartnershipSide.partnership_id).in_(ids),
            sa.or_(col(BudgetSum.paid_cents) != 0, col(BudgetSum.committed_cents) != 0),
        )
        .order_by(col(BudgetSum.allotment_id), col(BudgetSum.year), col(BudgetSum.category), col(BudgetSum.session_key))
    )
    for number, side, category, year, session_key, paid, committed in session.execute(query):
        yield number, Used(CellKey(side, category, year, session_key or None), paid, committed)


def _ended(session: Session, ids: Sequence[int]) -> Iterable[tuple[int, int | None]]:
    """Give the years that were closed, and no year for a budget that was settled (one query)."""
    columns: tuple[Any, ...] = (ClosedYear.partnership_id, ClosedYear.year)
    closed = sa.select(*columns).where(col(ClosedYear.partnership_id).in_(ids))
    settled = sa.select(col(Settlement.partnership_id), sa.null()).where(col(Settlement.partnership_id).in_(ids))
    rows: Iterable[Any] = session.execute(sa.union_all(closed, settled).order_by(sa.text("1, 2")))
    yield from rows
