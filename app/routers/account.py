"""A person's own account: name, language, time zone, browsers, calendar feed."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import Country
from app.domain.people import ZoneUnknown
from app.domain.time import zones_for
from app.language.catalogues import LOCALES
from app.language.labels import own_name
from app.models.database import transaction
from app.queries.accounts import feed_secret, own_sessions
from app.queries.mail_choices import chosen_by
from app.services import people
from app.services.mail_choices import choose
from app.services.receipts import claim, settle
from app.services.sign_in import end_own_session
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.cookies import remember_language, session_secret
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.mail_choices import MailsForm, mail_choices, mails_form
from app.web.numbers import RowNumber
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False)
ZONES: Final = tuple(str(zones_for(country)) for country in Country)
OTHER_ZONE: Final = "other"


class AccountForm(FormModel):
    """What a person says about themselves; ``other_zone`` counts where ``zone`` is ``other``."""

    name: str = Field(max_length=200)
    language: str = Field(pattern="^(nl|fr|en)$")
    zone: str = Field(max_length=64)
    other_zone: str = Field("", max_length=64)


@router.get("/account", name="account.show")
def show(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, saved: str = "") -> Response:
    """Show a person's own account."""
    return _account_page(request, session, actor, _own_form(actor), now, saved=saved)


def _own_form(actor: Actor) -> Form[AccountForm]:
    is_listed = actor.zone in ZONES
    return blank(
        {
            "name": actor.name,
            "language": actor.language,
            "zone": actor.zone if is_listed else OTHER_ZONE,
            "other_zone": "" if is_listed else actor.zone,
        }
    )


@router.post("/account", name="account.update")
def update(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, data: FormDep) -> Response:
    """Save name, language and time zone."""
    form = bind(AccountForm, data)
    typed = form.cleaned
    if typed is not None:
        zone = typed.other_zone if typed.zone == OTHER_ZONE else typed.zone
        try:
            with transaction(session):
                people.update_own(session, actor, name=typed.name, language=typed.language, zone=zone, now=now)
        except ZoneUnknown as refusal:
            form.refuse(refusal, "other_zone")
        else:
            response = see_other(request.app.state.addresses("account.show", saved="account"))
            remember_language(request, response, typed.language)
            return response
    return _account_page(request, session, actor, form, now, status_code=422)


def _account_page(
    request: Request,
    session: Session,
    actor: Actor,
    form: Form[AccountForm],
    now: datetime,
    *,
    saved: str = "",
    mails: Form[MailsForm] | None = None,
    status_code: int = 200,
) -> Response:
    secret = feed_secret(session, actor)
    feed = f"{request.app.state.settings.base_url.rstrip('/')}/my/agenda/{secret}.ics"
    context = {
        "form": form,
        "zones": ZONES,
        "languages": [{"value": code, "label": own_name(code)} for code in LOCALES],
        "sessions": own_sessions(session, actor, secret=session_secret(request), now=now),
        "feed": feed,
        "subscription": "webcal" + feed[feed.index(":") :],
        "zone": ZoneInfo(actor.zone),
        "mails": mails or mails_form(chosen_by(session, _person(actor))),
        "mail_choices": mail_choices(request.state.locale),
        "saved": saved,
    }
    return page(request, "account/show.html", context, status_code=status_code)


@router.post("/account/sessions/{number}/end", name="account.end_session")
def end_session(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, number: RowNumber) -> Response:
    """Sign another browser of the same person out."""
    with transaction(session):
        end_own_session(session, actor, number, now=now)
    return see_other(request.app.state.addresses("account.show", saved="session"))


@router.post("/account/feed", name="account.renew_feed")
def renew_feed(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, data: FormDep) -> Response:
    """Give the calendar feed a new address."""
    form = bind(FormModel, data)
    location = request.app.state.addresses("account.show", saved="feed")
    with transaction(session):
        if claim(session, form.sent, actor=actor, now=now) is None:
            people.renew_feed(session, actor, now=now)
            settle(session, form.sent, location)
    return see_other(location)


@router.post("/account/mails", name="account.choose_mails")
def choose_mails(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, data: FormDep) -> Response:
    """Save which mails a person wants."""
    form = bind(MailsForm, data)
    if form.cleaned is None:
        own = _own_form(actor)
        return _account_page(request, session, actor, own, now, mails=form, status_code=422)
    with transaction(session):
        choose(session, actor, _person(actor), form.cleaned.mails, now=now)
    return see_other(request.app.state.addresses("account.show", saved="mails"))


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise ValueError("nobody is signed in")
    return actor.person_id
