"""All sessions for who prepares them: the programme team, and associations for their country."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.agenda import ZONES, Facts
from app.domain.codes import Country, SessionKind, SessionStatus
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE
from app.language.labels import choices
from app.models.database import transaction
from app.queries.agenda import SessionRow, Wanted, count_of, sessions_of
from app.queries.circles import circle_of, place_of
from app.queries.partnerships import partnerships
from app.services.agenda import PlaceUnknown
from app.services.receipts import claim, settle
from app.web import agenda as words
from app.web.access import PartnerEditorDep
from app.web.agenda_forms import SessionForm, form_choices, refuse, scope_choices, scope_of
from app.web.agenda_pages import filter_choices, kind_of, whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.finding import proposed_values
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page, see_other
from app.web.session_forms import is_unseen, make, members_of, preview_of

router = APIRouter(prefix="/staff/sessions", include_in_schema=False)
PAGE_SIZE = 25


@router.get("", name="staff.sessions.index")
def index(
    request: Request,
    session: SessionDep,
    actor: PartnerEditorDep,
    now: NowDep,
    programme: str = "",
    track: str = "",
    partnership: str = "",
    kind: str = "",
    status: str = "",
    period: str = "",
    number: str = "1",
) -> Response:
    """List the sessions, those to come first."""
    _check_prepares(actor)
    over = period == "over"
    wanted = Wanted(
        programme_id=whole(programme),
        track_id=whole(track),
        partnership_id=whole(partnership),
        kind=kind_of(kind),
        status=SessionStatus(status) if status in list(SessionStatus) else None,
        ends_after=None if over or period == "all" else now,
        ends_by=now if over else None,
        latest_first=over,
        limit=PAGE_SIZE,
    )
    chosen = {
        "programme": programme,
        "track": track,
        "partnership": partnership,
        "kind": kind,
        "status": status,
        "period": period,
    }
    context = _listed(session, actor, wanted, request.state.locale, whole(number) or 1)
    context |= {"chosen": chosen, "filters": _filters(session, actor, request.state.locale)}
    return page(request, "staff/sessions/index.html", context, fragments=("results",))


def _listed(session: Session, actor: Actor, wanted: Wanted, locale: str, number: int) -> dict[str, object]:
    circle, reader = circle_of(session, actor), words.reader_zone(actor)
    count = count_of(session, actor, wanted, circle=circle)
    pages = max(-(-count // PAGE_SIZE), 1)
    number = min(max(number, 1), pages)
    asked = replace(wanted, offset=(number - 1) * PAGE_SIZE)
    rows = sessions_of(session, actor, asked, circle=circle)
    shown = [_row(row, locale, words.shown(row, locale, reader)) for row in rows]
    return {"rows": shown, "count": count, "number": number, "pages": pages}


def _row(row: SessionRow, locale: str, shown: words.SessionShown) -> dict[str, object]:
    return {
        "number": row.id,
        "title": shown.title,
        "when": shown.when,
        "for_whom": words.for_whom(row, locale),
        "kind": row.kind,
        "status": row.status,
    }


def _filters(session: Session, actor: Actor, locale: str) -> dict[str, Any]:
    known = [one for one in partnerships(session) if actor.is_staff or one.partner.country in actor.countries]
    return {
        **filter_choices(session, locale),
        "partnerships": [(one.id, one.name) for one in known],
        "statuses": choices(locale, SessionStatus),
    }


@router.get("/new", name="staff.sessions.new")
def new(
    request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep, of: str = "", kind: str = ""
) -> Response:
    """Show an empty form."""
    values = {
        "of": of,
        "kind": kind or SessionKind.JOINT_DIGITAL.value,
        "zone": actor.zone if actor.zone in ZONES else str(PROGRAMME_ZONE),
        "host_side": "",
        "status": SessionStatus.PUBLISHED.value,
    }
    return _form_page(request, session, actor, blank(values | proposed_values(request.query_params)), now=now)


@router.post("", name="staff.sessions.create")
def create(request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep, data: FormDep) -> Response:
    """Put a session in the agenda."""
    _check_prepares(actor)
    form = bind(SessionForm, data)
    if form.cleaned is not None:
        try:
            members = members_of(form.cleaned)
            if is_unseen(form.cleaned, members):
                return _form_page(request, session, actor, form, now=now, members=members)
            with transaction(session):
                address = claim(session, form.sent, actor=actor, now=now)
                if address is None:
                    address = _create(request, session, actor, form.cleaned, form.sent, now)
        except DomainError as refusal:
            refuse(form, refusal, request.state.locale)
        else:
            return see_other(address)
    return _form_page(request, session, actor, form, now=now, status_code=422)


def _create(request: Request, session: Session, actor: Actor, typed: SessionForm, key: str, now: datetime) -> str:
    scope = scope_of(typed.of)
    if scope is None:
        raise PlaceUnknown
    number = make(session, actor, typed, scope=scope[0], of=scope[1], now=now)
    address = str(request.app.state.addresses("agenda.detail", number=number))
    settle(session, key, address)
    return address


def _form_page(
    request: Request,
    session: Session,
    actor: Actor,
    form: Form[Any],
    *,
    now: datetime,
    members: Sequence[Facts] = (),
    status_code: int = 200,
) -> Response:
    _check_prepares(actor)
    locale = request.state.locale
    offered = form_choices(locale, manages=True)
    offered["scopes"] = scope_choices(session, actor, locale, now.date())
    preview = preview_of(members, locale, actor, _country(session, form)) if members else None
    context = {"form": form, "choices": offered, "preview": preview}
    return page(request, "staff/sessions/new.html", context, status_code=status_code)


def _country(session: Session, form: Form[Any]) -> Country | None:
    scope = scope_of(str(form.value("of")))
    place = place_of(session, *scope) if scope else None
    return place.belonging.country if place else None


def _check_prepares(actor: Actor) -> None:
    if not (actor.is_staff or actor.is_association):
        raise HTTPException(404)
