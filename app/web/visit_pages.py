"""What the pages of work visits share: a visit found through the actor, and how a form of it is carried out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.models.database import transaction
from app.queries.visits import VisitFacts, visit_of
from app.services.receipts import claim, settle
from app.services.visits import ChangedMeanwhile
from app.web.agenda_pages import inside, whole
from app.web.forms import Form
from app.web.rendering import see_other
from app.web.visit_forms import refuse


def found_visit(session: Session, actor: Actor, slug: str, number: str) -> VisitFacts:
    """Give the visit of a partnership with that number; 404 where ``actor`` sees none (at most seven queries)."""
    partnership, circle = inside(session, actor, slug)
    known = whole(number)
    visit = visit_of(session, actor, partnership, known, circle=circle) if known is not None else None
    if visit is None:
        raise HTTPException(404)
    return visit


def address_of(request: Request, name: str, visit: VisitFacts, **more: object) -> str:
    """Give the address of a page of the visit."""
    return str(request.app.state.addresses(name, slug=visit.partnership.slug, number=visit.number, **more))


def carry_out(
    session: Session, actor: Actor, form: Form[Any], deed: Callable[[Any], object], *, address: str, now: datetime
) -> Response | None:
    """Do ``deed`` once with what was typed and lead to ``address``; none where the form is to be shown again."""
    if form.cleaned is None:
        return None
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                deed(form.cleaned)
                settle(session, form.sent, address)
    except DomainError as refusal:
        refuse(form, refusal)
        return None
    return see_other(address)


def changed_meanwhile(form: Form[Any]) -> bool:
    """Tell whether the form was refused because somebody else saved: the page then shows both texts."""
    return any(error.code == ChangedMeanwhile.code for error in form.errors.get("", ()))
