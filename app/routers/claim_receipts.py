"""The receipts of a claim: its claimant adds and removes them until it is sent, those who may see it fetch them."""

from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.attachments import NoFileChosen
from app.domain.claims import check_can_claim, may_edit
from app.domain.receipts import MAX_FILES
from app.models.database import transaction
from app.queries.attachments import content_of
from app.queries.claim_facts import ClaimFacts, LineFacts
from app.queries.claim_receipts import ReceiptFile, receipt_file
from app.queries.claims import claim_of
from app.services import claim_receipts
from app.services.looks import note
from app.services.receipts import claim as claim_key
from app.web.access import SignedInDep
from app.web.body_limits import takes_up_to
from app.web.clock import NowDep, now_of
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import RowNumber
from app.web.receipts import BODY_LIMIT_BYTES, LIMITS, Refusals, keep_files, shown_receipts
from app.web.rendering import page, see_other
from app.web.uploads import UploadDep

router = APIRouter(include_in_schema=False, prefix="/partnerships/{slug}/claims/{number}")


class PageForm(FormModel):
    """A form of which only the key of its page is read."""


def counted(request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: RowNumber) -> None:
    """Count a sending of files before its body is read; 404 where there is no such claim."""
    _claim(session, actor, slug, number)
    with transaction(session):
        claim_receipts.count_upload(session, actor=actor, now=now_of(request))


@router.get("/lines/{line_id}/receipts", name="claims.receipts")
def index(
    request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: RowNumber, line_id: RowNumber
) -> Response:
    """Show the receipts of a line, and the form to add some while the claim may be changed."""
    claim = _claim(session, actor, slug, number)
    return _list_page(request, session, claim, _line(claim, line_id), blank(), [])


@router.post("/lines/{line_id}/receipts", name="claims.add_receipts", dependencies=[Depends(counted)])
@takes_up_to(BODY_LIMIT_BYTES)
def add(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: RowNumber,
    line_id: RowNumber,
    data: UploadDep,
) -> Response:
    """Keep the receipts that were sent, each on its own: one that is refused does not hold up the others."""
    claim = _claim(session, actor, slug, number)
    check_can_claim(actor, claim.government_id)
    line = _line(claim, line_id)
    form = bind(PageForm, data)
    kept, refused = keep_files(session, claim.id, line.id, data, page_key=form.key, actor=actor, now=now)
    if not kept and not refused:
        refused.append(("", NoFileChosen()))
    if refused:
        claim = _claim(session, actor, slug, number)
        return _list_page(request, session, claim, _line(claim, line_id), form, refused, status_code=422)
    return see_other(_address(request, claim, line.id, done="added"))


@router.get("/receipts/{receipt_id}", name="claims.receipt")
def fetch(
    session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: RowNumber, receipt_id: RowNumber
) -> Response:
    """Send a receipt to whoever may see its claim; a look by others than its claimant is logged first."""
    file = _file(receipt_file(session, actor, slug, number, receipt_id))
    if file.claimant_id != actor.person_id:
        note(session, actor, "receipt.looked_at", ("claim", file.claim_id), now=now)
    content = content_of(session, file.file_id)
    if not content:
        raise HTTPException(404)
    return download(file.name, file.media_type, content)


@router.get("/receipts/{receipt_id}/thumbnail", name="claims.thumbnail")
def thumbnail(
    request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: RowNumber, receipt_id: RowNumber
) -> Response:
    """Send the small picture of a receipt to whoever may see its claim; a browser may keep it, and asks again."""
    file = _file(receipt_file(session, actor, slug, number, receipt_id, small=True))
    headers = {
        "ETag": f'"{file.sha256}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie",
        "X-Content-Type-Options": "nosniff",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content_of(session, file.file_id) or b"", media_type=file.media_type, headers=headers)


@router.get("/receipts/{receipt_id}/removal", name="claims.receipt_removal")
def removal(
    request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: RowNumber, receipt_id: RowNumber
) -> Response:
    """Ask whether a receipt is really to be removed."""
    claim = _claim(session, actor, slug, number)
    file = _file(receipt_file(session, actor, slug, number, receipt_id))
    if not may_edit(actor, claim.state, claimant_id=claim.claimant_id):
        raise HTTPException(404)
    back = _back(request, claim, _line_of(claim, receipt_id))
    return page(request, "claims/receipt_removal.html", {"claim": claim, "file": file, "back": back, "form": blank()})


@router.post("/receipts/{receipt_id}/removal", name="claims.remove_receipt")
def remove(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: RowNumber,
    receipt_id: RowNumber,
    data: FormDep,
) -> Response:
    """Remove a receipt; sent twice, it is removed once."""
    claim = _claim(session, actor, slug, number)
    check_can_claim(actor, claim.government_id)
    line_id = _line_of(claim, receipt_id)
    form = bind(PageForm, data)
    with transaction(session):
        is_first = claim_key(session, form.sent, actor=actor, now=now) is None
        if is_first and not claim_receipts.remove(session, claim.id, receipt_id, actor=actor, now=now):
            raise HTTPException(404)
    return see_other(_back(request, claim, line_id, done="removed"))


def _claim(session: Session, actor: Actor, slug: str, number: int) -> ClaimFacts:
    claim = claim_of(session, actor, slug, number)
    if claim is None:
        raise HTTPException(404)
    return claim


def _line(claim: ClaimFacts, line_id: int) -> LineFacts:
    line = claim.line(line_id)
    if line is None:
        raise HTTPException(404)
    return line


def _line_of(claim: ClaimFacts, receipt_id: int) -> int | None:
    return next((one.line_id for one in claim.receipts if one.id == receipt_id), None)


def _file(file: ReceiptFile | None) -> ReceiptFile:
    if file is None:
        raise HTTPException(404)
    return file


def _address(request: Request, claim: ClaimFacts, line_id: int, **query: str) -> str:
    addresses = request.app.state.addresses
    return str(addresses("claims.receipts", slug=claim.slug, number=claim.number, line_id=line_id, **query))


def _back(request: Request, claim: ClaimFacts, line_id: int | None, **query: str) -> str:
    if line_id is not None:
        return _address(request, claim, line_id, **query)
    return str(request.app.state.addresses("claims.detail", slug=claim.slug, number=claim.number))


def _list_page(
    request: Request,
    session: Session,
    claim: ClaimFacts,
    line: LineFacts,
    form: Form[Any],
    refused: Refusals,
    *,
    status_code: int = 200,
) -> Response:
    found = shown_receipts(request, session, claim).get(line.id, [])
    context = {
        "claim": claim,
        "line": line,
        "shown": found,
        "editable": may_edit(request.state.actor, claim.state, claimant_id=claim.claimant_id),
        "places": max(0, MAX_FILES - len(found)),
        "form": form,
        "refused": refused,
        "limits": LIMITS,
        "years": claim.rules.receipt_years,
        "kept_from": claim.ends_on.year,
        "done": request.query_params.get("done", ""),
    }
    return page(request, "claims/receipts.html", context, status_code=status_code)
