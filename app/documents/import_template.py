"""An empty table to fill in for an import: the headers of a form, and a sheet that says what belongs in each column."""

from collections.abc import Mapping
from typing import Final

from app.documents.workbooks import Sheet, workbook
from app.domain.candidacy_form import CandidacyForm, Question
from app.domain.codes import QuestionKind
from app.domain.import_columns import FIXED, Target
from app.domain.import_values import Vocabulary
from app.language.catalogues import N_, gettext
from app.language.import_words import target_title
from app.language.labels import label

Kind = QuestionKind
_FIXED: Final[Mapping[str, str]] = {
    "government": N_("The name as in the list of municipalities, or the NIS code."),
    "contact_name": N_("Who receives our mails."),
    "contact_email": N_("Where our mails go. Every row needs one."),
    "submitted_at": N_("A day, with or without a time: 2026-10-12 or 12/10/2026 14:30. Empty: the day of the import."),
    "earlier_reference": N_("The number or code that the candidacy had; it is kept in the log."),
}
_HOW: Final[Mapping[QuestionKind, str]] = {
    Kind.DAY: N_("A day: 2026-10-12 or 12/10/2026."),
    Kind.YES_NO: N_("Yes or no."),
    Kind.ONE_OF: N_("One of the answers."),
    Kind.DIRECTION: N_("One of the answers."),
    Kind.EMAIL: N_("An e-mail address."),
    Kind.LEARNING: N_("One field a line, with its priority and a few words, such as: Youth (1): our youth council"),
    Kind.LANGUAGES: N_("Each language with a level, such as: English: 3; French: 2"),
    Kind.TRACKS: N_("At most three of the answers, the first choice first, between semicolons."),
    Kind.PARTNERS: N_("At most three of the answers, the first choice first, between semicolons."),
}
_SEVERAL: Final = N_("Any of the answers, between semicolons.")


def import_template(locale: str, form: CandidacyForm, vocabulary: Vocabulary) -> bytes:
    """Make the workbook: the first sheet is to be filled in, the second explains its columns."""
    titles = [target_title(locale, Target(key)) for key in FIXED]
    questions = list(form.questions())
    header = [*titles, *(str(question.title.said(locale)) for question in questions)]
    rows = [[title, gettext(locale, _FIXED[key]), ""] for key, title in zip(FIXED, titles, strict=True)]
    rows += [
        [str(question.title.said(locale)), _how(locale, question), _answers(question, vocabulary)]
        for question in questions
    ]
    explained = [gettext(locale, words) for words in (N_("Column"), N_("What to write"), N_("Answers"))]
    sheets = gettext(locale, N_("Candidacies")), gettext(locale, N_("Explanation"))
    return workbook([Sheet(sheets[0], header, []), Sheet(sheets[1], explained, rows)])


def _how(locale: str, question: Question) -> str:
    if question.kind in _HOW:
        return gettext(locale, _HOW[question.kind])
    if question.kind in (Kind.TEXT, Kind.PHONE):
        return label(locale, Kind.TEXT)
    if question.kind is not Kind.LONG_TEXT:
        return gettext(locale, _SEVERAL)
    if question.word_limit:
        return gettext(locale, N_("At most %(limit)s words."), limit=question.word_limit)
    return label(locale, Kind.LONG_TEXT)


def _answers(question: Question, vocabulary: Vocabulary) -> str:
    if question.kind is Kind.LANGUAGES:
        levels = "; ".join(f"{entry.code} = {entry.names[0]}" for entry in vocabulary.levels.entries)
        return f"{'; '.join(vocabulary.languages.names)}: {levels}"
    lexicon = vocabulary.questions.get(question.code)
    return "; ".join(lexicon.names) if lexicon else ""
