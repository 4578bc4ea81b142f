"""The personal link with which somebody is present: one button, without signing in."""

from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import LinkPurpose
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.models.database import transaction
from app.queries.agenda import SessionRow, session_of
from app.queries.people import actor_of_person
from app.queries.personal_links import holder_of
from app.services import attendance
from app.services.rates import hit
from app.web import agenda as words
from app.web.access import AnyoneDep, choose_locale
from app.web.attendance import AttendForm, own_attendance
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/attend/{secret}")
UNKNOWN_PER_CLIENT: Final = 60
HOUR: Final = timedelta(hours=1)


@router.get("", name="attendance.link")
def show(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str) -> Response:
    """Show the session and one button; opening registers nobody, because programs open links too."""
    person, row = _found(request, session, secret, now)
    return _page(request, session, person, row, secret, now, blank())


@router.post("", name="attendance.link_attend")
def attend(
    request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str, data: FormDep
) -> Response:
    """Register the holder of the link as present."""
    person, row = _found(request, session, secret, now)
    form = bind(AttendForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                attendance.attend(session, row, person, now=now, government_id=form.cleaned.government)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return see_other(request.app.state.addresses("attendance.link", secret=secret))
    return _page(request, session, person, row, secret, now, form)


@router.post("/undo", name="attendance.link_undo")
def undo(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str) -> Response:
    """Take the word of the holder back."""
    person, row = _found(request, session, secret, now)
    form = blank()
    try:
        with transaction(session):
            attendance.undo(session, row, person, now=now)
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(request, session, person, row, secret, now, form)
    return see_other(request.app.state.addresses("attendance.link", secret=secret))


def _found(request: Request, session: Session, secret: str, now: datetime) -> tuple[Actor, SessionRow]:
    """Give whose link it is and for which session, in the person's language; nobody tries many unknown ones."""
    holder = holder_of(session, secret, LinkPurpose.ATTEND, now=now)
    person = actor_of_person(session, holder.person_id) if holder else None
    row = session_of(session, person, holder.subject_id) if holder and person and holder.subject_id else None
    if person is None or row is None:
        with transaction(session):
            key = f"attendance.unknown:{client_address(request)}"
            hit(session, key, limit=UNKNOWN_PER_CLIENT, window=HOUR, now=now)
        raise HTTPException(404)
    request.state.locale = choose_locale(request, person)
    return person, row


def _page(
    request: Request, session: Session, person: Actor, row: SessionRow, secret: str, now: datetime, form: Form[Any]
) -> Response:
    locale, reader = request.state.locale, words.reader_zone(person)
    context = {
        "person": person,
        "session": row,
        "title": title_of(row, locale),
        "when": words.when_text(row, locale, reader),
        "own": own_attendance(session, row, person, now),
        "secret": secret,
        "form": form,
        "zone": reader,
    }
    response: Response = page(request, "attendance/link.html", context, status_code=409 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
