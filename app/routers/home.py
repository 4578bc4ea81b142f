"""The start page."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import PUBLIC, Actor
from app.domain.codes import SessionStatus
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.language.labels import label
from app.queries import programmes as read
from app.queries.agenda import Wanted, sessions_of
from app.queries.partnerships import partnerships
from app.queries.programmes import ProgrammeFacts
from app.web import programme_view as view
from app.web.access import AnyoneDep
from app.web.agenda import all_shown
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.pagecache import cached
from app.web.rendering import page

router = APIRouter(include_in_schema=False)
SESSIONS_SHOWN = 3


@router.get("/", name="home.index")
def index(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep) -> Response:
    """Show what the programme is, its call, the next sessions and the pairs."""

    def render() -> Response:
        return page(request, "home/index.html", _context(request, session, now))

    return render() if _is_somebody(actor) else cached(request, session, render)


def _is_somebody(actor: Actor) -> bool:
    return actor.person_id is not None


def _context(request: Request, session: Session, now: datetime) -> dict[str, Any]:
    locale: str = request.state.locale
    found = read.programmes(session)
    wanted = Wanted(ends_after=now, status=SessionStatus.PUBLISHED, limit=SESSIONS_SHOWN)
    context: dict[str, Any] = {
        "sessions": all_shown(sessions_of(session, PUBLIC, wanted), locale, PROGRAMME_ZONE),
        "programme": read.choose_current(found, now),
        "pairs": [],
    }
    if context["programme"] is None:
        return context
    shown = _with_pairs(session, found, now)
    return context | _of_programme(request, session, read.choose_current(found, now), shown, now)


def _with_pairs(
    session: Session, found: list[ProgrammeFacts], now: datetime
) -> tuple[ProgrammeFacts | None, list[Any]]:
    """Give the programme whose pairs are shown: the one that runs, else the newest that has any (one query)."""
    every = partnerships(session)
    today = programme_day(now)
    for programme in sorted(found, key=lambda one: not one.is_running(today)):
        own = [one for one in every if one.programme_id == programme.id]
        if own:
            return programme, own
    return None, []


def _of_programme(
    request: Request,
    session: Session,
    programme: ProgrammeFacts | None,
    shown: tuple[ProgrammeFacts | None, list[Any]],
    now: datetime,
) -> dict[str, Any]:
    assert programme is not None  # noqa: S101 - the caller looked
    locale: str = request.state.locale
    paired, own = shown
    tracks = view.track_views(session, programme, locale)
    countries = list(dict.fromkeys(track.country for track in tracks))
    return {
        "title": title_of(programme, locale),
        "call": view.call_view(programme, now, locale),
        "tracks": tracks,
        "countries": countries,
        "any_country": view.either(countries, locale),
        "years": view.years_together(programme, locale),
        "pairs": view.pairs(own, request.app.state.addresses),
        "paired": title_of(paired, locale) if paired else None,
        "pairs_by_country": _by_country(own, locale),
    }


def _by_country(own: list[Any], locale: str) -> list[tuple[str, int]]:
    countries = list(dict.fromkeys(one.partner.country for one in own))
    return [(label(locale, code), sum(one.partner.country is code for one in own)) for code in countries]
