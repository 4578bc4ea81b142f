"""The partnerships of a programme for the programme team, and the people of one for those who belong to it."""

from fastapi import APIRouter, HTTPException, Request, Response

from app.domain.codes import Side
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE
from app.queries.circles import circle_of
from app.queries.partnership_people import next_sessions, people_of_associations, people_of_governments
from app.queries.partnerships import partnership_by_slug, partnerships
from app.queries.programmes import choose_current, programmes, tracks_of
from app.web.access import SignedInDep, StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/staff/partnerships", name="staff.partnerships.index")
def index(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, call: str = "") -> Response:
    """List the partnerships of a programme."""
    locale = request.state.locale
    found = programmes(session)
    chosen = next((one for one in found if one.slug == call), None) if call else choose_current(found, now)
    if call and chosen is None:
        raise HTTPException(404)
    listed = partnerships(session, chosen.id) if chosen else []
    tracks = {one.id: title_of(one, locale) for one in tracks_of(session, chosen.id)} if chosen else {}
    context = {
        "programmes": [(one.slug, title_of(one, locale)) for one in found],
        "call": chosen.slug if chosen else "",
        "listed": listed,
        "tracks": tracks,
        "people": people_of_governments(session, [side.government_id for one in listed for side in one.sides]),
        "next_sessions": next_sessions(session, [one.id for one in listed], now),
        "brussels": PROGRAMME_ZONE,
    }
    return page(request, "staff/partnerships/index.html", context)


@router.get("/partnerships/{slug}/people", name="partnerships.people")
def people(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """Show the people of both sides and of the associations."""
    partnership = partnership_by_slug(session, slug)
    if partnership is None:
        raise HTTPException(404)
    circle = circle_of(session, actor)
    if not (circle.everything or partnership.id in circle.partnerships):
        raise HTTPException(404)
    countries = {side.country for side in partnership.sides}
    context = {
        "partnership": partnership,
        "people": people_of_governments(session, [side.government_id for side in partnership.sides]),
        "associations": people_of_associations(session, countries),
        "sides": {side.side.value: side for side in partnership.sides},
        "order": tuple(Side),
    }
    return page(request, "staff/partnerships/people.html", context)
