"""Before deciding: what if, the alternatives and the comparison, in a browser, with JavaScript and without."""

import io
import re
from functools import partial
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from app.language.catalogues import gettext
from tests.e2e.conftest import Site, Visitor, Visitors
from tests.e2e.crowd import overflow

pytestmark = pytest.mark.browser
say = partial(gettext, "nl")
STAFF = "Programmateam VVSG"
PATH = "/staff/pairings"
PAIR = "DEMO-02,RW-karongi"


def number_in(place: Locator) -> int:
    found = re.search(r"\d[\d.]*", place.inner_text())
    assert found
    return int(found.group().replace(".", ""))


def tile(page: Page, label: str) -> Locator:
    return page.locator(".stat").filter(has=page.get_by_text(say(label), exact=True))


def keep(page: Page, name: str) -> None:
    page.get_by_label(say("Name"), exact=True).fill(name)
    page.get_by_role("button", name=say("Keep as a scenario")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("javascript", [True, False])
def test_look_first_then_lock_and_keep_an_alternative(site: Site, visitors: Visitors, *, javascript: bool) -> None:
    visitor = visitors.open(site, javascript=javascript)
    page = visitor.sign_in_as(STAFF)
    visitor.go(PATH)
    keep(page, "Eerst")
    visitor.go(f"{PATH}?pair={PAIR}")
    before = number_in(tile(page, "Total").locator(".stat__value"))
    page.get_by_role("link", name=say("What would change if they were a pair?")).click()
    total = tile(page, "Total")
    after = number_in(total.locator(".stat__value"))
    assert after < before
    assert number_in(total.locator(".stat__detail")) == before - after
    expect(page.locator(".beside__moved")).to_have_count(2)
    expect(page.locator(".beside__moved .tag")).to_have_text([say("Loses the partner"), say("Gets a partner")])
    visitor.go(PATH)
    assert number_in(tile(page, "Total").locator(".stat__value")) == before
    visitor.go(f"{PATH}/what-if?pair={PAIR}")
    page.get_by_role("button", name=say("Lock this pair")).click()
    expect(tile(page, "Locked").locator(".stat__value")).to_have_text("1")
    assert number_in(tile(page, "Total").locator(".stat__value")) == after
    visitor.go(PATH)
    page.get_by_role("link", name=say("See the next best pairings")).click()
    page.get_by_label(say("Alternative"), exact=True).select_option("3")
    keep(page, "Derde keus")
    assert number_in(tile(page, "Total").locator(".stat__value")) < after
    page.get_by_role("link", name=say("Compare it with another pairing")).click()
    expect(page.get_by_label(say("First"), exact=True).locator("option:checked")).to_have_text("Derde keus")
    page.get_by_label(say("Second"), exact=True).select_option(label="Eerst")
    page.get_by_role("button", name=say("Compare"), exact=True).click()
    assert page.locator(".beside__moved").count() >= 2
    if javascript:
        visitor.check_accessibility()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_phone_lists_what_differs_and_a_wide_screen_shows_the_table(
    site: Site, visitors: Visitors, width: int
) -> None:
    visitor = visitors.open(site, width=width)
    page = visitor.sign_in_as(STAFF)
    visitor.go(f"{PATH}/alternatives")
    lists, table = page.locator(".spread__lists"), page.locator(".spread")
    expect(lists if width == 360 else table).to_be_visible()
    expect(table if width == 360 else lists).to_be_hidden()
    assert overflow(page) == []
    if width == 360:
        told = page.locator(".spread__lists li").first.inner_text()
        assert re.fullmatch(r"Demo-\w+: .+ in plaats van .+", told)
    else:
        name = table.locator("tbody th.spread__row").last
        place = name.bounding_box()
        page.locator(".spread__scroll").evaluate("box => { box.scrollLeft = 400 }")
        assert place == name.bounding_box()
        assert table.locator(".spread__differs .spread__sign").count() == table.locator(".spread__differs").count() > 0
    visitor.check_accessibility()
    visitor.go(PATH)
    keep(page, "Talen wegen zwaarder, met Demo-Nete bij Karongi en Demo-Leie in Benin")
    visitor.go(f"{PATH}/compare")
    assert overflow(page) == []
    visitor.check_accessibility()


def test_what_cannot_be_is_named_before_it_is_done(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    page = visitor.sign_in_as(STAFF)
    lock(visitor, PAIR)
    visitor.go(f"{PATH}/what-if?pair=DEMO-04,RW-karongi")
    clash = page.locator(".notice--danger")
    expect(clash).to_contain_text("Demo-Nete")
    expect(clash).to_contain_text("Karongi")
    expect(page.get_by_role("button", name=say("Lock this pair"))).to_have_count(0)
    visitor.check_accessibility()
    page.get_by_role("main").get_by_role("link", name=say("Back")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Pairing"))


def lock(visitor: Visitor, pair: str) -> None:
    visitor.go(f"{PATH}/what-if?pair={pair}")
    visitor.page.get_by_role("button", name=say("Lock this pair")).click()
    expect(tile(visitor.page, "Locked").locator(".stat__value")).to_have_text("1")


def test_the_files_come_in_one_zip(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    page = visitor.sign_in_as(STAFF)
    visitor.go(PATH)
    keep(page, "Eerst")
    expect(page.get_by_text("tandem verify problem.json solution.json")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=say("All files (ZIP)")).click()
    with ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        assert archive.namelist() == ["README.txt", "problem.json", "solution.json"]
        assert "Controleer het met" in archive.read("README.txt").decode()
