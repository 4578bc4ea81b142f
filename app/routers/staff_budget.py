"""The budgets of all partnerships of a programme, for the programme team."""

from fastapi import APIRouter, Request, Response

from app.domain.texts import title_of
from app.domain.time import programme_day
from app.queries import budget as ledger
from app.queries.partnerships import partnerships
from app.queries.programmes import choose_current, programmes
from app.web.access import StaffDep
from app.web.budget_overview import overview
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.rendering import page

router = APIRouter(prefix="/staff/budget", include_in_schema=False)


@router.get("", name="staff.budget.index")
def index(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, programme: str = "") -> Response:
    """Show both halves of every partnership of a programme, what needs attention first."""
    found = programmes(session)
    today = programme_day(now)
    running = next((one for one in found if one.is_running(today)), None) or choose_current(found, now)
    chosen = next((one for one in found if one.slug == programme), running)
    listed = partnerships(session, chosen.id) if chosen else []
    halves = ledger.halves_of(session, [one.id for one in listed])
    context = {
        "programme_choices": [(one.slug, title_of(one, request.state.locale).words) for one in found],
        "programme": chosen,
        "overview": overview(listed, halves, chosen, today=today) if chosen else None,
    }
    return page(request, "staff/budget/index.html", context, fragments=("results",))
