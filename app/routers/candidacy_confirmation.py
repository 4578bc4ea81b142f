"""Asking a second person to confirm a candidacy: for its authors."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy import refusal
from app.domain.candidacy_people import AddressUnconfirmed
from app.domain.codes import Section
from app.domain.confirmation import LIFETIME, SamePerson, Standing
from app.domain.errors import DomainError
from app.domain.sign_in import AddressInvalid
from app.language.catalogues import LOCALES
from app.language.labels import own_name
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, section_of
from app.queries.confirmations import Asked, last_confirmation
from app.queries.programmes import rules_of
from app.services import candidacies, confirmations
from app.services.confirmations import Confirmer
from app.services.receipts import claim, settle
from app.web.access import CandidateDep
from app.web.candidacy_access import clock_of
from app.web.clock import NowDep
from app.web.confirmations import confirmer_words
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.own_candidacy import OwnDep
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/candidacies/{reference}/confirmation")
AT_THE_ADDRESS: Final = (AddressInvalid, SamePerson)


class ConfirmerForm(FormModel):
    """Who is asked to confirm."""

    name: str = Field(max_length=120)
    role: str = Field(max_length=120)
    email: str = Field(max_length=254)
    language: str = Field(pattern="^(nl|fr|en)$")


@router.get("", name="candidacies.confirmation")
def show(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, done: str = ""
) -> Response:
    """Show whom to ask, or who was asked and how it stands."""
    form = blank(_proposed(session, candidacy))
    return _confirmation_page(request, session, actor, candidacy, now, form, done=done)


@router.post("", name="candidacies.ask_confirmation")
def ask(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, data: FormDep
) -> Response:
    """Ask somebody to confirm."""
    form = bind(ConfirmerForm, data)
    if form.cleaned is not None:
        name, role = (" ".join(text.split()) for text in (form.cleaned.name, form.cleaned.role))
        confirmer = Confirmer(name, role, form.cleaned.email, form.cleaned.language)

        def write() -> None:
            confirmations.ask(session, candidacy, confirmer, actor=actor, now=now)

        return _carry_out(request, session, actor, candidacy, now, form, write, "asked")
    return _confirmation_page(request, session, actor, candidacy, now, form, status_code=422)


@router.post("/reminder", name="candidacies.remind_confirmation")
def remind(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, data: FormDep
) -> Response:
    """Mail who was asked once more."""

    def write() -> None:
        confirmations.remind(session, candidacy, actor=actor, now=now)

    return _carry_out(request, session, actor, candidacy, now, bind(FormModel, data), write, "reminded")


@router.post("/end", name="candidacies.cancel_confirmation")
def cancel(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, data: FormDep
) -> Response:
    """Take the question back."""

    def write() -> None:
        confirmations.cancel(session, candidacy, actor=actor, now=now)

    return _carry_out(request, session, actor, candidacy, now, bind(FormModel, data), write, "cancelled")


def _carry_out(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    now: datetime,
    form: Form[Any],
    write: Callable[[], None],
    done: str,
) -> Response:
    """Do it once, and show how it stands; a refusal stands on the same page."""
    location = request.app.state.addresses("candidacies.confirmation", reference=candidacy.reference, done=done)
    try:
        with transaction(session):
            if claim(session, f"{done[:4]}{form.sent}", actor=actor, now=now) is None:
                write()
                settle(session, f"{done[:4]}{form.sent}", location)
    except DomainError as refused:
        form.refuse(refused, "email" if isinstance(refused, AT_THE_ADDRESS) else "")
        return _confirmation_page(request, session, actor, candidacy, now, form, status_code=422)
    return see_other(location)


def _proposed(session: Session, candidacy: CandidacyRecord) -> dict[str, str]:
    """Propose the political lead of the answers."""
    stored = section_of(session, candidacy.id, Section.GOVERNMENT)
    answers = stored.answers if stored else {}
    return {
        "name": str(answers.get("political_name") or ""),
        "role": str(answers.get("political_role") or ""),
        "language": candidacy.language,
    }


def _confirmation_page(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    now: datetime,
    form: Form[Any],
    *,
    done: str = "",
    status_code: int = 200,
) -> Response:
    rules = rules_of(session, candidacy.programme_id)
    last = last_confirmation(session, candidacy.id)
    if not rules.second_confirmation and last is None:
        raise HTTPException(404)
    stands = last.standing(now) if last else None
    context = {
        "candidacy": candidacy,
        "confirmer": confirmer_words(request.state.locale, rules),
        "asked": _line(last, actor) if last else None,
        "stands": stands.value if stands else "",
        "is_open": stands is Standing.OPEN,
        "unconfirmed": None if actor.is_known else AddressUnconfirmed(),
        "reason": refusal(lambda: candidacies.check_ready(session, candidacy, now=now)),
        "form": form,
        "done": done,
        "languages": [{"value": code, "label": own_name(code)} for code in LOCALES],
    }
    return page(request, "candidacies/confirmation.html", context, status_code=status_code)


def _line(asked: Asked, actor: Actor) -> dict[str, object]:
    """Give a question in the reader's time."""
    return {
        "who": asked.signature,
        "email": asked.email,
        "asker": asked.asker_name if actor.is_known and asked.asked_by != actor.person_id else "",
        "is_mine": asked.asked_by == actor.person_id,
        "note": asked.note,
        "asked": clock_of(actor, asked.asked_at),
        "until": clock_of(actor, asked.asked_at + LIFETIME),
        "confirmed": clock_of(actor, asked.confirmed_at),
        "declined": clock_of(actor, asked.declined_at),
    }
