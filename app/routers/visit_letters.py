"""Invitation letters for a visit: to take away, or to send by mail."""

from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.documents.pdf import MEDIA_TYPE
from app.domain.access import Actor
from app.domain.errors import DomainError
from app.language.catalogues import LOCALES
from app.language.labels import own_name
from app.models.database import transaction
from app.queries.visits import VisitFacts
from app.services import visit_letters
from app.services.receipts import claim, settle
from app.services.visit_letters import NobodyToInvite
from app.web.access import SignedInDep
from app.web.agenda_pages import whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.forms import FormDep, FormModel, bind, blank
from app.web.rendering import page, see_other
from app.web.visit_pages import found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits/{number}", include_in_schema=False)


class SendForm(FormModel):
    """The language in which the letters are written."""

    language: Literal["nl", "fr", "en"]


@router.get("/letters", name="visits.letters")
def letters(
    request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str, sent: str = ""
) -> Response:
    """Show the letters that can be taken away or sent, in each language."""
    visit = _found(session, actor, slug, number)
    return page(request, "visits/letters.html", _context(actor, visit) | {"sent": whole(sent)})


@router.get("/invitation.pdf", name="visits.invitation")
def invitation(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: str = "",
    language: str = "",
) -> Response:
    """Give the letter to one traveller or to all, as PDF."""
    visit = _found(session, actor, slug, number)
    chosen = language if language in LOCALES else request.state.locale
    wanted = whole(traveller)
    if traveller and wanted is None:
        raise HTTPException(404)
    try:
        made = visit_letters.letter_file(session, visit, traveller_id=wanted, language=chosen, written_at=now)
    except NobodyToInvite:
        raise HTTPException(404) from None
    return download(made.name, MEDIA_TYPE, made.content)


@router.post("/letters", name="visits.send_letters")
def send_letters(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Send the letters by mail."""
    visit = _found(session, actor, slug, number)
    form = bind(SendForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                location = claim(session, form.sent, actor=actor, now=now)
                if location is None:
                    language = form.cleaned.language
                    count = visit_letters.send(session, visit, language=language, actor=actor, now=now)
                    location = request.app.state.addresses(
                        "visits.letters", slug=visit.partnership.slug, number=visit.number, sent=count
                    )
                    settle(session, form.sent, location)
            return see_other(location)
        except DomainError as refusal:
            form.refuse(refusal)
    context = _context(actor, visit) | {"sent": None, "form": form}
    return page(request, "visits/letters.html", context, status_code=422)


def _found(session: Session, actor: Actor, slug: str, number: str) -> VisitFacts:
    visit = found_visit(session, actor, slug, number)
    if not visit_letters.may_take(actor, visit):
        raise HTTPException(404)
    return visit


def _context(actor: Actor, visit: VisitFacts) -> dict[str, object]:
    return {
        "visit": visit,
        "form": blank({"language": "en"}),
        "languages": [(code, own_name(code)) for code in LOCALES],
        "may_send": visit_letters.may_send(actor, visit) and not visit.is_cancelled,
        "without_account": [one.name for one in visit.travellers if one.person_id is None],
    }
