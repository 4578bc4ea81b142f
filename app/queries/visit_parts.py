"""Reads of what is prepared for a visit: its programme, its report, and how far each visit of a list is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Side
from app.domain.visit_programme import ItemFacts
from app.domain.visit_report import ReportFacts
from app.models import Person, VisitEstimate, VisitItem, VisitReport

_ITEM = ("day", "title", "starts", "ends", "place", "note", "responsible")
_REPORT = ("language", "held", "met", "agreements", "lesson_one", "lesson_two")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A point of a visit's programme as it is stored, and who wrote it last."""

    id: int
    facts: ItemFacts
    version: int
    edited_at: datetime
    edited_by: str

    @property
    def day(self) -> date:
        """The day on which it is."""
        return self.facts.day

    @property
    def responsible(self) -> Side | None:
        """The side that takes care of it."""
        return self.facts.responsible


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as it is stored; ``version`` is 0 where nothing was written yet."""

    facts: ReportFacts
    version: int
    edited_at: datetime | None
    edited_by: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a visit is: the days of its programme that have a point, its estimate, its report."""

    days_filled: int = 0
    estimate_saved: bool = False
    estimate_approved: bool = False
    report_begun: bool = False
    report_sent: bool = False


def items_of(session: Session, visit_id: int | None) -> list[ItemRow]:
    """Give the programme of a visit by day and time, what has no time first (one query)."""
    if visit_id is None:
        return []
    columns: tuple[Any, ...] = (
        VisitItem.id,
        *(getattr(VisitItem, name) for name in _ITEM),
        VisitItem.version,
        VisitItem.edited_at,
        sa.func.coalesce(col(Person.name), ""),
    )
    query = (
        sa.select(*columns)
        .outerjoin(Person, col(Person.id) == col(VisitItem.edited_by))
        .where(col(VisitItem.visit_id) == visit_id)
        .order_by(col(VisitItem.day), col(VisitItem.starts), col(VisitItem.id))
    )
    return [
        ItemRow(number, ItemFacts(**dict(zip(_ITEM, own[: len(_ITEM)], strict=True))), *own[len(_ITEM) :])
        for number, *own in session.execute(query)
    ]


def report_of(session: Session, visit_id: int | None, *, language: str) -> ReportRow:
    """Give the report of a visit, an empty one in ``language`` where there is none yet (one query)."""
    if visit_id is None:
        return ReportRow(ReportFacts(language), 0, None, "", None)
    columns: tuple[Any, ...] = (
        *(getattr(VisitReport, name) for name in _REPORT),
        VisitReport.version,
        VisitReport.edited_at,
        sa.func.coalesce(col(Person.name), ""),
        VisitReport.sent_at,
    )
    query = (
        sa.select(*columns)
        .outerjoin(Person, col(Person.id) == col(VisitReport.edited_by))
        .where(col(VisitReport.visit_id) == visit_id)
    )
    found = session.execute(query).first()
    if found is None:
        return ReportRow(ReportFacts(language), 0, None, "", None)
    return ReportRow(ReportFacts(*found[: len(_REPORT)]), *found[len(_REPORT) :])


def progress_of(session: Session, visit_ids: Collection[int | None]) -> dict[int, Progress]:
    """Tell how far visits are (three queries)."""
    ids = sorted(number for number in visit_ids if number is not None)
    days = dict(_days_filled(session, ids))
    estimates = dict(_moments(session, VisitEstimate, "approved_at", ids))
    reports = dict(_moments(session, VisitReport, "sent_at", ids))
    return {
        number: Progress(
            days_filled=days.get(number, 0),
            estimate_saved=number in estimates,
            estimate_approved=estimates.get(number) is not None,
            report_begun=number in reports,
            report_sent=reports.get(number) is not None,
        )
        for number in ids
    }


def _days_filled(session: Session, ids: list[int]) -> list[tuple[int, int]]:
    key = col(VisitItem.visit_id)
    query = sa.select(key, sa.func.count(sa.distinct(col(VisitItem.day)))).where(key.in_(ids)).group_by(key)
    return [(row[0], row[1]) for row in session.execute(query.order_by(key))]


def _moments(
    session: Session, table: type[VisitEstimate | VisitReport], name: str, ids: list[int]
) -> list[tuple[int, datetime | None]]:
    key = col(table.visit_id)
    query = sa.select(key, getattr(table, name)).where(key.in_(ids)).order_by(key)
    return [(row[0], row[1]) for row in session.execute(query)]
