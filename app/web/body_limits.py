"""How large the body of a request may be: small for all routes but those that say that they take files.

It is decided from the head of the request, before anything of the body is read.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from app.web.routing import RouteTable

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
MARK: Final = "body_limit_bytes"


def takes_up_to(limit_bytes: int) -> Callable[[Endpoint], Endpoint]:
    """Let a route read bodies of at most ``limit_bytes``; stands under its ``@router.post(…)``."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, MARK, limit_bytes)
        return endpoint

    return mark


class BodyLimits:
    """The limit of each request: ``usual``, or more where its route takes more."""

    def __init__(self, table: RouteTable, *, usual: int) -> None:
        self._table = table
        self.usual = usual

    def limit_of(self, scope: Scope, headers: Headers) -> int:
        """Give the most bytes that are read of a request's body.

        Its route is looked for only where the body may be larger than usual.
        """
        announced = headers.get("content-length")
        if announced is not None and int(announced) <= self.usual:
            return self.usual
        match, found = self._table.matches(scope)
        own = getattr(found.get("endpoint"), MARK, 0) if match is Match.FULL else 0
        return max(self.usual, own)
