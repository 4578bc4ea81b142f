"""Every component with every state, for those who build and review pages."""

from fastapi import APIRouter, Request, Response

from app.web.access import StaffDep
from app.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/staff/components", name="staff.components")
def index(request: Request, _actor: StaffDep) -> Response:
    """Show the components."""
    return page(request, "staff/components.html")
