"""What the columns of a table of candidacies hold: what is offered, what their headers suggest, what must be there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.candidacy_answers import LEARNING_ROWS
from app.domain.candidacy_form import CandidacyForm, Question
from app.domain.codes import QuestionKind
from app.domain.errors import DomainError
from app.domain.lexicon import key_of

Kind = QuestionKind
LEAVE_OUT: Final = ""
GOVERNMENT: Final = "government"
CONTACT_NAME: Final = "contact_name"
CONTACT_EMAIL: Final = "contact_email"
SUBMITTED_AT: Final = "submitted_at"
EARLIER: Final = "earlier_reference"
FIXED: Final = (GOVERNMENT, CONTACT_NAME, CONTACT_EMAIL, SUBMITTED_AT, EARLIER)
# The answers that say who the contact is, where no column does.
NAME_ANSWER, EMAIL_ANSWER = "administrative_name", "administrative_email"
LEARNING_PARTS: Final = ("field", "priority", "text")
LANGUAGES: Final = ("en", "fr")


class ImportColumnMissing(DomainError):
    """No column holds ``reason`` (a target), without which nothing can be imported."""

    code = "import_column_missing"


class ImportColumnTwice(DomainError):
    """The columns ``first`` and ``second`` are said to hold the same."""

    code = "import_column_twice"


@dataclass(frozen=True, slots=True)
class Target:
    """What a column can hold: one of ``FIXED``, or (a part of) the answer to a question."""

    key: str
    question: Question | None = None
    part: str = ""
    number: int = 0


def targets_of(form: CandidacyForm) -> dict[str, Target]:
    """Give all that a column can hold, in the order in which it is offered."""
    fixed = {key: Target(key) for key in FIXED}
    return fixed | {target.key: target for question in form.questions() for target in _targets(question)}


def _targets(question: Question) -> Iterator[Target]:
    key = f"answer:{question.code}"
    yield Target(key, question)
    if question.kind is Kind.LANGUAGES:
        yield from (Target(f"{key}:{language}", question, language) for language in LANGUAGES)
    if question.kind is Kind.LEARNING:
        for number in range(1, LEARNING_ROWS + 1):
            yield from (Target(f"{key}:{part}:{number}", question, part, number) for part in LEARNING_PARTS)


def guess(headers: Sequence[str], names: Mapping[str, Iterable[str]]) -> dict[int, str]:
    """Guess what columns hold from their headers; nothing is guessed twice, and an odd header is left out.

    ``names`` are what each target may be called.
    """
    called: dict[str, str] = {}
    for target, words in names.items():
        for word in (target, *words):
            called.setdefault(key_of(word), target)
    found: dict[int, str] = {}
    for column, header in enumerate(headers):
        target = called.get(key_of(header), LEAVE_OUT)
        if target and target not in found.values():
            found[column] = target
    return found


def check_mapping(mapping: Mapping[int, str]) -> None:
    """Refuse a mapping with which nothing can be imported.

    :raises ImportColumnTwice: two columns are said to hold the same.
    :raises ImportColumnMissing: the local government, or the address of the contact.
    """
    seen: dict[str, int] = {}
    for column, target in sorted(mapping.items()):
        if target in seen:
            raise ImportColumnTwice(first=letter(seen[target]), second=letter(column))
        if target:
            seen[target] = column
    if GOVERNMENT not in seen:
        raise ImportColumnMissing(reason=GOVERNMENT)
    if CONTACT_EMAIL not in seen and f"answer:{EMAIL_ANSWER}" not in seen:
        raise ImportColumnMissing(reason=CONTACT_EMAIL)


def letter(column: int) -> str:
    """Give the letter of a column, counted from 0, as a spreadsheet shows it: A, Z, AA."""
    head, last = divmod(column, 26)
    return (letter(head - 1) if head else "") + chr(ord("A") + last)


def column_of(name: str) -> int:
    """Give the column, counted from 0, that a spreadsheet names with letters.

    :raises ValueError: these are no such letters.
    """
    if not name.isascii() or not name.isalpha() or len(name) > 3:
        raise ValueError(f"{name!r} names no column")
    column = 0
    for sign in name.upper():
        column = column * 26 + ord(sign) - ord("A") + 1
    return column - 1
