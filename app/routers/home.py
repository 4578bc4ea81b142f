"""The start page."""

from fastapi import APIRouter, Request, Response

from app.web.access import AnyoneDep
from app.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/", name="home.index")
def index(request: Request, _actor: AnyoneDep) -> Response:
    """Show the start page."""
    return page(request, "home/index.html")
