"""Sign in by a mailed link or code; sign out."""

import secrets
from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.domain.sign_in import ASKED_LIFETIME, AddressInvalid, LinkUsedUp, safe_path
from app.models.database import transaction
from app.queries.accounts import address_waiting, open_link
from app.services.receipts import claim, settle
from app.services.sign_in import Asking, SignedIn, ask, end_session, use_code, use_link
from app.web.access import AnyoneDep
from app.web.clock import NowDep
from app.web.cookies import browser_secret, forget_session, remember_browser, remember_session, session_secret
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, FormModel, bind, blank
from app.web.ratelimit import client_address
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False)
MINUTES = int(ASKED_LIFETIME.total_seconds() // 60)


class AddressForm(FormModel):
    """Asks for a mail."""

    email: str = Field(max_length=254)
    next: str = Field("", max_length=600)


class CodeForm(FormModel):
    """Takes the code of the mail."""

    code: str = Field(max_length=20)


@router.get("/sign-in", name="sign_in.new")
def new(request: Request, actor: AnyoneDep, next: str = "") -> Response:  # noqa: A002 - the word in the address
    """Show the form that asks for an address."""
    goes_on = safe_path(next) or actor.home_url
    if actor.is_known:
        return page(request, "sign_in/already.html", {"goes_on": goes_on})
    response = page(request, "sign_in/new.html", {"form": blank({"next": safe_path(next)})})
    remember_browser(request, response, browser_secret(request) or secrets.token_urlsafe(32))
    return response


@router.post("/sign-in", name="sign_in.create")
def create(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, data: FormDep) -> Response:
    """Mail a link and a code."""
    form = bind(AddressForm, data)
    browser = browser_secret(request) or secrets.token_urlsafe(32)
    if form.cleaned is not None:
        asking = Asking(
            address=form.cleaned.email,
            browser=browser,
            client=client_address(request),
            language=request.state.locale,
            next_path=form.cleaned.next,
        )
        try:
            with transaction(session):
                if claim(session, form.sent, actor=actor, now=now) is None:
                    ask(session, asking, now=now)
                    settle(session, form.sent, "/sign-in/code")
        except AddressInvalid as refusal:
            form.refuse(refusal, "email")
    if form.cleaned is None:
        return page(request, "sign_in/new.html", {"form": form}, status_code=422)
    response = see_other("/sign-in/code")
    remember_browser(request, response, browser)
    return response


@router.get("/sign-in/code", name="sign_in.code")
def code(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep) -> Response:
    """Say that a mail was sent, and take its code."""
    return _code_page(request, session, blank(), now)


@router.post("/sign-in/code", name="sign_in.use_code")
def send_code(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, data: FormDep) -> Response:
    """Sign in with the code, in the browser that asked for it."""
    form = bind(CodeForm, data)
    browser = browser_secret(request)
    if form.cleaned is not None and browser is not None:
        with transaction(session):
            outcome = use_code(session, form.cleaned.code, browser=browser, old_secret=session_secret(request), now=now)
        if isinstance(outcome, SignedIn):
            return _enter(request, outcome)
        form.refuse(outcome, "code")
    return _code_page(request, session, form, now, status_code=422)


def _code_page(
    request: Request, session: Session, form: Form[CodeForm], now: datetime, *, status_code: int = 200
) -> Response:
    browser = browser_secret(request)
    address = address_waiting(session, browser, now=now) if browser else None
    if address is None and not form.errors:
        return see_other("/sign-in")
    return page(
        request, "sign_in/code.html", {"form": form, "address": address, "minutes": MINUTES}, status_code=status_code
    )


@router.get("/sign-in/link/{secret}", name="sign_in.link")
def link(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, secret: str) -> Response:
    """Show a button: programs that look into mails open links, but press no buttons."""
    found = open_link(session, secret, now=now)
    if found is None:
        return _used_up(request, goes_on=actor.home_url if actor.is_known else None)
    response = page(request, "sign_in/link.html", {"link": found, "secret": secret})
    response.headers["Cache-Control"] = "no-store"
    remember_browser(request, response, browser_secret(request) or secrets.token_urlsafe(32))
    return response


@router.post("/sign-in/link/{secret}", name="sign_in.use_link")
def send_link(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, secret: str) -> Response:
    """Use the link up and sign in."""
    browser = browser_secret(request) or secrets.token_urlsafe(32)
    try:
        with transaction(session):
            signed_in = use_link(session, secret, browser=browser, old_secret=session_secret(request), now=now)
    except LinkUsedUp:
        return _used_up(request, goes_on=actor.home_url if actor.is_known else None)
    return _enter(request, signed_in)


def _used_up(request: Request, *, goes_on: str | None) -> Response:
    return page(request, "sign_in/used_up.html", {"goes_on": goes_on, "form": blank()}, status_code=410)


def _enter(request: Request, signed_in: SignedIn) -> Response:
    response = see_other(signed_in.next_path)
    remember_session(request, response, signed_in.secret)
    return response


@router.get("/sign-out", name="sign_in.leave")
def leave(request: Request, _actor: AnyoneDep) -> Response:
    """Ask before signing out."""
    return page(request, "sign_in/leave.html")


@router.post("/sign-out", name="sign_in.end")
def end(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep) -> Response:
    """End the session for good, and clear what the browser kept of it: drafts, and pages for reading offline."""
    secret = session_secret(request)
    if secret is not None:
        with transaction(session):
            end_session(session, secret, now=now)
    response = see_other("/")
    forget_session(request, response)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response
