"""The weeks that do not suit the sides of a partnership: entered as days, beside what a candidacy said in words."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.busy_periods import BusyPeriodGone
from app.domain.codes import Country
from app.domain.errors import DomainError
from app.domain.time import programme_day
from app.models.database import transaction
from app.queries.busy_periods import BusyRow, period_by_id, periods_for, said_in_words
from app.queries.partnerships import PartnershipFacts
from app.services import busy_periods
from app.services.receipts import claim, settle
from app.web.access import SignedInDep
from app.web.agenda_pages import inside
from app.web.busy_periods import BusyForm, RemovalForm, all_shown, may_remove, own_sides, period_shown, refuse
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FieldRefused, Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.rendering import page, see_other

router = APIRouter(prefix="/partnerships/{slug}/agenda/weeks", include_in_schema=False)


@router.get("", name="partnerships.weeks")
def index(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str) -> Response:
    """Show which days do not suit the two sides and their countries."""
    partnership, _circle = inside(session, actor, slug)
    return _page(request, session, actor, now, partnership, blank())


@router.post("", name="partnerships.add_weeks")
def add(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, data: FormDep) -> Response:
    """Add days that do not suit one of the sides."""
    partnership, _circle = inside(session, actor, slug)
    form: Form[Any] = bind(BusyForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    settle(session, form.sent, str(_add(session, actor, partnership, form.cleaned, now)))
        except DomainError as refusal:
            refuse(form, refusal, request.state.locale)
        else:
            return see_other(_address(request, slug))
    return _page(request, session, actor, now, partnership, form, status_code=422)


@router.get("/{number}/removal", name="partnerships.weeks_removal")
def removal(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: RowNumber) -> Response:
    """Ask whether days are to be removed."""
    partnership, row = _own(session, actor, slug, number)
    context = {"period": period_shown(row, request.state.locale), "number": row.id, "partnership": partnership}
    return page(request, "partnerships/weeks_removal.html", context | {"form": blank()})


@router.post("/{number}/removal", name="partnerships.remove_weeks")
def remove(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: RowNumber, data: FormDep
) -> Response:
    """Remove days."""
    form: Form[Any] = bind(RemovalForm, data)
    inside(session, actor, slug)
    try:
        with transaction(session):
            if claim(session, form.sent, actor=actor, now=now) is None:
                _own(session, actor, slug, number)
                busy_periods.remove(session, actor, number, now=now)
                settle(session, form.sent, str(number))
    except BusyPeriodGone:
        raise HTTPException(404) from None
    return see_other(_address(request, slug))


def _add(session: Session, actor: Actor, partnership: PartnershipFacts, typed: BusyForm, now: datetime) -> int:
    days = typed.days()
    if days.government_id not in {one.government_id for one in partnership.sides}:
        raise FieldRefused("not_a_choice")
    return busy_periods.add(session, actor, days, now=now)


def _own(session: Session, actor: Actor, slug: str, number: int) -> tuple[PartnershipFacts, BusyRow]:
    """Give days of one of the sides that the actor may remove; else 404."""
    partnership, _circle = inside(session, actor, slug)
    row = period_by_id(session, number)
    ours = {one.government_id for one in partnership.sides}
    if row is None or row.government_id not in ours or not may_remove(actor, row):
        raise HTTPException(404)
    return partnership, row


def _address(request: Request, slug: str) -> str:
    return str(request.app.state.addresses("partnerships.weeks", slug=slug))


def _page(
    request: Request,
    session: Session,
    actor: Actor,
    now: datetime,
    partnership: PartnershipFacts,
    form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    locale, today, addresses = request.state.locale, programme_day(now), request.app.state.addresses

    def where(number: int) -> str:
        return str(addresses("partnerships.weeks_removal", slug=partnership.slug, number=number))

    ids = [one.government_id for one in partnership.sides]
    countries = {Country.BELGIUM, partnership.partner.country}
    rows = periods_for(session, countries, ids, today, None)
    context = {
        "partnership": partnership,
        "form": form,
        "local": all_shown((row for row in rows if row.country is None), actor, locale, where),
        "national": [period_shown(row, locale) for row in rows if row.country is not None],
        "said": said_in_words(session, actor, partnership.programme_id, ids),
        "sides": own_sides(actor, partnership.sides),
    }
    return page(request, "partnerships/weeks.html", context, status_code=status_code)
