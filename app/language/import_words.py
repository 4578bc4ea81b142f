"""The words of tables with candidacies: what columns are called, and in which words answers may be given."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Final

from app.domain.candidacy_form import LISTS, CandidacyForm, Option, Question
from app.domain.codes import Direction, LanguageLevel, Profile, QuestionKind
from app.domain.import_columns import (
    CONTACT_EMAIL,
    CONTACT_NAME,
    EARLIER,
    GOVERNMENT,
    LANGUAGES,
    LEARNING_PARTS,
    SUBMITTED_AT,
    Target,
    targets_of,
)
from app.domain.import_values import Vocabulary
from app.domain.lexicon import Entry, Lexicon
from app.domain.texts import Words
from app.language.catalogues import LOCALES, N_, gettext
from app.language.labels import label, language_name

Kind = QuestionKind
Partners = Iterable[tuple[str, str]]
_TITLES: Final[Mapping[str, str]] = {
    GOVERNMENT: N_("Municipality (name or NIS code)"),
    CONTACT_NAME: N_("Contact: name"),
    CONTACT_EMAIL: N_("Contact: e-mail address"),
    SUBMITTED_AT: N_("Submitted on"),
    EARLIER: N_("Reference in the earlier form"),
}
# What people and programs have called such columns; in any language, compared without capitals and accents.
_COMMON: Final[Mapping[str, tuple[str, ...]]] = {
    GOVERNMENT: (
        "gemeente", "naam gemeente", "naam van de gemeente", "stad of gemeente", "gemeente of stad", "lokaal bestuur",
        "bestuur", "nis", "nis code", "niscode", "code nis", "code ins", "municipality", "local government", "commune",
        "collectivité", "collectivité locale",
    ),
    CONTACT_NAME: (
        "contact", "contactpersoon", "naam contactpersoon", "naam", "contact person", "contact name", "name",
        "personne de contact", "nom du contact", "nom",
    ),
    CONTACT_EMAIL: (
        "e-mail", "email", "mail", "e-mailadres", "emailadres", "e-mail contactpersoon", "e-mailadres contactpersoon",
        "contact e-mail", "contact email", "e-mail address", "adresse e-mail", "courriel",
    ),
    SUBMITTED_AT: (
        "ingediend", "ingediend op", "datum", "datum indiening", "tijdstempel", "inzendingsdatum", "timestamp",
        "submitted", "submitted at", "submission date", "date", "horodateur", "soumis le", "date de soumission",
    ),
    EARLIER: (
        "referentie", "kenmerk", "nummer", "id", "inzending", "reference", "number", "submission id", "référence",
        "numéro",
    ),
}  # fmt: skip
_PARTS: Final[Mapping[str, str]] = {
    "field": N_("%(question)s – policy field %(number)s"),
    "priority": N_("%(question)s – priority %(number)s"),
    "text": N_("%(question)s – words %(number)s"),
}
_YES: Final = ("yes", "ja", "oui", "y", "j", "o", "1", "true", "waar", "vrai", "x")
_NO: Final = ("no", "nee", "neen", "non", "n", "0", "false", "onwaar", "faux")


def vocabulary_of(locale: str, form: CandidacyForm, partners: Partners) -> Vocabulary:
    """Give the words in which the answers to a form may be given, the reader's own language first."""
    preferred = tuple(partners)
    questions = {question.code: _lexicon(locale, question, form, preferred) for question in form.questions()}
    return Vocabulary(
        {code: lexicon for code, lexicon in questions.items() if lexicon is not None},
        Lexicon.of(Entry(code, _all(locale, code, language_name)) for code in LANGUAGES),
        Lexicon.of(Entry(str(level.value), _labels(locale, level)) for level in LanguageLevel),
    )


def target_title(locale: str, target: Target) -> str:
    """Give what a column can hold in words."""
    if target.question is None:
        return gettext(locale, _TITLES[target.key])
    question = str(target.question.title.said(locale))
    if target.part in LEARNING_PARTS:
        return gettext(locale, _PARTS[target.part], question=question, number=target.number)
    if target.part:
        return gettext(
            locale, N_("%(question)s – %(part)s"), question=question, part=language_name(locale, target.part)
        )
    return question


def header_names(form: CandidacyForm) -> dict[str, tuple[str, ...]]:
    """Give what the header of each kind of column may say."""
    return {key: tuple(_header_names(target)) for key, target in targets_of(form).items()}


def _header_names(target: Target) -> Iterable[str]:
    yield from (target_title(locale, target) for locale in LOCALES)
    if target.question is None:
        yield from _COMMON[target.key]
    else:
        yield " ".join(filter(None, (target.question.code, target.part, str(target.number or ""))))


def _lexicon(
    locale: str, question: Question, form: CandidacyForm, partners: Iterable[tuple[str, str]]
) -> Lexicon | None:
    if question.kind in (Kind.ONE_OF, Kind.SEVERAL_OF):
        return _of_options(locale, question.options)
    if question.kind in LISTS:
        return _of_options(locale, form.lists.get(LISTS[question.kind], ()))
    if question.kind is Kind.PARTNERS:
        return Lexicon.of(Entry(code, (name,)) for code, name in partners)
    if question.kind is Kind.YES_NO:
        yes, no = (_all(locale, words, gettext) for words in (N_("Yes"), N_("No")))
        return Lexicon.of((Entry("yes", (*yes, *_YES)), Entry("no", (*no, *_NO))))
    codes: Iterable[Enum] = {Kind.PROFILES: Profile, Kind.DIRECTION: Direction}.get(question.kind, ())
    entries = tuple(Entry(str(code.value), _labels(locale, code)) for code in codes)
    return Lexicon.of(entries) if entries else None


def _of_options(locale: str, options: Iterable[Option]) -> Lexicon:
    """Take options with their titles; where two tracks have the same subject, the code says which is meant."""
    return Lexicon.of(Entry(option.code, _words(locale, option.title)) for option in options)


def _words(locale: str, words: Words) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(words.said(one)) for one in (locale, *LOCALES)))


def _labels(locale: str, code: Enum) -> tuple[str, ...]:
    return tuple(label(one, code) for one in (locale, *LOCALES))


def _all(locale: str, words: str, say: Callable[[str, str], str]) -> tuple[str, ...]:
    return tuple(say(one, words) for one in (locale, *LOCALES))
