"""What the programme expects of all partnerships and how it stands: an overview, and the same as a file."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.documents.sheets import csv_file
from app.domain.codes import ObligationStatus
from app.domain.obligations import ProgrammeYear, programme_years
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.language.labels import choices
from app.language.moments import date_range
from app.queries.obligations import Standing, standings
from app.queries.partnerships import partnerships
from app.queries.programmes import ProgrammeFacts, choose_current, programmes, tracks_of
from app.web import obligations as view
from app.web.access import StaffDep
from app.web.agenda_pages import whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.rendering import page

router = APIRouter(prefix="/staff", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _Found:
    programme: ProgrammeFacts
    tracks: dict[int, str]
    standings: list[Standing]


@router.get("/obligations", name="staff.obligations.index")
def index(
    request: Request,
    session: SessionDep,
    _actor: StaffDep,
    now: NowDep,
    programme: str = "",
    track: str = "",
    year: str = "",
    status: str = "",
) -> Response:
    """Show how all partnerships stand in a year of their programme."""
    locale, today = request.state.locale, _today(now)
    known = programmes(session)
    found = _found(session, known, programme, locale, now)
    context: dict[str, object] = {
        "programmes": [(one.slug, title_of(one, locale)) for one in known],
        "programme": found.programme.slug if found else "",
        "statuses": choices(locale, ObligationStatus),
        "chosen": {"track": track, "year": year, "status": status},
        "rows": [],
    }
    if found is not None:
        context |= _listed(found, locale, today, (track, year, status))
    return page(request, "staff/obligations/index.html", context, fragments=("results",))


def _listed(found: _Found, locale: str, today: date, asked: tuple[str, str, str]) -> dict[str, object]:
    track, number, status = asked
    years = programme_years(found.programme.starts_on, found.programme.ends_on)
    year = view.chosen_year(years, whole(number), today)
    wanted = ObligationStatus(status) if status in list(ObligationStatus) else None
    own = [one for one in found.standings if not track or str(one.partnership.track_id) == track]
    rows = view.rows(locale, own, year, status=wanted)
    return {
        "rows": rows,
        "columns": view.columns(locale, rows),
        "tracks": list(found.tracks.items()),
        "year_choices": [(one.number, _words(one, locale)) for one in years],
        "year": year,
        "clashes": view.clashes_shown(locale, found.programme, own, found.tracks, today=today),
        "anything": bool(found.standings),
    }


@router.get("/obligations.csv", name="staff.obligations.export")
def export(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, programme: str = "") -> Response:
    """Give all obligations of a programme as a file."""
    locale = request.state.locale
    found = _found(session, programmes(session), programme, locale, now)
    if found is None:
        raise HTTPException(404)
    lines = view.file_rows(locale, found.programme, found.standings, found.tracks)
    return download(f"obligations-{found.programme.slug}.csv", "text/csv; charset=utf-8", csv_file(view.HEADER, lines))


def _words(year: ProgrammeYear, locale: str) -> str:
    return f"{year.number}: {date_range(locale, year.first, year.last)}"


def _found(session: Session, known: list[ProgrammeFacts], slug: str, locale: str, now: datetime) -> _Found | None:
    """Give the programme that was asked for, or the one that runs, with how its partnerships stand (five queries)."""
    chosen = next((one for one in known if one.slug == slug), None) if slug else _running(known, now)
    if chosen is None:
        if slug:
            raise HTTPException(404)
        return None
    tracks = {one.id: title_of(one, locale).words for one in tracks_of(session, chosen.id)}
    return _Found(chosen, tracks, standings(session, chosen, partnerships(session, chosen.id), today=_today(now)))


def _running(known: list[ProgrammeFacts], now: datetime) -> ProgrammeFacts | None:
    """Give the programme that runs; only where none does, the one that counts."""
    return next((one for one in known if one.is_running(_today(now))), None) or choose_current(known, now)


def _today(now: datetime) -> date:
    return wall_in(now, PROGRAMME_ZONE).date()
