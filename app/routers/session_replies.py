"""Replies to an invitation: on the page of the session, and by the personal link of a mail."""

from datetime import datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import LinkPurpose
from app.domain.errors import DomainError
from app.domain.replies import NotInvited, UnableToReply, check_can_reply
from app.domain.texts import title_of
from app.models.database import transaction
from app.queries.agenda import SessionRow, session_of
from app.queries.people import actor_of_person
from app.queries.personal_links import holder_of
from app.queries.replies import is_invited, standing_of
from app.services import replies
from app.services.rates import hit
from app.web import agenda as words
from app.web.access import AnyoneDep, SignedInDep, choose_locale
from app.web.agenda_pages import found
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FormDep, FormModel, bind
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other
from app.web.session_page import refused_page

router = APIRouter(include_in_schema=False)
UNKNOWN_PER_CLIENT: Final = 60
HOUR: Final = timedelta(hours=1)


class ReplyForm(FormModel):
    """Whether somebody comes. It needs no key: the same answer again changes nothing."""

    comes: Literal["yes", "no"]


@router.post("/agenda/{number}/reply", name="agenda.reply")
def reply(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str, data: FormDep
) -> Response:
    """Answer an invitation."""
    row = found(session, actor, number)
    refused = _answer(session, actor, row, data, now=now)
    if refused is not None:
        return refused_page(request, refused)
    return see_other(str(request.app.state.addresses("agenda.detail", number=row.id)) + "#reply")


@router.get("/reply/{secret}", name="agenda.reply_page")
def reply_page(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str) -> Response:
    """Show the question; looking answers nothing, because programs open links too."""
    person, row = _asked(request, session, secret, now)
    locale = request.state.locale
    try:
        check_can_reply(status=row.status, starts_at=row.starts_at, now=now)
    except UnableToReply:
        is_open = False
    else:
        is_open = True
    context: dict[str, Any] = {
        "session": row,
        "secret": secret,
        "title": title_of(row, locale),
        "when": words.when_text(row, locale, ZoneInfo(person.zone)),
        "for_whom": words.for_whom(row, locale),
        "standing": standing_of(session, row.id, person.person_id),
        "is_open": is_open,
        "name": person.name,
    }
    response: Response = page(request, "agenda/reply.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@router.post("/reply/{secret}", name="agenda.reply_by_link")
def reply_by_link(
    request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str, data: FormDep
) -> Response:
    """Answer an invitation by the link of a mail."""
    person, row = _asked(request, session, secret, now)
    refused = _answer(session, person, row, data, now=now)
    if refused is not None:
        return refused_page(request, refused)
    return see_other(request.app.state.addresses("agenda.reply_page", secret=secret))


def _asked(request: Request, session: Session, secret: str, now: datetime) -> tuple[Actor, SessionRow]:
    """Give whose link it is and the session that it asks about, in the person's language; 404 where it asks nothing."""
    holder = holder_of(session, secret, LinkPurpose.REPLY, now=now)
    if holder is None or holder.subject_id is None:
        with transaction(session):
            client = client_address(request)
            hit(session, f"reply.unknown:{client}", limit=UNKNOWN_PER_CLIENT, window=HOUR, now=now)
        raise HTTPException(404)
    person = actor_of_person(session, holder.person_id)
    row = session_of(session, person, holder.subject_id)
    if row is None or not is_invited(session, row, person.person_id):
        raise HTTPException(404)
    request.state.locale = choose_locale(request, person)
    return person, row


def _answer(session: Session, actor: Actor, row: SessionRow, data: FormDep, *, now: datetime) -> DomainError | None:
    form = bind(ReplyForm, data)
    if form.cleaned is None:
        raise HTTPException(400)
    try:
        with transaction(session):
            replies.reply(session, actor, row.id, comes=form.cleaned.comes == "yes", now=now)
    except (NotInvited, UnableToReply) as refused:
        return refused
    return None
