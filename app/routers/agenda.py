"""The agenda: lists, a session, calendars for other programs, and how a session is changed or called off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import PUBLIC, Actor, NotAllowed
from app.domain.agenda import SessionCancelled, SessionOver, StillDraft, check_can_cancel
from app.domain.codes import SessionStatus
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.language.catalogues import N_, gettext
from app.models.database import transaction
from app.queries.agenda import SessionRow, Wanted, sessions_of
from app.queries.circles import Circle
from app.services import agenda, series
from app.services.receipts import claim, settle
from app.services.visits import ChangedMeanwhile
from app.web import agenda as words
from app.web.access import AnyoneDep, SignedInDep
from app.web.agenda_forms import (
    CancelForm,
    KeyForm,
    Reach,
    SessionForm,
    form_choices,
    may_manage,
    refuse,
    values_of,
)
from app.web.agenda_pages import agenda_list, calendar, filter_choices, found, kind_of, whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.pagecache import cached, cached_for
from app.web.rendering import page, see_other
from app.web.session_conflict import stored_beside, version_of
from app.web.session_forms import call_off, change, discard, others_of
from app.web.session_page import refusal_to_edit, refused_page, session_context

router = APIRouter(include_in_schema=False)
KEPT_IN_FEEDS = timedelta(days=400)


@router.get("/agenda", name="agenda.index")
def index(
    request: Request,
    session: SessionDep,
    actor: AnyoneDep,
    now: NowDep,
    programme: str = "",
    track: str = "",
    kind: str = "",
    year: str = "",
    number: str = "1",
) -> Response:
    """Show the sessions to come by month, or those of a year that are over."""
    wanted = Wanted(programme_id=whole(programme), track_id=whole(track), kind=kind_of(kind), announced=True)
    locale = request.state.locale

    def render() -> Response:
        context = agenda_list(
            session, actor, wanted, locale=locale, now=now, year=whole(year), number=whole(number) or 1
        )
        context |= {
            "filters": filter_choices(session, locale),
            "chosen": {"programme": programme, "track": track, "kind": kind},
            "zone": words.reader_zone(actor),
        }
        return page(request, "agenda/index.html", context, fragments=("results",))

    return cached_for(actor, request, session, render)


@router.get("/agenda.ics", name="agenda.feed")
def feed(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep) -> Response:
    """Send the public sessions as a calendar that programs can follow."""
    locale = request.state.locale

    def render() -> Response:
        rows = sessions_of(session, PUBLIC, Wanted(announced=True, ends_after=now - KEPT_IN_FEEDS), circle=Circle())
        return calendar(request, rows, PUBLIC, name=gettext(locale, N_("SDG partnerships")), locale=locale)

    return cached(request, session, render)


@router.get("/agenda/{number}.ics", name="agenda.entry")
def entry(request: Request, session: SessionDep, actor: AnyoneDep, number: str) -> Response:
    """Send one session as a calendar."""
    row, locale = found(session, actor, number), request.state.locale
    response = calendar(request, [row], actor, name=title_of(row, locale).words, locale=locale)
    response.headers["Content-Disposition"] = f'attachment; filename="tandem-{row.id}.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@router.get("/agenda/{number}", name="agenda.detail")
def detail(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, number: str) -> Response:
    """Show a session in the reader's time, with that of the others beside it."""

    def render() -> Response:
        row = found(session, actor, number)
        return page(request, "agenda/detail.html", session_context(request, session, actor, row, now=now))

    return cached_for(actor, request, session, render)


@router.get("/agenda/{number}/edit", name="agenda.edit")
def edit(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str) -> Response:
    """Show the form of a session."""
    row = found(session, actor, number)
    values = values_of(row) | {"version": version_of(row.facts)}
    return _edit_page(request, session, actor, row, blank(values), now=now)


@router.post("/agenda/{number}/edit", name="agenda.save")
def save(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str, data: FormDep
) -> Response:
    """Change a session, and those that follow it in its series where that was chosen."""
    row = found(session, actor, number)
    form = bind(SessionForm, data)
    stored: list[tuple[str, str]] = []
    if form.cleaned is not None:
        address = _address(request, row)
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    change(session, actor, row.id, form.cleaned, now=now)
                    settle(session, form.sent, address)
        except ChangedMeanwhile as refusal:
            form.refuse(refusal)
            row = found(session, actor, number)
            stored = stored_beside(row, form.values, request.state.locale)
            form.values["version"] = version_of(row.facts)
        except DomainError as refusal:
            refuse(form, refusal, request.state.locale)
        else:
            return see_other(address)
    return _edit_page(request, session, actor, row, form, now=now, stored=stored, status_code=422)


