"""What a person sees when something is refused, missing or broken."""

from math import ceil
from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from app.documents.templates import environment
from app.domain.access import PUBLIC, NotAllowed
from app.domain.errors import DomainError
from app.language.messages import message
from app.services.rates import TooManyTries
from app.web.access import SignInNeeded, choose_locale, sign_in_path
from app.web.forms import MAX_FIELDS, MAX_FILES, clean_text, written
from app.web.middleware import logged
from app.web.rendering import page, see_other

log = structlog.get_logger("tandem.errors")


def install(app: FastAPI) -> None:
    """Give the application its error pages."""
    app.exception_handler(StarletteHTTPException)(_http)
    app.exception_handler(RequestValidationError)(_unreadable)
    app.exception_handler(ClientDisconnect)(_cut_off)
    app.exception_handler(SignInNeeded)(_sign_in)
    app.exception_handler(DomainError)(_refused)
    app.exception_handler(TooManyTries)(_too_many)
    app.exception_handler(Exception)(_broken)


WORTH_KEEPING: Final = 40
"""Texts of more characters than this are given back; what is shorter is typed again, or is the key of a form."""


def error_page(request: Request, status_code: int, *, reason: str = "") -> Response:
    """Answer with the page for a status, in the reader's language; what somebody wrote in a form stands there too."""
    if not hasattr(request.state, "locale"):
        request.state.locale = choose_locale(request, PUBLIC)
    context = {"status": status_code, "reason": reason, "written": written(request, longer_than=WORTH_KEEPING)}
    return page(request, "errors/error.html", context, status_code=status_code)


async def _http(request: Request, fault: StarletteHTTPException) -> Response:
    response = error_page(request, fault.status_code)
    for name, value in (fault.headers or {}).items():
        response.headers[name] = value
    return response


async def _unreadable(request: Request, fault: RequestValidationError) -> Response:
    in_path = any(error["loc"][0] == "path" for error in fault.errors())
    return error_page(request, 404 if in_path else 400)


async def _cut_off(request: Request, _fault: ClientDisconnect) -> Response:
    """Answer a body that was cut off: by the limit on its size, or by a line that broke, where nobody reads this."""
    return error_page(request, 413)


async def _sign_in(request: Request, fault: SignInNeeded) -> Response:
    """Lead to the sign-in page; what somebody sent in a form stays on a page of its own, to be sent again.

    A form with files is not read: it may be large, and a browser cannot put files back.
    """
    has_files = "multipart/form-data" in request.headers.get("content-type", "")
    if request.method == "POST" and "hx-request" not in request.headers and not has_files:
        fields = await _typed_fields(request)
        if fields:
            context = {"fields": fields, "sign_in": sign_in_path("/my"), "action": request.url.path}
            return page(request, "errors/signed_out.html", context, status_code=401)
    return see_other(sign_in_path(fault.next_path))


async def _typed_fields(request: Request) -> list[tuple[str, str]]:
    """Give the text fields of a form that was sent."""
    try:
        data = await request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS)
    except (StarletteHTTPException, UnicodeError):
        return []
    return [(name, clean_text(value)) for name, value in data.multi_items() if isinstance(value, str)]


async def _refused(request: Request, fault: DomainError) -> Response:
    locale = getattr(request.state, "locale", "nl")
    status_code = 403 if isinstance(fault, NotAllowed) else 409
    return error_page(request, status_code, reason=message(locale, fault.code, fault.params))


async def _too_many(request: Request, fault: TooManyTries) -> Response:
    locale = getattr(request.state, "locale", "nl")
    response = error_page(request, 429, reason=message(locale, fault.code, fault.params))
    wait = fault.retry_at - request.app.state.clock()
    response.headers["Retry-After"] = str(max(1, ceil(wait.total_seconds())))
    return response


async def _broken(request: Request, fault: Exception) -> Response:
    request_id = getattr(request.state, "request_id", "")
    log.error("unhandled", id=request_id, path=logged(request.url.path), exc_info=fault)
    html = (
        environment(getattr(request.state, "locale", "nl"))
        .get_template("errors/broken.html")
        .render(request_id=request_id)
    )
    return Response(html, status_code=500, media_type="text/html")
