"""What the check of the ledger found, for the programme team, and running it now."""

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from app.language.check_words import finding_sentence
from app.models.database import transaction
from app.queries.check_runs import last_runs
from app.services import checks
from app.services.rates import hit
from app.services.receipts import claim, settle
from app.web.access import StaffDep
from app.web.agenda_forms import KeyForm
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import FormDep, bind, blank
from app.web.rendering import page, see_other

router = APIRouter(prefix="/staff/checks", include_in_schema=False)
RUNS_SHOWN: Final = 14
BY_HAND_PER_HOUR: Final = 20


@router.get("", name="staff.checks.index")
def index(request: Request, session: SessionDep, actor: StaffDep) -> Response:
    """Show what the last check found, in words, and the runs before it."""
    runs = last_runs(session, RUNS_SHOWN)
    locale = request.state.locale
    context = {
        "form": blank(),
        "runs": runs,
        "sentences": [finding_sentence(locale, finding) for finding in runs[0].findings] if runs else [],
        "zone": ZoneInfo(actor.zone),
    }
    return page(request, "staff/checks/index.html", context)


@router.post("", name="staff.checks.run")
def run(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Check the ledger now; a form that is sent twice checks once."""
    form = bind(KeyForm, data)
    address = str(request.app.state.addresses("staff.checks.index"))
    with transaction(session):
        hit(session, f"checks.run:{actor.person_id}", limit=BY_HAND_PER_HOUR, window=timedelta(hours=1), now=now)
        is_new = claim(session, form.sent, actor=actor, now=now) is None
        if is_new:
            settle(session, form.sent, address)
    if is_new:
        checks.run(session, now=now)
    return see_other(address)
