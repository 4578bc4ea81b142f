"""The JSON API's pairing: problems of everybody, and the schemas of the file format."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from app.matching.apart import CLASH, FAULT, MOST_ALTERNATIVES, MOST_BYTES, MOST_PAIRS, MOST_SECONDS, SOLUTION
from app.matching.schema import FOLDER, TYPES, inlined
from app.services.outside_pairings import SOLVED_PER_CLIENT, count_solve
from app.web import api_models as out
from app.web.access import AnyoneDep
from app.web.body_limits import takes_up_to
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.json_route import JsonRoute, not_now
from app.web.pairing_process import Busy, Slots, solve_apart
from app.web.ratelimit import client_address

router = APIRouter(prefix="/api/v1", tags=["v1"], route_class=JsonRoute)
STATUS: Final[Mapping[int, int]] = {SOLUTION: 200, FAULT: 422, CLASH: 409}
SCHEMAS: Final[Mapping[str, bytes]] = {f"{name}.json": (FOLDER / f"{name}.json").read_bytes() for name in TYPES}
SchemaName = Annotated[str, Path(description=f"One of {', '.join(SCHEMAS)}.")]
SLOTS: Final = Slots()
EXAMPLE: Final = {
    "format": "tandem-pairing/1",
    "left": [{"id": "11001"}, {"id": "11002"}],
    "right": [{"id": "RW-karongi", "groups": ["track:rwanda"]}, {"id": "RW-nyanza", "groups": ["track:rwanda"]}],
    "groups": [{"id": "track:rwanda", "places": {"min": 0, "max": 2}}],
    "points": [[7315, 6120], [7400, None]],
    "options": {"alternatives": 1, "prices": True},
}


def _content(name: str, **more: object) -> dict[str, Any]:
    """Describe JSON by one of our schemas."""
    return {"application/json": {"schema": inlined(json.loads(SCHEMAS[f"{name}.json"])), **more}}


ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The best pairing.", "content": _content("tandem-pairing-solution-1")},
    409: {"description": "No pairing: these conditions clash.", "content": _content("tandem-pairing-clash-1")},
    413: {"description": f"More than {MOST_BYTES} bytes.", "content": {"text/plain": {"schema": {"type": "string"}}}},
    422: {"model": out.Faults, "description": "The problem is not right, or is too large."},
    429: {"model": out.Problem, "description": f"More than {SOLVED_PER_CLIENT} problems in an hour."},
    503: {"model": out.Problem, "description": "Others are being solved: ask again after some seconds."},
}


@router.post(
    "/pairings/solve",
    name="api.pairings.solve",
    response_class=Response,
    responses=ANSWERS,
    summary="Solve a pairing problem",
    openapi_extra={"requestBody": {"required": True, "content": _content("tandem-pairing-1", example=EXAMPLE)}},
    description=(
        "Give the best pairing of a problem, with a proof that can be checked by additions; nothing is kept. "
        f"At most {MOST_PAIRS} allowed pairs, {MOST_ALTERNATIVES} alternatives and {MOST_SECONDS} seconds; "
        "larger problems: the command tandem match. Types: /api/v1/schemas/tandem-pairing-1.json, "
        "tandem-pairing-solution-1.json and tandem-pairing-clash-1.json there."
    ),
)
@takes_up_to(MOST_BYTES)
async def solve(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep) -> Response:
    """Solve a problem in a process of its own; no thread of ours waits for it."""
    content = await request.body()
    await run_in_threadpool(count_solve, session, client_address(request), now=now)
    try:
        with SLOTS.one():
            answer = await solve_apart(content)
    except Busy:
        return not_now(503, "Other problems are being solved. Ask again in a moment.", seconds=MOST_SECONDS // 2)
    return Response(answer.content, STATUS[answer.status], media_type="application/json")


@router.get(
    "/schemas/{name}",
    name="api.schema",
    responses={
        200: {"content": {"application/schema+json": {"schema": {"type": "object"}}}},
        404: {"model": out.Problem, "description": "There is none."},
    },
    response_class=Response,
    response_description="The schema.",
    summary="Read a JSON Schema of the pairing file format",
)
def read_schema(_actor: AnyoneDep, name: SchemaName) -> Response:
    """Give the types of a pairing problem, of its solution, or of what clashes (JSON Schema 2020-12)."""
    if name not in SCHEMAS:
        return JSONResponse({"detail": "There is none."}, status_code=404)
    return Response(SCHEMAS[name], media_type="application/schema+json")
