"""The answers of a candidacy in words: on the page, in the mail, and on paper."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.candidacy_answers import KNOWN_LINKS
from app.domain.candidacy_form import CandidacyForm, Choice, FormChoices, Question
from app.domain.codes import Direction, LanguageLevel, Profile, QuestionKind, Section
from app.domain.texts import Text
from app.language.catalogues import N_, gettext
from app.language.labels import label, language_name
from app.language.moments import date_long

Answers = Mapping[str, Any]
Kind = QuestionKind


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A question with its answer; ``lines`` is empty where nothing was answered; ``asked``: it was put to them."""

    name: str
    question: Text
    lines: tuple[str, ...]
    asked: bool = True


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A section of the form with its questions and answers."""

    section: Section
    title: Text
    rows: tuple[SheetRow, ...]


def answer_sheet(
    locale: str, form: CandidacyForm, answers: Mapping[Section, Answers], choices: FormChoices
) -> list[SheetSection]:
    """Put the answers of all sections in words, every question of the form among them."""
    return [
        SheetSection(
            part.section,
            part.title.said(locale),
            (
                *(_row(locale, question, answers.get(part.section, {}), choices) for question in part.questions),
                *_known_links(locale, part.section, answers.get(part.section, {})),
            ),
        )
        for part in form.sections
    ]


def answer_lines(locale: str, question: Question, value: Any, choices: FormChoices) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    """Put one answer in words; nothing answered is no line."""
    if not value:
        return ()
    write = _WRITERS.get(question.kind)
    return tuple(write(locale, question, value, choices)) if write else tuple(str(value).split("\n"))


def _row(locale: str, question: Question, answers: Answers, choices: FormChoices) -> SheetRow:
    lines = answer_lines(locale, question, answers.get(question.code), choices)
    only_if = question.only_if
    asked = only_if is None or answers.get(only_if[0]) == only_if[1]
    return SheetRow(question.code, question.title.said(locale), lines, asked)


def _known_links(locale: str, section: Section, answers: Answers) -> Iterator[SheetRow]:
    """Give what was said of the known links, always as one row of the section on city links."""
    if section is Section.CITY_LINKS:
        said = {"active": N_("still going on"), "ended": N_("ended"), "unknown": N_("not known there")}
        lines = tuple(
            gettext(locale, N_("%(link)s: %(state)s"), link=name, state=gettext(locale, said[state]))
            for name, state in (answers.get(KNOWN_LINKS) or {}).items()
        )
        question = Text(gettext(locale, N_("Are the links that we know of still going on?")), locale)
        yield SheetRow(KNOWN_LINKS, question, lines, asked=False)


def _titled(wanted: Iterable[object], choices: Iterable[Choice]) -> list[str]:
    titles = {choice.value: str(choice.title) for choice in choices}
    return [titles.get(str(value), str(value)) for value in wanted]


def _learning(
    locale: str, _question: Question, value: Mapping[str, Mapping[str, Any]], choices: FormChoices
) -> list[str]:
    titles = {choice.value: str(choice.title) for choice in choices.fields}
    ordered = sorted(value.items(), key=lambda item: item[1]["priority"])
    return [
        gettext(
            locale,
            N_("Priority %(priority)s: %(field)s. %(words)s"),
            priority=chosen["priority"],
            field=titles.get(code, code),
            words=chosen.get("text") or "",
        ).strip()
        for code, chosen in ordered
    ]


def _languages(locale: str, _question: Question, value: Mapping[str, int], _choices: FormChoices) -> list[str]:
    levels = ((language_name(locale, code), label(locale, LanguageLevel(level))) for code, level in value.items())
    return [
        gettext(locale, N_("%(language)s: %(level)s"), language=language, level=level) for language, level in levels
    ]


def _options(locale: str, question: Question, value: object) -> list[str]:
    titles = {option.code: str(option.title.said(locale)) for option in question.options}
    wanted = value if isinstance(value, list) else [value]
    return [titles.get(str(one), str(one)) for one in wanted]


_WRITERS: Mapping[Kind, Callable[[str, Question, Any, FormChoices], Iterable[str]]] = {
    Kind.PROFILES: lambda locale, _question, value, _choices: [label(locale, Profile(code)) for code in value],
    Kind.TRACKS: lambda _locale, _question, value, choices: _titled(value, choices.tracks),
    Kind.SUBJECTS: lambda _locale, _question, value, choices: _titled(value, choices.subjects),
    Kind.GOALS: lambda _locale, _question, value, choices: _titled(value, choices.goals),
    Kind.PARTNERS: lambda _locale, _question, value, choices: _titled(value, choices.partners),
    Kind.LEARNING: _learning,
    Kind.DAY: lambda locale, _question, value, _choices: [date_long(locale, date.fromisoformat(value))],
    Kind.PROMISES: lambda _locale, _question, value, choices: _titled(value, choices.promises),
    Kind.DIRECTION: lambda locale, _question, value, _choices: [label(locale, Direction(value))],
    Kind.LANGUAGES: _languages,
    Kind.YES_NO: lambda locale, _question, value, _choices: [
        gettext(locale, N_("Yes") if value == "yes" else N_("No"))
    ],
    Kind.ONE_OF: lambda locale, question, value, _choices: _options(locale, question, value),
    Kind.SEVERAL_OF: lambda locale, question, value, _choices: _options(locale, question, value),
}
