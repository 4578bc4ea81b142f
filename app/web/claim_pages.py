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
from app.queries.budget import BudgetFacts
from app.queries.claim_facts import ClaimFacts
from app.queries.claims import claim_of
from app.web import once
from app.web.claim_forms import FIELDS
from app.web.forms import Form
from app.web.numbers import LARGEST_ROW

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

    def done(typed: Any) -> str:  # noqa: ANN401 - whatever the form holds
        deed(typed)
        return address

    def refuse(refusal: DomainError) -> None:
        form.refuse(refusal, FIELDS.get(refusal.code, ""))

    return once.carry_out(session, actor, form, done, refuse=refuse, now=now)


def changed_meanwhile(form: Form[Any]) -> bool:
    """Tell whether the form was refused because the claim was changed after the page was opened."""
    return any(error.code == "claim_changed" for error in form.errors.get("", ()))
