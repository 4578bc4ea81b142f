"""Exports for the programme team: all answers and all assessments of a call, as a file to keep."""

from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response

from app.language.catalogues import N_, gettext
from app.models.database import transaction
from app.queries.candidacy_list import CallChoice, calls
from app.services import candidacy_exports
from app.services.candidacy_exports import ANSWERS, FORMATS, KINDS, MEDIA, XLSX, Wanted
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.downloads import download
from app.web.forms import blank
from app.web.rendering import page

router = APIRouter(include_in_schema=False, prefix="/staff/candidacies/export")
NAMES: Final = {"answers": N_("answers"), "assessments": N_("assessments")}


@router.get("", name="staff.exports.index")
def index(request: Request, session: SessionDep, _actor: StaffDep, call: str = "", what: str = "") -> Response:
    """Ask what is to be exported."""
    found = calls(session, request.state.locale)
    if not found:
        return page(request, "staff/candidacies/none.html")
    values = {"call": _chosen(found, call).id, "what": what if what in KINDS else ANSWERS, "format": XLSX}
    context = {"form": blank(values), "calls": [(one.id, one.title) for one in found]}
    return page(request, "staff/exports/index.html", context)


@router.get("/file", name="staff.exports.file")
def file(
    request: Request,
    session: SessionDep,
    actor: StaffDep,
    now: NowDep,
    call: str = "",
    what: str = "",
    format: str = XLSX,  # noqa: A002 - the name in the address
    drafts: str = "",
) -> Response:
    """Send the file; that is logged first."""
    found = calls(session, request.state.locale)
    if not found or what not in KINDS or format not in FORMATS:
        raise HTTPException(404)
    chosen, locale = _chosen(found, call), request.state.locale
    wanted = Wanted(chosen.id, chosen.programme_id, what, format, drafts=bool(drafts))
    with transaction(session):
        content = candidacy_exports.export(session, wanted, locale=locale, actor=actor, now=now)
    return download(f"{gettext(locale, NAMES[what])}.{format}", MEDIA[format], content)


def _chosen(found: list[CallChoice], wanted: str) -> CallChoice:
    return next((one for one in found if str(one.id) == wanted), found[0])
