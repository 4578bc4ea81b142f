"""Import candidacies from an earlier form: choose a file, say what its columns hold, look at it, import it."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from app.documents.import_template import import_template
from app.documents.tables import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, TableTooLarge
from app.domain.access import Actor
from app.domain.attachments import NoFileChosen
from app.domain.candidacy_import import ImportGone
from app.domain.errors import DomainError
from app.domain.file_kinds import MEDIA_TYPES, FileKind
from app.domain.import_columns import ImportColumnMissing, ImportColumnTwice
from app.language.catalogues import N_, gettext
from app.models.database import transaction
from app.queries.candidacy_form import form_choices, form_of
from app.queries.candidacy_imports import ImportRecord, import_by_id, import_facts, latest_imports
from app.queries.candidacy_list import CallChoice, calls
from app.services import candidacy_imports
from app.services.candidacy_imports import AS, DRAFT, MAIL, SHEET, SUBMITTED
from app.services.rates import hit
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.body_limits import takes_up_to
from app.web.clock import NowDep, now_of
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.import_view import (
    SHOWN_FAULTS,
    faulty_table,
    incomplete_count,
    shown_candidacies,
    shown_columns,
    shown_faults,
    target_choices,
)
from app.web.numbers import ChosenRow, RowNumber
from app.web.rendering import page, see_other
from app.web.uploads import OVERHEAD_BYTES, UploadDep, files_of, read_whole

router = APIRouter(include_in_schema=False, prefix="/staff/candidacies/import")
FIELD: Final = "file"
UPLOADS_PER_HOUR: Final = 60


class UploadForm(FormModel):
    """The call into which a file is to be imported."""

    call: ChosenRow


class MappingForm(FormModel):
    """How rows are imported; the columns stand beside it, in as many fields as there are."""

    sheet: str = Field("", max_length=100)
    as_what: str = Field(SUBMITTED, pattern=f"^({DRAFT}|{SUBMITTED})$")
    mail: str = Field("", max_length=3)


class RunForm(FormModel):
    """What was seen when the import was ordered."""

    seen: str = Field(max_length=64)


def counted(session: SessionDep, actor: StaffDep, request: Request) -> None:
    """Count a sending of a file before its body is read."""
    with transaction(session):
        key = f"import.person:{actor.person_id}"
        hit(session, key, limit=UPLOADS_PER_HOUR, window=candidacy_imports.HOUR, now=now_of(request))


@router.get("", name="staff.imports.index")
def index(request: Request, session: SessionDep, _actor: StaffDep, call: str = "", done: str = "") -> Response:
    """Explain what is needed, take a file, and list the last imports."""
    return _index_page(request, session, blank({"call": call}), done=done)


@router.post("", name="staff.imports.upload", dependencies=[Depends(counted)])
@takes_up_to(MAX_BYTES + OVERHEAD_BYTES)
def upload(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: UploadDep) -> Response:
    """Take a file in."""
    form = bind(UploadForm, data)
    if form.cleaned is not None:
        try:
            number = _receive(session, form, next(files_of(data, FIELD), None), actor=actor, now=now)
        except DomainError as refused:
            refused.__traceback__ = refused.__cause__ = refused.__context__ = None  # they would hold the whole file
            form.refuse(refused, FIELD)
        else:
            return see_other(request.app.state.addresses("staff.imports.mapping", import_id=number))
    return _index_page(request, session, form, status_code=422)


@router.get("/template.xlsx", name="staff.imports.template")
def template(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, call: str = "") -> Response:
    """Send an empty table with the columns of the call's form."""
    chosen = _call(calls(session, request.state.locale), call)
    if chosen is None:
        raise HTTPException(404)
    locale = request.state.locale
    _, facts = import_facts(session, chosen.id, chosen.programme_id, locale=locale, now=now)
    content = import_template(locale, facts.form, facts.vocabulary)
    name = gettext(locale, N_("candidacies to import")) + ".xlsx"
    return download(name, MEDIA_TYPES[FileKind.XLSX], content)


