"""What happens to every request: an id, limits, the same-origin check, security headers, one log line."""

import time
import uuid
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.language.catalogues import LOCALES, N_, gettext, negotiate
from app.web.body_limits import BodyLimits
from app.web.database import close_session, release_connection

UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
log = structlog.get_logger("tandem.http")


class RequestKit:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, body_limits: BodyLimits, secure: bool) -> None:
        self._app = app
        self._limits = body_limits
        self._headers = {name.lower().encode(): value.encode() for name, value in SECURITY_HEADERS.items()}
        if secure:
            self._headers[b"strict-transport-security"] = b"max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = uuid.uuid4().hex[:16]
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500

        async def finish(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                release_connection(scope)
                own = {**self._headers, b"x-request-id": request_id.encode()}
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in own.items() if one[0] not in given)]
            await send(message)

        try:
            await self._serve(scope, receive, finish)
        finally:
            close_session(scope)
            duration_ms = round((time.perf_counter() - started) * 1000, 1)
            log.info(
                "request",
                id=request_id,
                method=scope["method"],
                path=logged(scope["path"]),
                status=status,
                ms=duration_ms,
            )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if scope["method"] in UNSAFE and not same_origin(headers):
            await _refuse(scope, receive, send, 403, N_("This form was sent from another site. Open it here again."))
            return
        limit = self._limits.limit_of(scope, headers) if scope["method"] in UNSAFE else self._limits.usual
        if int(headers.get("content-length") or 0) > limit:
            await _refuse(scope, receive, send, 413, N_("That is too much at once. Go back and send less."))
        else:
            await self._app(scope, _limited(receive, limit), send)


def _limited(receive: Receive, limit: int) -> Receive:
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:  # a body without a length: end it as if the connection broke
            return {"type": "http.disconnect"}
        return message

    return limited


async def _refuse(scope: Scope, receive: Receive, send: Send, status_code: int, sentence: str) -> None:
    """Answer with one sentence in the reader's language: nothing of the request is read any further."""
    request = Request(scope)
    chosen = request.cookies.get("lang", "")
    locale = chosen if chosen in LOCALES else negotiate(request.headers.get("accept-language", ""))
    answer = PlainTextResponse(gettext(locale, sentence), status_code, headers={"Content-Language": locale})
    await answer(scope, receive, send)


def same_origin(headers: Headers) -> bool:
    """Tell whether a request comes from our own pages (or from no browser at all).

    Browsers say so in ``Sec-Fetch-Site``; older ones in ``Origin``. A program that sends neither carries no cookie of
    a person.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


SECRET_PATHS = (
    *("/my/agenda/", "/sign-in/link/", "/confirmations/"),
    *("/reply/", "/attend/", "/polls/answer/", "/mails/"),
)


def logged(path: str) -> str:
    """Give a path as it may be logged: what is secret in an address stays out."""
    for prefix in SECRET_PATHS:
        if path.startswith(prefix):
            return prefix + "…"
    return path
