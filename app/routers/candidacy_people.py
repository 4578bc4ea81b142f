"""The authors of a candidacy: who they are, inviting colleagues, removing somebody."""

from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.candidacy import refusal
from app.domain.candidacy_people import (
    AlreadyAuthor,
    AssessesCandidacies,
    check_can_change_people,
    check_can_remove,
)
from app.domain.errors import DomainError
from app.domain.sign_in import AddressInvalid
from app.language.catalogues import LOCALES
from app.language.labels import own_name
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord
from app.queries.candidacy_people import Author, authors_of
from app.services import candidacy_people as service
from app.services.candidacy_people import Invitee
from app.services.receipts import claim, settle
from app.web.access import CandidateDep
from app.web.candidacy_access import clock_of
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.numbers import RowNumber
from app.web.own_candidacy import OwnDep
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False, prefix="/candidacies/{reference}/people")
AT_THE_ADDRESS: Final = (AddressInvalid, AlreadyAuthor, AssessesCandidacies)


class InvitationForm(FormModel):
    """A colleague to invite."""

    name: str = Field(max_length=120)
    email: str = Field(max_length=254)
    language: str = Field(pattern="^(nl|fr|en)$")


@router.get("", name="candidacies.people")
def index(request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, done: str = "") -> Response:
    """Show who writes a candidacy, and the form that invites a colleague."""
    return _people_page(request, session, actor, candidacy, blank({"language": candidacy.language}), done=done)


@router.post("", name="candidacies.invite")
def invite(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, now: NowDep, data: FormDep
) -> Response:
    """Invite a colleague."""
    form = bind(InvitationForm, data)
    if form.cleaned is not None:
        invitee = Invitee(" ".join(form.cleaned.name.split()), form.cleaned.email, form.cleaned.language)
        done = request.app.state.addresses("candidacies.people", reference=candidacy.reference, done="invited")
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    service.invite(session, candidacy, invitee, actor=actor, now=now)
                    settle(session, form.sent, done)
        except DomainError as refused:
            form.refuse(refused, "email" if isinstance(refused, AT_THE_ADDRESS) else "")
        else:
            return see_other(done)
    return _people_page(request, session, actor, candidacy, form, status_code=422)


@router.get("/{number}/removal", name="candidacies.person_removal")
def removal(
    request: Request, session: SessionDep, actor: CandidateDep, candidacy: OwnDep, number: RowNumber
) -> Response:
    """Ask whether somebody is really to be removed."""
    return _removal_page(request, session, actor, candidacy, number, blank())


@router.post("/{number}/removal", name="candidacies.remove_person")
def remove(
    request: Request,
    session: SessionDep,
    actor: CandidateDep,
    candidacy: OwnDep,
    now: NowDep,
    number: RowNumber,
    data: FormDep,
) -> Response:
    """Remove somebody from the authors."""
    form = bind(FormModel, data)
    try:
        with transaction(session):
            service.remove(session, candidacy, number, actor=actor, now=now)
    except DomainError as refused:
        form.refuse(refused)
        return _removal_page(request, session, actor, candidacy, number, form, status_code=422)
    addresses = request.app.state.addresses
    if number == actor.person_id:
        return see_other(addresses("my.index"))
    return see_other(addresses("candidacies.people", reference=candidacy.reference, done="removed"))


def _people_page(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    form: Form[Any],
    *,
    done: str = "",
    status_code: int = 200,
) -> Response:
    reason = refusal(lambda: check_can_change_people(candidacy.state, is_known=actor.is_known))
    authors = authors_of(session, candidacy.id) if actor.is_known else []
    context = {
        "candidacy": candidacy,
        "authors": [_line(author, actor) for author in authors],
        "form": form,
        "done": done if reason is None else "",
        "reason": reason,
        "alone": refusal(check_can_remove, authors) is not None,
        "languages": [{"value": code, "label": own_name(code)} for code in LOCALES],
    }
    return page(request, "candidacies/people.html", context, status_code=status_code)


def _line(author: Author, actor: Actor) -> dict[str, object]:
    """Give an author in the reader's time."""
    return {
        "id": author.person_id,
        "name": author.name,
        "email": author.email,
        "is_me": author.person_id == actor.person_id,
        "added": clock_of(actor, author.added_at),
        "inviter": author.inviter,
        "section": author.last_section,
        "saved": clock_of(actor, author.last_saved_at),
    }


def _removal_page(
    request: Request,
    session: Session,
    actor: Actor,
    candidacy: CandidacyRecord,
    number: int,
    form: Form[Any],
    *,
    status_code: int = 200,
) -> Response:
    authors = {author.person_id: author for author in authors_of(session, candidacy.id)} if actor.is_known else {}
    if number not in authors:
        raise HTTPException(404)
    reason = refusal(lambda: check_can_change_people(candidacy.state, is_known=True)) or refusal(
        check_can_remove, authors
    )
    context = {
        "candidacy": candidacy,
        "author": authors[number],
        "is_me": number == actor.person_id,
        "form": form,
        "reason": reason,
    }
    return page(request, "candidacies/person_removal.html", context, status_code=status_code)
