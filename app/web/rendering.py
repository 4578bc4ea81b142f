"""From a template and values to a page, whole or as the fragment that htmx asked for."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2_fragments import render_block

from app.documents.templates import environment
from app.domain.access import PUBLIC, Actor
from app.language.catalogues import DEFAULT, LOCALES, translations
from app.web.assets import Asset
from app.web.cookies import remember_language
from app.web.navigation import navigation

LANGUAGE_NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}


class Addresses:
    """The addresses of all routes by name; made once, so that a list of a hundred links costs a hundred lookups."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        self._paths = paths

    def __call__(self, name: str, **values: object) -> str:
        """Give the address of a route; values that are not in its path become its query.

        :raises KeyError: there is no route of that name, or a value of its path is missing.
        """
        path = self._paths[name]
        query = {}
        for key, value in values.items():
            place = "{" + key + "}"
            if place in path:
                path = path.replace(place, quote(str(value), safe=""))
            elif value not in (None, ""):
                query[key] = str(value)
        if "{" in path:
            msg = f"{name}: {path}"
            raise KeyError(msg)
        return f"{path}?{urlencode(query)}" if query else path


def page(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    fragments: Sequence[str] = (),
    status_code: int = 200,
) -> HTMLResponse:
    """Answer with a page, or with the one of its blocks that the ``HX-Target`` header names and the route allows."""
    values = {**shared_context(request), **(context or {})}
    made = environment(values["locale"])
    block = wanted_fragment(request, fragments)
    if block:
        html = render_block(made, template, block, values)
    else:
        html = made.get_template(template).render({**layout_context(request), **values})
    response = HTMLResponse(html, status_code=status_code)
    response.headers["Vary"] = "Cookie, Accept-Language, HX-Target"
    response.headers["Cache-Control"] = "private, no-cache"
    keep_language(request, response)
    return response


def see_other(location: str) -> Response:
    """Answer a form that was carried out: go and look there. htmx follows it like a browser does."""
    return Response(status_code=303, headers={"Location": location})


def wanted_fragment(request: Request, fragments: Sequence[str]) -> str | None:
    """Give the fragment that htmx asks for, if the route allows it."""
    target = request.headers.get("hx-target", "").rpartition("#")[2]
    return target if target in fragments else None


def keep_language(request: Request, response: Response) -> None:
    """Let the browser keep the language that ``?lang=`` chose."""
    if request.query_params.get("lang") in LOCALES:
        remember_language(request, response, request.state.locale)


def shared_context(request: Request) -> dict[str, Any]:
    """Give the values that every template may use."""
    state = request.app.state
    actor = _actor(request)
    assets: Mapping[str, Asset] = state.assets
    return {
        "url_for": state.addresses,
        "asset_url": lambda name: f"/static/{assets[name].path}",
        "locale": getattr(request.state, "locale", DEFAULT),
        "actor": actor if actor.person_id is not None else None,
        "demo": state.settings.demo,
        "now": state.clock(),
    }


def layout_context(request: Request) -> dict[str, Any]:
    """Give the values that only whole pages use: what stands around their content."""
    locale: str = getattr(request.state, "locale", DEFAULT)
    path = request.url.path
    return {
        "locales": [
            {"code": code, "name": LANGUAGE_NAMES[code], "href": _in_language(request, code)} for code in LOCALES
        ],
        "nav": navigation(_actor(request), path, translations(locale).gettext, request.app.state.addresses),
        "page_path": path,
    }


def _actor(request: Request) -> Actor:
    actor: Actor = getattr(request.state, "actor", PUBLIC)
    return actor


def _in_language(request: Request, code: str) -> str:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return "?" + urlencode([*kept, ("lang", code)])
