"""The estimate of a visit: propose, approve, and give free what a cancelled visit left."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import Category
from app.language.catalogues import gettext
from app.language.labels import choices
from app.language.visit_cost_words import CLASSES
from app.queries.visit_costs import estimate_of
from app.queries.visits import VisitFacts
from app.services import visit_estimates
from app.web.access import SignedInDep, StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.rendering import page
from app.web.visit_estimate_form import (
    ApprovalForm,
    EstimateForm,
    draft_of,
    estimate_values,
    own_names,
    rows_of,
)
from app.web.visit_estimate_view import names_of, shown_estimate, shown_lines
from app.web.visit_pages import address_of, carry_out, found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits/{number}", include_in_schema=False)


@router.get("/estimate", name="visits.estimate")
def estimate(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str) -> Response:
    """Show what a visit is expected to cost and to emit, and the form to change it."""
    visit = found_visit(session, actor, slug, number)
    return _page(request, session, actor, visit, None)


@router.post("/estimate", name="visits.save_estimate")
def save_estimate(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Save an estimate."""
    visit = found_visit(session, actor, slug, number)
    if not visit_estimates.may_propose(actor, visit):
        raise HTTPException(403)
    form = bind(EstimateForm, data)
    rows = rows_of(visit_estimates.proposal_of(visit), estimate_of(session, visit.id))
    draft = draft_of(form, rows, side=visit.travelling.side)
    if draft is not None:
        done = carry_out(
            session,
            actor,
            form,
            lambda _typed: visit_estimates.save(session, visit, draft, actor=actor, now=now),
            address=address_of(request, "visits.estimate", visit),
            now=now,
        )
        if done is not None:
            return done
    return _page(request, session, actor, found_visit(session, actor, slug, number), form)


@router.post("/estimate/approval", name="visits.approve_estimate")
def approve_estimate(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Approve an estimate: the money is set aside on both halves."""
    visit = found_visit(session, actor, slug, number)
    form = bind(ApprovalForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: visit_estimates.approve(session, visit, version=typed.version, actor=actor, now=now),
        address=address_of(request, "visits.estimate", visit),
        now=now,
    )
    return done or _page(request, session, actor, found_visit(session, actor, slug, number), None, approval=form)


@router.post("/estimate/release", name="visits.release_estimate")
def release_estimate(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Give free what is still set aside for a cancelled visit."""
    visit = found_visit(session, actor, slug, number)
    form = bind(FormModel, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda _typed: visit_estimates.release_open(session, visit, actor=actor, now=now),
        address=address_of(request, "visits.estimate", visit),
        now=now,
    )
    return done or _page(request, session, actor, found_visit(session, actor, slug, number), None, approval=form)


def _page(
    request: Request,
    session: Session,
    actor: Actor,
    visit: VisitFacts,
    form: Form[Any] | None,
    *,
    approval: Form[Any] | None = None,
) -> Response:
    locale = request.state.locale
    shown = shown_estimate(session, actor, visit, locale)
    stored = shown["stored"]
    rows = rows_of(visit_estimates.proposal_of(visit), stored)
    names = names_of(visit)
    editable = shown["may_propose"] and not (stored and stored.is_approved)
    context = {
        "visit": visit,
        "estimate": shown,
        "form": form or blank(estimate_values(rows, stored)),
        "approval": approval or blank({"version": stored.version if stored else 0}),
        "rows": shown_lines(locale, visit, rows) if editable else [],
        "own_names": own_names(),
        "editable": editable,
        "payers": [(side.value, names[side]) for side in sorted(names, key=list(type(visit.host_side)).index)],
        "categories": choices(locale, Category),
        "classes": [(code, gettext(locale, words)) for code, words in CLASSES.items()],
    }
    refused = any(one is not None and one.errors for one in (form, approval))
    return page(request, "visits/estimate.html", context, status_code=422 if refused else 200)