@router.post("/agenda/{number}/publication", name="agenda.publish")
def publish(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str, data: FormDep
) -> Response:
    """Announce a draft, or all drafts of its series, and invite everybody whom it concerns."""
    row = found(session, actor, number)
    form = bind(KeyForm, data)
    if form.cleaned is None:
        raise HTTPException(400)
    deed = series.publish_all if form.cleaned.reach is Reach.FOLLOWING else agenda.publish
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                deed(session, actor, row.id, now=now)
                settle(session, form.sent, _address(request, row))
    except DomainError as refusal:
        return refused_page(request, refusal)
    return see_other(_address(request, row))


@router.get("/agenda/{number}/cancel", name="agenda.cancel")
def cancel(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str) -> Response:
    """Ask whether a session is to be called off, or a draft deleted."""
    return _cancel_page(request, session, actor, found(session, actor, number), blank(), now=now)


@router.post("/agenda/{number}/cancel", name="agenda.cancelled")
def cancelled(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str, data: FormDep
) -> Response:
    """Call a session off, or delete a draft; with those that follow it where that was chosen."""
    row = found(session, actor, number)
    is_draft = row.status is SessionStatus.DRAFT
    form: Form[Any] = bind(KeyForm if is_draft else CancelForm, data)
    if form.cleaned is not None:
        address = _list_address(request, actor) if is_draft else _address(request, row)
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    _call_off(session, actor, row, form.cleaned, now=now)
                    settle(session, form.sent, address)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return see_other(address)
    return _cancel_page(request, session, actor, row, form, now=now, status_code=422)


def _call_off(session: Session, actor: Actor, row: SessionRow, cleaned: Any, *, now: datetime) -> None:  # noqa: ANN401 - either form
    if isinstance(cleaned, CancelForm):
        call_off(session, actor, row.id, cleaned.reach, reason=cleaned.reason, now=now)
    else:
        discard(session, actor, row.id, cleaned.reach, now=now)


def _edit_page(
    request: Request,
    session: Session,
    actor: Actor,
    row: SessionRow,
    form: Form[Any],
    *,
    now: datetime,
    stored: Sequence[tuple[str, str]] = (),
    status_code: int = 200,
) -> Response:
    refused = refusal_to_edit(actor, row)
    if refused is not None:
        return refused_page(request, refused)
    manages = may_manage(actor, row.belonging)
    context = {
        "session": row,
        "title": title_of(row, request.state.locale),
        "form": form,
        "manages": manages,
        "choices": form_choices(request.state.locale, manages=manages),
        "for_whom": words.for_whom(row, request.state.locale),
        "following": others_of(session, row, now=now)["following"],
        "stored": stored,
    }
    return page(request, "agenda/edit.html", context, status_code=status_code)


def _cancel_page(
    request: Request,
    session: Session,
    actor: Actor,
    row: SessionRow,
    form: Form[Any],
    *,
    now: datetime,
    status_code: int = 200,
) -> Response:
    try:
        check_can_cancel(actor, belonging=row.belonging, kind=row.kind, status=row.status, ends_at=row.ends_at, now=now)
    except StillDraft:
        pass
    except (NotAllowed, SessionCancelled, SessionOver) as refused:
        return refused_page(request, refused)
    locale = request.state.locale
    others = others_of(session, row, now=now)
    context = {
        "session": row,
        "title": title_of(row, locale),
        "when": words.when_text(row, locale, words.reader_zone(actor)),
        "form": form,
        "following": others["drafts_following" if row.status is SessionStatus.DRAFT else "following"],
    }
    return page(request, "agenda/cancel.html", context, status_code=status_code)


def _address(request: Request, row: SessionRow) -> str:
    return str(request.app.state.addresses("agenda.detail", number=row.id))


def _list_address(request: Request, actor: Actor) -> str:
    prepares = actor.is_staff or actor.is_association
    return str(request.app.state.addresses("staff.sessions.index" if prepares else "my.agenda"))
