"""Exchange rates for the programme team: the list, one rate, a correction, a removal, a file of many."""

from typing import Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.documents.sheets import csv_file
from app.domain.attachments import NoFileChosen
from app.domain.errors import DomainError
from app.domain.exchange_rates import COLUMNS, ENTERED, MAX_BYTES, MAX_RATES, RatesTooLarge, as_table
from app.domain.money import XOF_RATE
from app.domain.time import programme_day
from app.models.database import transaction
from app.queries.exchange_rates import OLDEST_DAYS, RateFacts, exchange_rate, exchange_rates
from app.services import exchange_rates as write
from app.services.candidacy_imports import HOUR
from app.services.rates import hit
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.body_limits import takes_up_to
from app.web.clock import NowDep, now_of
from app.web.database import SessionDep
from app.web.exchange_rate_forms import (
    CorrectionForm,
    FilterForm,
    ImportForm,
    RateForm,
    RemovalForm,
    rate_of,
    refuse,
    values_of,
)
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.import_view import SHOWN_FAULTS, shown_faults
from app.web.numbers import PageNumber, RowNumber
from app.web.rendering import page, see_other
from app.web.uploads import OVERHEAD_BYTES, UploadDep, files_of, read_whole

EXAMPLE_FILE = "currency;date;rate;source\nRWF;2027-03-31;1612,35;BNR\nUSD;2027-03-31;1,0842;ECB"
router = APIRouter(prefix="/staff/rates", include_in_schema=False)
FILE: Final = "file"
UPLOADS_PER_HOUR: Final = 60
SHOWN_RATES: Final = 20


def counted(session: SessionDep, actor: StaffDep, request: Request) -> None:
    """Count a sending of a file before its body is read."""
    with transaction(session):
        key = f"rates.import:{actor.person_id}"
        hit(session, key, limit=UPLOADS_PER_HOUR, window=HOUR, now=now_of(request))


@router.get("", name="staff.rates.index")
def index(
    request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, number: PageNumber = 1, done: str = ""
) -> Response:
    """List the rates, with a form for a new one."""
    form = blank({"day": programme_day(now).isoformat()})
    return _index(request, session, form, number=number, done=done)


