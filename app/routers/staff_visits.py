"""All work visits for the programme team and the associations: what needs attention first."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import SessionKind, Side
from app.domain.visit_programme import days_between
from app.queries.agenda import Wanted, sessions_of
from app.queries.circles import circle_of
from app.queries.partnerships import partnerships
from app.queries.visit_parts import Progress, progress_of
from app.queries.visits import VisitFacts, visits_in
from app.web import visit_view as view
from app.web.access import PartnerEditorDep
from app.web.agenda_pages import filter_choices, whole
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.rendering import page

router = APIRouter(prefix="/staff/visits", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A visit in the list; ``attention``: how much of it asks for somebody now."""

    visit: VisitFacts
    progress: Progress
    direction: view.Direction
    days: int
    is_over: bool
    attention: int

    @property
    def programme_filled(self) -> bool:
        """Whether every day has a point."""
        return self.progress.days_filled >= self.days


@router.get("", name="staff.visits.index")
def index(
    request: Request,
    session: SessionDep,
    actor: PartnerEditorDep,
    now: NowDep,
    programme: str = "",
    track: str = "",
    side: str = "",
    period: str = "",
    attention: str = "",
) -> Response:
    """List the visits, what needs attention first."""
    if not (actor.is_staff or actor.is_association):
        raise HTTPException(404)
    wanted = Wanted(programme_id=whole(programme), kind=SessionKind.WORK_VISIT)
    rows = [
        row
        for row in _rows(session, actor, wanted, now)
        if _is_of(row, track=whole(track), side=side, period=period) and (not attention or row.attention)
    ]
    context = {
        "rows": sorted(rows, key=_order),
        "filters": filter_choices(session, request.state.locale),
        "chosen": {
            "programme": programme,
            "track": track,
            "side": side,
            "period": period,
            "attention": attention,
        },
    }
    return page(request, "staff/visits/index.html", context, fragments=("results",))


def _rows(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> list[Row]:
    rows = sessions_of(session, actor, wanted, circle=circle_of(session, actor))
    own = [one for one in partnerships(session) if actor.is_staff or one.partner.country in actor.countries]
    visits = visits_in(session, rows, own)
    progress = progress_of(session, [one.id for one in visits])
    by_partnership: dict[int, list[VisitFacts]] = {}
    for one in visits:
        by_partnership.setdefault(one.partnership.id, []).append(one)
    return [
        _row(one, progress.get(one.id or 0, view.NOTHING), by_partnership[one.partnership.id], now) for one in visits
    ]


def _row(visit: VisitFacts, progress: Progress, others: list[VisitFacts], now: datetime) -> Row:
    direction = view.direction_of(visit, others)
    days = len(days_between(visit.first_day, visit.last_day))
    is_over = visit.is_over(now)
    late = view.is_late(visit, now)
    asks = (
        direction.silent,
        is_over and not progress.report_sent,
        not is_over and late and not visit.travellers,
        not is_over and late and progress.days_filled < days,
        not is_over and late and not progress.estimate_approved,
    )
    return Row(visit, progress, direction, days, is_over, 0 if visit.is_cancelled else sum(asks))


def _is_of(row: Row, *, track: int | None, side: str, period: str) -> bool:
    if track is not None and row.visit.partnership.track_id != track:
        return False
    if side in list(Side) and row.visit.travelling.side is not Side(side):
        return False
    return period == "all" or row.is_over == (period == "over") or (not period and row.attention > 0)


def _order(row: Row) -> tuple[int, bool, datetime, int]:
    return -row.attention, row.is_over, row.visit.session.starts_at, row.visit.number
