"""Every form of the demo, found by following links as its people would: who sends it, where to, with which fields."""

import re
import shutil
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.main import create_app, routes
from app.models import Candidacy, CandidacyMember, Person
from app.settings import Settings
from tests.clients import NOW, StandingClock
from tests.personas import sign_in

PAGES_EACH = 260
# Of pages that differ only in a number, a reference or a query, so many are looked at.
ALIKE = 3
VISITOR = ""
BASE = "http://127.0.0.1:8000"
PEOPLE = ("Programmateam VVSG", "Contact van Demo-Leie", "Coordinator of Bugesera", "Officer of RALGA", "{draft}")
STARTS = ("/", "/my", "/staff", "/account", "/candidacies/new", "/sign-in", "/assessments", "/agenda")


@dataclass(frozen=True)
class FoundForm:
    """A form of a page: its route, its address, who saw it, and the values of its fields as the page had them."""

    route: str
    action: str
    person: str
    fields: Mapping[str, tuple[str, ...]] = field(hash=False)


class DemoSite:
    """The demo in the test's own process, with a browser for each of its people."""

    def __init__(self, template: Path, folder: Path) -> None:
        for file in template.parent.glob(f"{template.name}*"):
            shutil.copy(file, folder / file.name.replace(template.name, "site.db"))
        url = f"sqlite:///{folder / 'site.db'}"
        settings = Settings(database_url=url, base_url=BASE, send_mail_in_serve=False, jobs_in_serve=False, demo=True)
        self.app: FastAPI = create_app(settings, at=StandingClock(NOW))
        self._clients: dict[str, TestClient] = {}

    def close(self) -> None:
        """Let go of the database."""
        self.app.state.engine.dispose()

    def client(self, person: str) -> TestClient:
        """Give the browser of somebody."""
        if person not in self._clients:
            client = TestClient(self.app, base_url=BASE, follow_redirects=False)
            if person != VISITOR:
                sign_in(client, self.app, self._person(person))
            self._clients[person] = client
        return self._clients[person]

    def forget_limits(self) -> None:
        """Let everybody try again: here it is not the limits that are tested."""
        with self.app.state.engine.connect() as connection:
            connection.execute(sa.text("DELETE FROM rate_window"))
            connection.commit()

    def _person(self, name: str) -> Person:
        with Session(self.app.state.engine, expire_on_commit=False) as session:
            query = sa.select(Person).where(col(Person.name) == name)
            if name == "{draft}":
                query = (
                    sa.select(Person)
                    .join(CandidacyMember, col(CandidacyMember.person_id) == col(Person.id))
                    .join(Candidacy, col(Candidacy.id) == col(CandidacyMember.candidacy_id))
                    .where(col(Candidacy.state) == "draft", col(Candidacy.reference).like("SDG-DEM%"))
                    .order_by(col(Candidacy.reference))
                    .limit(1)
                )
            return session.execute(query).scalar_one()


def find_forms(site: DemoSite) -> list[FoundForm]:
    """Follow the links of everybody, and give each form once for each route and person."""
    found: dict[tuple[str, str, str], FoundForm] = {}
    for person in (VISITOR, *PEOPLE):
        for page, tree in _pages(site.client(person)):
            for form in _forms(tree, page, person):
                shape = ",".join(sorted(form.fields))
                found.setdefault((form.route, person, shape), form)
    return list(found.values())


def _pages(client: TestClient) -> Iterator[tuple[str, Any]]:
    waiting, seen, alike = deque(STARTS), set(STARTS), dict[str, int]()
    for _ in range(PAGES_EACH):
        if not waiting:
            return
        page = waiting.popleft()
        answer = client.get(page)
        if answer.status_code == 303:
            _note(answer.headers["location"], waiting, seen, alike)
        if answer.status_code != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        tree = html5lib.parse(answer.text, namespaceHTMLElements=False)
        yield page, tree
        for link in tree.iter("a"):
            _note(urljoin(page, link.get("href") or ""), waiting, seen, alike)


def _note(target: str, waiting: "deque[str]", seen: set[str], alike: dict[str, int]) -> None:
    parts = urlsplit(target)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if (
        parts.netloc not in ("", urlsplit(BASE).netloc)
        or not address.startswith("/")
        or address in seen
        or "lang=" in address
    ):
        return
    seen.add(address)
    kind = re.sub(r"\d+|SDG-\w+", "*", parts.path) + "?" * bool(parts.query)
    alike[kind] = alike.get(kind, 0) + 1
    if alike[kind] <= ALIKE:
        waiting.append(address)


def _forms(tree: Any, page: str, person: str) -> Iterator[FoundForm]:  # noqa: ANN401 - html5lib has no types
    for form in tree.iter("form"):
        if (form.get("method") or "get").lower() == "post":
            action = urlsplit(urljoin(page, form.get("action") or "")).path
            route = _route_of(action)
            if route:
                yield FoundForm(route, action, person, _fields(form))


def _fields(form: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - html5lib has no types
    fields: dict[str, tuple[str, ...]] = {}
    for control in form.iter():
        name = control.get("name")
        if not name or control.tag not in ("input", "textarea", "select", "button"):
            continue
        values = [control.get("value") or "", control.text or ""] if control.tag != "select" else []
        values += [option.get("value") or "" for option in control.iter("option")]
        fields[name] = tuple(dict.fromkeys((*fields.get(name, ()), *values)))
    return fields


def _route_of(path: str) -> str | None:
    return next((route.name for route in post_routes() if route.path_regex.match(path)), None)


def post_routes() -> list[APIRoute]:
    """Give all routes that take a form."""
    return [route for route in routes() if "POST" in (route.methods or ()) and not route.path.startswith("/api")]
