"""The documents of a session: those who change it add and remove them, those who are invited fetch them."""

from typing import Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.attachments import (
    ACCEPTED,
    MAX_BYTES,
    MAX_FILES,
    MAX_MEGABYTES,
    NoFileChosen,
    check_size,
    examine,
    readable_name,
)
from app.domain.errors import DomainError
from app.domain.file_kinds import FileKind
from app.domain.session_inside import MAX_DOCUMENTS
from app.domain.texts import title_of
from app.models.database import transaction
from app.queries.agenda import SessionRow
from app.queries.attachments import content_of
from app.queries.session_inside import DocumentFacts, document_of, documents_of
from app.services import session_documents
from app.services.attachments import count_upload
from app.services.receipts import claim
from app.web.access import SignedInDep
from app.web.agenda_forms import KeyForm
from app.web.agenda_pages import found
from app.web.body_limits import takes_up_to
from app.web.clock import NowDep, now_of
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other
from app.web.session_page import refusal_to_edit, refused_page, shown_documents
from app.web.uploads import OVERHEAD_BYTES, UploadDep, files_of, read_whole

router = APIRouter(include_in_schema=False, prefix="/agenda/{number}/documents")
FIELD: Final = "files"
BODY_LIMIT_BYTES: Final = MAX_FILES * MAX_BYTES + OVERHEAD_BYTES
Refusals = list[tuple[str, DomainError]]


def counted(request: Request, session: SessionDep, actor: SignedInDep, number: str) -> None:
    """Count a sending of files before its body is read."""
    _inside(session, actor, number)
    with transaction(session):
        count_upload(session, actor=actor, client=client_address(request), now=now_of(request))


@router.get("", name="agenda.documents")
def index(request: Request, session: SessionDep, actor: SignedInDep, number: str) -> Response:
    """Show the documents, and the form to add some to who may."""
    return _list_page(request, session, actor, _inside(session, actor, number), blank(), [])


@router.post("", name="agenda.add_documents", dependencies=[Depends(counted)])
@takes_up_to(BODY_LIMIT_BYTES)
def add(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: str, data: UploadDep
) -> Response:
    """Add the files that were sent, each on its own: one that is refused does not hold up the others."""
    row = _inside(session, actor, number)
    form = bind(KeyForm, data)
    refused: Refusals = []
    sent = 0
    for file in files_of(data, FIELD):
        sent += 1
        try:
            check_size(file.size or 0)
            checked = examine(file.filename or "", read_whole(file))
            with transaction(session):
                session_documents.add(session, actor, row.id, checked, page_key=form.key, now=now)
        except DomainError as refusal:
            refusal.__traceback__ = refusal.__cause__ = refusal.__context__ = None
            refused.append((readable_name(file.filename or ""), refusal))
    if sent == 0:
        refused.append(("", NoFileChosen()))
    if refused:
        return _list_page(request, session, actor, row, form, refused, status_code=422)
    return see_other(_address(request, row, done="added"))


@router.get("/{document}", name="agenda.document")
def fetch(session: SessionDep, actor: SignedInDep, number: str, document: RowNumber) -> Response:
    """Send a document to who is invited."""
    file = _document(session, _inside(session, actor, number), document)
    content = content_of(session, file.file_id)
    if content is None:
        raise HTTPException(404)
    return download(file.name, file.media_type, content)


@router.get("/{document}/removal", name="agenda.document_removal")
def removal(request: Request, session: SessionDep, actor: SignedInDep, number: str, document: RowNumber) -> Response:
    """Ask whether a document is really to be removed."""
    row = _inside(session, actor, number)
    file = _document(session, row, document)
    refused = refusal_to_edit(actor, row)
    if refused is not None:
        return refused_page(request, refused)
    return page(request, "agenda/document_removal.html", {"session": row, "file": file, "form": blank()})


@router.post("/{document}/removal", name="agenda.remove_document")
def remove(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    number: str,
    document: RowNumber,
    data: FormDep,
) -> Response:
    """Remove a document; sent twice, it is removed once."""
    row = _inside(session, actor, number)
    form = bind(KeyForm, data)
    try:
        with transaction(session):
            is_first = claim(session, form.sent, actor=actor, now=now) is None
            removed = is_first and session_documents.remove(session, actor, row.id, document, now=now)
    except DomainError as refused:
        return refused_page(request, refused)
    if is_first and not removed:
        raise HTTPException(404)
    return see_other(_address(request, row, done="removed"))


def _inside(session: Session, actor: Actor, number: str) -> SessionRow:
    """Give a session to whose inside ``actor`` has a key; 404 for others."""
    row = found(session, actor, number)
    if not row.invited:
        raise HTTPException(404)
    return row


def _document(session: Session, row: SessionRow, document: int) -> DocumentFacts:
    file = document_of(session, row, document)
    if file is None:
        raise HTTPException(404)
    return file


def _list_page(
    request: Request,
    session: Session,
    actor: Actor,
    row: SessionRow,
    form: Form[Any],
    refused: Refusals,
    *,
    status_code: int = 200,
) -> Response:
    documents = shown_documents(request, actor, row, documents_of(session, row))
    context = {
        "session": row,
        "title": title_of(row, request.state.locale),
        "documents": documents,
        "editable": refusal_to_edit(actor, row) is None,
        "places": max(0, MAX_DOCUMENTS - len(documents)),
        "form": form,
        "refused": refused,
        "kinds": [kind.value.upper() for kind in FileKind],
        "accepted": ACCEPTED,
        "max_files": MAX_FILES,
        "max_bytes": MAX_BYTES,
        "max_megabytes": MAX_MEGABYTES,
        "done": request.query_params.get("done", ""),
    }
    return page(request, "agenda/documents.html", context, status_code=status_code)


def _address(request: Request, row: SessionRow, **query: str) -> str:
    address: str = request.app.state.addresses("agenda.documents", number=row.id, **query)
    return address
