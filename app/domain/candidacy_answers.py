"""The answers of a candidacy: how long they may be, and when a section is complete.

The shape of the answers (JSON) is in ``docs/kit.md``. A draft may hold anything that has this shape: being incomplete,
or having more words than were asked for, is a status, not a barrier, so that nothing that was typed is refused.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from app.domain.candidacy_form import LISTS, CandidacyForm, FormSection, Question
from app.domain.codes import QuestionKind, Section, SectionStatus
from app.domain.errors import DomainError

Answers = Mapping[str, Any]
Offered = Mapping[str, Collection[str]]
Kind = QuestionKind

NOTHING_OFFERED: Final[Offered] = MappingProxyType({})
# The most characters that are stored of a text: far beyond any limit of words, to keep a page from being misused.
LONGEST: Final[Mapping[Kind, int]] = {Kind.TEXT: 200, Kind.EMAIL: 254, Kind.PHONE: 40, Kind.LONG_TEXT: 20_000}
LEARNING_TEXT_LIMIT: Final = 300
LEARNING_ROWS: Final = 5
# Filled in for the candidate: known from the start page.
PREFILLED: Final = frozenset({"administrative_name", "administrative_email"})
# Beside the questions of the section on city links: what is said of each link that is known, by its name.
KNOWN_LINKS: Final = "known_links"
LINK_STATES: Final = ("active", "ended", "unknown")
# On the start page: the local government, one's name and one's address.
START_FIELDS: Final = 3


class AnswersTooLong(DomainError):
    """The answer ``field`` has more than ``max_length`` characters."""

    code = "too_long"


@dataclass(frozen=True, slots=True)
class Lacking:
    """What keeps a question from being answered: nothing there, or ``excess`` words too many."""

    question: str
    excess: int = 0


def lacking(part: FormSection, answers: Answers, *, offered: Offered = NOTHING_OFFERED) -> tuple[Lacking, ...]:
    """Name what is still to do in a section, in the order of the page.

    ``offered`` are the codes of the programme's lists by their names (``CandidacyForm.offered``): what is no longer a
    choice does not count as an answer, and every promise must be confirmed.
    """
    return tuple(
        found
        for question in part.questions
        if is_asked(question, answers)
        for found in _lacking(question, answers.get(question.code), offered)
    )


def is_asked(question: Question, answers: Answers) -> bool:
    """Tell whether a question is put to somebody who gave these answers."""
    return question.only_if is None or answers.get(question.only_if[0]) == question.only_if[1]


def words_in(text: str) -> int:
    """Count words as the page does: what stands between spaces."""
    return len(text.split())


def status_of(part: FormSection, answers: Answers | None, *, offered: Offered = NOTHING_OFFERED) -> SectionStatus:
    """Give how far a section is; ``None`` has not been opened yet. One that needs nothing is done."""
    if not lacking(part, answers or {}, offered=offered):
        return SectionStatus.DONE
    return SectionStatus.STARTED if answers and any(answers.values()) else SectionStatus.TO_DO


def statuses(form: CandidacyForm, answers: Mapping[Section, Answers]) -> dict[Section, SectionStatus]:
    """Give the status of every section of a form, in their order."""
    offered = form.offered
    return {part.section: status_of(part, answers.get(part.section), offered=offered) for part in form.sections}


def check_lengths(part: FormSection, answers: Answers) -> None:
    """Refuse answers that are longer than is stored, whichever door they came through.

    :raises AnswersTooLong: the first that is too long.
    """
    for question in part.questions:
        value, most = answers.get(question.code), LONGEST.get(question.kind)
        if most is not None and len(str(value or "")) > most:
            raise AnswersTooLong(field=question.code, max_length=most)
        if question.kind is Kind.LEARNING and _longest_text(value) > LEARNING_TEXT_LIMIT:
            raise AnswersTooLong(field=question.code, max_length=LEARNING_TEXT_LIMIT)


def fields_to_fill_in(form: CandidacyForm) -> int:
    """Count what a candidate must fill in, choose or tick from start to submission.

    A strength or challenge is one choice (its priority is filled in), each promise is one tick.
    """
    counts = (
        len(form.codes_of("promises")) if question.kind is Kind.PROMISES else 1
        for question in form.questions()
        if question.required and question.only_if is None and question.code not in PREFILLED
    )
    return START_FIELDS + sum(counts)


def _lacking(question: Question, value: Any, offered: Offered) -> Iterator[Lacking]:  # noqa: ANN401 - JSON
    if question.required and not _is_answered(question, value, offered):
        yield Lacking(question.code)
    elif question.word_limit and isinstance(value, str) and words_in(value) > question.word_limit:
        yield Lacking(question.code, words_in(value) - question.word_limit)


def _is_answered(question: Question, value: Any, offered: Offered) -> bool:  # noqa: ANN401 - JSON
    if question.kind is Kind.PROMISES:
        return set(offered.get(LISTS[Kind.PROMISES], ())) <= set(value or ())
    choices = _choices(question, offered)
    if choices is None or not value:
        return bool(value)
    chosen = value if isinstance(value, list | dict) else [value]
    return any(str(one) in choices for one in chosen)


def _choices(question: Question, offered: Offered) -> Collection[str] | None:
    """Give the codes that a question chooses from, ``None`` where it takes any answer or the list is not known."""
    if question.kind in (Kind.ONE_OF, Kind.SEVERAL_OF):
        return tuple(option.code for option in question.options)
    return offered.get(LISTS.get(question.kind, "")) or None


def _longest_text(rows: Mapping[str, Mapping[str, Any]] | None) -> int:
    return max((len(row.get("text") or "") for row in (rows or {}).values()), default=0)
