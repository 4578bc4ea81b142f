"""The whole path with four people, in a browser with JavaScript and in one without."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.domain.codes import Section
from app.language.formats import money
from tests.e2e import candidate_steps as candidate
from tests.e2e import partner_steps as partner
from tests.e2e import staff_steps as staff
from tests.e2e.conftest import Site, Visitor, Visitors

pytestmark = pytest.mark.browser
TITLE = "Online session: whom do we not reach?"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_four_people_walk_the_whole_path(site: Site, visitors: Visitors, javascript: bool) -> None:
    reference = municipality_submits(site, visitors, javascript=javascript)
    team = staff_pair_and_publish(site, visitors, reference, javascript=javascript)
    coordinator_sets_aside(site, visitors, javascript=javascript)
    participant_follows_a_session(site, visitors, team, javascript=javascript)


def municipality_submits(site: Site, visitors: Visitors, *, javascript: bool) -> str:
    first = visitors.open(site, javascript=javascript)
    reference = candidate.start(first)
    candidate.open_next_part(first.page, Section.GOVERNMENT)
    candidate.fill_government(first.page)
    if javascript:
        candidate.expect_saved(first.page)
    candidate.save_and_continue(first.page)
    candidate.expect_part(first.page, Section.THEME)
    other = resume_elsewhere(site, visitors, javascript=javascript)
    page = other.page
    candidate.open_next_part(page, Section.THEME)
    for fill, following in (
        (candidate.fill_theme, Section.LEARNING),
        (candidate.fill_learning, Section.MOTIVATION),
        (candidate.fill_motivation, Section.INVOLVEMENT),
        (candidate.fill_involvement, Section.PROMISES),
        (candidate.fill_promises, Section.CITY_LINKS),
    ):
        fill(page)
        candidate.save_and_continue(page)
        candidate.expect_part(page, following)
    candidate.fill_city_links(page)
    candidate.save_and_continue(page)
    candidate.check_and_submit(page, reference)
    if javascript:
        other.check_accessibility()
    return reference


def resume_elsewhere(site: Site, visitors: Visitors, *, javascript: bool) -> Visitor:
    """Go on in another browser with the link that was mailed."""
    other = visitors.open(site, javascript=javascript)
    page = other.go("/demo/mailbox")
    subject = candidate.say("Your candidacy for %(government)s", government=candidate.MUNICIPALITY)
    page.get_by_role("link", name=subject).click()
    page.get_by_role("main").get_by_role("link", name="/sign-in/link/").click()
    page.get_by_role("button", name=candidate.say("Sign in"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(candidate.MUNICIPALITY)
    return other


def staff_pair_and_publish(site: Site, visitors: Visitors, reference: str, *, javascript: bool) -> Visitor:
    team = visitors.open(site, javascript=javascript)
    page = team.sign_in_as("Programmateam VVSG")
    staff.find_candidacy(team, candidate.MUNICIPALITY, reference)
    team.go("/staff/pairings")
    before = staff.pairs_on(page)
    locked, excluded = (staff.Pair(*one) for one in sorted(before.items())[:2])
    staff.lock(page, locked)
    staff.exclude(page, excluded)
    staff.change_weights(page)
    staff.keep(page)
    staff.publish(page)
    if javascript:
        team.check_accessibility()
    after = staff.pairs_on(page)
    assert after[locked.flemish] == locked.partner
    assert after.get(excluded.flemish) != excluded.partner
    return team


def coordinator_sets_aside(site: Site, visitors: Visitors, *, javascript: bool) -> None:
    visitor = visitors.open(site, javascript=javascript, zone="Africa/Kigali", language="en-GB", width=360)
    page = visitor.sign_in_as("Coordinator of Bugesera")
    partner.expect_next_session(page, day="Thursday 26 November 2026", time="14:00")
    expect(page.get_by_text("left of €17,500")).to_have_count(4)
    left_cents = partner.left_of(page, "Bugesera")
    partner.open_budget(page)
    partner.open_commitment(page)
    partner.book(page, francs="150 000")
    left_cents -= 100_00
    expect(page.get_by_role("status")).to_contain_text("€100")
    assert partner.left_of(page, "Bugesera") == left_cents
    partner.open_commitment(page)
    partner.book(page, francs=str((left_cents + 100_00) * partner.FRANCS_PER_EURO // 100))
    fits = money("en", left_cents)
    expect(page.get_by_role("alert")).to_contain_text(f"This is €100 too much: at most {fits} fits")
    if javascript:
        visitor.check_accessibility()
    partner.go_back(page)
    visitor.forgive("422")
    assert partner.left_of(page, "Bugesera") == left_cents


def participant_follows_a_session(site: Site, visitors: Visitors, team: Visitor, *, javascript: bool) -> None:
    visitor = visitors.open(site, javascript=javascript, zone="Africa/Kigali", language="en-GB", width=360)
    page = visitor.sign_in_as("Participant of Bugesera")
    path = partner.expect_next_session(page, day="Thursday 26 November 2026", time="14:00")
    feed = partner.feed_address(page)
    before = partner.entry_of(feed, TITLE, 2026)
    assert before.starts_at.astimezone(UTC) == datetime(2026, 11, 26, 12, tzinfo=UTC)
    staff.move_session(team, path, day="2026-11-27", starts="15:00", ends="16:30")
    after = partner.entry_of(feed, TITLE, 2026)
    assert after.starts_at.astimezone(UTC) == datetime(2026, 11, 27, 14, tzinfo=UTC)
    assert after.uid == before.uid
    assert after.sequence > before.sequence
    visitor.go("/my")
    partner.expect_next_session(page, day="Friday 27 November 2026", time="16:00")
