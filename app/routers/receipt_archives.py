"""All receipts of a calendar year of a partnership as one ZIP."""

from collections.abc import Iterator
from typing import IO, Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from app.documents.receipt_archive import Archive
from app.domain.receipt_index import FIRST_YEAR, LAST_YEAR, sides_for
from app.queries.budget import budget_of
from app.queries.receipt_years import rows_of_year
from app.services.receipt_archives import make_archive
from app.web.access import SignedInDep
from app.web.clock import NowDep
from app.web.database import SessionDep

router = APIRouter(prefix="/partnerships/{slug}", include_in_schema=False)
PIECE_BYTES: Final = 256 * 1024
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]


@router.get("/budget/receipts-{year}.zip", name="budget.receipts")
def archive(
    request: Request, session: SessionDep, actor: SignedInDep, now: NowDep, slug: str, year: Year
) -> StreamingResponse:
    """Send the receipts of a year, of both sides or (to coordinators) of their own; 404 for all others."""
    budget = budget_of(session, actor, slug)
    governments = {} if budget is None else {half.side: half.government_id for half in budget.halves}
    sides = () if budget is None else sides_for(actor, budget.country, governments)
    if budget is None or not sides:
        raise HTTPException(404)
    names = {half.side: half.government_name for half in budget.halves}
    rows = rows_of_year(session, budget.partnership_id, sides, year)
    found = Archive(budget.name, names, year, now, rows)
    file = make_archive(session, budget.partnership_id, found, locale=request.state.locale, actor=actor, now=now)
    return _sent(f"{budget.slug}-receipts-{year}.zip", file)


def _sent(name: str, file: IO[bytes]) -> StreamingResponse:
    """Answer with a temporary file piece by piece, and close it when all is sent or the reader has gone."""
    size = file.seek(0, 2)
    file.seek(0)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Length": str(size),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(
        _pieces(file), media_type="application/zip", headers=headers, background=BackgroundTask(file.close)
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    try:
        while piece := file.read(PIECE_BYTES):
            yield piece
    finally:
        file.close()
