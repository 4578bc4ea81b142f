"""Late admissions, for the programme team: who is let in after the call, until when, why; and taking it back."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy import refusal
from app.domain.clarifications import proposed_until
from app.domain.errors import DomainError
from app.domain.late_admissions import ADMISSION_REASON_LIMIT, check_can_end
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.models.database import transaction
from app.queries.candidacy_list import CallChoice, calls
from app.queries.late_admissions import Admission, admission_by_id, admissions_of
from app.queries.programmes import current_programme
from app.queries.reference import government_by_code, municipalities_on
from app.services import late_admissions
from app.services.late_admissions import Latecomer
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FieldRefused, Form, FormDep, FormModel, bind, blank
from app.web.moments import UntilForm, until_field, until_values
from app.web.numbers import RowNumber
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/staff/late-admissions")
DAYS_PROPOSED = 3
FIELDS = {"admission_reason_missing": "reason", "admission_not_needed": "government", "call_not_open": "call"}


class AdmitForm(UntilForm):
    """Who is let in to which call, until when and why."""

    call: int = Field(ge=1, le=2**31 - 1)
    government: str = Field(max_length=32)
    reason: str = Field("", max_length=ADMISSION_REASON_LIMIT)


class EndForm(FormModel):
    """A form that only confirms."""


@router.get("", name="staff.late_admissions.index")
def index(
    request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, government: str = "", call: str = ""
) -> Response:
    """Show who was let in to a call, and the form to let somebody in; the government can be filled in already."""
    values = until_values(proposed_until(now, DAYS_PROPOSED)) | {"government": government, "call": call}
    return _page(request, session, now, blank(values))


@router.post("", name="staff.late_admissions.admit")
def admit(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Let one local government in."""
    form: Form[Any] = bind(AdmitForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                _admit_once(session, form, actor, now)
        except DomainError as refused:
            form.refuse(refused, FIELDS.get(refused.code, "") or until_field(refused.code) or "government")
        else:
            where = request.app.state.addresses("staff.late_admissions.index", call=form.value("call"))
            return see_other(where)
    return _page(request, session, now, form, status_code=422)


@router.get("/{admission_id}/removal", name="staff.late_admissions.removal")
def removal(request: Request, session: SessionDep, _actor: StaffDep, admission_id: RowNumber) -> Response:
    """Ask whether an admission is to be taken back."""
    return _removal_page(request, _existing(session, admission_id), blank())


@router.post("/{admission_id}/removal", name="staff.late_admissions.end")
def end(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, admission_id: RowNumber
) -> Response:
    """Take an admission back."""
    form: Form[Any] = bind(EndForm, data)
    found = admission_by_id(session, admission_id)
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                late_admissions.end(session, admission_id, actor=actor, now=now)
                settle(session, form.sent, str(admission_id))
    except DomainError as refused:
        if found is None:
            raise HTTPException(404) from refused
        form.refuse(refused)
        return _removal_page(request, _existing(session, admission_id), form, status_code=409)
    return see_other(request.app.state.addresses("staff.late_admissions.index"))


def _admit_once(session: Session, form: Form[Any], actor: Actor, now: datetime) -> None:
    if claim(session, form.sent, actor=actor, now=now) is not None:
        return
    typed: Any = form.cleaned
    government = government_by_code(session, typed.government, programme_day(now))
    if government is None:
        raise FieldRefused("not_a_choice")
    late_admissions.admit(session, Latecomer(typed.call, government, typed.until, typed.reason), actor=actor, now=now)
    settle(session, form.sent, government.code)


def _page(request: Request, session: Session, now: datetime, form: Form[Any], *, status_code: int = 200) -> Response:
    found = calls(session, request.state.locale)
    current = current_programme(session, now)
    today = str(current.call.id) if current is not None and current.call is not None else ""
    chosen = _chosen(found, str(form.value("call")) or today)
    context = {
        "form": form,
        "calls": [(one.id, one.title) for one in found],
        "chosen": chosen,
        "admissions": [_shown(request, one) for one in admissions_of(session, chosen.id)] if chosen else [],
        "municipalities": [(one.code, one.name) for one in municipalities_on(session, programme_day(now))],
        "limit": ADMISSION_REASON_LIMIT,
        "zone": PROGRAMME_ZONE,
    }
    return page(request, "staff/late_admissions/index.html", context, status_code=status_code)


def _chosen(found: list[CallChoice], wanted: str) -> CallChoice | None:
    return next((one for one in found if str(one.id) == wanted), found[0] if found else None)


def _shown(request: Request, admission: Admission) -> dict[str, object]:
    """Give an admission with its address to start, and why it can no longer be taken back, if there is a reason."""
    path = request.app.state.addresses("candidacies.new", government=admission.government_code)
    address = request.app.state.settings.base_url.rstrip("/") + path
    return {"facts": admission, "address": address, "kept": _kept(admission)}


def _kept(admission: Admission) -> DomainError | None:
    return refusal(check_can_end, admission.state, government=admission.government_name)


def _existing(session: Session, admission_id: int) -> Admission:
    found = admission_by_id(session, admission_id)
    if found is None:
        raise HTTPException(404)
    return found


def _removal_page(request: Request, admission: Admission, form: Form[Any], *, status_code: int = 200) -> Response:
    context = {"admission": admission, "form": form, "zone": PROGRAMME_ZONE, "kept": _kept(admission)}
    return page(request, "staff/late_admissions/removal.html", context, status_code=status_code)
