"""Fetch pages the way every test should: whatever else it asserts, the page itself must be sound."""

import gzip
import re
from dataclasses import dataclass

import html5lib
from starlette.testclient import TestClient

from app.language.catalogues import LOCALES

HTML_LIMIT_BYTES = 14_336
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
LABELLED = {"input", "select", "textarea"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


@dataclass(frozen=True)
class Page:
    """A page that was fetched: its text and its tree."""

    status: int
    html: str
    tree: object

    def text(self) -> str:
        """Give the words of the page, white space folded."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.html))


def get(client: TestClient, path: str, *, status: int = 200, heavy: bool = False) -> Page:
    """Fetch a page and check it; ``heavy`` allows a staff page to weigh more than a public one may."""
    response = client.get(path)
    assert response.status_code == status, f"{path}: {response.status_code} {response.headers.get('location', '')}"
    html = response.text
    check(html, path)
    if not heavy:
        weight = len(gzip.compress(html.encode(), 5))
        assert weight <= HTML_LIMIT_BYTES, f"{path}: {weight} bytes compressed"
    return Page(response.status_code, html, html5lib.parse(html))


def check(html: str, path: str = "") -> None:
    """Assert that a page is valid HTML with language, title, one h1, labels, and forms that work without JavaScript."""
    parser = html5lib.HTMLParser(strict=False)
    tree = parser.parse(html)
    faults = [code for _, code, _ in parser.errors if code != "unexpected-start-tag-implies-end-tag"]
    assert not faults, f"{path}: {faults[:3]}"
    root = tree if tree.tag.endswith("html") else tree.find(f"{NAMESPACE}html")
    elements = list(root.iter())
    assert root.get("lang") in LOCALES, f"{path}: lang={root.get('lang')}"
    headings = [_words(element) for element in elements if element.tag == f"{NAMESPACE}h1"]
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    title = _words(next(element for element in elements if element.tag == f"{NAMESPACE}title"))
    assert title.startswith(headings[0]), f"{path}: title {title!r} does not start with h1 {headings[0]!r}"
    identifiers = [element.get("id") for element in elements if element.get("id")]
    twice = {name for name in identifiers if identifiers.count(name) > 1}
    assert not twice, f"{path}: ids twice: {twice}"
    _check_labels(elements, path)
    _check_forms(elements, path)
    assert not re.search(r'\s(style|on[a-z]+)="', html), f"{path}: inline style or handler"


def _words(element: object) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()  # type: ignore[attr-defined]


def _check_labels(elements: list, path: str) -> None:  # type: ignore[type-arg]
    targets = {element.get("for") for element in elements if element.tag == f"{NAMESPACE}label"}
    inside = {id(child) for element in elements if element.tag == f"{NAMESPACE}label" for child in element.iter()}
    for element in elements:
        if element.tag.removeprefix(NAMESPACE) not in LABELLED or element.get("type") in NEEDS_NO_LABEL:
            continue
        named = element.get("aria-label") or element.get("aria-labelledby") or element.get("id") in targets
        assert named or id(element) in inside, f"{path}: no label for {element.get('name')}"


def _check_forms(elements: list, path: str) -> None:  # type: ignore[type-arg]
    for element in elements:
        if element.tag == f"{NAMESPACE}form":
            assert element.get("action") is not None, f"{path}: form without action"
            assert element.get("method") in ("get", "post"), f"{path}: form without method"
        enhanced = [name for name in element.attrib if str(name).startswith("hx-") and name in ("hx-get", "hx-post")]
        if enhanced:
            plain = element.get("action") is not None or element.get("href") is not None or element.get("formaction")
            inside_form = element.tag.removeprefix(NAMESPACE) in {"input", "select", "textarea", "button"}
            assert plain or inside_form, f"{path}: {element.tag} works with JavaScript only"
