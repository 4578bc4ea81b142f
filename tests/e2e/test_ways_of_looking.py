"""Other ways to look and to work: dark, enlarged, by keyboard only, and what the first visit weighs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import candidate_steps as candidate
from tests.e2e.conftest import Site, Visitors
from tests.e2e.crowd import Crowd, overflow
from tests.e2e.examples import COORDINATOR, PAIR, STAFF, VISITOR

pytestmark = pytest.mark.browser
MAIN_PAGES = (
    (VISITOR, "/"),
    (VISITOR, "/agenda"),
    (COORDINATOR, "/my"),
    (COORDINATOR, f"{PAIR}/budget"),
    (STAFF, "/staff/pairings?pair=DEMO-01,RW-karongi"),
)
FIRST_VISITS = (
    (VISITOR, "/"),
    (VISITOR, "/programme"),
    (VISITOR, "/agenda"),
    (COORDINATOR, "/my"),
    (VISITOR, "/candidacies/new"),
)
MOST_REQUESTS, MOST_BYTES, MOST_BYTES_OF_HTML = 5, 50 * 1024, 14 * 1024


@pytest.fixture(scope="module")
def crowd(shared_site: Site, chromium: Browser) -> Iterator[Crowd]:
    """People who only read."""
    visitors = Visitors(chromium)
    yield Crowd(shared_site, visitors)
    visitors.close()


@pytest.mark.parametrize(("role", "path"), MAIN_PAGES)
def test_main_pages_are_sound_in_the_dark(crowd: Crowd, role: str, path: str) -> None:
    visitor = crowd.person(role)
    visitor.page.emulate_media(color_scheme="dark")
    visitor.go(path)
    visitor.check_accessibility()
    visitor.page.emulate_media(color_scheme="light")


@pytest.mark.parametrize(("role", "path"), MAIN_PAGES)
def test_main_pages_do_not_stick_out_at_twice_the_size(crowd: Crowd, role: str, path: str) -> None:
    cookies = crowd.person(role).context.cookies()
    context = crowd.visitors.browser.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    context.add_cookies([dict(cookie) for cookie in cookies])  # type: ignore[misc]
    page = context.new_page()
    page.goto(crowd.site.address + path)
    assert overflow(page) == []
    context.close()


@pytest.mark.parametrize(("role", "path"), FIRST_VISITS)
def test_the_first_visit_is_light(crowd: Crowd, role: str, path: str) -> None:
    cookies = crowd.person(role).context.cookies() if role != VISITOR else []
    context = crowd.visitors.browser.new_context(viewport={"width": 360, "height": 740}, locale="nl-BE")
    context.add_cookies([dict(cookie) for cookie in cookies])  # type: ignore[misc]
    page = context.new_page()
    bytes_by_address = weigh(page, crowd.site.address + path)
    context.close()
    assert len(bytes_by_address) <= MOST_REQUESTS, bytes_by_address
    assert sum(bytes_by_address.values()) <= MOST_BYTES, bytes_by_address
    assert bytes_by_address[crowd.site.address + path] <= MOST_BYTES_OF_HTML, bytes_by_address


def weigh(page: Page, address: str) -> dict[str, int]:
    """Open a page with an empty cache; give the bytes that came over the wire by address, headers included."""
    wire = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on("Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]}))
    wire.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    return {
        addresses[number]: sizes.get(number, 0) for number in addresses if not addresses[number].startswith("data:")
    }


def test_the_skip_link_leads_past_the_menu(shared_site: Site, visitors: Visitors) -> None:
    page = visitors.open(shared_site).go("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name=candidate.say("Skip to the content"))
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(shared_site: Site, visitors: Visitors) -> None:
    page = visitors.open(shared_site, width=360).go("/")
    button = page.get_by_role("button", name=candidate.say("Menu"), exact=True)
    programme = page.get_by_role("banner").get_by_role("link", name="Programma", exact=True)
    expect(programme).to_be_hidden()
    tab_to(page, "Menu")
    page.keyboard.press("Enter")
    expect(programme).to_be_visible()
    page.keyboard.press("Escape")
    expect(programme).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Programma")
    page.keyboard.press("Enter")
    expect(page).to_have_url(shared_site.address + "/programme")


def test_a_candidacy_starts_by_keyboard_only(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    page = visitor.go("/candidacies/new")
    tab_to(page, candidate.say("Start the candidacy"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.forgive("422")
    tab_to(page, "government", by="href")
    page.keyboard.press("Enter")
    expect(page.get_by_label(candidate.say("Your municipality"))).to_be_focused()
    page.keyboard.type("Demo-Meet")
    page.keyboard.press("Tab")
    page.keyboard.type(candidate.NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(candidate.ADDRESS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        candidate.say("Candidacy of %(government)s", government=candidate.MUNICIPALITY)
    )


def tab_to(page: Page, words: str, *, by: str = "text") -> None:
    """Press Tab until what has the focus bears these words."""
    read = {
        "text": "document.activeElement.textContent.trim()",
        "href": "(document.activeElement.getAttribute('href') ?? '').replace('#', '')",
    }[by]
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(read) == words:
            return
    pytest.fail(f"the keyboard does not reach {words!r}")


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (VISITOR, "/nothing-here", 404),
        (VISITOR, "/partnerships/nobody-and-nobody", 404),
        (VISITOR, "/sign-in/link/of-yesterday", 410),
        (COORDINATOR, "/staff", 404),
        (COORDINATOR, f"{PAIR}/budget/new?side=flemish", 403),
        (COORDINATOR, "/partnerships/demo-rupel-karongi-2026/budget", 404),
        (STAFF, "/staff/people/none", 404),
    ],
)
def test_a_page_that_refuses_is_sound(crowd: Crowd, role: str, path: str, status: int) -> None:
    visitor = crowd.person(role)
    response = visitor.page.goto(visitor.site.address + path)
    assert response is not None
    assert response.status == status
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    visitor.check_accessibility()
    visitor.forgive(str(status))
