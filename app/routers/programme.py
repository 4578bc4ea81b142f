"""The programme, for everybody: purpose, tracks, what to expect, what is expected, budget, timeline, questions."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.codes import SessionKind
from app.domain.programme import weights_of
from app.domain.texts import summary_of, title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.labels import language_name
from app.queries import programmes as read
from app.queries.programmes import ProgrammeFacts
from app.web import programme_view as view
from app.web.access import AnyoneDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.pagecache import cached
from app.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/programme", name="programme.detail")
def detail(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, programme: str = "") -> Response:
    """Show the programme that counts now, or another one by its slug."""

    def render() -> Response:
        return page(request, "programme/detail.html", _context(request, session, now, programme))

    return render() if actor.person_id is not None else cached(request, session, render)


def _context(request: Request, session: Session, now: datetime, slug: str) -> dict[str, Any]:
    locale: str = request.state.locale
    found = read.programmes(session)
    chosen = next((one for one in found if one.slug == slug), None) if slug else read.choose_current(found, now)
    if slug and chosen is None:
        raise HTTPException(404)
    if chosen is None:
        return {"programme": None}
    others = [(one.slug, title_of(one, locale)) for one in found if one.id != chosen.id]
    return _of_programme(session, chosen, now, locale) | {"others": others}


def _of_programme(session: Session, programme: ProgrammeFacts, now: datetime, locale: str) -> dict[str, Any]:
    template = read.template_of(session, programme.id)
    tracks = view.track_views(session, programme, locale)
    languages = list(dict.fromkeys(language_name(locale, track.facts.language) for track in tracks))
    return {
        "programme": programme,
        "rules": programme.rules,
        "weights": weights_of(programme.rules.pairing),
        "title": title_of(programme, locale),
        "summary": summary_of(programme, locale),
        "cost_rules": [(title_of(hint, locale), hint.above_cents) for hint in programme.rules.budget.hints],
        "promises": [title_of(promise, locale) for promise in programme.rules.promises],
        "call": view.call_view(programme, now, locale),
        "tracks": tracks,
        "languages": languages,
        "associations": list(dict.fromkeys(track.association for track in tracks)),
        "timeline": view.timeline(programme, template, locale),
        "organised": view.kinds_in(template),
        "kinds": SessionKind,
        "brussels": PROGRAMME_ZONE,
    }
