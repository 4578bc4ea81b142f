"""A person's own data: all of it as a file, who looked at it, and its removal."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.removal import obstacles
from app.domain.time import programme_day
from app.models.database import transaction
from app.queries.looks import looks_at_person
from app.queries.personal_data import personal_data
from app.queries.removal import ties_of
from app.services.removal import remove as remove_person
from app.web.access import AnyoneDep, SignedInDep
from app.web.clock import NowDep
from app.web.cookies import forget_session
from app.web.database import SessionDep
from app.web.forms import blank
from app.web.personal_data import as_file, looks_in_words, obstacles_in_words
from app.web.rendering import page, see_other

router = APIRouter(include_in_schema=False)


@router.get("/account/data", name="account.data")
def show(request: Request, session: SessionDep, actor: SignedInDep) -> Response:
    """Show who looked at one's data, and the ways to take them along or to have them removed."""
    looks = looks_at_person(session, _number(actor))
    context = {"looks": looks_in_words(request.state.locale, looks), "zone": ZoneInfo(actor.zone)}
    return page(request, "account/data.html", context)


@router.get("/account/data.json", name="account.export")
def export(session: SessionDep, actor: SignedInDep, now: NowDep) -> Response:
    """Send all that Tandem holds about somebody as a file."""
    return as_file(personal_data(session, _number(actor), now=now), now)


@router.get("/account/removal", name="account.removal")
def removal(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep) -> Response:
    """Say what removing one's data does, and ask whether it shall be."""
    return _removal_page(request, session, actor, now)


@router.post("/account/removal", name="account.remove")
def remove(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep) -> Response:
    """Remove one's data, and sign out."""
    try:
        with transaction(session):
            remove_person(session, actor, _number(actor), reason="", now=now)
    except DomainError:
        return _removal_page(request, session, actor, now, status_code=422)
    response = see_other(request.app.state.addresses("account.removed"))
    forget_session(request, response)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@router.get("/account/removed", name="account.removed")
def removed(request: Request, _actor: AnyoneDep) -> Response:
    """Say that somebody's data are removed."""
    return page(request, "account/removed.html")


def _removal_page(request: Request, session: Session, actor: Actor, now: NowDep, *, status_code: int = 200) -> Response:
    ties = ties_of(session, _number(actor), today=programme_day(now))
    refusals = obstacles_in_words(request.state.locale, obstacles(ties))
    return page(request, "account/removal.html", {"obstacles": refusals, "form": blank()}, status_code=status_code)


def _number(actor: Actor) -> int:
    assert actor.person_id is not None  # noqa: S101 - the guard lets nobody else in
    return actor.person_id
