"""The report of a work visit: written by both sides, handed in once."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy import refusal
from app.domain.visit_report import check_can_reopen
from app.language.catalogues import LOCALES
from app.language.labels import language_name
from app.queries.visit_parts import ReportRow, report_of
from app.queries.visits import VisitFacts
from app.services import visit_report
from app.web import visit_view as view
from app.web.access import SignedInDep
from app.web.agenda import reader_zone
from app.web.agenda_forms import KeyForm
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page
from app.web.visit_forms import ReportForm, report_facts, report_values
from app.web.visit_pages import address_of, carry_out, changed_meanwhile, found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits/{number}/report", include_in_schema=False)


@router.get("", name="visits.report")
def show(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str) -> Response:
    """Show the report, as a form for who may write it."""
    visit = found_visit(session, actor, slug, number)
    row = report_of(session, visit.id, language=request.state.locale)
    return _page(request, actor, visit, blank(report_values(row)), row, now=now)


@router.post("", name="visits.report_save")
def save(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Save the report, or hand it in."""
    visit = found_visit(session, actor, slug, number)
    form = bind(ReportForm, data)

    def deed(typed: ReportForm) -> None:
        write = visit_report.hand_in if typed.step == "hand_in" else visit_report.save_report
        write(session, actor, visit, report_facts(typed), version=typed.version, now=now)

    done = carry_out(session, actor, form, deed, address=address_of(request, "visits.report", visit), now=now)
    return done or _again(request, session, actor, visit, form, now=now)


@router.post("/reopen", name="visits.report_reopen")
def reopen(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Let the sides write in a report that was handed in."""
    visit = found_visit(session, actor, slug, number)
    form = bind(KeyForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda _typed: visit_report.reopen(session, actor, visit, now=now),
        address=address_of(request, "visits.report", visit),
        now=now,
    )
    return done or _again(request, session, actor, visit, form, now=now)


def _again(
    request: Request,
    session: Session,
    actor: Actor,
    visit: VisitFacts,
    form: Form[Any],
    *,
    now: datetime,
) -> Response:
    row = report_of(session, visit.id, language=request.state.locale)
    return _page(request, actor, visit, form, row, now=now, status_code=422)


def _page(
    request: Request,
    actor: Actor,
    visit: VisitFacts,
    form: Form[Any],
    row: ReportRow,
    *,
    now: datetime,
    status_code: int = 200,
) -> Response:
    locale = request.state.locale
    context = {
        "visit": visit,
        "form": form,
        "row": row,
        "may_write": view.may_prepare(actor, visit) and row.sent_at is None,
        "may_reopen": refusal(check_can_reopen, actor, sent_at=row.sent_at) is None,
        "conflict": changed_meanwhile(form),
        "is_over": visit.is_over(now),
        "zone": reader_zone(actor),
        "written_in": [(code, language_name(locale, code)) for code in LOCALES],
        "parts": ("held", "met", "agreements", "lesson_one", "lesson_two"),
    }
    return page(request, "visits/report.html", context, status_code=status_code)
