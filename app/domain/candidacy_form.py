"""What a candidate can choose from: the lists of the form, in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.codes import Section
from app.domain.texts import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen; ``group`` is the track that it belongs to, if any."""

    value: str
    title: Text
    group: str = ""


@dataclass(frozen=True, slots=True)
class FormChoices:
    """The lists of the form; those that a section does not need are empty."""

    tracks: tuple[Choice, ...] = ()
    subjects: tuple[Choice, ...] = ()
    goals: tuple[Choice, ...] = ()
    partners: tuple[Choice, ...] = ()
    fields: tuple[Choice, ...] = ()
    promises: tuple[Choice, ...] = ()

    @property
    def promise_codes(self) -> tuple[str, ...]:
        """The codes of all promises."""
        return tuple(promise.value for promise in self.promises)


_LISTS: Mapping[Section, Mapping[str, str]] = {
    Section.THEME: {"tracks": "tracks", "subjects": "subjects", "goals": "goals", "partners": "partners"},
    Section.LEARNING: {"strengths": "fields", "challenges": "fields"},
    Section.PROMISES: {"promises": "promises"},
}


def unknown(section: Section, answers: Mapping[str, Any], choices: FormChoices) -> Iterator[tuple[str, object]]:
    """Give what was chosen and is not, or no longer, to be chosen: pairs of answer and value."""
    for answer, name in _LISTS.get(section, {}).items():
        allowed = {choice.value for choice in getattr(choices, name)}
        for value in answers.get(answer) or ():
            if str(value) not in allowed:
                yield answer, value
