"""The guides say what stands on the pages: words in bold are words of the catalogue, links lead somewhere."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"
FILES = sorted(GUIDES.glob("*.*.md"))
BOLD = re.compile(r"\*\*(.+?)\*\*")
LINK = re.compile(r"\]\(([^)#:]+)\)")
PLACEHOLDER = re.compile(r"%\\?\(\w+\\?\)s")


def _plain(text: str) -> str:
    """Give the words with ordinary spaces."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def _patterns(language: str) -> re.Pattern[str]:
    """Match every string of the catalogue, with anything in the place of a placeholder."""
    source = ROOT / "app" / "locales" / ("nl" if language == "en" else language) / "LC_MESSAGES" / "tandem.po"
    texts: set[str] = set()
    with source.open("rb") as file:
        for entry in read_po(file, locale=language):
            said = entry.id if language == "en" else entry.string
            texts.update([said] if isinstance(said, str) else said or ())
    words = (PLACEHOLDER.sub(".+", re.escape(_plain(text)).replace("%%", "%")) for text in texts if _is_said(text))
    return re.compile("|".join(sorted(words)))


def _is_said(text: str) -> bool:
    """Leave out the head of the catalogue, and what holds hardly anything but placeholders."""
    words = PLACEHOLDER.sub("", text)
    return bool(words) and (words == text or bool(re.search(r"[^\W\d_]{3}", words)))


def test_there_are_guides() -> None:
    assert len(FILES) >= 10


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_words_in_bold_stand_on_the_pages(file: Path) -> None:
    known = _patterns(file.name.split(".")[-2])
    quoted = BOLD.findall(file.read_text(encoding="utf-8"))
    assert quoted
    assert [words for words in quoted if not known.fullmatch(_plain(words))] == []


@pytest.mark.parametrize("file", [*FILES, GUIDES / "README.md"], ids=lambda file: file.name)
def test_links_and_pictures_lead_somewhere(file: Path) -> None:
    targets = LINK.findall(file.read_text(encoding="utf-8"))
    assert [target for target in targets if not (file.parent / target).exists()] == []


def test_the_index_names_every_guide() -> None:
    index = (GUIDES / "README.md").read_text(encoding="utf-8")
    assert [file.name for file in FILES if f"({file.name})" not in index] == []
