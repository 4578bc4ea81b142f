"""What machines ask: is the process alive, is it ready, and the static files."""

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse

from app.models.migrations import newest_revision
from app.web.assets import Asset
from app.web.database import SessionDep

router = APIRouter(include_in_schema=False)
FOREVER = "public, max-age=31536000, immutable"


@router.get("/healthz", name="operation.health")
async def health() -> Response:
    """Say that the process is alive."""
    return PlainTextResponse("ok")


@router.get("/readyz", name="operation.ready")
def ready(session: SessionDep) -> Response:
    """Say whether the database answers and stands at the newest revision."""
    try:
        revision = session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except sa.exc.SQLAlchemyError:
        return PlainTextResponse("the database does not answer", status_code=503)
    if revision != newest_revision():
        return PlainTextResponse("the database waits for its migrations", status_code=503)
    return PlainTextResponse("ready")


@router.get("/static/{name}", name="operation.static")
async def static(request: Request, name: str) -> Response:
    """Send a static file; its name holds the hash of its content, so it can be kept for ever."""
    assets: dict[str, Asset] = request.app.state.assets
    asset = next((asset for asset in assets.values() if asset.path == name), None)
    if asset is None:
        raise HTTPException(404)
    headers = {
        "Cache-Control": FOREVER,
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
        "Content-Type": asset.media_type,
    }
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.compressed, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.body, headers=headers)
