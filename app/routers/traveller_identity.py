"""Identity data of a traveller: for the coordinators of the travelling side, the traveller and the programme team."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.identity import Identity, IdentityKeyMissing, IdentityUnreadable, passport_too_short
from app.domain.time import programme_day
from app.language.catalogues import gettext
from app.language.visit_cost_words import PURPOSES
from app.queries.visits import TravellerFacts, VisitFacts
from app.services import traveller_identity
from app.services.sealing import Seal
from app.services.traveller_identity import Stored
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.identity_form import IdentityForm, identity_of, identity_values
from app.web.numbers import RowNumber
from app.web.rendering import page
from app.web.visit_pages import address_of, carry_out, found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits/{number}/travellers/{traveller}", include_in_schema=False)
PRIVATE = {"Cache-Control": "no-store"}


@router.get("/identity", name="visits.identity")
def identity(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: RowNumber,
) -> Response:
    """Show the identity data of a traveller, or why they cannot be read or taken."""
    visit, found = _found(session, actor, slug, number, traveller)
    return _page(request, session, actor, visit, found, None, now)


@router.post("/identity", name="visits.save_identity")
def save_identity(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: RowNumber,
    data: FormDep,
) -> Response:
    """Seal and keep the identity data of a traveller."""
    visit, found = _found(session, actor, slug, number, traveller)
    form = bind(IdentityForm, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda typed: traveller_identity.save(
            session, visit, found, identity_of(typed), version=typed.version, seal=_seal(request), actor=actor, now=now
        ),
        address=address_of(request, "visits.checklist", visit),
        now=now,
    )
    return done or _page(request, session, actor, visit, found, form, now)


@router.post("/identity/removal", name="visits.remove_identity")
def remove_identity(
    request: Request,
    session: SessionDep,
    actor: SignedInDep,
    now: NowDep,
    slug: str,
    number: str,
    traveller: RowNumber,
    data: FormDep,
) -> Response:
    """Remove the identity data of a traveller at once."""
    visit, found = _found(session, actor, slug, number, traveller)
    form = bind(FormModel, data)
    done = carry_out(
        session,
        actor,
        form,
        lambda _typed: traveller_identity.forget(session, visit, found, actor=actor, now=now),
        address=address_of(request, "visits.checklist", visit),
        now=now,
    )
    return done or _page(request, session, actor, visit, found, form, now)


def _found(session: Session, actor: Actor, slug: str, number: str, traveller: int) -> tuple[VisitFacts, TravellerFacts]:
    """Give a traveller whose data are the actor's to read; 404 for all others, so that nothing shows who travels."""
    visit = found_visit(session, actor, slug, number)
    found = next((one for one in visit.all_travellers if one.id == traveller), None)
    if found is None or not traveller_identity.may_read(actor, visit, found):
        raise HTTPException(404)
    return visit, found


def _seal(request: Request) -> Seal:
    return Seal(request.app.state.settings.sealing_keys)


def _page(
    request: Request,
    session: Session,
    actor: Actor,
    visit: VisitFacts,
    found: TravellerFacts,
    form: Form[Any] | None,
    now: datetime,
) -> Response:
    seal, locale = _seal(request), request.state.locale
    stored, refusal = _read(session, visit, found, seal, actor, now)
    opens = seal.is_ready and refusal is None
    known = stored or Stored(Identity(), 0)
    last = visit.last_day
    context = {
        "visit": visit,
        "traveller": found,
        "form": form or blank(identity_values(known.identity, known.version)),
        "refusal": refusal or (None if seal.is_ready else IdentityKeyMissing()),
        "is_open": opens and traveller_identity.is_open(visit, found, today=programme_day(now)),
        "is_kept": stored is not None or isinstance(refusal, IdentityUnreadable),
        "removed_on": last + timedelta(days=visit.rules.visits.identity_days),
        "too_short": passport_too_short(known.identity.expires_on, last),
        "purposes": {name: gettext(locale, words) for name, words in PURPOSES.items()},
    }
    status = 422 if form is not None else 200
    answer = page(request, "visits/identity.html", context, status_code=status)
    answer.headers.update(PRIVATE)
    return answer


def _read(
    session: Session, visit: VisitFacts, found: TravellerFacts, seal: Seal, actor: Actor, now: datetime
) -> tuple[Stored | None, DomainError | None]:
    """Read what is kept, or say why it cannot be read."""
    try:
        return traveller_identity.read(session, visit, found, seal=seal, actor=actor, now=now), None
    except (IdentityKeyMissing, IdentityUnreadable) as refusal:
        return None, refusal
