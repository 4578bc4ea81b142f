"""The saved versions of a candidacy's sections: which belong to one sitting, and what a version changed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import Enum
from typing import Final

from app.domain.codes import Section
from app.domain.errors import DomainError

PAUSE: Final = timedelta(minutes=30)
# Comparing takes up to the product of both lengths: longer texts are shown one below the other instead.
MOST_WORDS: Final = 2500
_WORDS: Final = re.compile(r"\s+|[^\s]+")


class SavedMeanwhile(DomainError):
    """Somebody saved the section after the page was opened from which a text is taken back."""

    code = "saved_meanwhile"


@dataclass(frozen=True, slots=True)
class Save:
    """A version of a section: who saved it when."""

    section: Section
    version: int
    saved_at: datetime
    person_id: int | None
    person_name: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """Saves of one section by one person without a pause of half an hour between them."""

    section: Section
    person_id: int | None
    person_name: str
    first_at: datetime
    last_at: datetime
    first_version: int
    last_version: int

    @property
    def count(self) -> int:
        """How many versions it holds."""
        return self.last_version - self.first_version + 1


class Change(Enum):
    """What became of a piece of text between two versions."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and what became of it."""

    change: Change
    text: str


def sittings(saves: Iterable[Save]) -> list[Sitting]:
    """Group saves (by version within each section) into sittings, the one that ended last first."""
    found: list[Sitting] = []
    open_at: dict[Section, int] = {}
    for save in saves:
        at = open_at.get(save.section)
        if at is not None and _goes_on(found[at], save):
            found[at] = replace(found[at], last_at=save.saved_at, last_version=save.version)
        else:
            open_at[save.section] = len(found)
            found.append(_begin(save))
    return sorted(found, key=lambda one: (one.last_at, one.section, one.last_version), reverse=True)


def _begin(save: Save) -> Sitting:
    return Sitting(
        section=save.section,
        person_id=save.person_id,
        person_name=save.person_name,
        first_at=save.saved_at,
        last_at=save.saved_at,
        first_version=save.version,
        last_version=save.version,
    )


def _goes_on(sitting: Sitting, save: Save) -> bool:
    same_person = sitting.person_id == save.person_id
    return same_person and sitting.last_version + 1 == save.version and save.saved_at - sitting.last_at < PAUSE


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Tell word by word what changed between two texts; joined without what was added they give ``before`` again."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return tuple(Piece(change, text) for change, text in ((Change.REMOVED, before), (Change.ADDED, after)) if text)
    return tuple(_joined(_steps(old, new)))


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(Change.KEPT, "".join(old[start:end]))
            continue
        yield Piece(Change.REMOVED, "".join(old[start:end]))
        yield Piece(Change.ADDED, "".join(new[new_start:new_end]))


def _joined(steps: Iterable[Piece]) -> Iterator[Piece]:
    """Drop empty pieces."""
    return (piece for piece in steps if piece.text)
