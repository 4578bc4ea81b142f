"""What will be removed when, for the programme team: nothing goes that nobody saw coming."""

from itertools import groupby
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response

from app.domain import retention
from app.domain.texts import title_of
from app.queries.programmes import programme_by_slug
from app.queries.retention import emptied_candidacies, kept_candidacies
from app.web.access import StaffDep
from app.web.database import SessionDep
from app.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/staff/programme/{slug}/retention", name="staff.retention.show")
def show(request: Request, session: SessionDep, actor: StaffDep, slug: str) -> Response:
    """Show which candidacies are emptied on which day, and which were."""
    programme = programme_by_slug(session, slug)
    if programme is None:
        raise HTTPException(404)
    kept = kept_candidacies(session, programme_id=programme.id)
    context = {
        "programme": programme,
        "title_of": title_of,
        "days": [(day, list(some)) for day, some in groupby(kept, key=lambda one: one.removed_on)],
        "emptied": emptied_candidacies(session, programme.id),
        "technical": {
            "sign_in_requests": retention.SIGN_IN_REQUESTS.days,
            "sessions": retention.SESSIONS.days,
            "mails": retention.MAIL_WORDS.days,
            "imports": retention.IMPORT_FILES.days,
        },
        "zone": ZoneInfo(actor.zone),
    }
    return page(request, "staff/programme/retention_plan.html", context)
