"""Nothing that was typed is lost: no connection, a crash, two people, a sign-in that ended; nothing stays behind."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site, Visitor, Visitors

pytestmark = pytest.mark.browser
OFFLINE = re.compile("ERR_INTERNET_DISCONNECTED|Failed to fetch")


def begin(visitor: Visitor) -> str:
    """Start a candidacy for some municipality that has none, and open a section; give its address."""
    page = visitor.go("/candidacies/new?lang=en")
    page.get_by_label("Your municipality").select_option(label="Hoogstraten")
    page.get_by_label("Your name").fill("Colleague of Hoogstraten")
    page.get_by_label("Your e-mail address").fill("colleague-hoogstraten@example.org")
    page.get_by_role("button", name="Start the candidacy").click()
    page.wait_for_url(re.compile("/candidacies/SDG-"))
    address = page.url.removeprefix(visitor.site.address) + "/motivation"
    visitor.go(address)
    return address


def expect_saved(page: Page) -> None:
    expect(page.locator("#saved .saved--done")).to_have_text(re.compile("Saved at"))


def kept(page: Page) -> list[str]:
    """Give what is kept on the device."""
    names: list[str] = page.evaluate("Object.keys(localStorage)")
    return names


def test_words_typed_without_a_connection_arrive_when_it_is_back(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    address = begin(visitor)
    page = visitor.page
    page.locator("#exchange").press_sequentially("In turn.")
    expect_saved(page)
    assert page.evaluate("document.activeElement.id") == "exchange"
    assert kept(page) == []
    visitor.context.set_offline(True)
    page.locator("#exchange").press_sequentially(" Without a connection.")
    expect(page.locator("#saved")).to_contain_text("Not connected: kept on this device")
    assert len(kept(page)) == 1
    visitor.context.set_offline(False)
    expect_saved(page)
    visitor.faults[:] = [fault for fault in visitor.faults if not OFFLINE.search(fault)]
    assert kept(page) == []
    expect(visitor.go(address).locator("#exchange")).to_have_value("In turn. Without a connection.")


def test_after_a_crash_the_words_are_back_and_saved(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    begin(visitor)
    page = visitor.page
    page.locator("#exchange").press_sequentially("Just before the crash.")
    page.reload()
    expect(page.get_by_text("We put back what you typed")).to_be_visible()
    expect(page.locator("#exchange")).to_have_value("Just before the crash.")
    expect_saved(page)
    assert kept(page) == []
    visitor.check_accessibility()


def test_two_browsers_in_one_section_choose_between_both_texts(site: Site, visitors: Visitors) -> None:
    first, second = visitors.open(site), visitors.open(site, width=360)
    address = begin(first)
    second.context.add_cookies([dict(cookie) for cookie in first.context.cookies()])  # type: ignore[misc]
    second.go(address)
    first.page.locator("#exchange").fill("Words of the first")
    expect_saved(first.page)
    second.page.locator("#exchange").fill("Words of the second")
    second.page.get_by_role("button", name="See both texts").click()
    expect(second.page.get_by_role("heading", level=1)).to_have_text("Choose between two texts")
    second.check_accessibility()
    second.page.get_by_label("Keep what was saved").check()
    second.page.get_by_role("button", name="Save this choice").click()
    second.page.wait_for_url(re.compile("/involvement"))
    expect(second.go(address).locator("#exchange")).to_have_value("Words of the first")
    assert kept(second.page) == []
    second.forgive("409")


def test_a_sign_in_that_ended_keeps_the_words_on_the_device(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    begin(visitor)
    page = visitor.page
    cookies = visitor.context.cookies()
    visitor.context.clear_cookies(name="tandem")
    page.locator("#exchange").press_sequentially("Written after the sign-in ended")
    expect(page.locator("#saved")).to_contain_text("You were signed out")
    assert len(kept(page)) == 1
    visitor.context.add_cookies([dict(cookie) for cookie in cookies])  # type: ignore[misc]
    page.reload()
    expect(page.locator("#exchange")).to_have_value("Written after the sign-in ended")
    expect_saved(page)
    assert kept(page) == []


def test_signing_out_leaves_no_words_behind(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    begin(visitor)
    page = visitor.page
    visitor.context.set_offline(True)
    page.locator("#exchange").press_sequentially("Nobody else may read this")
    expect(page.locator("#saved")).to_contain_text("Not connected")
    visitor.context.set_offline(False)
    page.evaluate("localStorage.setItem('draft:1:SDG-OTHER0:motivation', '{}')")
    visitor.go("/sign-out")
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_load_state()
    assert kept(page) == []
    visitor.faults[:] = [fault for fault in visitor.faults if not OFFLINE.search(fault)]


@pytest.mark.parametrize("javascript", [False, True])
def test_words_sent_after_the_sign_in_ended_are_sent_again(site: Site, visitors: Visitors, *, javascript: bool) -> None:
    visitor = visitors.open(site, javascript=javascript, width=360)
    address = begin(visitor)
    page = visitor.page
    cookies = visitor.context.cookies()
    page.locator("#exchange").fill("In turn.\nAnd back: “both” <give>.")
    visitor.context.clear_cookies(name="tandem")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-in has ended")
    if javascript:
        visitor.check_accessibility()
    visitor.forgive("401")
    visitor.context.add_cookies([dict(cookie) for cookie in cookies])  # type: ignore[misc]
    page.get_by_role("button", name="Send again").click()
    page.wait_for_url(re.compile("/involvement"))
    expect(visitor.go(address).locator("#exchange")).to_have_value("In turn.\nAnd back: “both” <give>.")


def test_nothing_stays_on_the_device_after_submission(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    page = visitor.sign_in_as("Contact van Demo-Leie")
    page.evaluate("localStorage.setItem('draft:1:SDG-DEM001:motivation', '{}')")
    page.evaluate("localStorage.setItem('draft:1:SDG-OTHER0:motivation', '{}')")
    visitor.go("/candidacies/SDG-DEM001/submitted")
    assert kept(page) == ["draft:1:SDG-OTHER0:motivation"]


def test_the_next_person_on_a_shared_machine_sees_nothing_of_the_one_before(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    address = begin(visitor)
    page = visitor.page
    visitor.context.set_offline(True)
    page.locator("#exchange").press_sequentially("Nobody else may read this")
    expect(page.locator("#saved")).to_contain_text("Not connected")
    visitor.context.set_offline(False)
    visitor.context.clear_cookies(name="tandem")  # left without signing out
    visitor.sign_in_as("Contact van Demo-Leie")
    other = visitor.go("/candidacies/SDG-DEM001")
    expect(other.get_by_text("Nobody else may read this")).to_have_count(0)
    assert "Nobody else may read this" not in other.content()
    assert visitor.page.goto(site.address + address).status == 404  # type: ignore[union-attr]
    visitor.forgive("404")
    visitor.faults[:] = [fault for fault in visitor.faults if not OFFLINE.search(fault)]
