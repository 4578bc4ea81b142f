"""Write the report of a work visit: saved as often as needed, handed in once, opened again by the programme team."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.visit_report import (
    ReportFacts,
    VisitCancelled,
    check_can_hand_in,
    check_can_reopen,
    check_can_report,
)
from app.models import VisitReport, WorkVisit
from app.queries.visits import VisitFacts
from app.services.events import record
from app.services.visits import ChangedMeanwhile, VisitUnknown, prepare


def save_report(
    session: Session, actor: Actor, visit: VisitFacts, facts: ReportFacts, *, version: int, now: datetime
) -> int:
    """Save a report that was read as ``version`` (0: there was none); give its new version.

    :raises ChangedMeanwhile: somebody else saved it since.
    :raises ReportSent: it was handed in; also ``NotAllowed`` and ``VisitCancelled``.
    """
    if visit.is_cancelled:
        raise VisitCancelled
    check_can_report(actor, visit.parties, sent_at=None)
    visit_id = prepare(session, actor, visit.number, now=now)
    row = _report(session, visit_id)
    check_can_report(actor, visit.parties, sent_at=row.sent_at if row else None)
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile
    if row is None:
        row = VisitReport(visit_id=visit_id, version=0, edited_at=now, language=facts.language)
        session.add(row)
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    row.version, row.edited_at, row.edited_by = version + 1, now, actor.person_id
    session.flush()
    record(session, actor, "visit.report_saved", subject=("visit", visit_id), now=now)
    return row.version


def hand_in(
    session: Session, actor: Actor, visit: VisitFacts, facts: ReportFacts, *, version: int, now: datetime
) -> None:
    """Save a report and hand it in: from then on nobody of the sides changes it.

    :raises VisitNotOver: the visit has not ended.
    :raises ReportIncomplete: parts lack; the other refusals are those of ``save_report``.
    """
    check_can_hand_in(actor, visit.parties, facts, sent_at=None, ends_at=visit.session.ends_at, now=now)
    save_report(session, actor, visit, facts, version=version, now=now)
    row = _found(session, visit)
    row.sent_at = now
    session.flush()
    record(session, actor, "visit.report_sent", subject=("visit", row.visit_id), now=now)


def reopen(session: Session, actor: Actor, visit: VisitFacts, *, now: datetime) -> None:
    """Let the sides write in a report that was handed in.

    :raises ReportNotSent: it is open; also ``NotAllowed``.
    """
    row = _found(session, visit)
    check_can_reopen(actor, sent_at=row.sent_at)
    row.sent_at, row.version = None, row.version + 1
    session.flush()
    record(session, actor, "visit.report_reopened", subject=("visit", row.visit_id), now=now)


def _found(session: Session, visit: VisitFacts) -> VisitReport:
    visit_id = visit.id if visit.id is not None else _prepared(session, visit.number)
    row = _report(session, visit_id) if visit_id is not None else None
    if row is None:
        raise VisitUnknown
    return row


def _prepared(session: Session, number: int) -> int | None:
    return session.execute(sa.select(col(WorkVisit.id)).where(col(WorkVisit.session_id) == number)).scalar()


def _report(session: Session, visit_id: int) -> VisitReport | None:
    query = sa.select(VisitReport).where(col(VisitReport.visit_id) == visit_id).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar()
