"""What an organiser decides of a poll: a moment chosen, one more or one less, a reminder, the end without a moment."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.agenda import BY_COORDINATORS
from app.domain.errors import DomainError
from app.domain.polls import check_open
from app.language.messages import refusal_message
from app.models.database import transaction
from app.queries.circles import people_invited
from app.queries.polls import PollRow, board_of
from app.services import poll_reminders, polls
from app.services.polls import Where
from app.services.receipts import claim, settle
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.errors import error_page
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.poll_forms import ChooseForm, CloseForm, KeyForm, MomentForm
from app.web.poll_pages import decided, detail_page, once, option_of
from app.web.polls import moment_shown, poll_shown, ranked, zone_of
from app.web.rendering import page, see_other

router = APIRouter(prefix="/polls/{number}", include_in_schema=False)


@router.get("/moments/{option}", name="polls.choice")
def choice(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: RowNumber, option: RowNumber
) -> Response:
    """Ask whether this moment is chosen, and say who is then invited."""
    row = decided(session, actor, number)
    return _choice_page(request, session, actor, row, option, blank({"host_side": ""}), now)


@router.post("/moments/{option}", name="polls.choose")
def choose(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    number: RowNumber,
    option: RowNumber,
    data: FormDep,
) -> Response:
    """Choose a moment: the session stands in the agenda, and everybody is invited."""
    row = decided(session, actor, number)
    form = bind(ChooseForm, data)
    if form.cleaned is not None:
        where = Where(**form.cleaned.model_dump())
        try:
            with transaction(session):
                address = claim(session, form.sent, actor=actor, now=now)
                if address is None:
                    made = polls.fix(session, actor, number, option, where=where, now=now)
                    address = request.app.state.addresses("agenda.detail", number=made)
                    settle(session, form.sent, address)
        except DomainError as refusal:
            form.refuse(refusal, "link" if refusal.code == "not_a_link" else "")
        else:
            return see_other(address)
    return _choice_page(request, session, actor, row, option, form, now, status_code=422)


@router.get("/closing", name="polls.closing")
def closing(request: Request, session: SessionDep, actor: SignedInDep, number: RowNumber) -> Response:
    """Ask why the poll is closed without a moment."""
    return _closing_page(request, actor, decided(session, actor, number), blank())


@router.post("/closing", name="polls.close")
def close(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: RowNumber, data: FormDep
) -> Response:
    """Close a poll without a moment; everybody who was asked reads why."""
    row = decided(session, actor, number)
    form = bind(CloseForm, data)
    if form.cleaned is not None:
        reason = form.cleaned.reason
        done = once(
            request,
            session,
            actor,
            form,
            number,
            now,
            lambda: polls.close(session, actor, number, reason=reason, now=now),
        )
        if done is not None:
            return done
    return _closing_page(request, actor, row, form, status_code=422)


@router.post("/reminder", name="polls.remind")
def remind(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: RowNumber, data: FormDep
) -> Response:
    """Remind who has not answered."""
    row = decided(session, actor, number)
    form = bind(KeyForm, data)
    done = once(
        request, session, actor, form, number, now, lambda: poll_reminders.remind(session, actor, number, now=now)
    )
    return done or detail_page(request, session, actor, row, now, form, status_code=409)


@router.post("/moments", name="polls.add_moment")
def add_moment(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: RowNumber, data: FormDep
) -> Response:
    """Propose one more moment."""
    row = decided(session, actor, number)
    form = bind(MomentForm, data)
    if form.cleaned is not None:
        wall = datetime.combine(form.cleaned.day, form.cleaned.time)
        done = once(
            request,
            session,
            actor,
            form,
            number,
            now,
            lambda: polls.add_moment(session, actor, number, wall, now=now),
            field="time",
        )
        if done is not None:
            return done
    return detail_page(request, session, actor, row, now, form, status_code=422)


@router.get("/moments/{option}/removal", name="polls.moment_removal")
def moment_removal(
    request: Request, session: SessionDep, actor: SignedInDep, number: RowNumber, option: RowNumber
) -> Response:
    """Ask whether a moment is taken out, with what people answered for it."""
    return _removal_page(request, session, actor, decided(session, actor, number), option, blank())


@router.post("/moments/{option}/removal", name="polls.remove_moment")
def remove_moment(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    number: RowNumber,
    option: RowNumber,
    data: FormDep,
) -> Response:
    """Take a moment out of the poll."""
    row = decided(session, actor, number)
    form = bind(KeyForm, data)
    done = once(
        request,
        session,
        actor,
        form,
        number,
        now,
        lambda: polls.remove_moment(session, actor, number, option, now=now),
    )
    return done or _removal_page(request, session, actor, row, option, form, status_code=409)


def _choice_page(
    request: Request,
    session: Session,
    actor: Actor,
    row: PollRow,
    option_id: int,
    form: Form[Any],
    now: datetime,
    *,
    status_code: int = 200,
) -> Response:
    board = board_of(session, row.id)
    option = option_of(board, option_id)
    locale, zone = request.state.locale, zone_of(actor.zone)
    refused = _refused(row)
    if refused is not None:
        return detail_page(request, session, actor, row, now, _with(form, refused), status_code=409)
    people = people_invited(
        session, programme_id=row.programme_id, track_id=row.track_id, partnership_id=row.partnership_id
    )
    context = {
        "poll": poll_shown(row, locale, zone),
        "row": row,
        "form": form,
        "moment": moment_shown(option, row, locale, zone),
        "ranked": next(one for one in ranked(row, board, locale, zone, now) if one.moment.number == option_id),
        "people": sorted(one.name for one in people),
        "by_sides": row.kind in BY_COORDINATORS,
    }
    return page(request, "polls/choose.html", context, status_code=status_code)


def _closing_page(request: Request, actor: Actor, row: PollRow, form: Form[Any], *, status_code: int = 200) -> Response:
    refused = _refused(row)
    if refused is not None:
        return error_page(request, 409, reason=refusal_message(request.state.locale, refused))
    shown = poll_shown(row, request.state.locale, zone_of(actor.zone))
    return page(request, "polls/close.html", {"poll": shown, "form": form}, status_code=status_code)


def _removal_page(
    request: Request,
    session: Session,
    actor: Actor,
    row: PollRow,
    option_id: int,
    form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    option = option_of(board_of(session, row.id), option_id)
    locale, zone = request.state.locale, zone_of(actor.zone)
    context = {
        "poll": poll_shown(row, locale, zone),
        "moment": moment_shown(option, row, locale, zone),
        "form": form,
    }
    return page(request, "polls/remove.html", context, status_code=status_code)


def _refused(row: PollRow) -> DomainError | None:
    try:
        check_open(row.state)
    except DomainError as refusal:
        return refusal
    return None


def _with(form: Form[Any], refusal: DomainError) -> Form[Any]:
    form.errors.clear()
    form.refuse(refusal)
    return form
