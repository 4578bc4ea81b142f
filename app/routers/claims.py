"""The claims of a partnership: the list, a new one, one with its lines, and what it is for."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.budget import Half
from app.domain.claims import EDITABLE
from app.domain.codes import ClaimState, Side
from app.domain.errors import DomainError
from app.language.labels import choices
from app.models.database import transaction
from app.queries.budget import BudgetFacts
from app.queries.claims import claims_in
from app.services import claims
from app.services.receipts import claim as claim_key
from app.services.receipts import settle
from app.web.access import SignedInDep
from app.web.budget_pages import found_budget
from app.web.claim_forms import FIELDS, GOVERNMENT, HeadingForm, NewClaimForm, heading_of, heading_values
from app.web.claim_page import claim_page
from app.web.claim_pages import (
    address_of,
    carry_out,
    changed_meanwhile,
    claimable,
    found_claim,
)
from app.web.claim_view import SHAPES, heading_choices
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import PageNumber
from app.web.receipts import archive_links
from app.web.rendering import page, see_other

router = APIRouter(prefix="/partnerships/{slug}/claims", include_in_schema=False)


@router.get("", name="claims.index")
def index(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    slug: str,
    state: str = "",
    page_number: PageNumber = 1,
) -> Response:
    """List the claims of a partnership that the reader may see, those that wait first."""
    budget = found_budget(session, actor, slug)
    chosen = ClaimState(state) if state in list(ClaimState) else None
    context = {
        "budget": budget,
        "found": claims_in(session, actor, partnership_id=budget.partnership_id, state=chosen, page=page_number),
        "states": choices(request.state.locale, ClaimState),
        "chosen": chosen.value if chosen else "",
        "shapes": SHAPES,
        "may_claim": bool(claimable(actor, budget)),
        "archives": archive_links(request, session, actor, budget),
    }
    return page(request, "claims/index.html", context, fragments=("results",))


@router.get("/new", name="claims.new")
def new(request: Request, session: SessionDep, actor: SignedInDep, slug: str, side: str = "", of: str = "") -> Response:
    """Show the form of a new claim; ``of`` is the session that it is for."""
    budget = found_budget(session, actor, slug)
    half = _half(actor, budget, side)
    is_own = half.government_id in actor.participates
    beneficiary = actor.person_id if is_own else GOVERNMENT
    values = {"side": half.side.value, "beneficiary": beneficiary, "session": of}
    return _new_page(request, session, actor, budget, half, blank(values))


@router.post("/new", name="claims.create")
def create(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, data: FormDep
) -> Response:
    """Start a claim, and lead to its first line."""
    budget = found_budget(session, actor, slug)
    half = _half(actor, budget, str(data.get("side", "")))
    form = bind(NewClaimForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                earlier = claim_key(session, form.sent, actor=actor, now=now)
                if earlier is not None:
                    return see_other(earlier)
                made = claims.start(session, half.allotment_id, heading_of(form.cleaned), actor=actor, now=now)
                address = request.app.state.addresses(
                    "claims.line_new", slug=slug, number=claims.number_of(session, made)
                )
                settle(session, form.sent, address)
            return see_other(address)
        except DomainError as refusal:
            form.refuse(refusal, FIELDS.get(refusal.code, ""))
    return _new_page(request, session, actor, found_budget(session, actor, slug), half, form)


@router.get("/{number}", name="claims.detail")
def detail(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str) -> Response:
    """Show a claim with its lines and receipts, who decides over it, and what the reader can do."""
    return claim_page(request, session, actor, found_claim(session, actor, slug, number))


@router.get("/{number}/heading", name="claims.heading")
def heading(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str) -> Response:
    """Show the form of what a claim is for."""
    claim = found_claim(session, actor, slug, number)
    _check_editable(actor, claim)
    return _heading_page(request, session, actor, slug, number, blank(heading_values(claim)))


@router.post("/{number}/heading", name="claims.save_heading")
def save_heading(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Change what a claim is for; where it was changed meanwhile, both are shown."""
    claim = found_claim(session, actor, slug, number)
    _check_editable(actor, claim)
    form = bind(HeadingForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: claims.change(session, claim.id, heading_of(typed), stamp=typed.stamp, actor=actor, now=now),
        address=address_of(request, claim, done="saved"),
        now=now,
    )
    return done or _heading_page(request, session, actor, slug, number, form)


def _check_editable(actor: Actor, claim: Any) -> None:  # noqa: ANN401 - ClaimFacts
    if claim.claimant_id != actor.person_id or claim.state not in EDITABLE:
        raise HTTPException(403)


def _half(actor: Actor, budget: BudgetFacts, side: str) -> Half:
    """Choose the half to claim on: the one that is asked for, else the first on which the person may."""
    own = claimable(actor, budget)
    half = next((half for half in own if half.side == side or side not in list(Side)), None)
    if half is None:
        raise NotAllowed
    return half


def _new_page(
    request: Request, session: Session, actor: Actor, budget: BudgetFacts, half: Half, form: Form[Any]
) -> Response:
    context = {
        "budget": budget,
        "half": half,
        "others": [one for one in claimable(actor, budget) if one.side is not half.side],
        "form": form,
        "by_staff": half.government_id not in actor.participates,
        **heading_choices(session, request.state.locale, budget, half),
    }
    return page(request, "claims/new.html", context, status_code=422 if form.errors else 200)


def _heading_page(
    request: Request, session: Session, actor: Actor, slug: str, number: str, form: Form[Any]
) -> Response:
    claim = found_claim(session, actor, slug, number)
    budget = found_budget(session, actor, slug)
    half = next(one for one in budget.halves if one.side is claim.side)
    conflict = changed_meanwhile(form)
    if conflict:
        form.values["stamp"] = claim.stamp
    context = {
        "claim": claim,
        "form": form,
        "conflict": conflict,
        **heading_choices(session, request.state.locale, budget, half),
    }
    return page(request, "claims/heading.html", context, status_code=422 if form.errors else 200)
