"""The own agenda without a connection, and nobody else's on the same machine."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e import candidate_steps as candidate
from tests.e2e.conftest import Site, Visitor, Visitors

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found.sort();
}"""


def kept(page: Page) -> list[str]:
    """Give the paths of everything that the browser keeps for reading offline; hashes of content left out."""
    found: list[str] = page.evaluate(KEPT)
    return sorted(".".join(part for part in path.split(".") if len(part) != 12) for path in found)


def wait_until(page: Page, condition: str) -> None:
    """Wait for what a page does by itself; ``condition`` may await."""
    page.evaluate(f"async () => {{ while (!({condition})) await new Promise((go) => setTimeout(go, 50)); }}")


def visit_agenda(visitor: Visitor) -> Page:
    """Open the own agenda and wait until it is kept."""
    page = visitor.go("/my/agenda")
    wait_until(page, "navigator.serviceWorker.controller && (await caches.match('/my/agenda', {ignoreVary: true}))")
    wait_until(page, "(await (await caches.open((await caches.keys())[0])).keys()).length === 4")
    return page


def test_the_own_agenda_is_read_without_a_connection_until_its_owner_signs_out(
    shared_site: Site, visitors: Visitors
) -> None:
    visitor = visitors.open(shared_site, width=360, zone="Africa/Kigali", language="en")
    page = visitor.sign_in_as("Coordinator of Bugesera")
    visit_agenda(visitor)
    notice = page.get_by_text("as it was last updated: Sunday 22 November 2026, 11:00 (Kigali)")
    expect(notice).to_be_hidden()
    first = page.get_by_role("main").get_by_role("listitem").first.inner_text()
    visitor.go("/my")
    assert kept(page) == ["/my/agenda", "/static/favicon.svg", "/static/tandem.css", "/static/tandem.js"]

    visitor.context.set_offline(True)
    visitor.go("/my/agenda")
    expect(notice).to_be_visible()
    assert page.get_by_role("main").get_by_role("listitem").first.inner_text() == first
    visitor.check_accessibility()
    for path in ("/my", "/my/agenda?year=2026", "/account"):
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            visitor.go(path)
    visitor.context.set_offline(False)
    visit_agenda(visitor)
    expect(notice).to_be_hidden()

    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(shared_site.address + "/")
    assert kept(page) == []
    visitor.context.set_offline(True)
    with pytest.raises(Error, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        visitor.go("/my/agenda")
    visitor.faults.clear()


UPDATED = {
    "2026-11-22T09:00:00+00:00": ("Sunday 22 November 2026, 11:00", "dimanche 22 novembre 2026, 10:00", "10.00 uur"),
    "2026-07-06T09:00:00+00:00": ("Monday 6 July 2026, 11:00", "lundi 6 juillet 2026, 10:00", "11.00 uur"),
}
PLACES = (
    ("Coordinator of Bugesera", "Africa/Kigali", "(Kigali)"),
    ("Coordinateur de Démo-Zou", "Africa/Porto-Novo", "(Porto-Novo)"),
    ("Coördinator van Demo-Rupel", "Europe/Brussels", "(Brussel)"),
)


@pytest.mark.parametrize("now", UPDATED, ids=["in winter", "in summer"])
def test_each_place_reads_its_own_time_offline(site_at: Callable[[str], Site], visitors: Visitors, now: str) -> None:
    site = site_at(now)
    for (name, zone, place), updated in zip(PLACES, UPDATED[now], strict=True):
        visitor = visitors.open(site, width=360, zone=zone)
        page = visitor.sign_in_as(name)
        first = visit_agenda(visitor).get_by_role("main").get_by_role("listitem").first.inner_text()
        visitor.context.set_offline(True)
        visitor.go("/my/agenda")
        words = page.get_by_role("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")
        assert f"{updated} {place}" in words, words
        assert page.get_by_role("main").get_by_role("listitem").first.inner_text() == first


def test_whoever_comes_next_finds_nothing_of_the_one_before(shared_site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(shared_site)
    page = visitor.sign_in_as("Coordinator of Bugesera")
    visit_agenda(visitor)
    bugesera = page.evaluate("async () => (await (await caches.match('/my/agenda', {ignoreVary: true})).text())")
    assert "Bugesera" in bugesera
    visitor.sign_in_as("Deelnemer van Demo-Leie")
    wait_until(page, "(await caches.keys()).length === 0")
    visit_agenda(visitor)
    visitor.context.set_offline(True)
    visitor.go("/my/agenda")
    expect(page.get_by_text("Bugesera")).to_have_count(0)
    expect(page.get_by_role("banner")).to_contain_text("Deelnemer van Demo-Leie")
    visitor.context.set_offline(False)

    # the session ends without signing out: the next page that is loaded drops what was kept
    visit_agenda(visitor)
    visitor.context.clear_cookies()
    visitor.go("/my/agenda")
    expect(page.get_by_role("heading", level=1)).to_have_text(candidate.say("Sign in"))
    wait_until(page, "(await caches.keys()).length === 0")
    visitor.context.set_offline(True)
    with pytest.raises(Error, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        visitor.go("/my/agenda")
    visitor.faults.clear()


def test_without_javascript_nothing_is_kept(shared_site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(shared_site, javascript=False)
    page = visitor.sign_in_as("Coordinator of Bugesera")
    visitor.go("/my/agenda")
    expect(page.locator("[data-offline]")).to_be_hidden()
    visitor.context.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        visitor.go("/my/agenda")
