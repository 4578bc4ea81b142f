"""Pages of words: privacy and accessibility."""

from fastapi import APIRouter, Request, Response

from app.web.access import AnyoneDep
from app.web.database import SessionDep
from app.web.pagecache import cached
from app.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/privacy", name="pages.privacy")
def privacy(request: Request, session: SessionDep, actor: AnyoneDep) -> Response:
    """Say what is kept of whom, and why."""

    def render() -> Response:
        return page(request, "pages/privacy.html")

    return render() if actor.person_id is not None else cached(request, session, render)


@router.get("/accessibility", name="pages.accessibility")
def accessibility(request: Request, session: SessionDep, actor: AnyoneDep) -> Response:
    """Say how everybody can use the pages, and what to do when somebody cannot."""

    def render() -> Response:
        return page(request, "pages/accessibility.html")

    return render() if actor.person_id is not None else cached(request, session, render)
