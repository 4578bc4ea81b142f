"""Candidacies for the programme team: the list, one candidacy, its moves."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.documents.candidacy_sheet import answer_sheet
from app.documents.sheets import Cell, csv_file
from app.domain.access import Actor
from app.domain.candidacy import REASON_LIMIT, moves_by_hand, refusal
from app.domain.candidacy_answers import lacking
from app.domain.clarifications import check_may_ask, in_form_order
from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.domain.time import day_in
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.language.messages import has_message, message
from app.language.moments import date_medium
from app.models.database import transaction
from app.queries.candidacies import (
    CandidacyRecord,
    LogEntry,
    candidacy_for_staff,
    log_of,
    members_of,
)
from app.queries.candidacy_form import form_choices, form_for, stored_form
from app.queries.candidacy_list import PAGE_SIZE, SORTS, ListedCandidacy, Wanted, calls, listed, overview
from app.queries.clarifications import open_question
from app.queries.programmes import tracks_of
from app.queries.reminders import reminders_of
from app.queries.retention import emptied_on
from app.queries.submissions import answers_to_read
from app.services import candidacies
from app.services.looks import note_candidacy, note_export
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.attachments import shown_attachments
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.pagecache import cached_for
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/staff/candidacies")
RESULTS = "results"
COLUMNS = (
    ("reference", N_("Reference")),
    ("government", N_("Municipality")),
    ("province", N_("Province")),
    ("track", N_("First choice")),
    ("state", N_("State")),
    ("sections_done", N_("Parts completed")),
    ("submitted_at", N_("Submitted")),
    ("updated_at", N_("Last changed")),
)


class MoveForm(FormModel):
    """The state to which a candidacy is moved, and why."""

    state: CandidacyState
    reason: str = Field("", max_length=REASON_LIMIT)


@router.get("", name="staff.candidacies.index")
def index(request: Request, session: SessionDep, actor: StaffDep) -> Response:
    """List the candidacies of a call."""
    return cached_for(actor, request, session, lambda: _list(request, session, actor))


def _list(request: Request, session: Session, actor: Actor) -> Response:
    found = calls(session, request.state.locale)
    wanted, number = _wanted(request, [call.id for call in found]), _page_number(request)
    if wanted is None:
        return page(request, "staff/candidacies/none.html")
    counts = overview(session, wanted)
    pages = max(1, -(-counts.wanted // PAGE_SIZE))
    number = min(number, pages)
    programme_id = next(call.programme_id for call in found if call.id == wanted.call_id)
    tracks = _track_titles(session, programme_id, request.state.locale)
    context = {
        "wanted": wanted,
        "calls": found,
        "counts": counts,
        "rows": _shown(request.state.locale, listed(session, wanted, page=number), tracks, ZoneInfo(actor.zone)),
        "tracks": tracks,
        "query": _query(wanted),
        "page_number": number,
        "pages": pages,
        "states": tuple(CandidacyState),
        "parts_total": len(stored_form(session, programme_id).order),
        "programme_slug": next(call.programme_slug for call in found if call.id == wanted.call_id),
    }
    return page(request, "staff/candidacies/index.html", context, fragments=(RESULTS,))


@router.get(".csv", name="staff.candidacies.export")
def export(request: Request, session: SessionDep, actor: StaffDep, now: NowDep) -> Response:
    """Send the filtered list as CSV; that is logged."""
    locale = request.state.locale
    found = calls(session, locale)
    wanted = _wanted(request, [call.id for call in found])
    if wanted is None:
        raise HTTPException(404)
    programme_id = next(call.programme_id for call in found if call.id == wanted.call_id)
    tracks = _track_titles(session, programme_id, locale)
    header = [gettext(locale, words) for _, words in COLUMNS]
    rows = [_exported(locale, row, tracks) for row in listed(session, wanted, size=None)]
    with transaction(session):
        note_export(session, actor, wanted.call_id, count=len(rows), what="list", now=now)
    name = gettext(locale, N_("candidacies")) + ".csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(csv_file(header, rows), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{reference}", name="staff.candidacies.detail")
def detail(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, reference: str) -> Response:
    """Show a candidacy with its answers, contacts and history; looking at it is logged."""
    candidacy = _existing(session, actor, reference)
    note_candidacy(session, actor, candidacy.id, now=now)
    return _detail_page(request, session, actor, candidacy, blank())


@router.post("/{reference}/state", name="staff.candidacies.move")
def move(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, reference: str, data: FormDep
) -> Response:
    """Move a candidacy to another state."""
    candidacy = _existing(session, actor, reference)
    form = bind(MoveForm, data)
    if form.cleaned is not None:
        try:
            _move_once(session, candidacy, form.cleaned, form.sent, actor=actor, now=now)
        except DomainError as refused:
            form.refuse(refused, "reason" if refused.code == "reason_missing" else "state")
        else:
            return see_other(request.app.state.addresses("staff.candidacies.detail", reference=reference))
    return _detail_page(request, session, actor, candidacy, form, status_code=422)


def _move_once(
    session: Session, candidacy: CandidacyRecord, wanted: MoveForm, key: str, *, actor: Actor, now: datetime
) -> None:
    with transaction(session):
        if claim(session, key, actor=actor, now=now) is None:
            candidacies.move(session, candidacy, wanted.state, reason=wanted.reason, actor=actor, now=now)
            settle(session, key, candidacy.reference)


def _detail_page(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    locale = request.state.locale
    emptied_at = emptied_on(session, candidacy.id)
    versioned = form_for(session, candidacy)
    choices = form_choices(session, candidacy.programme_id, locale, versioned.form)
    answers = answers_to_read(session, candidacy)
    context = {
        "candidacy": candidacy,
        "form": form,
        "sheet": answer_sheet(locale, versioned.form, answers, choices),
        "lacking": {
            part.section: lacking(part, answers.get(part.section, {}), offered=versioned.form.offered)
            for part in versioned.form.sections
        },
        "members": members_of(session, candidacy.id),
        "attachments": shown_attachments(request, session, candidacy),
        "log": [(entry, _event_words(locale, entry)) for entry in log_of(session, candidacy.id)],
        "emptied_at": emptied_at,
        "moves": () if emptied_at else moves_by_hand(candidacy.state),
        "can_ask": refusal(check_may_ask, candidacy.state) is None,
        "question": open_question(session, candidacy.id) if candidacy.state is CandidacyState.RETURNED else None,
        "reminders": reminders_of(session, candidacy.id),
        "zone": ZoneInfo(actor.zone),
    }
    return page(request, "staff/candidacies/detail.html", context, status_code=status_code)


def _existing(session: Session, actor: Actor, reference: str) -> CandidacyRecord:
    found = candidacy_for_staff(session, actor, reference)
    if found is None:
        raise HTTPException(404)
    return found


def _event_words(locale: str, entry: LogEntry) -> str:
    details = dict(entry.details)
    if "state" in details:
        details["state"] = CandidacyState(str(details["state"]))
    if "until" in details:
        details["until"] = datetime.fromisoformat(str(details["until"]))
    if entry.verb == "candidacy.returned":
        details["sections"] = in_form_order(cast("list[str]", entry.details["sections"]))
    return message(locale, entry.verb, details) if has_message(entry.verb) else entry.verb


def _wanted(request: Request, call_ids: list[int]) -> Wanted | None:
    """Read what is looked for from the address; what makes no sense there is left out."""
    if not call_ids:
        return None
    asked = request.query_params
    call = asked.get("call", "")
    state, sort = asked.get("state", ""), asked.get("sort", "")
    return Wanted(
        call_id=int(call) if call.isascii() and call.isdigit() and int(call) in call_ids else call_ids[0],
        state=CandidacyState(state) if state in tuple(CandidacyState) else None,
        track=asked.get("track", "").replace("\x00", ""),
        province=asked.get("province", "").replace("\x00", ""),
        text=asked.get("q", "").replace("\x00", "").strip()[:100],
        sort=sort if sort.removeprefix("-") in SORTS and sort.count("-") <= 1 else "government",
        person_id=request.state.actor.person_id,
    )


def _query(wanted: Wanted) -> dict[str, object]:
    """Give the address's query for what is looked for, to be changed in links."""
    return {
        "call": wanted.call_id,
        "state": wanted.state or "",
        "track": wanted.track,
        "province": wanted.province,
        "q": wanted.text,
        "sort": "" if wanted.sort == "government" else wanted.sort,
    }


