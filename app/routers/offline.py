"""The service worker, which gives the own agenda without a connection. It stands at the root, as browsers want it."""

import hashlib
from functools import cache

from fastapi import APIRouter, Request, Response

from app.web.assets import STATIC

router = APIRouter(include_in_schema=False)


@router.get("/sw.js", name="offline.worker")
async def worker(request: Request) -> Response:
    """Send the service worker; browsers ask for it again at each visit to a page that it serves."""
    content, etag = _worker()
    headers = {"Cache-Control": "no-cache", "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers | {"Content-Type": "text/javascript; charset=utf-8"})


@cache
def _worker() -> tuple[bytes, str]:
    content = (STATIC / "worker" / "sw.js").read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'
