"""What staff do with a file of candidacies from an earlier form."""

import csv
import io
from collections.abc import Sequence
from functools import partial

from playwright.sync_api import FilePayload, Page, expect

from app.language.catalogues import gettext
from tests.e2e.conftest import Visitor

say = partial(gettext, "nl")
HEADER = ("Gemeente", "E-mail", "Ingediend op", "Hebben jullie nu een actieve stedenband?", "Opmerkingen van vroeger")
GOOD = (
    ("Demo-Meetjesland", "contact-meetjesland@example.org", "12/10/2026", "Nee", "Zie mail"),
    ("Stad Aalst", "contact-aalst@example.org", "13 oktober 2026", "ja", ""),
)


def table(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    """Write a file as a Flemish spreadsheet does: semicolons, Windows-1252."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([header, *rows])
    return text.getvalue().encode("cp1252")


def send(visitor: Visitor, name: str, content: bytes) -> Page:
    """Choose a file and send it; the page with its columns opens."""
    page = visitor.go("/staff/candidacies/import?lang=nl")
    page.get_by_label(say("File"), exact=True).set_input_files(
        FilePayload(name=name, mimeType="text/csv", buffer=content)
    )
    page.get_by_role("button", name=say("Read the file")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("What each column holds"))
    return page
