"""Every page in three languages and two widths: axe (see ``look``), nothing sticks out, no error, all translated.

Who else sees a page sees it in French, whose words are the longest: all three take too long for everybody.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from app.language.catalogues import LOCALES
from app.main import routes
from tests.e2e.conftest import Site, Visitors
from tests.e2e.crowd import Crowd, look, untranslated
from tests.e2e.examples import EXAMPLES, FILES

pytestmark = pytest.mark.browser
PAGES = {route.name for route in routes() if "GET" in (route.methods or ())} - FILES


@pytest.fixture(scope="module")
def crowd(shared_site: Site, chromium: Browser) -> Iterator[Crowd]:
    """Everybody, on a site that is only read."""
    visitors = Visitors(chromium)
    yield Crowd(shared_site, visitors)
    visitors.close()


def test_every_page_has_an_example() -> None:
    assert PAGES, "no routes found"
    assert set(EXAMPLES) == PAGES


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_page_is_sound_for_everybody(crowd: Crowd, name: str) -> None:
    wrong = {}
    for order, (role, path) in enumerate(EXAMPLES[name]):
        visitor = crowd.person(role)
        words, faults = look(visitor, crowd.address(path), ("fr",) if order else LOCALES)
        if not order:
            faults += [f"untranslated: {text}" for text in untranslated(words, crowd.stored)]
        if faults:
            wrong[f"{role} at {path}"] = faults
    assert not wrong, "\n".join(f"{where}: {fault}" for where, faults in wrong.items() for fault in faults)
