"""The candidacy form as it stands on paper: each kind of question with its limits, its choices and room to write."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.documents.pdf import Said
from app.documents.questions_pdf import PrintedForm, PrintedQuestion, PrintedSection
from app.domain.candidacy_form import LISTS, CandidacyForm, FormChoices, Question
from app.domain.codes import Direction, LanguageLevel, Profile, QuestionKind
from app.domain.time import PROGRAMME_ZONE
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.labels import label, language_name
from app.language.moments import moment_in

Kind = QuestionKind
# Those that a partnership can work in beside Dutch; the form on the screen asks the same.
LANGUAGES: Final = ("en", "fr")
_WORDS = NN_("At most %(count)s word.", "At most %(count)s words.")
_LEARNING = N_(
    "Up to five of these fields, each with a priority from 1 to 3 and a short text. "
    "The same list serves for what you want to learn."
)


@dataclass(frozen=True, slots=True)
class FormOnPaper:
    """What a form does not say of itself; moments are aware, ``closes_at`` is when the call closes, if there is one."""

    programme: str
    version: int
    published_at: datetime
    closes_at: datetime | None


def printed_form(locale: str, paper: FormOnPaper, form: CandidacyForm, choices: FormChoices) -> PrintedForm:
    """Put a form on paper, in the reader's language."""
    writer = _Writer(locale, form, choices)
    closes = ""
    if paper.closes_at is not None:
        moment = moment_in(locale, paper.closes_at, PROGRAMME_ZONE)
        closes = gettext(locale, N_("Submit before %(moment)s."), moment=moment)
    return PrintedForm(
        locale,
        paper.programme,
        paper.version,
        paper.published_at,
        tuple(
            PrintedSection(
                part.title.said(locale),
                part.intro.said(locale),
                tuple(writer.question(question) for question in part.questions),
            )
            for part in form.sections
        ),
        closes,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts questions on paper, all in one language."""

    locale: str
    form: CandidacyForm
    choices: FormChoices

    def question(self, question: Question) -> PrintedQuestion:
        return PrintedQuestion(
            title=question.title.said(self.locale),
            optional=not question.required and question.only_if is None,
            help=question.help.said(self.locale),
            limits=tuple(self._limits(question)),
            choices=self._choices(question),
            room=_room(question),
        )

    def _limits(self, question: Question) -> Iterator[str]:
        if question.only_if is not None:
            yield self._condition(*question.only_if)
        if question.word_limit:
            yield ngettext(self.locale, *_WORDS, question.word_limit, count=question.word_limit)
        if question.kind is Kind.LEARNING and self._is_first(question):
            yield gettext(self.locale, _LEARNING)
        if question.kind is Kind.LANGUAGES:
            levels = ", ".join(label(self.locale, level) for level in LanguageLevel)
            yield gettext(self.locale, N_("For each language, say how well: %(levels)s."), levels=levels)

    def _condition(self, code: str, answer: str) -> str:
        other = self.form.question(code)
        if other is None:
            return ""
        answers = self._answers(other)
        words = N_("Only if you answered “%(answer)s” to “%(question)s”")
        title = other.title.said(self.locale)
        return gettext(self.locale, words, answer=answers.get(answer, answer), question=title)

    def _choices(self, question: Question) -> tuple[Said, ...]:
        if question.kind is Kind.LEARNING and not self._is_first(question):
            return ()
        return tuple(self._answers(question).values())

    def _answers(self, question: Question) -> dict[str, Said]:
        """Give what can be answered, by code."""
        if question.kind in _FIXED:
            return dict(_FIXED[question.kind](self.locale))
        if question.kind is Kind.PARTNERS:
            return {choice.value: choice.title for choice in self.choices.partners}
        if question.kind in LISTS:
            return {choice.value: choice.title for choice in getattr(self.choices, LISTS[question.kind])}
        return {option.code: option.title.said(self.locale) for option in question.options}

    def _is_first(self, question: Question) -> bool:
        return next(one.code for one in self.form.questions() if one.kind is question.kind) == question.code


_FIXED: Final[Mapping[Kind, Callable[[str], dict[str, str]]]] = {
    Kind.YES_NO: lambda locale: {"yes": gettext(locale, N_("Yes")), "no": gettext(locale, N_("No"))},
    Kind.PROFILES: lambda locale: {one.value: label(locale, one) for one in Profile},
    Kind.DIRECTION: lambda locale: {one.value: label(locale, one) for one in Direction},
    Kind.LANGUAGES: lambda locale: {one: language_name(locale, one) for one in LANGUAGES},
}


def _room(question: Question) -> int:
    """Give how many lines there are for notes; nobody needs them where there is something to tick."""
    if question.kind is Kind.LONG_TEXT:
        return 6
    if question.kind is Kind.LEARNING:
        return 5
    return 1 if question.kind in (Kind.TEXT, Kind.EMAIL, Kind.PHONE, Kind.DAY) else 0
