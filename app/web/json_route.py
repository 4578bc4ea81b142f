"""Routes for programs: what is refused is said in JSON too."""

from collections.abc import Callable, Coroutine
from math import ceil
from typing import Any

from fastapi import Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.language.messages import message
from app.services.rates import TooManyTries


class JsonRoute(APIRoute):
    """A route that answers what it refuses in JSON, as its description says, not with a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the handler with those answers around it."""
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError as fault:
                return JSONResponse({"detail": jsonable_encoder(fault.errors())}, status_code=422)
            except TooManyTries as fault:
                wait = fault.retry_at - request.app.state.clock()
                words = message("en", fault.code, fault.params)
                return not_now(429, words, seconds=max(1, ceil(wait.total_seconds())))

        return answered


def not_now(status_code: int, words: str, *, seconds: int) -> Response:
    """Answer that it may be asked again after some seconds."""
    return JSONResponse({"detail": words}, status_code=status_code, headers={"Retry-After": str(seconds)})
