"""Guards: every route names one in its signature. What a guard lets through says who is asking.

They take session and clock from the request and not as dependencies: FastAPI would solve those anew for each guard.
"""

from datetime import datetime
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app.domain.access import PUBLIC, Actor
from app.language.catalogues import LOCALES, negotiate
from app.queries.people import SignedIn, signed_in_with
from app.web.clock import now_of
from app.web.cookies import session_secret
from app.web.database import session_of


class SignInNeeded(Exception):
    """The page belongs to somebody: sign in first, then come back to ``next_path``."""

    def __init__(self, next_path: str) -> None:
        super().__init__(next_path)
        self.next_path = next_path


async def anyone(request: Request) -> Actor:
    """Let everybody through."""
    return await _identify(request)


async def candidate(request: Request) -> Actor:
    """Let everybody through who started or may write a candidacy, even before their address is confirmed."""
    actor = await _identify(request)
    if actor.person_id is None:
        raise SignInNeeded(_this_path(request))
    return actor


async def signed_in(request: Request) -> Actor:
    """Let everybody through who signed in by mail."""
    actor = await _identify(request)
    if not actor.is_known:
        raise SignInNeeded(_this_path(request))
    return actor


async def staff(request: Request) -> Actor:
    """Let the programme team of VVSG through; for others the page does not exist."""
    actor = await signed_in(request)
    if not actor.is_staff:
        raise HTTPException(404)
    return actor


async def partner_editor(request: Request) -> Actor:
    """Let those through who may edit some partner profile: staff, sister associations, coordinators."""
    actor = await signed_in(request)
    if not (actor.is_staff or actor.is_association or actor.coordinates):
        raise HTTPException(404)
    return actor


AnyoneDep = Annotated[Actor, Depends(anyone)]
CandidateDep = Annotated[Actor, Depends(candidate)]
SignedInDep = Annotated[Actor, Depends(signed_in)]
StaffDep = Annotated[Actor, Depends(staff)]
PartnerEditorDep = Annotated[Actor, Depends(partner_editor)]

GUARDS: Final = (anyone, candidate, signed_in, staff, partner_editor)


async def _identify(request: Request) -> Actor:
    secret = session_secret(request)
    found = await run_in_threadpool(_signed_in_with, session_of(request), secret, now_of(request)) if secret else None
    actor = found.actor if found else PUBLIC
    request.state.actor = actor
    request.state.data_version = found.data_version if found else None
    request.state.locale = choose_locale(request, actor)
    return actor


def _signed_in_with(session: Session, secret: str, now: datetime) -> SignedIn | None:
    found = signed_in_with(session, secret, now=now)
    session.rollback()  # hand the connection back: the route may have to wait for a thread of its own
    return found


def choose_locale(request: Request, actor: Actor) -> str:
    """Choose the language: the address, then the cookie, then the reader's profile, then what the browser asks for."""
    for wish in (request.query_params.get("lang"), request.cookies.get("lang"), actor.language):
        if wish in LOCALES:
            return wish
    return negotiate(request.headers.get("accept-language", ""))


def _this_path(request: Request) -> str:
    path = request.url.path
    return f"{path}?{request.url.query}" if request.url.query and request.method == "GET" else path


def sign_in_path(next_path: str) -> str:
    """Give the address of the sign-in page that leads on to ``next_path``."""
    return f"/sign-in?next={quote(next_path, safe='/')}"
