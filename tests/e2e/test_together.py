"""Writing a candidacy together: colleagues, a second person who confirms, and the saved versions."""

import json
import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import candidate_steps as steps
from tests.e2e.conftest import Site, Visitor, Visitors
from tests.e2e.crowd import overflow

pytestmark = pytest.mark.browser
say = steps.say
COLLEAGUE = "collega-demo-meetjesland@example.org"
MAYOR = "burgemeester-demo-meetjesland@example.org"
FIRST_WORDS = "Wij bereiden elke sessie om de beurt voor."


def mailed_link(site: Site, address: str, kind: str) -> str:
    """Give the secret link of the last mail of a kind to an address."""
    with closing(sqlite3.connect(site.database)) as database:
        query = "SELECT text FROM mail WHERE recipient = ? AND kind = ? ORDER BY id DESC"
        row = database.execute(query, (address, kind)).fetchone()
    assert row, f"no {kind} to {address}"
    found = re.search(r"(/(?:sign-in/link|confirmations)/[\w-]+)", row[0])
    assert found
    return found[1]


def follow(visitor: Visitor, link: str) -> Page:
    """Open a mailed link and press its button."""
    page = visitor.go(link)
    page.get_by_role("main").get_by_role("button", name=say("Sign in")).click()
    return page


def start_confirmed(site: Site, visitor: Visitor) -> str:
    """Start a candidacy and confirm the address by the mailed link; give the reference."""
    reference = steps.start(visitor)
    follow(visitor, mailed_link(site, steps.ADDRESS, "candidacy_started"))
    return reference


def fill_everything(site: Site, reference: str) -> None:
    """Give a draft the answers of a candidacy that is complete."""
    with closing(sqlite3.connect(site.database, timeout=10)) as database, database:
        draft = "(SELECT id FROM candidacy WHERE reference = ?)"
        database.execute(f"DELETE FROM candidacy_section WHERE candidacy_id = {draft}", (reference,))  # noqa: S608 - our own words
        database.execute(
            "INSERT INTO candidacy_section (candidacy_id, section, answers, complete, version, saved_at)"  # noqa: S608 - our own words
            f" SELECT {draft}, section, answers, complete, 1, '2026-11-22 08:00:00' FROM candidacy_section s"
            " JOIN candidacy c ON c.id = s.candidacy_id WHERE c.reference = 'SDG-DEM001'",
            (reference,),
        )


def ask_for_two(site: Site) -> None:
    """Let the programmes ask for a second person."""
    with closing(sqlite3.connect(site.database, timeout=10)) as database, database:
        for number, rules in database.execute("SELECT id, rules FROM programme").fetchall():
            changed = json.dumps({**json.loads(rules), "second_confirmation": True})
            database.execute("UPDATE programme SET rules = ? WHERE id = ?", (changed, number))


def ask(page: Page, address: str, *, name: str = "Burgemeester van Demo-Meetjesland") -> None:
    """Fill in and send the form that asks for a confirmation."""
    page.get_by_label(say("Name"), exact=True).fill(name)
    page.get_by_label(say("Office")).fill("Burgemeester")
    page.get_by_label(say("E-mail address")).fill(address)
    page.get_by_role("button", name=say("Ask for a confirmation")).click()


