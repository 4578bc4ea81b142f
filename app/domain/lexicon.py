"""Find what is meant by a word in a table: a code, or its title in any of the languages, however it is written."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

_WORDS = re.compile(r"[^\W_]+")


def key_of(text: str) -> str:
    """Give what two spellings of the same words have in common: no accents, capitals or punctuation."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(_WORDS.findall(plain.casefold()))


@dataclass(frozen=True, slots=True)
class Entry:
    """A code with what it may be called; the first name is the one to show."""

    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Codes and their names; a name of two codes finds neither."""

    entries: tuple[Entry, ...]
    codes: frozenset[str]
    keys: Mapping[str, str]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Make a lexicon; a code is found before a name."""
        listed = tuple(entries)
        named: dict[str, set[str]] = {}
        for entry in listed:
            for name in entry.names:
                named.setdefault(key_of(name), set()).add(entry.code)
        keys = {key: codes.pop() for key, codes in named.items() if key and len(codes) == 1}
        coded = {key: entry.code for entry in listed if (key := key_of(entry.code))}
        return cls(listed, frozenset(entry.code for entry in listed), keys | coded)

    def find(self, text: str) -> str | None:
        """Give the code that is meant."""
        typed = text.strip()
        return typed if typed in self.codes else self.keys.get(key_of(typed))

    @property
    def names(self) -> tuple[str, ...]:
        """What each code is called."""
        return tuple(entry.names[0] if entry.names else entry.code for entry in self.entries)

    def name_of(self, code: str) -> str:
        """Give the name to show; a code that is not here is its own name."""
        return next((entry.names[0] for entry in self.entries if entry.code == code and entry.names), code)
