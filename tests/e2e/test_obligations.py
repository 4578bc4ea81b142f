"""What was agreed, by the programme team and by a side; a year that prints on one page."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Site, Visitors


def test_staff_find_what_needs_attention_and_what_counts(shared_site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(shared_site, language="en")
    page = visitor.sign_in_as("Programmateam VVSG")
    visitor.go("/staff/obligations?lang=en")
    statuses = page.locator("#results tbody .tag").all_inner_texts()
    assert "At risk" in statuses
    page.get_by_label("Status").select_option("missed")
    expect(page.get_by_text("No partnership stands so.")).to_be_visible()
    expect(page).to_have_url(re.compile("status=missed"))
    page.get_by_label("Status").select_option("at_risk")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Bugesera", exact=True))
    row.locator("summary").first.click()
    expect(row.get_by_text("Counts", exact=True).first).to_be_visible()
    visitor.check_accessibility()
    row.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/agenda/\d+"))


def test_a_side_goes_from_what_it_must_do_to_where_it_is_done_without_javascript(
    shared_site: Site, visitors: Visitors
) -> None:
    visitor = visitors.open(shared_site, javascript=False, width=360, zone="Africa/Kigali", language="en")
    page = visitor.sign_in_as("Coordinator of Bugesera")
    visitor.go("/my")
    page.get_by_role("link", name="What was agreed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you must do")
    page.get_by_role("link", name=re.compile("more digital session")).click()
    expect(page).to_have_url(re.compile(r"/agenda/\d+"))


def test_a_year_prints_on_one_page_across(shared_site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(shared_site)
    page = visitor.sign_in_as("Programmateam VVSG")
    for path in ("/partnerships/demo-durme-bugesera-2026/year", "/staff/programme/sdg-2026-2027/year"):
        for language in ("nl", "fr"):
            visitor.go(f"{path}?lang={language}")
            printed = page.pdf(prefer_css_page_size=True, print_background=True)
            assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, path
            width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed).groups())  # type: ignore[union-attr]
            assert (round(width), round(height)) == (842, 595)
