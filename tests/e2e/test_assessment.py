"""A full assessment: twelve candidacies, four readers, one conflict of interest, and the line at the places."""

from playwright.sync_api import expect

from tests.e2e.assessment_steps import (
    MANY,
    given_to,
    prepare,
    readers_per_candidacy,
    say,
    score_by_form,
    score_in_browser,
    status_for,
)
from tests.e2e.conftest import Site, Visitor, Visitors

STAFF = "Programmateam VVSG"


def give_out(team: Visitor, call_id: int) -> None:
    """Look at the proposal and carry it out."""
    page = team.go(f"/staff/assessment/assignment?call={call_id}")
    page.get_by_role("button", name=say("Give them out like this")).click()
    expect(page.get_by_text(say("The candidacies are given to their readers, who each get a mail."))).to_be_visible()


def declare_conflict(reader: Visitor, reference: str) -> None:
    """Say that one cannot judge freely."""
    page = reader.go(f"/assessments/{reference}")
    page.get_by_role("link", name=say("I have a conflict of interest")).click()
    page.get_by_label(say("Why can you not judge freely?")).fill("Mijn zus is er schepen.")
    page.get_by_role("button", name=say("Declare the conflict")).click()
    expect(page.get_by_role("heading", level=1, name=say("Your conflict of interest is noted"))).to_be_visible()


def test_twelve_candidacies_four_readers_one_conflict(site: Site, visitors: Visitors) -> None:
    call = prepare(site)
    first, second, third, fourth = call.readers
    team = visitors.open(site)
    team.sign_in_as(STAFF)
    page = team.go(f"/staff/assessment?call={call.call_id}")
    page.get_by_label(say("Add a reader: the e-mail address of a person who is known")).fill("lezer-d@example.org")
    page.get_by_role("button", name=say("Add the reader")).click()
    expect(page.get_by_text(fourth, exact=True)).to_be_visible()
    give_out(team, call.call_id)
    assert sorted(len(given_to(site, reader)) for reader in call.readers) == [6, 6, 6, 6]
    assert set(readers_per_candidacy(site, call.readers).values()) == {2}

    alice = visitors.open(site)
    alice.sign_in_as(first)
    blocked = given_to(site, first)[0]
    declare_conflict(alice, blocked)
    for path in (f"/assessments/{blocked}", f"/assessments/{blocked}/conflict", f"/staff/assessment/{blocked}"):
        assert status_for(site, first, path) == 404
    give_out(team, call.call_id)
    counted = {reader: set(given_to(site, reader)) for reader in call.readers}
    counted[first].discard(blocked)
    loads = sorted(len(found) for found in counted.values())
    assert loads[-1] - loads[0] <= 1
    assert sum(loads) == 2 * MANY
    assert all(sum(reference in found for found in counted.values()) == 2 for _, reference in call.candidacies)

    for reader in (third, fourth):
        for reference in sorted(counted[reader]):
            change = 2 if reader == fourth and call.place(reference) == MANY - 1 else 0
            score_by_form(site, reader, reference, call.place(reference), change=change)
    shared = next(one for one in sorted(counted[first]) if one in counted[third] | counted[fourth])
    alice.go(f"/assessments/{shared}")
    expect(alice.page.get_by_text("Per formulier: exchange.")).to_have_count(0)
    bob = visitors.open(site, javascript=False)
    bob.sign_in_as(second)
    for visitor, reader in ((alice, first), (bob, second)):
        for reference in sorted(counted[reader]):
            score_in_browser(visitor, reference, call.place(reference))
        visitor.go("/assessments")
        done = len(counted[reader])
        words = say("%(finished)s of %(all)s finished", finished=done, all=done)
        expect(visitor.page.get_by_text(words)).to_be_visible()
    alice.go(f"/assessments/{shared}")
    expect(alice.page.get_by_text("Per formulier: exchange.")).to_be_visible()
    alice.check_accessibility()

    page = team.go(f"/staff/assessment?call={call.call_id}")
    ranked = page.locator(".ranking > li")
    names = [name for name, _ in call.candidacies]
    expect(ranked).to_have_count(MANY + 1)
    found = [_name(text) for text in ranked.all_inner_texts()]
    order = [names.index(name) if name in names else "line" for name in found]
    assert order == [0, 1, 2, 3, "line", *range(4, MANY)]
    team.check_accessibility()
    page.get_by_role("link", name=names[0], exact=True).first.click()
    expect(page.get_by_role("heading", name=say("All scores"))).to_be_visible()
    team.check_accessibility()
    alice.forgive("404")


def _name(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip().startswith("Gemeente")), "")