@router.post("", name="staff.rates.add")
def add(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Enter a rate."""
    form: Form[Any] = bind(RateForm, data)
    rate = rate_of(form)
    if rate is not None:
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    settle(session, form.sent, str(write.add(session, actor, rate, now=now)))
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return _to_list(request, "added")
    return _index(request, session, form, status_code=422)


@router.get("/import", name="staff.rates.import")
def choose_file(request: Request, _session: SessionDep, _actor: StaffDep) -> Response:
    """Say what a file of rates looks like, and take one."""
    return _import_page(request, blank())


@router.post("/import", name="staff.rates.look", dependencies=[Depends(counted)])
@takes_up_to(MAX_BYTES + OVERHEAD_BYTES)
def look(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, data: UploadDep) -> Response:
    """Show what the import of a file would do; nothing is stored."""
    form: Form[Any] = bind(FormModel, data)
    try:
        preview = write.preview(session, _content(data), now=now)
    except DomainError as refused:
        refused.__traceback__ = refused.__cause__ = refused.__context__ = None  # they would hold the whole file
        form.refuse(refused, FILE)
        return _import_page(request, form, status_code=422)
    return _preview_page(request, preview, blank())


@router.post("/import/run", name="staff.rates.run")
def run(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Enter all rates of a file that was looked at, or none."""
    form: Form[Any] = bind(ImportForm, data)
    if form.cleaned is not None:
        content = form.cleaned.table.encode()
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    settle(session, form.sent, str(write.run(session, actor, content, now=now)))
        except DomainError as refused:
            form.refuse(refused, FILE)
        else:
            return _to_list(request, "imported")
    return _import_page(request, form, status_code=409)


@router.get("/{number}", name="staff.rates.edit")
def edit(request: Request, session: SessionDep, _actor: StaffDep, number: RowNumber) -> Response:
    """Show the form that corrects a rate."""
    rate = _existing(session, number)
    return _edit_page(request, rate, blank(values_of(rate)))


@router.post("/{number}", name="staff.rates.correct")
def correct(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, number: RowNumber
) -> Response:
    """Put another rate in the place of a wrong one."""
    form: Form[Any] = bind(CorrectionForm, data)
    rate, typed = rate_of(form), form.cleaned
    if rate is not None and typed is not None:
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    write.correct(session, actor, number, rate, seen=typed.seen, reason=typed.reason, now=now)
                    settle(session, form.sent, str(number))
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return _to_list(request, "corrected")
    return _edit_page(request, _existing(session, number), form, status_code=422)


@router.get("/{number}/removal", name="staff.rates.removal")
def removal(request: Request, session: SessionDep, _actor: StaffDep, number: RowNumber) -> Response:
    """Ask why a rate is to be removed."""
    return page(request, "staff/rates/removal.html", {"rate": _existing(session, number), "form": blank()})


@router.post("/{number}/removal", name="staff.rates.remove")
def remove(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, number: RowNumber
) -> Response:
    """Remove a rate from the list; sent twice, it is removed once."""
    form: Form[Any] = bind(RemovalForm, data)
    if form.cleaned is None:
        context = {"rate": _existing(session, number), "form": form}
        return page(request, "staff/rates/removal.html", context, status_code=422)
    with transaction(session):
        if claim(session, form.sent, actor=actor, now=now) is None:
            if exchange_rate(session, number) is not None:
                write.remove(session, actor, number, reason=form.cleaned.reason, now=now)
            settle(session, form.sent, str(number))
    return _to_list(request, "removed")


def _content(data: FormData) -> bytes:
    file = next(files_of(data, FILE), None)
    if file is None:
        raise NoFileChosen
    if (file.size or 0) > MAX_BYTES:
        raise RatesTooLarge(kilobytes=MAX_BYTES // 1024)
    return read_whole(file)


def _existing(session: Session, number: int) -> RateFacts:
    found = exchange_rate(session, number)
    if found is None:
        raise HTTPException(404)
    return found


def _to_list(request: Request, done: str) -> Response:
    return see_other(request.app.state.addresses("staff.rates.index", done=done))


def _index(
    request: Request,
    session: Session,
    form: Form[Any],
    *,
    number: int = 1,
    done: str = "",
    status_code: int = 200,
) -> Response:
    asked: Form[FilterForm] = bind(FilterForm, FormData(dict(request.query_params)))
    wanted = asked.cleaned or FilterForm()
    found = exchange_rates(session, currency=wanted.currency, first=wanted.first, last=wanted.last, page=number)
    more, addresses = wanted.address_values(), request.app.state.addresses
    context = {
        "form": form,
        "asked": asked,
        "filtered": bool(more),
        "found": found,
        "previous_href": addresses("staff.rates.index", page=found.page - 1, **more) if found.page > 1 else None,
        "next_href": addresses("staff.rates.index", page=found.page + 1, **more) if found.page < found.pages else None,
        "currencies": [(one.value, one.value) for one in ENTERED],
        "fixed": XOF_RATE,
        "oldest_days": OLDEST_DAYS,
        "done": done,
    }
    return page(request, "staff/rates/index.html", context, fragments=("results",), status_code=status_code)


def _edit_page(request: Request, rate: RateFacts, form: Form[Any], *, status_code: int = 200) -> Response:
    context = {"rate": rate, "form": form, "currencies": [(one.value, one.value) for one in ENTERED]}
    return page(request, "staff/rates/edit.html", context, status_code=status_code)


def _import_page(request: Request, form: Form[Any], *, status_code: int = 200) -> Response:
    limits = {"rows": MAX_RATES, "kilobytes": MAX_BYTES // 1024, "bytes": MAX_BYTES}
    context = {"form": form, "limits": limits, "example": EXAMPLE_FILE}
    return page(request, "staff/rates/import.html", context, status_code=status_code)


def _preview_page(request: Request, preview: write.Preview, form: Form[Any]) -> Response:
    reading = preview.reading
    context = {
        "form": form,
        "new": reading.new[:SHOWN_RATES],
        "count": len(reading.new),
        "known": reading.known,
        "faults": shown_faults(request.state.locale, preview.table, reading.faults),
        "fault_count": len(reading.faults),
        "more": max(0, len(reading.faults) - SHOWN_FAULTS),
        "table_text": csv_file(COLUMNS, as_table(reading.new)).decode("utf-8-sig") if not reading.faults else "",
    }
    return page(request, "staff/rates/preview.html", context, status_code=422 if reading.faults else 200)
