"""The budgets of all partnerships of a programme, for the programme team."""

from fastapi import APIRouter, Request, Response

from app.domain.texts import title_of
from app.domain.time import programme_day
from app.queries.partnerships import partnerships
from app.queries.programmes import choose_current, programmes, tracks_of
from app.web.access import StaffDep
from app.web.budget_overview import overview, read
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.rendering import page

router = APIRouter(prefix="/staff/budget", include_in_schema=False)


@router.get("", name="staff.budget.index")
def index(
    request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, programme: str = "", track: str = ""
) -> Response:
    """Show both halves of every partnership of a programme, what needs attention first."""
    found, locale = programmes(session), request.state.locale
    today = programme_day(now)
    running = next((one for one in found if one.is_running(today)), None) or choose_current(found, now)
    chosen = next((one for one in found if one.slug == programme), running)
    tracks = tracks_of(session, chosen.id) if chosen else []
    wanted = [one for one in tracks if one.slug == track] or tracks
    numbers = {one.id for one in wanted}
    listed = [one for one in partnerships(session, chosen.id) if one.track_id in numbers] if chosen else []
    context = {
        "programme_choices": [(one.slug, title_of(one, locale).words) for one in found],
        "track_choices": [("", ""), *((one.slug, title_of(one, locale).words) for one in tracks)],
        "track": track if len(wanted) < len(tracks) or len(tracks) == 1 else "",
        "programme": chosen,
        "overview": overview(read(session, listed, chosen, now=now), wanted, chosen, locale=locale, today=today)
        if chosen
        else None,
    }
    return page(request, "staff/budget/index.html", context, fragments=("results",))
