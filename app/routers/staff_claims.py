"""All claims for the programme team: those that wait first, with their age."""

from fastapi import APIRouter, Request, Response

from app.domain.codes import ClaimState
from app.domain.time import programme_day
from app.language.labels import choices
from app.queries.claims import claims_in
from app.queries.partnerships import partnerships
from app.web.access import StaffDep
from app.web.agenda_pages import whole
from app.web.claim_view import SHAPES
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.numbers import PageNumber
from app.web.rendering import page

router = APIRouter(prefix="/staff/claims", include_in_schema=False)


@router.get("", name="staff.claims.index")
def index(
    request: Request,
    session: SessionDep,
    actor: StaffDep,
    now: NowDep,
    state: str = "",
    partnership: str = "",
    page_number: PageNumber = 1,
) -> Response:
    """List the claims of all partnerships, those that wait first."""
    chosen = ClaimState(state) if state in list(ClaimState) else None
    number = whole(partnership)
    today = programme_day(now)
    found = claims_in(session, actor, partnership_id=number, state=chosen, page=page_number)
    waiting = {row.id: row.submitted_at for row in found.rows if row.state is ClaimState.SUBMITTED}
    context = {
        "found": found,
        "states": [choice for choice in choices(request.state.locale, ClaimState) if choice[0] != ClaimState.DRAFT],
        "partnerships": [(one.id, one.name) for one in partnerships(session)],
        "chosen": {"state": chosen.value if chosen else "", "partnership": number or ""},
        "shapes": SHAPES,
        "ages": {number: (today - programme_day(sent_at)).days for number, sent_at in waiting.items() if sent_at},
    }
    return page(request, "staff/claims/index.html", context, fragments=("results",))
