"""Who travels on a work visit, and their certificates afterwards."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import Representing
from app.domain.visits import sees_delegation, sees_more_of_delegation
from app.language.catalogues import LOCALES
from app.language.labels import choices, language_name
from app.queries.visit_people import members_of_government
from app.queries.visits import TravellerFacts, VisitFacts
from app.services import visit_delegation
from app.services.visit_certificates import certificate
from app.web import visit_view as view
from app.web.access import SignedInDep
from app.web.agenda_pages import whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.forms import Form, FormDep, bind, blank
from app.web.rendering import page
from app.web.visit_forms import TravellerForm, VersionForm, traveller_values, traveller_words
from app.web.visit_pages import address_of, carry_out, changed_meanwhile, found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits/{number}/delegation", include_in_schema=False)
PDF = "application/pdf"


@router.get("", name="visits.delegation")
def delegation(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str
) -> Response:
    """Show who travels."""
    visit = _seen(session, actor, slug, number)
    return _page(request, session, actor, visit, blank(_usual()), now=now)


@router.post("", name="visits.traveller_add")
def add(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str, data: FormDep
) -> Response:
    """Put somebody on the list."""
    visit = _seen(session, actor, slug, number)
    form = bind(TravellerForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: visit_delegation.add_traveller(session, actor, visit, traveller_words(typed), now=now),
        address=address_of(request, "visits.delegation", visit),
        now=now,
    )
    return done or _page(request, session, actor, visit, form, now=now, status_code=422)


@router.get("/{traveller}", name="visits.traveller")
def traveller(
    request: Request, session: SessionDep, actor: SignedInDep, slug: str, number: str, traveller: str
) -> Response:
    """Show the form of a traveller."""
    visit = _seen(session, actor, slug, number)
    facts = _found(visit, traveller)
    return _traveller_page(request, actor, visit, blank(traveller_values(facts)), facts)


@router.post("/{traveller}", name="visits.traveller_save")
def save(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: str,
    data: FormDep,
) -> Response:
    """Change what is written about a traveller."""
    visit = _seen(session, actor, slug, number)
    facts = _found(visit, traveller)
    form = bind(TravellerForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: visit_delegation.change_traveller(
            session, actor, visit, facts.id, traveller_words(typed), version=typed.version, now=now
        ),
        address=address_of(request, "visits.delegation", visit),
        now=now,
    )
    if done is not None:
        return done
    stored = _found(found_visit(session, actor, slug, number), traveller)
    return _traveller_page(request, actor, visit, form, stored, status_code=422)


@router.post("/{traveller}/remove", name="visits.traveller_remove")
def remove(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: str,
    data: FormDep,
) -> Response:
    """Note that somebody does not come."""
    return _moved(request, session, actor, now, (slug, number, traveller), data, visit_delegation.remove_traveller)


@router.post("/{traveller}/restore", name="visits.traveller_restore")
def restore(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: str,
    data: FormDep,
) -> Response:
    """Note that somebody comes after all."""
    return _moved(request, session, actor, now, (slug, number, traveller), data, visit_delegation.restore_traveller)


@router.get("/{traveller}/certificate.pdf", name="visits.certificate")
def certificate_pdf(
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: str,
    language: str = "",
) -> Response:
    """Send the certificate of somebody who took part in a visit that is over."""
    visit = _seen(session, actor, slug, number)
    facts = _found(visit, traveller)
    own = facts.person_id is not None and facts.person_id == actor.person_id
    allowed = own or view.may_send(actor, visit) or view.may_prepare(actor, visit)
    if not allowed or not visit.is_over(now) or facts.removed_at is not None or visit.is_cancelled:
        raise HTTPException(404)
    chosen = language if language in LOCALES else facts.language
    made = certificate(session, visit, facts, language=chosen)
    return download(made.name, PDF, made.content)


def _moved(
    request: Request,
    session: Session,
    actor: Actor,
    now: datetime,
    path: tuple[str, str, str],
    data: Any,  # noqa: ANN401 - a form as sent
    deed: Any,  # noqa: ANN401 - one of two
) -> Response:
    slug, number, traveller = path
    visit = _seen(session, actor, slug, number)
    facts = _found(visit, traveller)
    form = bind(VersionForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: deed(session, actor, visit, facts.id, version=typed.version, now=now),
        address=address_of(request, "visits.delegation", visit),
        now=now,
    )
    if done is not None:
        return done
    shown = blank(traveller_values(facts))
    shown.errors = form.errors
    return _traveller_page(request, actor, visit, shown, facts, status_code=422)


def _usual() -> dict[str, object]:
    return {"representing": Representing.OFFICIAL.value, "language": ""}


def _seen(session: Session, actor: Actor, slug: str, number: str) -> VisitFacts:
    visit = found_visit(session, actor, slug, number)
    if not sees_delegation(actor, visit.parties):
        raise HTTPException(404)
    return visit


def _found(visit: VisitFacts, traveller: str) -> TravellerFacts:
    facts = next((one for one in visit.all_travellers if one.id == whole(traveller)), None)
    if facts is None:
        raise HTTPException(404)
    return facts


def _form_choices(locale: str) -> dict[str, object]:
    return {
        "representing": [{"value": value, "label": text} for value, text in choices(locale, Representing)],
        "languages": [(code, language_name(locale, code)) for code in LOCALES],
        "language_names": {code: language_name(locale, code) for code in LOCALES},
    }


def _page(
    request: Request,
    session: Session,
    actor: Actor,
    visit: VisitFacts,
    form: Form[Any],
    *,
    now: datetime,
    status_code: int = 200,
) -> Response:
    may_send = view.may_send(actor, visit)
    there = {one.person_id for one in visit.travellers}
    members = members_of_government(session, visit.travelling.government_id) if may_send else []
    context = {
        "visit": visit,
        "form": form,
        "may_send": may_send,
        "sees_more": sees_more_of_delegation(actor, visit.parties),
        "balance": view.balance(visit),
        "people": [(one.id, one.name) for one in members if one.id not in there],
        "choices": _form_choices(request.state.locale),
        "certificates": visit.is_over(now) and not visit.is_cancelled,
        "all_certificates": view.may_send(actor, visit) or view.may_prepare(actor, visit),
        "certificate_languages": LOCALES,
    }
    return page(request, "visits/delegation.html", context, status_code=status_code)


def _traveller_page(
    request: Request,
    actor: Actor,
    visit: VisitFacts,
    form: Form[Any],
    facts: TravellerFacts,
    *,
    status_code: int = 200,
) -> Response:
    if not view.may_send(actor, visit):
        raise HTTPException(404)
    context = {
        "visit": visit,
        "form": form,
        "facts": facts,
        "conflict": changed_meanwhile(form),
        "choices": _form_choices(request.state.locale),
    }
    return page(request, "visits/traveller.html", context, status_code=status_code)
