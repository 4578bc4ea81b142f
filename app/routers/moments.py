"""Find a moment for a session: ranked proposals with their reasons; nothing is written here."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.moments import check_wish, propose
from app.domain.time import day_in
from app.language.moment_words import least_bad_text
from app.queries.circles import Place, place_of
from app.queries.partnerships import partnerships
from app.services.moments import surroundings
from app.web.access import PartnerEditorDep
from app.web.agenda import reader_zone
from app.web.agenda_forms import may_add, may_manage, scope_of
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.finding import MOST_NAMED, FindForm, first_values, length_choices, proposal_shown
from app.web.forms import Form, bind, blank
from app.web.poll_forms import poll_choices
from app.web.rendering import page

router = APIRouter(include_in_schema=False)
FIELDS = {"moments_range": "last", "moments_length": "minutes"}


@router.get("/moments", name="moments.index")
def index(request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep) -> Response:
    """Propose moments for a session of the programme, a track or a partnership."""
    locale, query = request.state.locale, request.query_params
    today = day_in(now, reader_zone(actor))
    form: Form[Any] = blank(first_values(query, actor.zone, today))
    if "first" in query:
        form = bind(FindForm, FormData([*query.multi_items()]))
    place = _place(session, actor, str(form.value("of")))
    context = {
        "form": form,
        "choices": poll_choices(session, actor, locale, today),
        "lengths": length_choices(locale),
        "slug": _slug(session, place),
        "manages": place is not None and may_manage(actor, place.belonging),
        **_found(request, session, actor, form, place, now),
    }
    return page(request, "moments/index.html", context, fragments=("results",))


def _place(session: Session, actor: Actor, of: str) -> Place | None:
    """Find for whom it is; 404 where the actor makes no sessions there."""
    scope = scope_of(of)
    if scope is None:
        return None
    place = place_of(session, *scope)
    if place is None or not may_add(actor, place.belonging):
        raise HTTPException(404)
    return place


def _slug(session: Session, place: Place | None) -> str:
    if place is None or place.partnership_id is None:
        return ""
    known = partnerships(session, place.programme_id)
    return next((one.slug for one in known if one.id == place.partnership_id), "")


def _found(
    request: Request, session: Session, actor: Actor, form: Form[Any], place: Place | None, now: datetime
) -> dict[str, Any]:
    nothing: dict[str, Any] = {"proposals": None, "people": [], "least_bad": ""}
    if place is None or form.cleaned is None:
        return nothing
    wish = form.cleaned.wish(now)
    try:
        check_wish(wish)
    except DomainError as refusal:
        form.refuse(refusal, FIELDS.get(refusal.code, ""))
        return nothing
    around = surroundings(session, place, wish, chosen=form.cleaned.who)
    found = propose(wish, around.circumstances)
    locale, reader = request.state.locale, reader_zone(actor)
    zone = ZoneInfo(form.cleaned.zone)
    return {
        "proposals": [
            proposal_shown(one, around.circumstances, locale=locale, reader=reader, zone=zone, now=now) for one in found
        ],
        "people": around.people if len(around.people) <= MOST_NAMED else [],
        "people_count": len(around.circumstances.people),
        "least_bad": least_bad_text(locale, len(found[0].absent)) if found and found[0].noes else "",
    }
