"""The answers of a candidacy in words: on the page, in the mail, and later on paper."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.candidacy_form import Choice, FormChoices
from app.domain.codes import Direction, LanguageLevel, Profile, Section
from app.language.catalogues import N_, gettext
from app.language.labels import label, language_name
from app.language.moments import date_long

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A question with its answer; ``lines`` is empty where nothing was answered."""

    name: str
    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A section of the form with its questions and answers."""

    section: Section
    title: str
    rows: tuple[SheetRow, ...]


QUESTIONS: Mapping[Section, Mapping[str, str]] = {
    Section.GOVERNMENT: {
        "administrative_name": N_("Name of the administrative contact"),
        "administrative_email": N_("E-mail address of the administrative contact"),
        "administrative_phone": N_("Telephone number of the administrative contact"),
        "political_name": N_("Name of the political lead"),
        "political_role": N_("Office of the political lead"),
        "profiles": N_("What kind of place are you?"),
    },
    Section.THEME: {
        "tracks": N_("Which countries do you choose, in order of preference?"),
        "subjects": N_("Which subjects do you want to work on?"),
        "goals": N_("Which Sustainable Development Goals matter most to you?"),
        "partners": N_("Which partners would you like best?"),
    },
    Section.LEARNING: {
        "strengths": N_("What are you good at?"),
        "challenges": N_("What do you want to learn?"),
    },
    Section.MOTIVATION: {
        "exchange": N_("How will you see to it that both sides give and receive equally?"),
        "openness": N_("What are you ready to do differently?"),
    },
    Section.INVOLVEMENT: {
        "political": N_("Who takes part on the political side, and how?"),
        "administrative": N_("Who takes part in the administration, and how?"),
        "others": N_("Which others take part, such as associations, schools or companies?"),
        "college_date": N_("When did the college of mayor and aldermen decide on this candidacy?"),
    },
    Section.PROMISES: {
        "promises": N_("What do you promise?"),
        "direction": N_("Who travels first?"),
        "languages": N_("In which languages can you work?"),
        "unsuitable_weeks": N_("Which weeks do not suit you?"),
    },
    Section.CITY_LINKS: {
        "has_links": N_("Do you have an active city link now?"),
        "links": N_("With whom, and since when?"),
    },
}


def question(locale: str, section: Section, name: str) -> str:
    """Give the words of a question."""
    return gettext(locale, QUESTIONS[section][name])


def answer_sheet(locale: str, answers: Mapping[Section, Answers], choices: FormChoices) -> list[SheetSection]:
    """Put the answers of all sections in words, every question of the form among them."""
    return [
        SheetSection(
            section,
            label(locale, section),
            tuple(
                SheetRow(name, gettext(locale, words), _lines(locale, name, answers.get(section, {}), choices))
                for name, words in questions.items()
            ),
        )
        for section, questions in QUESTIONS.items()
    ]


def _lines(locale: str, name: str, answers: Answers, choices: FormChoices) -> tuple[str, ...]:
    value = answers.get(name)
    if not value:
        return ()
    write = _WRITERS.get(name)
    return tuple(write(locale, value, choices)) if write else tuple(str(value).split("\n"))


def _titled(wanted: Iterable[object], choices: Iterable[Choice]) -> list[str]:
    titles = {choice.value: str(choice.title) for choice in choices}
    return [titles.get(str(value), str(value)) for value in wanted]


def _learning(locale: str, value: Mapping[str, Mapping[str, Any]], choices: FormChoices) -> list[str]:
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


def _languages(locale: str, value: Mapping[str, int], _choices: FormChoices) -> list[str]:
    levels = ((language_name(locale, code), label(locale, LanguageLevel(level))) for code, level in value.items())
    return [
        gettext(locale, N_("%(language)s: %(level)s"), language=language, level=level) for language, level in levels
    ]


def _yes_or_no(locale: str, value: str, _choices: FormChoices) -> list[str]:
    return [gettext(locale, N_("Yes") if value == "yes" else N_("No"))]


_WRITERS: Mapping[str, Callable[[str, Any, FormChoices], list[str]]] = {
    "profiles": lambda locale, value, _choices: [label(locale, Profile(code)) for code in value],
    "tracks": lambda _locale, value, choices: _titled(value, choices.tracks),
    "subjects": lambda _locale, value, choices: _titled(value, choices.subjects),
    "goals": lambda _locale, value, choices: _titled(value, choices.goals),
    "partners": lambda _locale, value, choices: _titled(value, choices.partners),
    "strengths": _learning,
    "challenges": _learning,
    "college_date": lambda locale, value, _choices: [date_long(locale, date.fromisoformat(value))],
    "promises": lambda _locale, value, choices: _titled(value, choices.promises),
    "direction": lambda locale, value, _choices: [label(locale, Direction(value))],
    "languages": _languages,
    "has_links": _yes_or_no,
}
