"""Read a candidacy form that comes from outside, such as a file: what is wrong is named with its place."""

from collections.abc import Mapping
from typing import Any, Final

from app.domain.candidacy_form import CandidacyForm
from app.domain.codes import QuestionKind, Section
from app.domain.errors import DomainError

LANGUAGES: Final = frozenset({"nl", "fr", "en"})


class FormUnreadable(DomainError):
    """The form has something else at ``place`` than it must have there (a path such as ``sections[0].title.nl``)."""

    code = "form_unreadable"


def read_form(data: object) -> CandidacyForm:
    """Read a form as ``CandidacyForm.to_data`` gives it.

    :raises FormUnreadable: the first place that is not right.
    """
    form = _mapping(data, "form")
    for at, part in enumerate(_sequence(form.get("sections"), "sections")):
        _check_section(_mapping(part, f"sections[{at}]"), f"sections[{at}]")
    for name, options in _mapping(form.get("lists"), "lists").items():
        _check_options(options, f"lists.{name}")
    return CandidacyForm.from_data(form)


def _check_section(part: Mapping[str, Any], place: str) -> None:
    _member(part.get("section"), frozenset(Section), f"{place}.section")
    _check_words(part.get("title"), f"{place}.title")
    _check_words(part.get("intro", {}), f"{place}.intro")
    for at, question in enumerate(_sequence(part.get("questions"), f"{place}.questions")):
        _check_question(_mapping(question, f"{place}.questions[{at}]"), f"{place}.questions[{at}]")


def _check_question(question: Mapping[str, Any], place: str) -> None:
    _text(question.get("code"), f"{place}.code")
    _member(question.get("kind"), frozenset(QuestionKind), f"{place}.kind")
    _check_words(question.get("title"), f"{place}.title")
    _check_words(question.get("help", {}), f"{place}.help")
    _check_options(question.get("options", []), f"{place}.options")
    _require(isinstance(question.get("required", False), bool), f"{place}.required")
    limit = question.get("word_limit", 0)
    _require(isinstance(limit, int) and not isinstance(limit, bool), f"{place}.word_limit")
    if question.get("only_if") is not None:
        pair = _sequence(question["only_if"], f"{place}.only_if")
        _require(len(pair) == 2 and all(isinstance(one, str) for one in pair), f"{place}.only_if")


def _check_options(options: object, place: str) -> None:
    for at, option in enumerate(_sequence(options, place)):
        found = _mapping(option, f"{place}[{at}]")
        _text(found.get("code"), f"{place}[{at}].code")
        _check_words(found.get("title"), f"{place}[{at}].title")
        _require(isinstance(found.get("group", ""), str), f"{place}[{at}].group")


def _check_words(words: object, place: str) -> None:
    for language, text in _mapping(words, place).items():
        _require(language in LANGUAGES and isinstance(text, str), f"{place}.{language}")


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FormUnreadable(place=place)
    return value


def _sequence(value: object, place: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise FormUnreadable(place=place)
    return value


def _text(value: object, place: str) -> None:
    _require(isinstance(value, str) and 0 < len(value) <= 64, place)


def _member(value: object, members: frozenset[str], place: str) -> None:
    _require(isinstance(value, str) and value in members, place)


def _require(condition: bool, place: str) -> None:
    if not condition:
        raise FormUnreadable(place=place)
