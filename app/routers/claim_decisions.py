"""What happens to a claim: sent, withdrawn, approved, returned, refused, paid out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.services import claims
from app.web.access import SignedInDep
from app.web.claim_forms import ConfirmForm, PaidOutForm, ReasonForm, VersionForm
from app.web.claim_page import claim_page
from app.web.claim_pages import address_of, carry_out, found_claim
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FormDep, FormModel, bind, blank
from app.web.rendering import page

router = APIRouter(prefix="/partnerships/{slug}/claims/{number}", include_in_schema=False)
Deed = Callable[[int, Any], object]


@router.post("/submission", name="claims.submit")
def submit(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Send a claim to whoever decides over it."""

    def deed(claim_id: int, typed: VersionForm) -> None:
        claims.submit(session, claim_id, version=typed.version, actor=actor, now=now)

    return _do(request, session, actor, (slug, number), VersionForm, data, deed, done="sent", now=now)


@router.get("/withdrawal", name="claims.withdrawal")
def withdrawal(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str) -> Response:
    """Ask whether a claim is really to be withdrawn."""
    claim = found_claim(session, actor, slug, number)
    if claim.claimant_id != actor.person_id:
        raise NotAllowed
    return page(request, "claims/withdrawal.html", {"claim": claim, "form": blank()})


@router.post("/withdrawal", name="claims.withdraw")
def withdraw(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Withdraw an own claim."""

    def deed(claim_id: int, _typed: ConfirmForm) -> None:
        claims.withdraw(session, claim_id, actor=actor, now=now)

    return _do(request, session, actor, (slug, number), ConfirmForm, data, deed, done="withdrawn", now=now)


@router.post("/approval", name="claims.approve")
def approve(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Approve a claim: every line is booked as a payment, all or nothing."""

    def deed(claim_id: int, typed: VersionForm) -> None:
        claims.approve(session, claim_id, version=typed.version, actor=actor, now=now)

    return _do(request, session, actor, (slug, number), VersionForm, data, deed, done="approved", now=now)


@router.post("/return", name="claims.give_back")
def give_back(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Return a claim with a question."""

    def deed(claim_id: int, typed: ReasonForm) -> None:
        claims.give_back(session, claim_id, typed.reason, version=typed.version, actor=actor, now=now)

    return _do(request, session, actor, (slug, number), ReasonForm, data, deed, done="returned", now=now, at="return")


@router.post("/refusal", name="claims.refuse")
def refuse(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Refuse a claim with a reason."""

    def deed(claim_id: int, typed: ReasonForm) -> None:
        claims.refuse(session, claim_id, typed.reason, version=typed.version, actor=actor, now=now)

    return _do(request, session, actor, (slug, number), ReasonForm, data, deed, done="refused", now=now, at="refusal")


@router.post("/payment", name="claims.pay_out")
def pay_out(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Note on which day the money was paid out."""

    def deed(claim_id: int, typed: PaidOutForm) -> None:
        claims.mark_paid_out(session, claim_id, typed.day, actor=actor, now=now)

    return _do(request, session, actor, (slug, number), PaidOutForm, data, deed, done="paid_out", now=now, at="payment")


def _do(
    request: Request,
    session: Session,
    actor: Actor,
    which: tuple[str, str],
    model: type[FormModel],
    data: Any,  # noqa: ANN401 - FormData
    deed: Deed,
    *,
    done: str,
    now: datetime,
    at: str = "",
) -> Response:
    claim = found_claim(session, actor, *which)
    form = bind(model, data)
    address = address_of(request, claim, done=done)
    answer = carry_out(session, actor, form, lambda typed: deed(claim.id, typed), address=address, now=now)
    return answer or claim_page(request, session, actor, found_claim(session, actor, *which), form, at=at)