def sound(visitor: Visitor) -> None:
    """Check a page as it stands, wide and narrow."""
    for width in (1280, 360):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.check_accessibility()
        assert overflow(visitor.page) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_colleague_writes_along_in_a_second_browser(site: Site, visitors: Visitors, javascript: bool) -> None:
    first, second = visitors.open(site, javascript=javascript), visitors.open(site, javascript=javascript)
    reference = start_confirmed(site, first)
    page = first.page
    page.get_by_role("link", name=say("Who writes this candidacy")).click()
    page.get_by_label(say("Name"), exact=True).fill("Collega van Demo-Meetjesland")
    page.get_by_label(say("E-mail address")).fill(COLLEAGUE)
    page.get_by_role("button", name=say("Invite"), exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(
        say("Your colleague can write along now, and has a mail with a link.")
    )
    expect(page.get_by_role("table")).to_contain_text(COLLEAGUE)
    if javascript:
        sound(first)
    theirs = follow(second, mailed_link(site, COLLEAGUE, "candidacy_invitation"))
    expect(theirs.get_by_role("heading", level=1)).to_contain_text(steps.MUNICIPALITY)
    second.go(f"/candidacies/{reference}/motivation")
    steps.fill_motivation(theirs)
    steps.save_and_continue(theirs)
    first.go(f"/candidacies/{reference}")
    expect(page.get_by_role("main")).to_contain_text("Collega van Demo-Meetjesland")
    first.go(f"/candidacies/{reference}/motivation")
    expect(page.locator("#exchange")).to_have_value(FIRST_WORDS)
    first.go(f"/candidacies/{reference}/people")
    page.get_by_role("link", name=re.compile(say("Remove"))).click()
    if javascript:
        sound(first)
    page.get_by_role("button", name=say("Remove"), exact=True).click()
    expect(page.get_by_role("table")).not_to_contain_text(COLLEAGUE)
    answer = theirs.goto(f"{site.address}/candidacies/{reference}")
    assert answer is not None
    assert answer.status == 404
    second.forgive("404")


def test_both_texts_of_two_people_stay_among_the_saved_versions(site: Site, visitors: Visitors) -> None:
    first, second = visitors.open(site), visitors.open(site)
    reference = start_confirmed(site, first)
    second.context.add_cookies([dict(cookie) for cookie in first.context.cookies()])  # type: ignore[misc]
    address = f"/candidacies/{reference}/motivation"
    for visitor in (first, second):
        visitor.go(address)
    first.page.locator("#exchange").fill("Woorden van de eerste.")
    steps.expect_saved(first.page)
    second.page.locator("#exchange").fill("Woorden van de tweede.")
    second.page.get_by_role("button", name=say("See both texts")).click()
    second.page.get_by_role("button", name=say("Save this choice")).click()
    second.page.wait_for_url(re.compile("/involvement"))
    second.forgive("409")
    page = first.go(f"/candidacies/{reference}/history/motivation/2")
    expect(page.locator("del")).to_contain_text("eerste.")
    expect(page.locator("ins")).to_contain_text("tweede.")
    sound(first)
    page.get_by_role("link", name=say("Version before")).click()
    page.get_by_role("button", name=say("Take this text back")).click()
    expect(page.get_by_role("main")).to_contain_text(
        say("The text is back. The text that stood there is kept as the version before.")
    )
    expect(first.go(address).locator("#exchange")).to_have_value("Woorden van de eerste.")
    page = first.go(f"/candidacies/{reference}/history")
    expect(page.get_by_role("table")).to_contain_text(say("You"))
    sound(first)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_second_person_confirms(site: Site, visitors: Visitors, javascript: bool) -> None:
    ask_for_two(site)
    author, mayor = visitors.open(site, javascript=javascript), visitors.open(site, javascript=javascript)
    reference = start_confirmed(site, author)
    fill_everything(site, reference)
    page = author.go(f"/candidacies/{reference}/check")
    expect(page.get_by_role("button", name=say("Submit the candidacy"))).to_have_count(0)
    page.get_by_role("link", name=say("Ask for a confirmation")).click()
    # never the same person, however the address is written
    ask(page, steps.ADDRESS.replace("@", "+twee@").upper())
    expect(page.get_by_role("alert")).to_contain_text(
        say("Who asks for the confirmation cannot give it. Somebody else confirms, at another address.")
    )
    author.forgive("422")
    if javascript:
        sound(author)
    ask(page, MAYOR)
    expect(page.get_by_role("heading", level=2)).to_have_text(say("Waiting for an answer"))
    if javascript:
        sound(author)
    link = mailed_link(site, MAYOR, "confirmation_asked")
    # the asker opens the link: there is nothing to press
    author.go(link)
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
    # declined, with a reason
    theirs = mayor.go(link)
    expect(theirs.get_by_role("main")).to_contain_text("Contact van Demo-Leie")
    if javascript:
        sound(mayor)
    theirs.get_by_label(say("What is still missing?")).fill("Noem ook de jeugdraad.")
    theirs.get_by_role("button", name=say("Do not confirm yet")).click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text(say("You did not confirm this candidacy yet"))
    # asked again
    author.go(f"/candidacies/{reference}/confirmation")
    expect(page.get_by_role("main")).to_contain_text("Noem ook de jeugdraad.")
    if javascript:
        sound(author)
    ask(page, MAYOR)
    expect(page.get_by_role("heading", level=2)).to_have_text(say("Waiting for an answer"))
    theirs = mayor.go(mailed_link(site, MAYOR, "confirmation_asked"))
    # the answers change while they are read
    author.go(f"/candidacies/{reference}/motivation")
    page.locator("#exchange").fill("Wij bereiden alles samen met de jeugdraad voor.")
    steps.save_and_continue(page)
    page.wait_for_url(re.compile("/involvement"))
    theirs.get_by_role("button", name=say("Confirm and submit")).click()
    expect(theirs.get_by_role("alert")).to_contain_text(say("Something is not right yet"))
    expect(theirs.get_by_role("main")).to_contain_text("Wij bereiden alles samen met de jeugdraad voor.")
    mayor.forgive("409")
    if javascript:
        sound(mayor)
    theirs.get_by_role("button", name=say("Confirm and submit")).click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text(say("You confirmed this candidacy"))
    if javascript:
        sound(mayor)
    author.go(f"/candidacies/{reference}")
    expect(page.get_by_role("main")).to_contain_text(say("Submitted"))
    assert mailed(site, "confirmation_done") == [MAYOR]
    assert steps.ADDRESS in mailed(site, "candidacy_submitted")


def mailed(site: Site, kind: str) -> list[str]:
    """Give who got a mail of a kind."""
    with closing(sqlite3.connect(site.database)) as database:
        query = "SELECT recipient FROM mail WHERE kind = ? AND created_at >= '2026-11-22' ORDER BY id"
        return [address for (address,) in database.execute(query, (kind,))]
