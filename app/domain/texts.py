"""Texts that staff write in three languages, with a visible fallback."""

from dataclasses import dataclass
from typing import Final

ORDER = ("nl", "en", "fr")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the language that it is in; where that is not the reader's, the page says so (``lang`` attribute)."""

    words: str
    language: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Words:
    """A text in three languages; an empty one falls back visibly."""

    nl: str = ""
    fr: str = ""
    en: str = ""

    def said(self, locale: str) -> Text:
        """Choose the reader's language."""
        return pick(locale, nl=self.nl, fr=self.fr, en=self.en)

    def __bool__(self) -> bool:
        return bool(self.nl or self.fr or self.en)


NO_WORDS: Final = Words()


def pick(locale: str, *, nl: str = "", fr: str = "", en: str = "") -> Text:
    """Choose the reader's language; where it is empty, Dutch, then English, then French."""
    texts = {"nl": nl, "fr": fr, "en": en}
    language = next((code for code in (locale, *ORDER) if texts.get(code)), locale)
    return Text(texts.get(language, ""), language)


def title_of(row: object, locale: str) -> Text:
    """Choose the title of a row that has ``title_nl``, ``title_fr`` and ``title_en``."""
    return _of(row, "title", locale)


def summary_of(row: object, locale: str) -> Text:
    """Choose the summary of a row that has ``summary_nl``, ``summary_fr`` and ``summary_en``."""
    return _of(row, "summary", locale)


def _of(row: object, name: str, locale: str) -> Text:
    return pick(locale, **{code: getattr(row, f"{name}_{code}") for code in ORDER})
