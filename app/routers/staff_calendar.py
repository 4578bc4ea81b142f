"""Days that do not suit a whole country, for the programme team; with those of the sides and the public holidays."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import Country
from app.domain.errors import DomainError
from app.domain.time import programme_day
from app.language.labels import choices, label
from app.models.database import transaction
from app.queries.busy_periods import local_periods, national_periods, period_by_id
from app.services import busy_periods
from app.services.public_holidays import public_holidays
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.busy_periods import BusyForm, RemovalForm, all_shown, period_shown, refuse
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FieldRefused, Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.rendering import page, see_other

router = APIRouter(prefix="/staff/calendar", include_in_schema=False)
HOLIDAYS_AHEAD = timedelta(days=365)


@router.get("", name="staff.calendar.index")
def index(request: Request, session: SessionDep, actor: StaffDep, now: NowDep) -> Response:
    """Show what does not suit countries and sides from today on, and the form to add days of a country."""
    return _page(request, session, actor, now, blank())


@router.post("", name="staff.calendar.add")
def add(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Add days that do not suit a country."""
    form: Form[Any] = bind(BusyForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    settle(session, form.sent, str(_add(session, actor, form.cleaned, now)))
        except DomainError as refusal:
            refuse(form, refusal, request.state.locale)
        else:
            return see_other(request.app.state.addresses("staff.calendar.index"))
    return _page(request, session, actor, now, form, status_code=422)


@router.get("/{number}/removal", name="staff.calendar.removal")
def removal(request: Request, session: SessionDep, _actor: StaffDep, number: RowNumber) -> Response:
    """Ask whether days are to be removed."""
    row = period_by_id(session, number)
    if row is None:
        raise HTTPException(404)
    return page(request, "staff/calendar/removal.html", _removal_context(request, row, blank()))


@router.post("/{number}/removal", name="staff.calendar.remove")
def remove(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, number: RowNumber
) -> Response:
    """Remove days."""
    form: Form[Any] = bind(RemovalForm, data)
    if period_by_id(session, number) is not None:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                busy_periods.remove(session, actor, number, now=now)
                settle(session, form.sent, str(number))
    return see_other(request.app.state.addresses("staff.calendar.index"))


def _add(session: Session, actor: Actor, typed: BusyForm, now: datetime) -> int:
    days = typed.days()
    if days.country is None:
        raise FieldRefused("not_a_choice")
    return busy_periods.add(session, actor, days, now=now)


def _removal_context(request: Request, row: Any, form: Form[Any]) -> dict[str, object]:  # noqa: ANN401 - a BusyRow
    return {"period": period_shown(row, request.state.locale), "number": row.id, "form": form}


def _page(
    request: Request, session: Session, actor: Actor, now: datetime, form: Form[Any], *, status_code: int = 200
) -> Response:
    locale, today, addresses = request.state.locale, programme_day(now), request.app.state.addresses

    def where(number: int) -> str:
        return str(addresses("staff.calendar.removal", number=number))

    holidays = public_holidays(Country, today, today + HOLIDAYS_AHEAD)
    context = {
        "form": form,
        "national": all_shown(national_periods(session, ends_from=today), actor, locale, where),
        "local": all_shown(local_periods(session, ends_from=today), actor, locale, where),
        "countries": choices(locale, Country),
        "holidays": [(one.day, label(locale, one.country), one.words.said(locale)) for one in holidays],
    }
    return page(request, "staff/calendar/index.html", context, status_code=status_code)
