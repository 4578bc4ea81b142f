"""The words of the form's editor: kinds of questions, and names of what can be edited in one."""

from enum import Enum
from typing import Final

from app.domain.candidacy_form import FREE_KINDS
from app.domain.codes import QuestionKind
from app.language.catalogues import N_, gettext

KINDS: Final[dict[Enum, str]] = {
    QuestionKind.TEXT: N_("Short text"),
    QuestionKind.LONG_TEXT: N_("Long text"),
    QuestionKind.DAY: N_("A day"),
    QuestionKind.YES_NO: N_("Yes or no"),
    QuestionKind.ONE_OF: N_("One answer from a list"),
    QuestionKind.SEVERAL_OF: N_("Several answers from a list"),
    QuestionKind.EMAIL: N_("E-mail address"),
    QuestionKind.PHONE: N_("Telephone number"),
    QuestionKind.PROFILES: N_("Kinds of places"),
    QuestionKind.TRACKS: N_("Tracks in order of preference"),
    QuestionKind.SUBJECTS: N_("Subjects of the tracks"),
    QuestionKind.GOALS: N_("Sustainable Development Goals"),
    QuestionKind.PARTNERS: N_("Partners in order of preference"),
    QuestionKind.LEARNING: N_("Policy fields with priority and text"),
    QuestionKind.PROMISES: N_("Promises, one by one"),
    QuestionKind.DIRECTION: N_("Who travels first"),
    QuestionKind.LANGUAGES: N_("Languages with a level"),
}
_HINTS: Final = {
    QuestionKind.TEXT: N_("One line, such as a name."),
    QuestionKind.LONG_TEXT: N_("Several lines, with a limit of words if you want one."),
    QuestionKind.ONE_OF: N_("You write the answers on the next page."),
    QuestionKind.SEVERAL_OF: N_("You write the answers on the next page."),
}
_FIELDS: Final = {
    "title_nl": N_("Title in Dutch"),
    "title_fr": N_("Title in French"),
    "title_en": N_("Title in English"),
    "intro_nl": N_("Introduction in Dutch"),
    "intro_fr": N_("Introduction in French"),
    "intro_en": N_("Introduction in English"),
    "help_nl": N_("Help text in Dutch"),
    "help_fr": N_("Help text in French"),
    "help_en": N_("Help text in English"),
    "options": N_("List"),
}


def kind_name(locale: str, kind: QuestionKind) -> str:
    """Name a kind of question."""
    return gettext(locale, KINDS[kind])


def kind_choices(locale: str) -> list[tuple[str, str, str]]:
    """Give code, name and hint (maybe empty) of the kinds that a new question may have."""
    return [
        (kind.value, kind_name(locale, kind), gettext(locale, _HINTS[kind]) if kind in _HINTS else "")
        for kind in FREE_KINDS
    ]


def field_names(locale: str) -> dict[str, str]:
    """Give the names of what can be edited, by the names of their fields."""
    return {name: gettext(locale, words) for name, words in _FIELDS.items()}
