"""What the pages of claims share: a claim or a half found through the actor, and how a form of it is carried out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from fastapi import HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.budget import Half
from app.domain.claims import may_claim
from app.domain.errors import DomainError
from app.models.database import transaction
from app.queries.budget import BudgetFacts, budget_of
from app.queries.claim_facts import ClaimFacts
from app.queries.claims import claim_of
from app.services.receipts import claim as claim_key
from app.services.receipts import settle
from app.web.claim_forms import FIELDS
from app.web.forms import Form
from app.web.numbers import LARGEST_ROW
from app.web.rendering import see_other

DONE: Final = frozenset(
    {"started", "saved", "line", "removed", "sent", "withdrawn", "approved", "returned", "refused", "paid_out"}
)


def found_claim(session: Session, actor: Actor, slug: str, number: str) -> ClaimFacts:
    """Give the claim of a partnership with that number; 404 where ``actor`` sees none (three queries)."""
    known = int(number) if number.isascii() and number.isdigit() and len(number) <= 9 else 0
    found = claim_of(session, actor, slug, known) if 0 < known <= LARGEST_ROW else None
    if found is None:
        raise HTTPException(404)
    return found


def found_budget(session: Session, actor: Actor, slug: str) -> BudgetFacts:
    """Give the budget of a partnership; 404 where ``actor`` does not see it (two queries)."""
    budget = budget_of(session, actor, slug)
    if budget is None:
        raise HTTPException(404)
    return budget


def claimable(actor: Actor, budget: BudgetFacts) -> list[Half]:
    """Give the halves on which ``actor`` claims."""
    return [half for half in budget.halves if may_claim(actor, half.government_id)]


def address_of(request: Request, claim: ClaimFacts, name: str = "claims.detail", **more: object) -> str:
    """Give the address of a page of the claim."""
    return str(request.app.state.addresses(name, slug=claim.slug, number=claim.number, **more))


def carry_out(
    session: Session, actor: Actor, form: Form[Any], deed: Callable[[Any], object], *, address: str, now: datetime
) -> Response | None:
    """Do ``deed`` once with what was typed and lead to ``address``; none where the page is to be shown again."""
    if form.cleaned is None:
        return None
    try:
        with transaction(session):
            if claim_key(session, form.sent, actor=actor, now=now) is None:
                deed(form.cleaned)
                settle(session, form.sent, address)
    except DomainError as refusal:
        form.refuse(refusal, FIELDS.get(refusal.code, ""))
        return None
    return see_other(address)


def changed_meanwhile(form: Form[Any]) -> bool:
    """Tell whether the form was refused because the claim was changed after the page was opened."""
    return any(error.code == "claim_changed" for error in form.errors.get("", ()))
