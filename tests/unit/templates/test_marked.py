"""Nothing that a template says reaches a reader without passing the catalogues."""

import re

import pytest

from app.documents.templates import TEMPLATES

# the page of components has their names as headings
SOURCES = sorted(
    file.relative_to(TEMPLATES).as_posix()
    for file in TEMPLATES.rglob("*.*")
    if file.suffix in (".html", ".txt") and file.parent != TEMPLATES / "staff" / "components"
)
CODE = re.compile(
    r"{#.*?#}|{%-?\s*trans\b.*?\bendtrans\s*-?%}|{% block page_class %}[^{]*|{%.*?%}|{{.*?}}|<style>.*?</style>"
    r"|^Subject: |[\w-]+--[\w-]+",
    re.DOTALL | re.MULTILINE,
)
READ_ALOUD = re.compile(r'\b(?:alt|aria-label|aria-description|placeholder|title)="([^"]*)"')
TAG = re.compile(r'<[^>]*>|&\w+;|[\w-]+="[^"]*"')
WORD = re.compile(r"[^\W\d_]{2,}")
BRAND = "Tandem"


def unmarked(source: str) -> list[str]:
    """Give the words that stand in a template as they are."""
    bare = CODE.sub("", source)
    texts = [*READ_ALOUD.findall(bare), TAG.sub(" ", bare)]
    return [word for text in texts for word in WORD.findall(text) if word != BRAND]


def test_words_without_a_mark_are_found() -> None:
    assert unmarked('<p title="Your page" class="page--wide">{% trans %}Hello{% endtrans %} there {{ name }}</p>') == [
        "Your",
        "page",
        "there",
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_every_word_of_a_template_is_marked(name: str) -> None:
    assert unmarked((TEMPLATES / name).read_text(encoding="utf-8")) == []
