import inspect
from enum import Enum
from pathlib import Path

import pytest

from app.domain import codes
from app.language.catalogues import LOCALES
from app.language.labels import choices, has_label, label, language_name, own_name

ENUMS = [
    member
    for _name, member in inspect.getmembers(codes, inspect.isclass)
    if issubclass(member, Enum) and member.__module__ == codes.__name__
]


def test_the_codes_are_found() -> None:
    assert codes.Country in ENUMS
    assert len(ENUMS) > 10


@pytest.mark.parametrize("codes_of", ENUMS, ids=lambda codes_of: codes_of.__name__)
def test_every_code_has_words_of_its_own(codes_of: type[Enum]) -> None:
    for locale in LOCALES:
        words = [label(locale, member) for member in codes_of]
        assert all(words)
        is_one_word = codes_of is codes.GovernmentKind and locale == "fr"  # a gemeente is a commune as well
        assert len(set(words)) == len(words) or is_one_word


def test_a_code_can_be_given_as_read_from_the_database() -> None:
    assert label("nl", (codes.Country, "RW")) == "Rwanda"
    assert label("nl", (codes.LanguageLevel, 3)) == "Vloeiend"
    with pytest.raises(ValueError, match="NL"):
        label("nl", (codes.Country, "NL"))


def test_equal_values_of_different_codes_keep_their_own_words() -> None:
    assert label("en", codes.SessionStatus.PUBLISHED) == "Announced"
    assert label("en", codes.ScenarioState.PUBLISHED) == "Published"


def test_choices_keep_the_order_of_the_codes() -> None:
    assert choices("fr", codes.Side) == [("flemish", "Côté flamand"), ("partner", "Côté partenaire")]


def test_the_glossary_names_the_kinds_of_session_as_the_pages_do() -> None:
    glossary = (Path(__file__).resolve().parents[3] / "docs" / "glossary.md").read_text(encoding="utf-8")
    for kind in codes.SessionKind:
        words = " | ".join(label(locale, kind)[:1].lower() + label(locale, kind)[1:] for locale in LOCALES)
        assert f"| `{kind.value}` | {words} |" in glossary


def test_has_label_is_for_codes_only() -> None:
    assert has_label(codes.Side.FLEMISH)
    assert not has_label("flemish")


def test_languages_have_names() -> None:
    assert language_name("nl", "fr") == "Frans"
    assert language_name("nl", "xx") == "xx"
    assert [own_name(locale) for locale in LOCALES] == ["Nederlands", "Français", "English"]
