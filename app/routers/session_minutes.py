"""The minutes of a session: written by those who prepare it and by coordinators, never over somebody else's words."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.session_inside import LONGEST_MINUTES, MinutesChanged
from app.domain.texts import title_of
from app.models.database import transaction
from app.queries.agenda import SessionRow
from app.queries.session_inside import MinutesFacts, minutes_of
from app.services import session_minutes
from app.services.receipts import claim, settle
from app.web.access import SignedInDep
from app.web.agenda_pages import found
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.rendering import page, see_other
from app.web.session_page import refused_page, shown_minutes

router = APIRouter(include_in_schema=False, prefix="/agenda/{number}/minutes")


class MinutesForm(FormModel):
    """Minutes as they are typed, on top of the ``version`` that was read."""

    text: str = Field("", max_length=LONGEST_MINUTES)
    version: int = Field(0, ge=0, le=10**9)


@router.get("", name="agenda.minutes")
def edit(request: Request, session: SessionDep, actor: SignedInDep, number: str) -> Response:
    """Show the minutes as they are stored, to be changed."""
    row = _inside(session, actor, number)
    stored = minutes_of(session, row)
    return _page(request, session, actor, row, blank({"text": stored.text, "version": stored.version}))


@router.post("", name="agenda.save_minutes")
def save(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str, data: FormDep
) -> Response:
    """Save the minutes; where somebody else saved in the meantime, show both texts."""
    row = _inside(session, actor, number)
    form = bind(MinutesForm, data)
    conflict: MinutesFacts | None = None
    if form.cleaned is not None:
        address = str(request.app.state.addresses("agenda.detail", number=row.id)) + "#minutes"
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    typed = form.cleaned
                    session_minutes.save(session, actor, row.id, typed.text, version=typed.version, now=now)
                    settle(session, form.sent, address)
        except MinutesChanged as refusal:
            form.refuse(refusal, "text")
            conflict = minutes_of(session, row)
            form.values["version"] = conflict.version
        except DomainError as refusal:
            return refused_page(request, refusal)
        else:
            return see_other(address)
    return _page(request, session, actor, row, form, conflict=conflict, status_code=422)


def _inside(session: Session, actor: Actor, number: str) -> SessionRow:
    row = found(session, actor, number)
    if not row.invited:
        raise HTTPException(404)
    return row


def _page(
    request: Request,
    session: Session,
    actor: Actor,
    row: SessionRow,
    form: Form[Any],
    *,
    conflict: MinutesFacts | None = None,
    status_code: int = 200,
) -> Response:
    try:
        session_minutes.check_may_write(session, actor, row)
    except DomainError as refused:
        return refused_page(request, refused)
    locale = request.state.locale
    context = {
        "session": row,
        "title": title_of(row, locale),
        "form": form,
        "longest": LONGEST_MINUTES,
        "stored": shown_minutes(actor, conflict, locale) if conflict else None,
    }
    return page(request, "agenda/minutes.html", context, status_code=status_code)
