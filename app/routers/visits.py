"""Work visits of a partnership: which way they go, and all that is prepared for one."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import SessionKind
from app.domain.visits import sees_delegation, sees_more_of_delegation
from app.queries.agenda import Wanted, sessions_of
from app.queries.circles import belonging_of
from app.queries.partnerships import PartnershipFacts
from app.queries.visit_parts import Progress, progress_of
from app.queries.visits import VisitFacts, visits_in, visits_of_partnership
from app.web import visit_view as view
from app.web.access import SignedInDep
from app.web.agenda_forms import may_add
from app.web.agenda_pages import inside
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.rendering import page
from app.web.visit_blocks import blocks
from app.web.visit_pages import found_visit

router = APIRouter(prefix="/partnerships/{slug}/visits", include_in_schema=False)
Years = list[tuple[int, list[dict[str, object]]]]


@router.get("", name="visits.index")
def index(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str) -> Response:
    """Show the visits of a partnership by year, both ways, and what comes next for each."""
    partnership, circle = inside(session, actor, slug)
    rows = sessions_of(
        session, actor, Wanted(partnership_id=partnership.id, kind=SessionKind.WORK_VISIT), circle=circle
    )
    visits = visits_in(session, rows, [partnership])
    progress = progress_of(session, [one.id for one in visits])
    context = {
        "partnership": partnership,
        "years": _years(request, visits, progress, now),
        "hostless": [row for row in rows if row.host_side is None],
        "may_add": may_add(actor, belonging_of(partnership)),
    }
    return page(request, "visits/index.html", context)


def _years(request: Request, visits: list[VisitFacts], progress: dict[int, Progress], now: datetime) -> Years:
    found: dict[int, list[dict[str, object]]] = {}
    for visit in visits:
        direction = view.direction_of(visit, visits)
        own = progress.get(visit.id or 0, view.NOTHING)
        tasks = view.tasks_of(request, visit, own, direction, now)
        found.setdefault(visit.year, []).append(
            {
                "visit": visit,
                "direction": direction,
                "next": next((task for task in tasks if task["shape"] != "done"), None),
                "is_over": visit.is_over(now),
            }
        )
    return sorted(found.items())


@router.get("/{number}", name="visits.detail")
def detail(request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, number: str) -> Response:
    """Show a visit with what is prepared and what is still to be done."""
    visit = found_visit(session, actor, slug, number)
    context, between = blocks(request, session, actor, visit, now)
    direction = view.direction_of(visit, _all_visits(session, actor, visit.partnership))
    own = progress_of(session, [visit.id]).get(visit.id or 0, view.NOTHING)
    context |= {
        "visit": visit,
        "direction": direction,
        "tasks": view.tasks_of(request, visit, own, direction, now, between),
        "event_amiss": view.event_is_amiss(visit),
        "sees_delegation": sees_delegation(actor, visit.parties),
        "sees_more": sees_more_of_delegation(actor, visit.parties),
        "balance": view.balance(visit),
        "is_over": visit.is_over(now),
    }
    return page(request, "visits/detail.html", context)


def _all_visits(session: Session, actor: Actor, partnership: PartnershipFacts) -> list[VisitFacts]:
    return visits_of_partnership(session, actor, partnership)
