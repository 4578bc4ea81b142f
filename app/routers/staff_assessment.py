"""The assessment for the programme team: readers, who reads what, where candidacies stand, and the ranking."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.assessment import SCORABLE
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.models.database import transaction
from app.queries.assessment import rules_of_call, standing_of, standings
from app.queries.candidacies import CandidacyRecord, candidacy_for_staff
from app.queries.candidacy_list import CallChoice, calls
from app.queries.programmes import tracks_of
from app.queries.readings import declared_conflicts, notes_of, own_readings, readers_of
from app.services import assessment, readers
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.assessment_forms import GiveForm, NoteForm, PlanForm, ReaderForm
from app.web.assessment_lists import SHOWN, SORTS, WantedRows, shown_rankings, shown_rows, visible
from app.web.assessment_view import shown_assessment
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import RowNumber
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/staff/assessment")


class Chosen(NamedTuple):
    """The call that is looked at, among all."""

    calls: list[CallChoice]
    call: CallChoice


@router.get("", name="staff.assessment.index")
def index(request: Request, session: SessionDep, actor: StaffDep, done: str = "") -> Response:
    """Show how far readers are, where candidacies stand, and the ranking of each track."""
    chosen = _chosen(request, session)
    if chosen is None:
        return page(request, "staff/candidacies/none.html")
    return _index_page(request, session, actor, chosen, blank(), done=done)


@router.post("/readers", name="staff.assessment.appoint")
def appoint(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Make a known person a reader of the programme."""
    chosen = _needed(request, session)
    form = bind(ReaderForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                readers.appoint(session, chosen.call.programme_id, form.cleaned.email, actor=actor, now=now)
        except DomainError as refusal:
            form.refuse(refusal, "email")
        else:
            return _to_index(request, chosen, "appointed")
    return _index_page(request, session, actor, chosen, form, status_code=422)


@router.post("/readers/{person_id}/end", name="staff.assessment.dismiss")
def dismiss(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, person_id: RowNumber, data: FormDep
) -> Response:
    """End somebody's being a reader of the programme."""
    chosen = _needed(request, session)
    form = bind(FormModel, data)
    programme_id = chosen.call.programme_id

    def write() -> None:
        readers.dismiss(session, programme_id, person_id, actor=actor, now=now)

    try:
        _once(session, form, actor, now, write)
    except DomainError as refusal:
        form.refuse(refusal, "email")
        return _index_page(request, session, actor, chosen, form, status_code=409)
    return _to_index(request, chosen, "dismissed")


@router.get("/assignment", name="staff.assessment.plan")
def plan(request: Request, session: SessionDep, _actor: StaffDep) -> Response:
    """Propose who reads what."""
    return _plan_page(request, session, _needed(request, session), blank())


@router.post("/assignment", name="staff.assessment.assign")
def assign(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Give candidacies to readers as proposed; a proposal that is out of date is made anew and shown again."""
    chosen = _needed(request, session)
    form = bind(PlanForm, data)
    if form.cleaned is not None:
        key, ids = form.cleaned.plan, (chosen.call.id, chosen.call.programme_id)

        def write() -> None:
            readers.carry_out(session, *ids, key, actor=actor, now=now)

        try:
            _once(session, form, actor, now, write)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return _to_index(request, chosen, "assigned")
    return _plan_page(request, session, chosen, form, status_code=409)


@router.get("/{reference}", name="staff.assessment.detail")
def detail(request: Request, session: SessionDep, actor: StaffDep, reference: str, done: str = "") -> Response:
    """Show all scores of a candidacy side by side, its readers, and the discussion."""
    return _detail_page(request, session, actor, _candidacy(session, actor, reference), blank(), done=done)


@router.post("/{reference}/readers", name="staff.assessment.give")
def give(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, reference: str, data: FormDep
) -> Response:
    """Give a candidacy to a reader by hand."""
    candidacy = _candidacy(session, actor, reference)
    form = bind(GiveForm, data)
    if form.cleaned is not None:
        ids = candidacy.id, candidacy.programme_id, form.cleaned.reader
        try:
            with transaction(session):
                readers.give(session, *ids, actor=actor, now=now)
        except DomainError as refusal:
            form.refuse(refusal, "reader")
        else:
            return _to_detail(request, reference, "given")
    return _detail_page(request, session, actor, candidacy, form, status_code=422)


@router.post("/{reference}/readers/{person_id}/end", name="staff.assessment.take")
def take(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, reference: str, person_id: RowNumber
) -> Response:
    """Take a candidacy from a reader who has not begun."""
    candidacy = _candidacy(session, actor, reference)
    try:
        with transaction(session):
            readers.take_back(session, candidacy.id, person_id, actor=actor, now=now)
    except DomainError as refusal:
        form = blank()
        form.refuse(refusal, "reader")
        return _detail_page(request, session, actor, candidacy, form, status_code=409)
    return _to_detail(request, reference, "taken")


@router.post("/{reference}/notes", name="staff.assessment.note")
def note(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, reference: str, data: FormDep
) -> Response:
    """Add a note to the discussion."""
    candidacy = _candidacy(session, actor, reference)
    form = bind(NoteForm, data)
    if form.cleaned is not None:
        text = form.cleaned.text

        def write() -> None:
            assessment.add_note(session, candidacy.id, text, actor=actor, now=now)

        try:
            _once(session, form, actor, now, write)
        except DomainError as refusal:
            form.refuse(refusal, "text")
        else:
            return _to_detail(request, reference, "noted")
    return _detail_page(request, session, actor, candidacy, form, status_code=422)


def _once(session: Session, form: Form[Any], actor: Actor, now: datetime, write: Callable[[], None]) -> None:
    """Carry a form out, unless it was carried out before."""
    with transaction(session):
        if claim(session, form.sent, actor=actor, now=now) is None:
            write()
            settle(session, form.sent, "")


def _candidacy(session: Session, actor: Actor, reference: str) -> CandidacyRecord:
    found = candidacy_for_staff(session, actor, reference)
    if found is None:
        raise HTTPException(404)
    return found


def _chosen(request: Request, session: Session) -> Chosen | None:
    found = calls(session, request.state.locale)
    wanted = request.query_params.get("call", "")
    return Chosen(found, next((one for one in found if str(one.id) == wanted), found[0])) if found else None


def _needed(request: Request, session: Session) -> Chosen:
    chosen = _chosen(request, session)
    if chosen is None:
        raise HTTPException(404)
    return chosen


def _wanted(request: Request, call_id: int, tracks: dict[str, str]) -> WantedRows:
    """Read what is looked for from the address; what makes no sense there is left out."""
    asked = request.query_params
    track, show, sort = asked.get("track", ""), asked.get("show", ""), asked.get("sort", "")
    return WantedRows(
        call_id,
        track if track in tracks else "",
        show if show in SHOWN else "",
        sort if sort.removeprefix("-") in SORTS and sort.count("-") <= 1 else "-disagreement",
    )


def _index_page(
    request: Request,
    session: Session,
    actor: Actor,
    chosen: Chosen,
    form: Form[Any],
    *,
    done: str = "",
    status_code: int = 200,
) -> Response:
    locale, call = request.state.locale, chosen.call
    found = tracks_of(session, call.programme_id)
    tracks = {one.slug: str(title_of(one, locale)) for one in found}
    wanted = _wanted(request, call.id, tracks)
    seen = visible(session, actor, call.id, standings(session, call.id))
    rules = rules_of_call(session, call.id)
    places = {one.slug: one.places for one in found}
    context = {
        "calls": chosen.calls,
        "call": call,
        "wanted": wanted,
        "query": {"call": call.id, "track": wanted.track, "show": wanted.show, "sort": wanted.sort},
        "tracks": tracks,
        "readers": readers_of(session, call.programme_id),
        "per_candidacy": rules.readers,
        "rows": shown_rows(locale, seen, wanted, tracks),
        "rankings": shown_rankings(locale, seen.open, places, tracks, rules),
        "left_out": len(seen.own_first) + len(seen.blocked),
        "too_few": sum(len(one.readings) < rules.readers for one in seen.open if one.state in SCORABLE),
        "reads": any(one.call_id == call.id for one in own_readings(session, actor)),
        "form": form,
        "done": done,
    }
    return page(request, "staff/assessment/index.html", context, fragments=("results",), status_code=status_code)


def _plan_page(
    request: Request, session: Session, chosen: Chosen, form: Form[Any], *, status_code: int = 200
) -> Response:
    proposed = readers.plan_assignment(session, chosen.call.id, chosen.call.programme_id)
    context = {"call": chosen.call, "plan": proposed, "form": form}
    return page(request, "staff/assessment/plan.html", context, status_code=status_code)


def _detail_page(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    form: Form[Any],
    *,
    done: str = "",
    status_code: int = 200,
) -> Response:
    locale = request.state.locale
    standing = standing_of(session, candidacy.id, candidacy.call_id)
    has = {one.person_id for one in standing.readings}
    own = next((one for one in standing.readings if one.person_id == actor.person_id), None)
    own_first = own is not None and not own.finished
    shown = shown_assessment(locale, standing, rules_of_call(session, candidacy.call_id))
    context = {
        "candidacy": candidacy,
        "readers": shown.readers,
        "others": [one for one in readers_of(session, candidacy.programme_id) if one.person_id not in has],
        "conflicts": [
            one for one in declared_conflicts(session, candidacy.call_id) if one.candidacy_id == candidacy.id
        ],
        "own_first": own_first,
        "assessment": None if own_first else shown,
        "notes": [] if own_first else notes_of(session, candidacy.id),
        "open": candidacy.state in SCORABLE,
        "zone": ZoneInfo(actor.zone),
        "form": form,
        "done": done,
    }
    return page(request, "staff/assessment/detail.html", context, status_code=status_code)


def _to_index(request: Request, chosen: Chosen, done: str) -> Response:
    return see_other(request.app.state.addresses("staff.assessment.index", call=chosen.call.id, done=done))


def _to_detail(request: Request, reference: str, done: str) -> Response:
    return see_other(request.app.state.addresses("staff.assessment.detail", reference=reference, done=done))
