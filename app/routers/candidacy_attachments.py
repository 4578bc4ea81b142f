"""The attachments of a candidacy: those who write it add and remove them, those who may read it fetch them."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

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
from app.domain.candidacy import EDITABLE
from app.domain.errors import DomainError
from app.domain.file_kinds import FileKind
from app.models.database import transaction
from app.queries.attachments import AttachmentFile, attachment_file, content_of
from app.queries.candidacies import CandidacyRecord
from app.services import attachments
from app.services.looks import note_candidacy
from app.services.receipts import claim
from app.web.access import CandidateDep
from app.web.attachments import shown_attachments
from app.web.body_limits import takes_up_to
from app.web.clock import NowDep, now_of
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import RowNumber
from app.web.own_candidacy import OwnDep
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other
from app.web.uploads import OVERHEAD_BYTES, UploadDep, files_of, read_whole

router = APIRouter(include_in_schema=False, prefix="/candidacies/{reference}/attachments")
FIELD: Final = "files"
BODY_LIMIT_BYTES: Final = MAX_FILES * MAX_BYTES + OVERHEAD_BYTES
Refusals = list[tuple[str, DomainError]]


class PageForm(FormModel):
    """A form of which only the key of its page is read."""


def counted(request: Request, session: SessionDep, actor: CandidateDep, _candidacy: OwnDep) -> None:
    """Count a sending of files before its body is read."""
    with transaction(session):
        attachments.count_upload(session, actor=actor, client=client_address(request), now=now_of(request))


@router.get("", name="candidacies.attachments")
def index(request: Request, session: SessionDep, _actor: CandidateDep, candidacy: OwnDep) -> Response:
    """Show the attachments, and the form to add some while the candidacy may be edited."""
    return _list_page(request, session, candidacy, blank(), [])


@router.post("", name="candidacies.attach", dependencies=[Depends(counted)])
@takes_up_to(BODY_LIMIT_BYTES)
def attach(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, data: UploadDep
) -> Response:
    """Attach the files that were sent, each on its own: one that is refused does not hold up the others."""
    form = bind(PageForm, data)
    refused: Refusals = []
    sent = 0
    for file in files_of(data, FIELD):
        sent += 1
        try:
            _attach_one(session, candidacy, file, form.key, actor=actor, now=now)
        except DomainError as refusal:
            refused.append((readable_name(file.filename or ""), _alone(refusal)))
    if sent == 0:
        refused.append(("", NoFileChosen()))
    if refused:
        return _list_page(request, session, candidacy, form, refused, status_code=422)
    return see_other(_address(request, candidacy, done="added"))


@router.get("/{number}", name="candidacies.attachment")
def download(
    request: Request, session: SessionDep, actor: CandidateDep, now: NowDep, reference: str, number: RowNumber
) -> Response:
    """Send the file to whoever may read the candidacy; a look by others than its authors is logged first."""
    file = attachment_file(session, actor, reference, number)
    if file is None:
        raise HTTPException(404)
    if not file.is_own:
        note_candidacy(session, actor, file.candidacy_id, now=now)
    headers = _file_headers(file)
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = content_of(session, file.file_id)
    if content is None:
        raise HTTPException(404)
    return Response(content, media_type=file.media_type, headers=headers)


@router.get("/{number}/removal", name="candidacies.attachment_removal")
def removal(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, number: RowNumber
) -> Response:
    """Ask whether an attachment is really to be removed."""
    file = attachment_file(session, actor, candidacy.reference, number)
    if file is None:
        raise HTTPException(404)
    if candidacy.state not in EDITABLE:
        return see_other(_address(request, candidacy))
    return page(request, "candidacies/attachment_removal.html", {"candidacy": candidacy, "file": file, "form": blank()})


@router.post("/{number}/removal", name="candidacies.remove_attachment")
def remove(
    request: Request,
    session: SessionDep,
    actor: CandidateDep,
    candidacy: OwnDep,
    now: NowDep,
    number: RowNumber,
    data: FormDep,
) -> Response:
    """Remove an attachment; sent twice, it is removed once."""
    form = bind(PageForm, data)
    with transaction(session):
        is_first = claim(session, form.sent, actor=actor, now=now) is None
        removed = is_first and attachments.remove(session, candidacy.id, number, actor=actor, now=now)
    if is_first and not removed:
        raise HTTPException(404)
    return see_other(_address(request, candidacy, done="removed"))


def _attach_one(
    session: Session, candidacy: CandidacyRecord, file: UploadFile, page_key: str, *, actor: Actor, now: datetime
) -> None:
    check_size(file.size or 0)
    checked = examine(file.filename or "", read_whole(file))
    with transaction(session):
        attachments.add(session, candidacy.id, checked, page_key=page_key, actor=actor, now=now)


def _alone(refusal: DomainError) -> DomainError:
    """Give a refusal without where it was raised, which would hold the whole file in memory."""
    refusal.__traceback__ = refusal.__cause__ = refusal.__context__ = None
    return refusal


def _file_headers(file: AttachmentFile) -> dict[str, str]:
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Type": file.media_type,
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{file.sha256}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie",
    }


def _list_page(
    request: Request,
    session: Session,
    candidacy: CandidacyRecord,
    form: Form[Any],
    refused: Refusals,
    *,
    status_code: int = 200,
) -> Response:
    found = shown_attachments(request, session, candidacy)
    context = {
        "candidacy": candidacy,
        "attachments": found,
        "editable": candidacy.state in EDITABLE,
        "places": max(0, MAX_FILES - len(found)),
        "form": form,
        "refused": refused,
        "kinds": [kind.value.upper() for kind in FileKind],
        "accepted": ACCEPTED,
        "max_files": MAX_FILES,
        "max_bytes": MAX_BYTES,
        "max_megabytes": MAX_MEGABYTES,
        "done": request.query_params.get("done", ""),
    }
    return page(request, "candidacies/attachments.html", context, status_code=status_code)


def _address(request: Request, candidacy: CandidacyRecord, **query: str) -> str:
    address: str = request.app.state.addresses("candidacies.attachments", reference=candidacy.reference, **query)
    return address
