"""A person takes their data along and has them removed, with and without JavaScript."""

import json

import pytest

from tests.e2e.conftest import Site, Visitors

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_takes_their_data_along_and_goes(site: Site, visitors: Visitors, *, javascript: bool) -> None:
    visitor = visitors.open(site, javascript=javascript, language="en")
    visitor.sign_in_as("Deelnemer van Demo-Leie")
    page = visitor.go("/account?lang=en")
    page.get_by_role("link", name="See who looked").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download your data").click()
    data = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert data["person"]["name"] == "Deelnemer van Demo-Leie"
    assert [role["role"] for role in data["roles"]] == ["participant"]

    page.get_by_role("link", name="Remove your data").click()
    page.get_by_role("button", name="Remove my data for good").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your data are removed"
    visitor.go("/account")
    assert "/sign-in" in page.url


def test_who_answers_alone_for_a_candidacy_reads_what_to_do_first(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site, language="en")
    visitor.sign_in_as("Contact van Demo-Leie")
    page = visitor.go("/account/removal?lang=en")
    assert "SDG-DEM001" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Remove my data for good").count() == 0
    visitor.check_accessibility()
