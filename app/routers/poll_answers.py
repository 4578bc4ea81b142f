"""How a moment suits somebody: by the personal link of a mail, without an account, or signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.domain.access import Actor
from app.domain.codes import LinkPurpose, PollAnswer, PollState
from app.domain.errors import DomainError
from app.domain.polls import takes_answers
from app.domain.texts import title_of
from app.language.labels import choices
from app.models.database import transaction
from app.queries.agenda import session_of
from app.queries.people import actor_of_person
from app.queries.personal_links import holder_of
from app.queries.polls import OwnAnswers, PollRow, last_event, own_answers, poll_by_id, poll_of
from app.services import polls
from app.services.rates import hit
from app.web import agenda as agenda_words
from app.web.access import AnyoneDep, SignedInDep, choose_locale, sign_in_path
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, blank
from app.web.numbers import RowNumber
from app.web.poll_forms import answer_values, field_of, read_answers
from app.web.polls import clock_changes, moment_shown, poll_shown, zone_of
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other

router = APIRouter(prefix="/polls", include_in_schema=False)
UNKNOWN_PER_CLIENT: Final = 60
SENT_PER_PERSON: Final = 60
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked, in which poll, what was answered before, and where the answers are sent."""

    person_id: int
    name: str
    zone: ZoneInfo
    poll: PollRow
    own: OwnAnswers
    address: str
    signed_in: bool


@router.get("/answer/{secret}", name="polls.answer")
def answer(
    request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, secret: str, change: str = ""
) -> Response:
    """Show the moments, or what was answered; looking changes nothing, because programs open links too."""
    return _private(_page(request, session, _by_link(request, session, actor, secret, now), now, change=bool(change)))


@router.post("/answer/{secret}", name="polls.save_answer")
def save_answer(
    request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, secret: str, data: FormDep
) -> Response:
    """Keep what somebody answers by link."""
    return _private(_save(request, session, _by_link(request, session, actor, secret, now), data, now))


@router.get("/{number}/answer", name="polls.own_answer")
def own_answer(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: RowNumber, change: str = ""
) -> Response:
    """Show the moments to somebody who is signed in, or what was answered."""
    return _page(request, session, _signed_in(request, session, actor, number), now, change=bool(change))


@router.post("/{number}/answer", name="polls.save_own_answer")
def save_own_answer(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: RowNumber, data: FormDep
) -> Response:
    """Keep what somebody answers who is signed in."""
    return _save(request, session, _signed_in(request, session, actor, number), data, now)


def _by_link(request: Request, session: Session, actor: Actor, secret: str, now: datetime) -> Asked:
    """Give whom a link asks; unknown ones do not exist, and nobody tries many of them."""
    holder = holder_of(session, secret, LinkPurpose.POLL, now=now)
    row = poll_by_id(session, holder.subject_id) if holder is not None and holder.subject_id is not None else None
    own = own_answers(session, row.id, holder.person_id) if holder is not None and row is not None else None
    if holder is None or row is None or own is None:
        with transaction(session):
            key = f"poll.unknown:{client_address(request)}"
            hit(session, key, limit=UNKNOWN_PER_CLIENT, window=HOUR, now=now)
        raise HTTPException(404)
    if not actor.is_known:
        request.state.locale = choose_locale(request, Actor(language=holder.language))
    address = request.app.state.addresses("polls.answer", secret=secret)
    return Asked(
        holder.person_id, holder.name, zone_of(holder.zone), row, own, address, actor.person_id == holder.person_id
    )


def _signed_in(request: Request, session: Session, actor: Actor, number: int) -> Asked:
    row = poll_of(session, actor, number)
    own = own_answers(session, number, actor.person_id) if row is not None and actor.person_id is not None else None
    if row is None or own is None or actor.person_id is None:
        raise HTTPException(404)
    address = request.app.state.addresses("polls.own_answer", number=number)
    return Asked(actor.person_id, actor.name, zone_of(actor.zone), row, own, address, signed_in=True)


def _save(request: Request, session: Session, asked: Asked, data: FormData, now: datetime) -> Response:
    form, votes, note = read_answers(data, asked.own)
    if not takes_answers(state=asked.poll.state, closes_at=asked.poll.closes_at, now=now):
        return _ended(request, session, asked, status_code=409)
    if form.errors:
        return _form(request, asked, form, now, status_code=422)
    try:
        with transaction(session):
            key = f"poll.answer:{asked.poll.id}:{asked.person_id}"
            hit(session, key, limit=SENT_PER_PERSON, window=HOUR, now=now)
            polls.answer(session, asked.poll.id, asked.person_id, votes, note=note, now=now)
    except DomainError as refusal:
        option = refusal.params.get("option")
        form.refuse(refusal, field_of(option) if isinstance(option, int) else "")
        return _form(request, asked, form, now, status_code=422)
    return see_other(asked.address)


def _page(request: Request, session: Session, asked: Asked, now: datetime, *, change: bool) -> Response:
    if not takes_answers(state=asked.poll.state, closes_at=asked.poll.closes_at, now=now):
        return _ended(request, session, asked)
    if asked.own.is_complete and asked.own.answered_at is not None and not change:
        return _thanks(request, asked)
    return _form(request, asked, blank(answer_values(asked.own)), now)


def _form(request: Request, asked: Asked, form: Form[Any], now: datetime, *, status_code: int = 200) -> Response:
    locale, row = request.state.locale, asked.poll
    context = _context(request, asked) | {
        "form": form,
        "choices": choices(locale, PollAnswer),
        "clock_changes": clock_changes(row, asked.own.options, locale, asked.zone, now),
        "is_new": asked.own.answered_at is not None and not asked.own.is_complete,
    }
    return page(request, "polls/answer.html", context, status_code=status_code)


def _thanks(request: Request, asked: Asked) -> Response:
    said = {option: code.value for option, code in asked.own.votes.items()}
    context = _context(request, asked) | {
        "said": said,
        "codes": {code.value: code for code in PollAnswer},
        "note": asked.own.note,
    }
    return page(request, "polls/thanks.html", context)


def _context(request: Request, asked: Asked) -> dict[str, object]:
    locale, row = request.state.locale, asked.poll
    return {
        "poll": poll_shown(row, locale, asked.zone),
        "moments": [moment_shown(option, row, locale, asked.zone) for option in asked.own.options],
        "name": asked.name,
        "address": asked.address,
        "asked": asked,
    }


def _ended(request: Request, session: Session, asked: Asked, *, status_code: int = 200) -> Response:
    """Say what came of the poll: the session as the person who is asked sees it, why there is none, or not yet."""
    locale, row = request.state.locale, asked.poll
    closed = last_event(session, row.id, "poll.closed") if row.state is PollState.CLOSED else None
    context: dict[str, object] = {
        "poll": poll_shown(row, locale, asked.zone),
        "state": row.state.value,
        "reason": str(closed.details.get("reason", "")) if closed is not None else "",
        "session": None,
    }
    if row.session_id is not None:
        context |= _session(request, session, asked, row.session_id)
    return page(request, "polls/ended.html", context, status_code=status_code)


def _session(request: Request, session: Session, asked: Asked, session_id: int) -> dict[str, object]:
    locale = request.state.locale
    found = session_of(session, actor_of_person(session, asked.person_id), session_id)
    if found is None:
        return {}
    path = request.app.state.addresses("agenda.detail", number=session_id)
    return {
        "session": found,
        "session_title": title_of(found, locale),
        "when": agenda_words.when_text(found, locale, asked.zone),
        "session_path": path if asked.signed_in else sign_in_path(path),
        "signed_in": asked.signed_in,
    }


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
