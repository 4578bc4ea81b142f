"""The public pages of the partnerships."""

from itertools import groupby
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import SessionStatus
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.queries import programmes as read
from app.queries.agenda import Wanted, sessions_of
from app.queries.motivations import released
from app.queries.partnerships import PartnershipFacts, partnership_by_slug, partnerships
from app.web import programme_view as view
from app.web.access import AnyoneDep
from app.web.agenda import all_shown, reader_zone
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.pagecache import cached
from app.web.reciprocity import meter_of
from app.web.rendering import page

router = APIRouter(prefix="/partnerships", include_in_schema=False)
SESSIONS_SHOWN = 5


@router.get("", name="partnerships.index")
def index(request: Request, session: SessionDep, actor: AnyoneDep) -> Response:
    """List all partnerships by programme and track."""

    def render() -> Response:
        return page(request, "partnerships/index.html", {"programmes": _programmes(request, session)})

    return render() if actor.person_id is not None else cached(request, session, render)


def _programmes(request: Request, session: Session) -> list[dict[str, Any]]:
    locale, address = request.state.locale, request.app.state.addresses
    by_id = {one.id: one for one in read.programmes(session)}
    tracks = {track.id: track for track in read.all_tracks(session)}
    found = []
    for number, members in groupby(partnerships(session), key=lambda one: one.programme_id):
        own = list(members)
        by_track = [
            {"track": tracks[track_id], "title": title_of(tracks[track_id], locale), "partnerships": list(group)}
            for track_id, group in groupby(own, key=lambda one: one.track_id)
        ]
        programme = by_id[number]
        found.append(
            {
                "facts": programme,
                "title": title_of(programme, locale),
                "tracks": by_track,
                "pairs": view.pairs(own, address),
            }
        )
    return found


@router.get("/{slug}", name="partnerships.detail")
def detail(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep, slug: str) -> Response:
    """Show a partnership: both sides, the theme, and the next sessions that the reader may see."""

    def render() -> Response:
        found = partnership_by_slug(session, slug)
        if found is None:
            raise HTTPException(404)
        context = _context(request, session, found)
        wanted = Wanted(track_id=found.track_id, ends_after=now, status=SessionStatus.PUBLISHED, limit=SESSIONS_SHOWN)
        rows = sessions_of(session, actor, wanted)
        own = [row for row in rows if row.partnership_id in (None, found.id)]
        context["sessions"] = all_shown(own, request.state.locale, reader_zone(actor))
        context["is_member"] = _is_member(actor, found)
        context["sees_budget"] = context["is_member"] or actor.is_auditor
        today = wall_in(now, PROGRAMME_ZONE).date()
        context["meter"] = meter_of(
            session, found, request.state.locale, today=today, with_money=context["sees_budget"]
        )
        context["has_motivation"] = context["sees_budget"] and found.id in released(session, [found.id])
        return page(request, "partnerships/detail.html", context)

    return render() if actor.person_id is not None else cached(request, session, render)


def _context(request: Request, session: Session, found: PartnershipFacts) -> dict[str, Any]:
    locale: str = request.state.locale
    programme = read.programme_by_id(session, found.programme_id)
    if programme is None:
        raise HTTPException(404)
    tracks = view.track_views(session, programme, locale)
    return {
        "partnership": found,
        "programme": programme,
        "title": title_of(programme, locale),
        "track": next(track for track in tracks if track.facts.id == found.track_id),
        "pairs": view.pairs([found], request.app.state.addresses),
    }


def _is_member(actor: Actor, found: PartnershipFacts) -> bool:
    """Whether the reader sees the partnership from inside: its agenda, people and budget (DESIGN §10)."""
    own = {side.government_id for side in found.sides}
    by_country = actor.is_association and found.partner.country in actor.countries
    return actor.is_known and bool(actor.is_staff or by_country or own & actor.participates)
