"""The answers of a candidacy: what each section holds, how long it may be, and when it is complete.

The shape of the answers (JSON) is in ``docs/kit.md``. A draft may hold anything that has this shape: being incomplete
is a status, not a barrier.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.domain.codes import Section, SectionStatus
from app.domain.errors import DomainError

Answers = Mapping[str, Any]

# The most characters of each text.
LIMITS: Final[Mapping[str, int]] = {
    "administrative_name": 120,
    "administrative_email": 254,
    "administrative_phone": 40,
    "political_name": 120,
    "political_role": 120,
    "exchange": 2000,
    "openness": 2000,
    "political": 1500,
    "administrative": 1500,
    "others": 1500,
    "unsuitable_weeks": 500,
    "links": 1000,
}
LEARNING_TEXT_LIMIT: Final = 300
LEARNING_ROWS: Final = 5
# What a section needs to be complete; the promises and the city links have a rule of their own besides.
REQUIRED: Final[Mapping[Section, tuple[str, ...]]] = {
    Section.GOVERNMENT: ("administrative_name", "administrative_email", "political_name", "political_role"),
    Section.THEME: ("tracks", "subjects"),
    Section.LEARNING: ("strengths", "challenges"),
    Section.MOTIVATION: ("exchange", "openness"),
    Section.INVOLVEMENT: ("political", "administrative", "others"),
    Section.PROMISES: ("languages",),
    Section.CITY_LINKS: ("has_links",),
}
# Filled in for the candidate: known from the start page, or what nearly everybody answers.
PREFILLED: Final = frozenset({"administrative_name", "administrative_email", "direction"})


class AnswersTooLong(DomainError):
    """The answer ``field`` has more than ``max_length`` characters."""

    code = "too_long"


def missing(section: Section, answers: Answers, *, promises: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the fields that are still needed, in the order of the page; ``promises`` are the codes of the programme."""
    lacking = [name for name in REQUIRED[section] if not answers.get(name)]
    if section is Section.PROMISES and not set(promises) <= set(answers.get("promises") or ()):
        lacking.insert(0, "promises")
    if section is Section.CITY_LINKS and answers.get("has_links") == "yes" and not answers.get("links"):
        lacking.append("links")
    return tuple(lacking)


def is_complete(section: Section, answers: Answers, *, promises: Iterable[str] = ()) -> bool:
    """Tell whether nothing that a section needs is missing."""
    return not missing(section, answers, promises=promises)


def status_of(section: Section, answers: Answers | None, *, promises: Iterable[str] = ()) -> SectionStatus:
    """Give how far a section is; ``None`` has not been opened yet."""
    if answers is None or not any(answers.values()):
        return SectionStatus.TO_DO
    complete = is_complete(section, answers, promises=promises)
    return SectionStatus.DONE if complete else SectionStatus.STARTED


def statuses(answers: Mapping[Section, Answers], *, promises: Iterable[str] = ()) -> dict[Section, SectionStatus]:
    """Give the status of every section, in their order."""
    codes = tuple(promises)
    return {section: status_of(section, answers.get(section), promises=codes) for section in Section}


def check_lengths(answers: Answers) -> None:
    """Refuse answers that are longer than the form allows, whichever door they came through.

    :raises AnswersTooLong: the first field that is too long.
    """
    for name, limit in LIMITS.items():
        if len(str(answers.get(name) or "")) > limit:
            raise AnswersTooLong(field=name, max_length=limit)
    for kind in ("strengths", "challenges"):
        for chosen in (answers.get(kind) or {}).values():
            if len(chosen.get("text") or "") > LEARNING_TEXT_LIMIT:
                raise AnswersTooLong(field=kind, max_length=LEARNING_TEXT_LIMIT)


def fields_to_fill_in(promises: Iterable[str]) -> int:
    """Count what a candidate must fill in, choose or tick from start to submission.

    On the start page the local government, one's name and address; a strength or challenge is one choice (its priority
    is filled in); links are described only by those who have some.
    """
    required = sum(1 for names in REQUIRED.values() for name in names if name not in PREFILLED)
    return 3 + required + len(tuple(promises))
