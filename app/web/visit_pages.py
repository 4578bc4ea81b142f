"""What the pages of work visits share: a visit found through the actor, and how a form of it is carried out."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.queries.visits import VisitFacts, visit_of
from app.services.visits import ChangedMeanwhile
from app.web import once
from app.web.agenda_pages import inside, whole
from app.web.forms import Form
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

    def done(typed: Any) -> str:  # noqa: ANN401 - whatever the form holds
        deed(typed)
        return address

    return once.carry_out(session, actor, form, done, refuse=partial(refuse, form), now=now)


def changed_meanwhile(form: Form[Any]) -> bool:
    """Tell whether the form was refused because somebody else saved: the page then shows both texts."""
    return any(error.code == ChangedMeanwhile.code for error in form.errors.get("", ()))
