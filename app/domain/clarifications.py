"""A question of the programme team about some sections of a submitted candidacy, and until when it can be answered.

The candidacy stands at *returned* meanwhile. Only the sections that the question names can be changed; the candidate
submits again, or the team goes on with the answers of the last submission.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, Final

from app.domain.candidacy import TRANSITIONS
from app.domain.codes import CandidacyState, Section
from app.domain.errors import DomainError
from app.domain.time import PROGRAMME_ZONE, instant, wall_in

QUESTION_LIMIT: Final = 2000
# Proposed to staff: the end of an office day in Brussels.
ANSWER_BEFORE: Final = time(17)


class UnableToAsk(DomainError):
    """A candidacy in ``state`` cannot be returned for clarification."""

    code: ClassVar[str] = "unable_to_ask"


class SectionsNotNamed(DomainError):
    """A question is about one section of the form or more."""

    code: ClassVar[str] = "clarification_sections"


class QuestionMissing(DomainError):
    """The candidate must know what is asked."""

    code: ClassVar[str] = "clarification_question"


class UntilPassed(DomainError):
    """The moment until which something is possible lies ahead."""

    code: ClassVar[str] = "until_passed"


class SectionNotAsked(DomainError):
    """While a candidacy is returned, only the sections ``sections`` can be changed, not ``section``."""

    code: ClassVar[str] = "section_not_asked"


class AnswerTooLate(DomainError):
    """The question could be answered until ``until``."""

    code: ClassVar[str] = "answer_too_late"


class NothingAsked(DomainError):
    """The candidacy does not stand at returned: there is no question open."""

    code: ClassVar[str] = "nothing_asked"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, about which sections, to be answered before ``until`` (aware)."""

    sections: tuple[Section, ...]
    reason: str
    until: datetime


def check_can_ask(state: CandidacyState, question: Question, now: datetime) -> None:
    """Refuse unless the programme team may put ``question`` to a candidacy in ``state`` at ``now`` (aware).

    :raises UnableToAsk: it is not submitted, is returned already, or is decided.
    :raises SectionsNotNamed: about nothing.
    :raises QuestionMissing: without words.
    :raises UntilPassed: to be answered in the past.
    """
    check_may_ask(state)
    if not question.sections:
        raise SectionsNotNamed
    if not question.reason.strip():
        raise QuestionMissing
    check_until(question.until, now)


def check_may_ask(state: CandidacyState) -> None:
    """Refuse unless a candidacy in ``state`` can be returned for clarification at all.

    :raises UnableToAsk: it cannot.
    """
    if CandidacyState.RETURNED not in TRANSITIONS[state]:
        raise UnableToAsk(state=state)


def check_until(until: datetime, now: datetime) -> None:
    """Refuse a moment that does not lie after ``now`` (both aware).

    :raises UntilPassed: it does not.
    """
    if until <= now:
        raise UntilPassed


def check_returned(state: CandidacyState) -> None:
    """Refuse unless a question is open: to give more time, or to go on without an answer.

    :raises NothingAsked: none is.
    """
    if state is not CandidacyState.RETURNED:
        raise NothingAsked


def check_section(section: Section, asked: Collection[Section]) -> None:
    """Refuse a change of a section that the open question does not name.

    :raises SectionNotAsked: it does not.
    """
    if section not in asked:
        raise SectionNotAsked(section=section, sections=tuple(asked))


def check_in_time(until: datetime, now: datetime) -> None:
    """Refuse an answer at or after ``until``: the time for it is over [asked, until), both aware.

    :raises AnswerTooLate: it is over.
    """
    if now >= until:
        raise AnswerTooLate(until=until)


def proposed_until(now: datetime, days: int) -> datetime:
    """Give the moment that is proposed to staff: the end of an office day in Brussels, ``days`` days after ``now``."""
    day = wall_in(now, PROGRAMME_ZONE).date() + timedelta(days=days)
    return instant(datetime.combine(day, ANSWER_BEFORE), PROGRAMME_ZONE)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the names of the answers that differ between two versions of a section, in the order of the later one.

    Something that was never answered and something empty are the same.
    """
    names = dict.fromkeys((*after, *before))
    return tuple(name for name in names if (before.get(name) or None) != (after.get(name) or None))


def in_form_order(sections: Iterable[str]) -> tuple[Section, ...]:
    """Give sections in the order of the form, each once; what is no section is left out."""
    named = set(sections)
    return tuple(section for section in Section if section.value in named)
