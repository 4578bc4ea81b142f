"""Attendance on a session: the list of its host, and one's own word on the page of the session."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.attendance import CorrectionWithoutReason, NoAttendance, check_can_see_list
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.language.messages import refusal_message
from app.models.database import transaction
from app.queries.agenda import SessionRow
from app.queries.attendance import held
from app.services import attendance
from app.services.attendance import Sent
from app.services.receipts import claim, settle
from app.web import agenda as words
from app.web.access import SignedInDep
from app.web.agenda_pages import found
from app.web.attendance import AttendForm, Choice, ListForm, host_list, names_of, read_lines, read_typed
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.errors import error_page
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/agenda/{number}")


@router.get("/attendance", name="attendance.index")
def index(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str, q: str = "", saved: str = ""
) -> Response:
    """Show the list of a session to its hosts."""
    row = found(session, actor, number)
    return _list_page(request, session, actor, row, blank(), now, q=q, saved=bool(saved))


@router.post("/attendance", name="attendance.save")
def save(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    number: str,
    data: FormDep,
    q: str = "",
) -> Response:
    """Write what a host changed in the list."""
    row = found(session, actor, number)
    form = bind(ListForm, data)
    typed: dict[str, Choice] = {}
    conflicts: tuple[str, ...] = ()
    if form.cleaned is not None:
        address = request.app.state.addresses("attendance.index", number=row.id, q=q, saved=1)
        try:
            typed = read_typed(data)
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    conflicts = _mark(request, session, actor, row, form.cleaned, typed, now)
                    settle(session, form.sent, address)
        except DomainError as refusal:
            form.refuse(refusal, "reason" if isinstance(refusal, CorrectionWithoutReason) else "")
        else:
            if not conflicts:
                return see_other(address)
            form, typed = blank(), {}
    return _list_page(request, session, actor, row, form, now, q=q, typed=typed, conflicts=conflicts)


def _mark(
    request: Request,
    session: Session,
    actor: Actor,
    row: SessionRow,
    cleaned: ListForm,
    typed: dict[str, Choice],
    now: datetime,
) -> tuple[str, ...]:
    shown = host_list(session, row, actor, now, locale=request.state.locale)
    lines = read_lines(typed, cleaned.seen, shown)
    return attendance.mark(session, row, actor, Sent(lines, cleaned.guest, cleaned.reason), now=now)


@router.post("/attend", name="attendance.attend")
def attend(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str, data: FormDep
) -> Response:
    """Register as present on the page of a session."""
    row = found(session, actor, number)
    form = bind(AttendForm, data)
    if form.cleaned is None:
        return error_page(request, 422, reason=_fault(request, form))
    try:
        with transaction(session):
            attendance.attend(session, row, actor, now=now, government_id=form.cleaned.government)
    except DomainError as refusal:
        return _refused(request, refusal)
    return see_other(request.app.state.addresses("agenda.detail", number=row.id))


@router.post("/attend/undo", name="attendance.undo")
def undo(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str) -> Response:
    """Take one's own word back on the page of a session."""
    row = found(session, actor, number)
    try:
        with transaction(session):
            attendance.undo(session, row, actor, now=now)
    except DomainError as refusal:
        return _refused(request, refusal)
    return see_other(request.app.state.addresses("agenda.detail", number=row.id))


def _list_page(
    request: Request,
    session: Session,
    actor: Actor,
    row: SessionRow,
    form: Form[Any],
    now: datetime,
    *,
    q: str = "",
    saved: bool = False,
    typed: dict[str, Choice] | None = None,
    conflicts: tuple[str, ...] = (),
) -> Response:
    try:
        check_can_see_list(actor, held(session, row))
    except (NotAllowed, NoAttendance) as refusal:
        return _refused(request, refusal)
    locale, reader = request.state.locale, words.reader_zone(actor)
    shown = host_list(session, row, actor, now, locale=locale, q=q, typed=typed)
    everybody = host_list(session, row, actor, now, locale=locale) if conflicts else shown
    context = {
        "session": row,
        "title": title_of(row, locale),
        "when": words.when_text(row, locale, reader),
        "place": row.place,
        "shown": shown,
        "form": form,
        "q": q,
        "saved": saved,
        "conflicts": names_of(everybody, conflicts),
        "zone": reader,
    }
    status_code = 409 if conflicts else 422 if form.errors else 200
    return page(request, "attendance/index.html", context, status_code=status_code)


def _refused(request: Request, refusal: DomainError) -> Response:
    status_code = 403 if isinstance(refusal, NotAllowed) else 409
    return error_page(request, status_code, reason=refusal_message(request.state.locale, refusal))


def _fault(request: Request, form: Form[Any]) -> str:
    fault = next(fault for faults in form.errors.values() for fault in faults)
    return refusal_message(request.state.locale, fault)