@router.get("/{import_id}", name="staff.imports.mapping")
def mapping(request: Request, session: SessionDep, _actor: StaffDep, import_id: RowNumber) -> Response:
    """Ask what each column holds."""
    found = _existing(session, import_id)
    if found.file_id is None:
        return see_other(_address(request, "staff.imports.preview", found))
    return _mapping_page(request, session, found, blank())


@router.post("/{import_id}", name="staff.imports.save_mapping")
def save_mapping(
    request: Request, session: SessionDep, _actor: StaffDep, import_id: RowNumber, data: FormDep
) -> Response:
    """Keep what each column holds; another sheet is asked about anew."""
    found = _existing(session, import_id)
    form = bind(MappingForm, data)
    if form.cleaned is None:
        return _mapping_page(request, session, found, form, status_code=422)
    try:
        other_sheet = form.cleaned.sheet != found.mapping.get(SHEET, "")
        wanted = _typed_mapping(session, found, form.cleaned, data, other_sheet=other_sheet)
        with transaction(session):
            candidacy_imports.choose(session, import_id, wanted)
        if not other_sheet:
            candidacy_imports.check(wanted)
    except (ImportColumnMissing, ImportColumnTwice) as refused:
        form.refuse(refused)
        return _mapping_page(request, session, _existing(session, import_id), form, status_code=422)
    except ImportGone:
        return see_other(_address(request, "staff.imports.preview", found))
    next_page = "staff.imports.mapping" if other_sheet else "staff.imports.preview"
    return see_other(_address(request, next_page, found))


@router.get("/{import_id}/preview", name="staff.imports.preview")
def preview(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, import_id: RowNumber) -> Response:
    """Show what would be imported, or every cell that cannot be."""
    found = _existing(session, import_id)
    return _preview_page(request, session, found, blank(), now)


