"""The agenda of a partnership for its members; coordinators put their own exchanges and visits in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.agenda import ZONES, Facts, Scope
from app.domain.codes import SessionKind, SessionStatus
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.language.messages import refusal_message
from app.models.database import transaction
from app.queries.agenda import Wanted
from app.queries.circles import Circle, belonging_of
from app.queries.partnerships import PartnershipFacts
from app.services.receipts import claim, settle
from app.web.access import SignedInDep
from app.web.agenda import reader_zone
from app.web.agenda_forms import SessionForm, form_choices, may_add, may_manage, refuse
from app.web.agenda_pages import agenda_list, inside, whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.errors import error_page
from app.web.finding import proposed_values
from app.web.forms import Form, FormDep, bind, blank
from app.web.polls import open_polls
from app.web.reciprocity import meter_of
from app.web.rendering import page, see_other
from app.web.session_forms import is_unseen, make, members_of, preview_of

router = APIRouter(prefix="/partnerships/{slug}/agenda", include_in_schema=False)


@router.get("", name="partnerships.agenda")
def index(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    year: str = "",
    number: str = "1",
) -> Response:
    """Show the sessions of a partnership."""
    partnership, circle = inside(session, actor, slug)
    context = _context(request, session, actor, partnership, circle, now, year=whole(year), number=whole(number) or 1)
    return page(request, "agenda/partnership.html", context, fragments=("results",))


@router.get("/new", name="partnerships.new_session")
def new(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """Show an empty form."""
    partnership, _circle = inside(session, actor, slug)
    values = {
        "kind": SessionKind.BILATERAL.value,
        "zone": actor.zone if actor.zone in ZONES else str(PROGRAMME_ZONE),
        "host_side": "",
        "status": SessionStatus.PUBLISHED.value,
    }
    return _form_page(request, actor, partnership, blank(values | proposed_values(request.query_params)))


@router.post("", name="partnerships.add_session")
def create(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, data: FormDep
) -> Response:
    """Put a session in the agenda of a partnership."""
    partnership, _circle = inside(session, actor, slug)
    form = bind(SessionForm, data)
    if form.cleaned is not None:
        address = str(request.app.state.addresses("partnerships.agenda", slug=slug))
        try:
            members = members_of(form.cleaned)
            if is_unseen(form.cleaned, members):
                return _form_page(request, actor, partnership, form, members=members)
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    make(session, actor, form.cleaned, scope=Scope.PARTNERSHIP, of=partnership.id, now=now)
                    settle(session, form.sent, address)
        except DomainError as refusal:
            refuse(form, refusal, request.state.locale)
        else:
            return see_other(address)
    return _form_page(request, actor, partnership, form, status_code=422)


def _context(
    request: Request,
    session: Session,
    actor: Actor,
    partnership: PartnershipFacts,
    circle: Circle,
    now: datetime,
    *,
    year: int | None,
    number: int,
) -> dict[str, object]:
    wanted = Wanted(partnership_id=partnership.id)
    locale = request.state.locale
    context = agenda_list(session, actor, wanted, locale=locale, now=now, year=year, number=number, circle=circle)
    return {
        **context,
        "partnership": partnership,
        "zone": reader_zone(actor),
        "meter": meter_of(session, partnership, locale, today=wall_in(now, PROGRAMME_ZONE).date(), with_money=True),
        "may_add": may_add(actor, belonging_of(partnership)),
        "open_polls": open_polls(session, partnership.id, locale, reader_zone(actor)),
    }


def _form_page(
    request: Request,
    actor: Actor,
    partnership: PartnershipFacts,
    form: Form[Any],
    *,
    members: Sequence[Facts] = (),
    status_code: int = 200,
) -> Response:
    belonging = belonging_of(partnership)
    if not may_add(actor, belonging):
        refusal = NotAllowed()
        return error_page(request, 403, reason=refusal_message(request.state.locale, refusal))
    manages = may_manage(actor, belonging)
    context = {
        "partnership": partnership,
        "form": form,
        "manages": manages,
        "choices": form_choices(request.state.locale, manages=manages),
        "preview": preview_of(members, request.state.locale, actor, belonging.country) if members else None,
    }
    return page(request, "agenda/new.html", context, status_code=status_code)
