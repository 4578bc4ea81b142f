"""The page of a second person who was asked to confirm a candidacy: the secret in the link is the key."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.documents.candidacy_sheet import answer_sheet
from app.domain.access import Actor
from app.domain.candidacy import refusal
from app.domain.confirmation import LIFETIME, NOTE_LIMIT, AnswersChanged, NoteMissing, Standing, check_may_confirm
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE
from app.models.database import transaction
from app.queries.attachments import present_in
from app.queries.candidacies import CandidacyRecord, any_candidacy, sections_of
from app.queries.candidacy_form import form_choices, form_for
from app.queries.confirmations import Asked, confirmation_by_secret, file_to_confirm, shown_digest, was_replaced
from app.services import candidacies, confirmations
from app.services.rates import hit
from app.web.access import AnyoneDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import RowNumber
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/confirmations/{secret}")
UNKNOWN_PER_CLIENT: Final = 60
HOUR: Final = timedelta(hours=1)
GONE: Final = frozenset({Standing.CANCELLED, Standing.EXPIRED})


class ConfirmForm(FormModel):
    """Confirms the answers that have this digest."""

    shown: str = Field(max_length=64)


class DeclineForm(FormModel):
    """Does not confirm yet, and says why."""

    note: str = Field("", max_length=NOTE_LIMIT)


@router.get("", name="confirmations.show")
def show(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, secret: str) -> Response:
    """Show the answers as they are now; looking confirms nothing, because programs open links too."""
    asked, candidacy = _found(request, session, secret, now)
    return _page(request, session, actor, asked, candidacy, now, secret, blank())


@router.post("", name="confirmations.confirm")
def confirm(
    request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, secret: str, data: FormDep
) -> Response:
    """Confirm what was shown, and submit it."""
    asked, candidacy = _found(request, session, secret, now)
    form = bind(ConfirmForm, data)
    if form.cleaned is None:
        form.errors.clear()
        form.refuse(AnswersChanged())
    else:
        try:
            with transaction(session):
                confirmations.confirm(session, secret, shown=form.cleaned.shown, reader=actor, now=now)
        except DomainError as refused:
            form.refuse(refused)
        else:
            return see_other(request.app.state.addresses("confirmations.show", secret=secret))
    return _page(request, session, actor, asked, candidacy, now, secret, form)


@router.post("/refusal", name="confirmations.decline")
def decline(
    request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, secret: str, data: FormDep
) -> Response:
    """Say that it is not to be submitted yet, and why."""
    asked, candidacy = _found(request, session, secret, now)
    form = bind(DeclineForm, data)
    if form.cleaned is not None:
        try:
            with transaction(session):
                confirmations.decline(session, secret, note=form.cleaned.note, reader=actor, now=now)
        except DomainError as refused:
            form.refuse(refused, "note" if isinstance(refused, NoteMissing) else "")
        else:
            return see_other(request.app.state.addresses("confirmations.show", secret=secret))
    return _page(request, session, actor, asked, candidacy, now, secret, form)


@router.get("/attachments/{number}", name="confirmations.attachment")
def attachment(
    request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, secret: str, number: RowNumber
) -> Response:
    """Send a file that belongs to what is to be confirmed, as long as it is to be confirmed."""
    asked, candidacy = _found(request, session, secret, now)
    file = file_to_confirm(session, candidacy.id, number) if asked.standing(now) is Standing.OPEN else None
    if file is None:
        raise HTTPException(404)
    return download(file.name, file.media_type, file.content)


def _found(request: Request, session: Session, secret: str, now: datetime) -> tuple[Asked, CandidacyRecord]:
    """Give what a link opens; unknown ones do not exist, and nobody tries many of them."""
    asked = confirmation_by_secret(session, secret)
    candidacy = any_candidacy(session, asked.reference) if asked else None
    if asked is None or candidacy is None:
        with transaction(session):
            key = f"confirmation.unknown:{client_address(request)}"
            hit(session, key, limit=UNKNOWN_PER_CLIENT, window=HOUR, now=now)
        raise HTTPException(404)
    return asked, candidacy


def _page(
    request: Request,
    session: Session,
    actor: Actor,
    asked: Asked,
    candidacy: CandidacyRecord,
    now: datetime,
    secret: str,
    form: Form[Any],
) -> Response:
    """Show the answers while the question is open, else only what became of it."""
    again = confirmation_by_secret(session, secret)
    asked = again or asked
    stands = asked.standing(now)
    if stands is Standing.OPEN:
        context = _open_context(request, session, actor, asked, candidacy, now) | {"secret": secret, "form": form}
        status_code = 409 if form.errors else 200
        response: Response = page(request, "confirmations/show.html", context, status_code=status_code)
    else:
        context = {
            "candidacy": candidacy,
            "asked": asked,
            "stands": stands.value,
            "replaced": stands is Standing.CANCELLED and was_replaced(session, asked),
            "zone": _zone(actor),
        }
        response = page(request, "confirmations/ended.html", context, status_code=410 if stands in GONE else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _open_context(
    request: Request, session: Session, actor: Actor, asked: Asked, candidacy: CandidacyRecord, now: datetime
) -> dict[str, object]:
    answers = {section: one.answers for section, one in sections_of(session, candidacy.id).items()}
    form = form_for(session, candidacy).form
    choices = form_choices(session, candidacy.programme_id, request.state.locale, form)
    not_theirs = refusal(
        lambda: check_may_confirm(
            asked_by=asked.asked_by,
            asker=asked.asker_email,
            confirmer=asked.email,
            reader_id=actor.person_id,
            reader=actor.email,
        )
    )
    return {
        "candidacy": candidacy,
        "asked": asked,
        "sheet": answer_sheet(request.state.locale, form, answers, choices),
        "files": present_in(session, candidacy.id),
        "shown": shown_digest(session, candidacy),
        "reason": not_theirs or refusal(lambda: candidacies.check_ready(session, candidacy, now=now)),
        "until": asked.asked_at + LIFETIME,
        "zone": _zone(actor),
    }


def _zone(actor: Actor) -> ZoneInfo:
    return ZoneInfo(actor.zone) if actor.is_known else PROGRAMME_ZONE
