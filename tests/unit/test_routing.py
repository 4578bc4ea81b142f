"""The table of routes finds what FastAPI's own order would find."""

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match

from app.main import routes
from app.web.routing import RouteTable


def scope(path: str, method: str = "GET") -> dict[str, object]:
    """Give what a server tells about a request."""
    return {"type": "http", "path": path, "method": method, "root_path": ""}


def found_in_order(path: str, method: str) -> tuple[Match, str]:
    """Find a route as a plain list would: the first full match, else the first partial one."""
    partial = (Match.NONE, "")
    for route in routes():
        match, _ = route.matches(scope(path, method))
        if match is Match.FULL:
            return match, route.name
        if match is Match.PARTIAL and partial[0] is Match.NONE:
            partial = (match, route.name)
    return partial


def test_every_route_is_found_as_in_a_plain_list() -> None:
    table = RouteTable(routes())
    paths = [route.path.replace("{number}", "7").replace("{", "").replace("}", "") for route in routes()]
    for path in [*paths, "/nothing", "/staff/nothing/at/all", ""]:
        for method in ("GET", "POST", "DELETE"):
            match, child_scope = table.matches(scope(path, method))
            route = child_scope.get("route")
            assert (match, route.name if route else "") == found_in_order(path, method), path


def test_head_finds_what_get_finds() -> None:
    table = RouteTable(routes())
    for path in ("/", "/agenda.ics", "/nothing", "/sign-out"):
        match, child_scope = table.matches(scope(path, "HEAD"))
        expected, expected_scope = table.matches(scope(path))
        assert (match, child_scope.get("route")) == (expected, expected_scope.get("route"))


def test_a_route_whose_first_part_varies_is_tried_last() -> None:
    router = APIRouter()

    @router.get("/{anything}", name="any")
    def anything() -> None: ...

    @router.get("/fixed", name="fixed")
    def fixed() -> None: ...

    table = RouteTable([route for route in router.routes if isinstance(route, APIRoute)])
    assert table.matches(scope("/fixed"))[1]["route"].name == "fixed"
    assert table.matches(scope("/other"))[1]["route"].name == "any"
    assert table.matches({"type": "websocket", "path": "/fixed"}) == (Match.NONE, {})
