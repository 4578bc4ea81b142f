"""Work visits of a partnership: which way they go, and all that is prepared for one."""

from fastapi import APIRouter, Request, Response

from app.queries.visits import visits_of_partnership
from app.web.access import SignedInDep
from app.web.agenda_pages import inside
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.rendering import page
from app.web.visit_blocks import blocks
from app.web.visit_pages import found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits", include_in_schema=False)


@router.get("", name="visits.index")
def index(request: Request, session: SessionDep, actor: SignedInDep, slug: str) -> Response:
    """Show the visits of a partnership by year."""
    partnership, circle = inside(session, actor, slug)
    visits = visits_of_partnership(session, actor, partnership, circle=circle)
    return page(request, "visits/index.html", {"partnership": partnership, "visits": visits})


@router.get("/{number}", name="visits.detail")
def detail(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str) -> Response:
    """Show a visit with what is prepared and what is still to be done."""
    visit = found_visit(session, actor, slug, number)
    context, tasks = blocks(request, session, actor, visit, now)
    return page(request, "visits/detail.html", {**context, "visit": visit, "tasks": tasks})
