"""Files are attached, refused by name, fetched and removed, with and without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.candidate_steps import attach, say, start
from tests.e2e.conftest import Site, Visitor, Visitors
from tests.sample_files import jpeg, pdf, sheet

pytestmark = pytest.mark.browser
FILES = (("Collegebesluit.pdf", pdf()), ("Plan – année 1.xlsx", sheet()))


def open_attachments(visitor: Visitor, reference: str) -> Page:
    """Go to the attachments by the list of parts."""
    page = visitor.go(f"/candidacies/{reference}?lang=nl")
    page.get_by_role("link", name=say("Attachments"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Attachments"))
    return page


def fetched(page: Page, name: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_files_are_attached_fetched_and_removed(site: Site, visitors: Visitors, javascript: bool) -> None:
    visitor = visitors.open(site, javascript=javascript, width=360)
    reference = start(visitor)
    page = open_attachments(visitor, reference)
    attach(page, *FILES)
    expect(page.get_by_text(say("Your files are attached."))).to_be_visible()
    assert [fetched(page, name) for name, _ in FILES] == list(FILES)
    removal = page.get_by_role("link", name=re.compile(f"{say('Remove')}.*{FILES[0][0]}"))
    removal.click()
    page.get_by_role("link", name=say("Keep it")).click()
    removal.click()
    page.get_by_role("button", name=say("Remove"), exact=True).click()
    expect(page.get_by_text(say("The attachment is removed."))).to_be_visible()
    expect(page.get_by_role("link", name=FILES[0][0], exact=True)).to_have_count(0)
    page.get_by_role("link", name=say("Back to all parts")).click()
    expect(page.get_by_role("listitem").filter(has_text=say("Attachments"))).to_contain_text("1")
    visitor.go(f"/candidacies/{reference}/check?lang=nl")
    expect(page.get_by_role("link", name=FILES[1][0], exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_file_that_is_refused_is_named_and_the_good_one_is_kept(
    site: Site, visitors: Visitors, javascript: bool
) -> None:
    visitor = visitors.open(site, javascript=javascript)
    page = open_attachments(visitor, start(visitor))
    attach(page, ("Pagina.pdf", b"<!doctype html><script>alert(1)</script>"), ("Foto.jpg", jpeg()))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Pagina.pdf: ")
    expect(alert).not_to_contain_text("Foto.jpg")
    expect(page.get_by_role("table")).not_to_contain_text("Pagina.pdf")
    expect(page.get_by_label(say("Files to attach"))).to_have_attribute("aria-invalid", "true")
    if javascript:
        expect(alert).to_be_focused()
        visitor.check_accessibility()
    alert.get_by_role("link").click()
    expect(page.get_by_label(say("Files to attach"))).to_be_focused()
    visitor.forgive("422")


def test_a_file_that_is_too_large_does_not_travel(site: Site, visitors: Visitors, tmp_path: Path) -> None:
    visitor = visitors.open(site)
    page = open_attachments(visitor, start(visitor))
    large = tmp_path / "Groot.pdf"
    large.write_bytes(b"%PDF-" + bytes(10 * 1024 * 1024))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    field = page.get_by_label(say("Files to attach"))
    field.set_input_files(large)
    page.get_by_role("button", name=say("Attach"), exact=True).click()
    message = field.evaluate("field => field.validationMessage")
    assert message == f"Groot.pdf: {say('larger than %(megabytes)s MB', megabytes=10)}"
    assert sent == []
    field.set_input_files([FilePayload(name=f"{at}.pdf", mimeType="", buffer=pdf(str(at))) for at in range(6)])
    assert re.search("5", field.evaluate("field => field.validationMessage"))


def test_the_programme_team_fetches_an_attachment(site: Site, visitors: Visitors) -> None:
    candidate, staff = visitors.open(site), visitors.open(site)
    reference = start(candidate)
    attach(open_attachments(candidate, reference), *FILES)
    staff.sign_in_as("Programmateam VVSG")
    page = staff.go(f"/staff/candidacies/{reference}?lang=nl")
    assert fetched(page, FILES[1][0]) == FILES[1]
    staff.check_accessibility()
