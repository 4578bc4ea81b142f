"""How much the pairing of a board depends on the exact weights."""

from fastapi import APIRouter, HTTPException, Request, Response

from app.domain.texts import title_of
from app.services.pairings import open_board
from app.web.access import StaffDep
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.pairing_pages import found_programme
from app.web.pairing_robustness import robustness_view
from app.web.pairing_view import Looking, read_pair
from app.web.rendering import page

router = APIRouter(prefix="/staff/pairings", include_in_schema=False)


@router.get("/robustness", name="staff.pairings.robustness")
def robustness(
    request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, call: str = "", pair: str = ""
) -> Response:
    """Show in how many variations of the weights each pair is in the best pairing."""
    programme = found_programme(session, call, now)
    board = open_board(session, programme, now=now).board
    shown = read_pair(pair)
    if shown is not None and not (shown[0] in board.candidates and shown[1] in board.partners):
        raise HTTPException(404)
    address = request.app.state.addresses("staff.pairings.index")
    looking = Looking(address, request.state.locale, programme.slug, shown)
    context = {
        "looking": looking,
        "programme_title": title_of(programme, looking.locale),
        "pair": None if shown is None else [board.candidates[shown[0]].name, board.partners[shown[1]].name],
        "robustness": robustness_view(board, looking),
        "here": request.app.state.addresses("staff.pairings.robustness", call=programme.slug, pair=pair),
    }
    return page(request, "staff/pairings/robustness.html", context, fragments=("robustness",))
