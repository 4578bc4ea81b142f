"""A year as a band: of a partnership for its members, of a programme for the programme team."""

from collections.abc import Sequence
from datetime import date, datetime

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.codes import Side
from app.domain.obligations import programme_years
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.queries.circles import circle_of
from app.queries.obligations import standings
from app.queries.partnerships import PartnershipFacts, partnerships
from app.queries.programmes import ProgrammeFacts, programme_by_id, programme_by_slug
from app.web import obligations as view
from app.web.access import SignedInDep, StaffDep
from app.web.agenda import reader_zone
from app.web.agenda_pages import inside, whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.reciprocity import meter_of
from app.web.rendering import page
from app.web.year_band import Reader, band_of_partnership, band_of_programme

router = APIRouter(include_in_schema=False)


@router.get("/partnerships/{slug}/year", name="partnerships.year")
def partnership(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, year: str = ""
) -> Response:
    """Show a year of a partnership, how both sides stand, and what each did."""
    found, circle = inside(session, actor, slug)
    programme = programme_by_id(session, found.programme_id)
    if programme is None:
        raise HTTPException(404)
    reader = Reader(actor, request.state.locale, wall_in(now, reader_zone(actor)).date(), circle)
    number = _year(programme, year, reader.today)
    context = {
        "partnership": found,
        "band": band_of_partnership(session, reader, found, number),
        "years": _links(request, "partnerships.year", programme, slug),
        **_agreed(session, found, programme, reader.locale, now, number),
    }
    return page(request, "years/partnership.html", context)


def _agreed(
    session: Session, found: PartnershipFacts, programme: ProgrammeFacts, locale: str, now: datetime, number: int
) -> dict[str, object]:
    today = wall_in(now, PROGRAMME_ZONE).date()
    (standing,) = standings(session, programme, [found], today=today)
    years = programme_years(programme.starts_on, programme.ends_on)
    own = next((one for one in reversed(years) if one.first.year <= number), years[0])
    return {
        "programme_year": own,
        "sides": {side.value: view.shown(locale, standing, standing.of(side, own.number)) for side in Side},
        "meter": meter_of(session, found, locale, today=today, with_money=True),
    }


@router.get("/staff/programme/{slug}/year", name="staff.programme.year")
def programme(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, slug: str, year: str = ""
) -> Response:
    """Show a year of a programme: what is for all, and the visits of all partnerships."""
    found = programme_by_slug(session, slug)
    if found is None:
        raise HTTPException(404)
    today = wall_in(now, reader_zone(actor)).date()
    reader = Reader(actor, request.state.locale, today, circle_of(session, actor))
    pairs = partnerships(session, found.id)
    context = {
        "programme": found,
        "title": title_of(found, request.state.locale),
        "band": band_of_programme(session, reader, found.id, _year(found, year, today), pairs),
        "years": _links(request, "staff.programme.year", found, slug),
    }
    return page(request, "years/programme.html", context)


def _year(programme: ProgrammeFacts, text: str, today: date) -> int:
    """Give the calendar year that was asked for, else this one, else the nearest of the programme."""
    asked = whole(text)
    if asked is not None and asked not in programme.years:
        raise HTTPException(404)
    return asked or min(programme.years, key=lambda one: abs(one - today.year))


def _links(request: Request, name: str, programme: ProgrammeFacts, slug: str) -> Sequence[tuple[int, str]]:
    return [(one, request.app.state.addresses(name, slug=slug, year=one)) for one in programme.years]
