"""What the pages of polls for organisers share: whose they are, a form carried out once, the page of a poll."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from fastapi import HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.codes import PollState
from app.domain.errors import DomainError
from app.domain.polls import check_can_answer, check_can_decide, check_can_read, check_can_remind
from app.language.messages import refusal_message
from app.models.database import transaction
from app.queries.polls import Board, Option, PollRow, board_of, last_event, poll_of
from app.services.poll_reminders import last_reminder
from app.services.receipts import claim, settle
from app.web.forms import Form, blank
from app.web.polls import answers_table, poll_shown, ranked, zone_of
from app.web.rendering import page, see_other

SHAPES: Final = {PollState.OPEN: "doing", PollState.FIXED: "done", PollState.CLOSED: "stopped"}


def asked(session: Session, actor: Actor, number: int) -> PollRow:
    """Give a poll in which the actor is asked, or into which the actor may look; else 404."""
    row = poll_of(session, actor, number)
    if row is None:
        raise HTTPException(404)
    return row


def reads(actor: Actor, row: PollRow) -> bool:
    """Tell whether somebody sees what each member answered."""
    try:
        check_can_read(actor, belonging=row.belonging, kind=row.kind)
    except NotAllowed:
        return False
    return True


def decided(session: Session, actor: Actor, number: int) -> PollRow:
    """Give a poll that the actor may decide; 404 for who does not see its answers, 403 for who only reads them."""
    row = asked(session, actor, number)
    if not reads(actor, row):
        raise HTTPException(404)
    check_can_decide(actor, created_by=row.created_by)
    return row


def _decides(actor: Actor, row: PollRow) -> bool:
    return actor.is_staff or actor.person_id == row.created_by


def once(
    request: Request,
    session: Session,
    actor: Actor,
    form: Form[Any],
    number: int,
    now: datetime,
    act: Callable[[], object],
    *,
    field: str = "",
) -> Response | None:
    """Carry out a form once and lead back to the poll; none, with the refusal in the form, where it cannot be."""
    target = address(request, number)
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                act()
                settle(session, form.sent, target)
    except DomainError as refusal:
        form.refuse(refusal, field)
        return None
    return see_other(target)


def detail_page(
    request: Request,
    session: Session,
    actor: Actor,
    row: PollRow,
    now: datetime,
    form: Form[Any] | None = None,
    *,
    status_code: int = 200,
) -> Response:
    """Show the answers with the order of the moments; ``form`` carries what was refused."""
    locale, zone = request.state.locale, zone_of(actor.zone)
    board = board_of(session, row.id)
    closed = last_event(session, row.id, "poll.closed") if row.state is PollState.CLOSED else None
    context = {
        "poll": poll_shown(row, locale, zone),
        "row": row,
        "form": form or blank(),
        "ranked": ranked(row, board, locale, zone, now),
        "table": answers_table(row, board, locale, zone),
        "answered": len(board.members) - len(board.waiting),
        "asked": len(board.members),
        "waiting": [one.name for one in board.waiting],
        "shape": SHAPES[row.state],
        "takes_answers": row.state is PollState.OPEN and row.closes_at > now,
        "decides": _decides(actor, row),
        "reason": str(closed.details.get("reason", "")) if closed is not None else "",
        "no_reminder": _why_no_reminder(session, row, locale, now),
        "is_asked": actor.person_id in board.names,
        "may_remove": len(board.options) > 2,
    }
    return page(request, "polls/detail.html", context, status_code=status_code)


def _why_no_reminder(session: Session, row: PollRow, locale: str, now: datetime) -> str:
    try:
        check_can_answer(state=row.state, closes_at=row.closes_at, now=now)
        check_can_remind(last_reminder(session, row.id), now=now)
    except DomainError as refusal:
        return refusal_message(locale, refusal)
    return ""


def option_of(board: Board, number: int) -> Option:
    """Give a moment of a poll; 404 for one that is not there any more."""
    found = next((one for one in board.options if one.id == number), None)
    if found is None:
        raise HTTPException(404)
    return found


def address(request: Request, number: int) -> str:
    """Give the address of a poll for who organises it."""
    return str(request.app.state.addresses("polls.detail", number=number))
