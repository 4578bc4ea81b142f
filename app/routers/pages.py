"""Pages of words: privacy and accessibility."""

from fastapi import APIRouter, Request, Response

from app.domain import retention
from app.domain.texts import title_of
from app.queries.programmes import current_programme
from app.web.access import AnyoneDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.pagecache import cached
from app.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/privacy", name="pages.privacy")
def privacy(request: Request, session: SessionDep, actor: AnyoneDep, now: NowDep) -> Response:
    """Say what is kept of whom, why and for how long."""

    def render() -> Response:
        programme = current_programme(session, now)
        context = {
            "programme": programme,
            "periods": programme.rules.retention if programme else None,
            "receipt_years": programme.rules.budget.receipt_years if programme else 0,
            "technical": {
                "mails": retention.MAIL_WORDS.days,
                "links": retention.SIGN_IN_REQUESTS.days,
                "sessions": retention.SESSIONS.days,
            },
            "title_of": title_of,
        }
        return page(request, "pages/privacy.html", context)

    return render() if actor.person_id is not None else cached(request, session, render)


@router.get("/accessibility", name="pages.accessibility")
def accessibility(request: Request, session: SessionDep, actor: AnyoneDep) -> Response:
    """Say how everybody can use the pages, and what to do when somebody cannot."""

    def render() -> Response:
        return page(request, "pages/accessibility.html")

    return render() if actor.person_id is not None else cached(request, session, render)