@router.post("/{import_id}/preview", name="staff.imports.run")
def run(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, import_id: RowNumber, data: FormDep
) -> Response:
    """Import all rows, or nothing."""
    found = _existing(session, import_id)
    form = bind(RunForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                locale = request.state.locale
                candidacy_imports.run(session, import_id, form.cleaned.seen, locale=locale, actor=actor, now=now)
        except DomainError as refused:
            form.refuse(refused)
        else:
            return see_other(_address(request, "staff.imports.preview", found))
    return _preview_page(request, session, _existing(session, import_id), form, now, status_code=409)


@router.post("/{import_id}/removal", name="staff.imports.remove")
def remove(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, import_id: RowNumber, data: FormDep
) -> Response:
    """Remove a file that is not to be imported; sent twice, it is removed once."""
    form = bind(FormModel, data)
    _existing(session, import_id)
    with transaction(session):
        if claim(session, form.sent, actor=actor, now=now) is None:
            found = _existing(session, import_id)
            if found.file_id is not None:
                candidacy_imports.discard(session, import_id, actor=actor, now=now)
            settle(session, form.sent, str(import_id))
    return see_other(request.app.state.addresses("staff.imports.index", done="removed"))


def _receive(session: Session, form: Form[UploadForm], file: UploadFile | None, *, actor: Actor, now: datetime) -> int:
    """Read a file before the transaction begins, then keep it; sent twice, it is kept once."""
    assert form.cleaned is not None  # noqa: S101 - the caller looked
    if file is None:
        raise NoFileChosen
    if (file.size or 0) > MAX_BYTES:
        raise TableTooLarge(megabytes=MAX_BYTES // 1024**2)
    chosen = next((one for one in calls(session, "nl") if one.id == form.cleaned.call), None)
    if chosen is None:
        raise HTTPException(404)
    examined = candidacy_imports.examine(file.filename or "", read_whole(file))
    key = candidacy_imports.digest(f"{form.key}:{chosen.id}:".encode() + examined.content)
    with transaction(session):
        earlier = claim(session, key, actor=actor, now=now)
        if earlier:
            return int(earlier)
        number = candidacy_imports.receive(session, chosen.id, chosen.programme_id, examined, actor=actor, now=now)
        settle(session, key, str(number))
    return number


def _typed_mapping(
    session: Session, found: ImportRecord, typed: MappingForm, data: FormData, *, other_sheet: bool
) -> dict[str, str]:
    """Give the mapping as it is stored; what nobody offered is left out."""
    options = {SHEET: typed.sheet, AS: typed.as_what, MAIL: typed.mail}
    if other_sheet:
        table = candidacy_imports.table_of(session, found, typed.sheet)
        return {**candidacy_imports.guessed(session, found.programme_id, table), **options}
    offered = dict(target_choices("nl", form_of(session, found.programme_id).form))
    columns = {str(column): str(data.get(f"column_{column}", "")) for column in range(MAX_COLUMNS)}
    return {**{column: target for column, target in columns.items() if target in offered}, **options}


def _index_page(
    request: Request, session: Session, form: Form[Any], *, status_code: int = 200, done: str = ""
) -> Response:
    locale = request.state.locale
    found = calls(session, locale)
    context = {
        "form": form,
        "calls": [(one.id, one.title) for one in found],
        "chosen": _call(found, str(form.value("call"))),
        "imports": latest_imports(session),
        "done": done,
        "zone": ZoneInfo(request.state.actor.zone),
        "limits": {"megabytes": MAX_BYTES // 1024**2, "rows": MAX_ROWS, "columns": MAX_COLUMNS, "bytes": MAX_BYTES},
    }
    return page(request, "staff/imports/index.html", context, status_code=status_code)


def _mapping_page(
    request: Request, session: Session, found: ImportRecord, form: Form[Any], *, status_code: int = 200
) -> Response:
    try:
        table = candidacy_imports.table_of(session, found)
    except ImportGone:
        return see_other(_address(request, "staff.imports.preview", found))
    locale = request.state.locale
    context = {
        "found": found,
        "form": form,
        "sheets": [(name, name) for name in table.sheets],
        "sheet": table.sheet,
        "rows": len(table.rows),
        "columns": shown_columns(table, candidacy_imports.columns_of(found.mapping)),
        "targets": target_choices(locale, form_of(session, found.programme_id).form),
        "as_what": found.mapping.get(AS, SUBMITTED),
        "mail": found.mapping.get(MAIL, ""),
    }
    return page(request, "staff/imports/mapping.html", context, status_code=status_code)


def _preview_page(
    request: Request, session: Session, found: ImportRecord, form: Form[Any], now: datetime, *, status_code: int = 200
) -> Response:
    context: dict[str, Any] = {"found": found, "form": form, "looked": None, "zone": ZoneInfo(request.state.actor.zone)}
    if found.file_id is not None:
        try:
            context |= _looked(request, session, found, now)
        except (ImportColumnMissing, ImportColumnTwice):
            return see_other(_address(request, "staff.imports.mapping", found))
    return page(request, "staff/imports/preview.html", context, status_code=status_code)


def _looked(request: Request, session: Session, found: ImportRecord, now: datetime) -> dict[str, Any]:
    locale = request.state.locale
    looked = candidacy_imports.preview(session, found, locale=locale, now=now)
    choices = form_choices(session, found.programme_id, locale, looked.form.form)
    faults, remarks = looked.reading.faults, looked.reading.remarks
    return {
        "looked": looked,
        "faults": shown_faults(locale, looked.table, faults),
        "remarks": shown_faults(locale, looked.table, remarks),
        "more": max(0, len(faults) - SHOWN_FAULTS),
        "table": faulty_table(looked) if faults else None,
        "candidacies": [] if faults else shown_candidacies(locale, looked, choices),
        "incomplete": incomplete_count(looked),
        "submitted": found.mapping.get(AS, SUBMITTED) == SUBMITTED,
        "mails": found.mapping.get(MAIL) == "yes",
    }


def _call(found: list[CallChoice], wanted: str) -> CallChoice | None:
    return next((one for one in found if str(one.id) == wanted), found[0] if found else None)


def _existing(session: Session, import_id: int) -> ImportRecord:
    found = import_by_id(session, import_id)
    if found is None:
        raise HTTPException(404)
    return found


def _address(request: Request, name: str, found: ImportRecord) -> str:
    address: str = request.app.state.addresses(name, import_id=found.id)
    return address
