"""The checklists of a visit: what each traveller must have ready, by whom and when."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.time import programme_day
from app.queries.visits import VisitFacts
from app.services import visit_checklists
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.days import Day
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import LARGEST_ROW
from app.web.rendering import page
from app.web.visit_checklist_view import shown_lists
from app.web.visit_pages import address_of, carry_out, found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits/{number}", include_in_schema=False)


class TickForm(FormModel):
    """An item that is done on a day, or open again."""

    check: Annotated[int, Field(ge=1, le=LARGEST_ROW)]
    done: Literal["yes", "no"]
    done_on: Day | None = None


@router.get("/checklist", name="visits.checklist")
def checklist(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str
) -> Response:
    """Show the list of each traveller, what is overdue first."""
    return _page(request, session, actor, found_visit(session, actor, slug, number), now, None)


@router.post("/checklist", name="visits.tick")
def tick(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Tick an item off for a day, today if none is chosen, or open it again."""
    visit = found_visit(session, actor, slug, number)
    form = bind(TickForm, data)

    def deed(typed: TickForm) -> None:
        day = (typed.done_on or programme_day(now)) if typed.done == "yes" else None
        visit_checklists.tick(session, visit, typed.check, done_on=day, actor=actor, now=now)

    done = carry_out(session, actor, form, deed, address=address_of(request, "visits.checklist", visit), now=now)
    return done or _page(request, session, actor, visit, now, form)


def _page(
    request: Request, session: Session, actor: Actor, visit: VisitFacts, now: datetime, form: Form[Any] | None
) -> Response:
    """Show the lists; 404 for whom none of it concerns."""
    today = programme_day(now)
    lists = shown_lists(session, actor, visit, request.state.locale, today)
    concerned = {visit.travelling.government_id, visit.hosting.government_id} & actor.coordinates
    if not (lists or concerned or actor.is_staff):
        raise HTTPException(404)
    context = {"visit": visit, "lists": lists, "form": form or blank(), "today": today.isoformat()}
    return page(request, "visits/checklist.html", context, status_code=422 if form is not None else 200)
