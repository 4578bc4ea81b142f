"""Polls for who organises them: the list, a new one, and the answers with the order of the moments."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import PollState
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.language.moments import moment_in
from app.models.database import transaction
from app.queries.polls import polls_of
from app.services import polls
from app.services.agenda import PlaceUnknown
from app.services.receipts import claim, settle
from app.web.access import PartnerEditorDep, SignedInDep
from app.web.agenda_forms import scope_of
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.poll_forms import (
    ROWS,
    PollBasics,
    PollForm,
    filled_rows,
    first_values,
    new_poll,
    poll_choices,
    refuse_poll,
    rows_of,
)
from app.web.poll_pages import SHAPES, address, asked, detail_page, reads
from app.web.polls import for_whom, zone_of
from app.web.rendering import page, see_other

router = APIRouter(prefix="/polls", include_in_schema=False)


@router.get("", name="polls.index")
def index(request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep) -> Response:
    """List the polls into which somebody may look."""
    locale, zone = request.state.locale, zone_of(actor.zone)
    rows = [
        {
            "number": row.id,
            "title": title_of(row, locale),
            "for_whom": for_whom(row, locale),
            "until": moment_in(locale, row.closes_at, zone),
            "state": row.state,
            "shape": SHAPES[row.state],
            "over": row.state is PollState.OPEN and row.closes_at <= now,
        }
        for row in polls_of(session, actor)
    ]
    return page(request, "polls/index.html", {"rows": rows})


@router.get("/new", name="polls.new")
def new(request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep) -> Response:
    """Show an empty form, or one with the moments that the address proposes."""
    values = first_values(request.query_params, actor, now)
    rows = max(ROWS, *(int(name[4:]) for name in values if name.startswith("day_")), 0)
    return _form_page(request, session, actor, blank(values), now=now, rows=rows)


@router.post("", name="polls.create")
def create(request: Request, session: SessionDep, actor: PartnerEditorDep, now: NowDep, data: FormDep) -> Response:
    """Open a poll and ask everybody; or show more rows for moments."""
    form = bind(PollForm, data)
    rows = rows_of(form, data)
    if data.get("more"):
        form.errors.clear()
        return _form_page(request, session, actor, form, now=now, rows=rows)
    if form.cleaned is not None:
        typed, walls = form.cleaned, dict[int, datetime]()
        try:
            walls = filled_rows(typed)
            with transaction(session):
                target = claim(session, form.sent, actor=actor, now=now)
                if target is None:
                    target = _create(request, session, actor, typed, list(walls.values()), form.sent, now)
        except DomainError as refusal:
            refuse_poll(form, refusal, request.state.locale, list(walls))
        else:
            return see_other(target)
    return _form_page(request, session, actor, form, now=now, rows=rows, status_code=422)


def _create(
    request: Request, session: Session, actor: Actor, typed: PollBasics, walls: list[datetime], key: str, now: datetime
) -> str:
    scope = scope_of(typed.of)
    if scope is None:
        raise PlaceUnknown
    number = polls.open_poll(session, actor, new_poll(typed, walls), scope=scope[0], of=scope[1], now=now)
    target = address(request, number)
    settle(session, key, target)
    return target


def _form_page(
    request: Request,
    session: Session,
    actor: Actor,
    form: Form[Any],
    *,
    now: datetime,
    rows: int,
    status_code: int = 200,
) -> Response:
    context = {
        "form": form,
        "rows": rows,
        "choices": poll_choices(session, actor, request.state.locale, now.date()),
    }
    return page(request, "polls/new.html", context, status_code=status_code)


@router.get("/{number}", name="polls.detail")
def detail(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: RowNumber) -> Response:
    """Show who answered what and which moment comes first; who is only asked goes to the own answers."""
    row = asked(session, actor, number)
    if not reads(actor, row):
        return see_other(request.app.state.addresses("polls.own_answer", number=number))
    return detail_page(request, session, actor, row, now)
