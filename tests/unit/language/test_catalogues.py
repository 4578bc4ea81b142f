import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.language import catalogues
from app.language.catalogues import gettext, negotiate, ngettext, pgettext, translations

PO = """msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Hello %(name)s"
msgstr "Bonjour %(name)s"

msgid "%(num)s day"
msgid_plural "%(num)s days"
msgstr[0] "%(num)s jour"
msgstr[1] "%(num)s jours"

msgctxt "month"
msgid "May"
msgstr "mai"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    target = tmp_path / "fr" / "LC_MESSAGES"
    target.mkdir(parents=True)
    (target / "tandem.po").write_text(PO, encoding="utf-8")
    monkeypatch.setattr(catalogues, "_FOLDER", tmp_path)
    translations.cache_clear()
    yield target
    translations.cache_clear()


@pytest.mark.usefixtures("folder")
def test_words_are_translated_and_filled_in_without_a_compiled_file() -> None:
    assert gettext("fr", "Hello %(name)s", name="Kigali") == "Bonjour Kigali"
    assert [ngettext("fr", "%(num)s day", "%(num)s days", count) for count in (0, 1, 2)] == [
        "0 jour",
        "1 jour",
        "2 jours",
    ]
    assert pgettext("fr", "month", "May") == "mai"


@pytest.mark.usefixtures("folder")
def test_english_and_unknown_words_stay_as_they_are() -> None:
    assert gettext("en", "Hello %(name)s", name="Kigali") == "Hello Kigali"
    assert gettext("fr", "100 %% sure") == "100 % sure"
    assert gettext("fr", "") == ""
    assert ngettext("en", "%(num)s day", "%(num)s days", 0) == "0 days"
    assert gettext("de", "Hello %(name)s", name="x") == "Hello x"


def test_a_compiled_file_is_used_unless_the_source_is_newer(folder: Path) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    compiled = Catalog(locale="fr", fuzzy=False)
    compiled.add("Hello %(name)s", "Salut %(name)s")
    with (folder / "tandem.mo").open("wb") as file:
        write_mo(file, compiled)
    assert gettext("fr", "Hello %(name)s", name="x") == "Salut x"
    os.utime(folder / "tandem.mo", (1, 1))
    translations.cache_clear()
    assert gettext("fr", "Hello %(name)s", name="x") == "Bonjour x"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "nl"),
        ("fr", "fr"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("de-DE,de;q=0.9,en;q=0.5,fr;q=0.7", "fr"),
        ("FR-bj, en;q=1.0", "fr"),
        ("rw,en;q=0.4", "en"),
        ("en;q=0,fr;q=0.1", "fr"),
        ("*", "nl"),
        ("en;q=x,fr", "fr"),
        (",;;q=,", "nl"),
    ],
)
def test_negotiate_takes_the_first_language_that_we_have(header: str, locale: str) -> None:
    assert negotiate(header) == locale
