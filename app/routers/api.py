"""The public JSON API, version 1, and its documentation."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.domain.access import PUBLIC
from app.domain.codes import Country
from app.domain.time import programme_day
from app.queries import agenda, programmes, reference
from app.queries.partnerships import partnership_by_slug, partnerships
from app.web import api_models as out
from app.web.access import AnyoneDep
from app.web.api_pages import documentation
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.json_route import JsonRoute
from app.web.pagecache import cached
from app.web.rendering import page

router = APIRouter(prefix="/api/v1", tags=["v1"], route_class=JsonRoute)
ITEM = TypeVar("ITEM")
MOST: Final = 500
PageNumber = Annotated[int, Query(ge=1, le=10_000, alias="page", description="Number of the page, from 1.")]
PageSize = Annotated[int, Query(ge=1, le=MOST, description="Most items on a page.")]
Slug = Annotated[str, Query(max_length=64, description="Slug of a programme; empty for all.")]
MISSING: Final[dict[int | str, dict[str, Any]]] = {404: {"model": out.Problem, "description": "There is none."}}


@router.get("", name="api.index", include_in_schema=False)
def index(request: Request, session: SessionDep, actor: AnyoneDep) -> Response:
    """Show what the API offers."""

    def render() -> Response:
        return page(request, "api/index.html", documentation(request.app.openapi()))

    return render() if actor.person_id is not None else cached(request, session, render)


@router.get("/openapi.json", name="api.openapi", include_in_schema=False)
def openapi(request: Request, session: SessionDep, _actor: AnyoneDep) -> Response:
    """Give the description of the API (OpenAPI 3.1)."""
    return cached(request, session, lambda: JSONResponse(request.app.openapi()))


@router.get(
    "/programmes",
    name="api.programmes",
    response_model=out.Page[out.ProgrammeOut],
    response_description="The answer.",
    summary="List programmes",
)
def list_programmes(
    request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, number: PageNumber = 1, size: PageSize = 50
) -> Response:
    """Give all programmes, the newest first."""

    def render() -> Response:
        found = programmes.programmes(session)
        return _listed(found, lambda one: out.ProgrammeOut.of(one, now), number, size)

    return cached(request, session, render)


@router.get(
    "/programmes/{slug}",
    name="api.programme",
    response_model=out.ProgrammeDetail,
    response_description="The answer.",
    responses=MISSING,
    summary="Read a programme",
)
def read_programme(request: Request, session: SessionDep, _actor: AnyoneDep, now: NowDep, slug: str) -> Response:
    """Give a programme with its tracks and subjects. `current` stands for the one that counts now."""

    def render() -> Response:
        current = slug == "current"
        found = programmes.current_programme(session, now) if current else programmes.programme_by_slug(session, slug)
        if found is None:
            return _missing()
        return _one(_programme(session, found, now))

    return cached(request, session, render)


def _programme(session: Session, found: programmes.ProgrammeFacts, now: datetime) -> out.ProgrammeDetail:
    subjects = programmes.subjects_of(session, found.id)
    tracks = [out.TrackOut.of(track, subjects.get(track.id, ())) for track in programmes.tracks_of(session, found.id)]
    return out.ProgrammeDetail.model_validate({**out.ProgrammeOut.values(found, now), "tracks": tracks})


@router.get(
    "/partnerships",
    name="api.partnerships",
    response_model=out.Page[out.PartnershipOut],
    response_description="The answer.",
    summary="List partnerships",
)
def list_partnerships(
    request: Request,
    session: SessionDep,
    _actor: AnyoneDep,
    programme: Slug = "",
    number: PageNumber = 1,
    size: PageSize = 50,
) -> Response:
    """Give the partnerships of a programme or of all, newest programme first, then by track and name."""

    def render() -> Response:
        found = [one for one in partnerships(session) if programme in ("", one.programme_slug)]
        make = out.PartnershipOut.maker(programmes.all_tracks(session))
        return _listed(found, make, number, size)

    return cached(request, session, render)


@router.get(
    "/partnerships/{slug}",
    name="api.partnership",
    response_model=out.PartnershipOut,
    response_description="The answer.",
    responses=MISSING,
    summary="Read a partnership",
)
def read_partnership(request: Request, session: SessionDep, _actor: AnyoneDep, slug: str) -> Response:
    """Give a partnership with its two sides."""

    def render() -> Response:
        found = partnership_by_slug(session, slug)
        if found is None:
            return _missing()
        return _one(out.PartnershipOut.maker(programmes.all_tracks(session))(found))

    return cached(request, session, render)


@router.get(
    "/sessions",
    name="api.sessions",
    response_model=out.Page[out.SessionOut],
    response_description="The answer.",
    summary="List sessions",
)
def list_sessions(
    request: Request,
    session: SessionDep,
    _actor: AnyoneDep,
    ends_after: Annotated[datetime | None, Query(description="Only sessions that end after this moment.")] = None,
    number: PageNumber = 1,
    size: PageSize = 50,
) -> Response:
    """Give the sessions that are announced to everybody, in order of time, cancelled ones marked.

    A moment without an offset is UTC.
    """

    def render() -> Response:
        wanted = agenda.Wanted(ends_after=_aware(ends_after), announced=True, limit=size, offset=(number - 1) * size)
        rows = agenda.sessions_of(session, PUBLIC, wanted)
        total = agenda.count_of(session, PUBLIC, agenda.Wanted(ends_after=_aware(ends_after), announced=True))
        items = [out.SessionOut.of(row) for row in rows]
        return _one(out.Page[out.SessionOut](items=items, page=number, size=size, total=total))

    return cached(request, session, render)


@router.get(
    "/local-governments",
    name="api.local_governments",
    response_model=out.Page[out.GovernmentOut],
    response_description="The answer.",
    summary="List local governments",
)
def list_governments(
    request: Request,
    session: SessionDep,
    _actor: AnyoneDep,
    now: NowDep,
    day: Annotated[
        date | None, Query(description="The day on which they exist; today in Brussels if left out.")
    ] = None,
    country: Annotated[Country | None, Query(description="Only those of one country.")] = None,
    number: PageNumber = 1,
    size: PageSize = 50,
) -> Response:
    """Give the local governments that exist on a day, by country and name; mergers are followed by `successor_code`."""
    when = day or programme_day(now)

    def render() -> Response:
        found = reference.governments_on(session, when, country)
        return _listed(found, out.GovernmentOut.of, number, size)

    return cached(request, session, render)


def _listed(found: Sequence[ITEM], make: Callable[[ITEM], BaseModel], number: int, size: int) -> Response:
    items = [make(one) for one in found[(number - 1) * size : number * size]]
    return _one(out.Page[Any](items=items, page=number, size=size, total=len(found)))


def _one(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), media_type="application/json")


def _missing() -> Response:
    return JSONResponse({"detail": "There is none."}, status_code=404)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