def _page_number(request: Request) -> int:
    typed = request.query_params.get("page", "1")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _track_titles(session: Session, programme_id: int, locale: str) -> dict[str, str]:
    return {track.slug: str(title_of(track, locale)) for track in tracks_of(session, programme_id)}


@dataclass(frozen=True, slots=True)
class ShownCandidacy:
    """A row of the list in the reader's words."""

    reference: str
    government: str
    province: str
    track: str
    state: str
    sections_done: int
    submitted_on: str
    conflict: bool


def _shown(locale: str, rows: list[ListedCandidacy], tracks: dict[str, str], zone: ZoneInfo) -> list[ShownCandidacy]:
    """Put the rows in words, each state and each day only once: this is the longest list of the programme team."""
    states = {state: label(locale, state) for state in CandidacyState}
    days = cache(partial(date_medium, locale))
    return [
        ShownCandidacy(
            row.reference,
            row.government,
            row.province,
            tracks.get(row.track or "", "–"),
            states[row.state],
            row.sections_done,
            days(day_in(row.submitted_at, zone)) if row.submitted_at else "–",
            row.conflict,
        )
        for row in rows
    ]


def _exported(locale: str, row: ListedCandidacy, tracks: dict[str, str]) -> list[Cell]:
    return [
        row.reference,
        row.government,
        row.province,
        tracks.get(row.track or "", row.track or ""),
        label(locale, row.state),
        row.sections_done,
        row.submitted_at.isoformat(timespec="minutes") if row.submitted_at else "",
        row.updated_at.isoformat(timespec="minutes"),
    ]
