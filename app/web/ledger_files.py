"""Files of the ledger: kept under a name, asked for again without being sent again, shared with nobody."""

import hashlib

from fastapi import Request, Response

from app.web.downloads import download


def ledger_file(request: Request, name: str, media_type: str, content: bytes) -> Response:
    """Answer with a file, or with 304 where the reader has it as it is."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = download(name, media_type, content)
    if tag in request.headers.get("if-none-match", ""):
        response = Response(status_code=304)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response
