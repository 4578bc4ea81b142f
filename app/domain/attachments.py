"""What may be attached to a candidacy: how many files, how large, of which kinds, and under which names."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.errors import DomainError
from app.domain.file_kinds import EXTENSIONS, MEDIA_TYPES, FileKind, kind_of

MAX_FILES: Final = 5
MAX_MEGABYTES: Final = 10
MAX_BYTES: Final = MAX_MEGABYTES * 1024 * 1024
"""Megabytes as file managers count them, so that nobody is refused a file that shows as 10 MB."""
NAME_LIMIT: Final = 200
ACCEPTED: Final = ",".join(
    (*(name for names in EXTENSIONS.values() for name in names), *(MEDIA_TYPES[kind] for kind in FileKind))
)
"""What a file chooser offers first; nothing depends on it."""

# Marks that turn the direction of text or take no place: they can make a name look like another one.
_UNSEEN: Final = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cs"})


class TooManyAttachments(DomainError):
    """A candidacy has ``limit`` attachments at most."""

    code = "too_many_attachments"


class AttachmentTooLarge(DomainError):
    """An attachment has ``limit`` MB at most."""

    code = "attachment_too_large"


class SameAttachment(DomainError):
    """The same content is there already, as ``other``."""

    code = "same_attachment"


class NoFileChosen(DomainError):
    """The form was sent without a file."""

    code = "no_file_chosen"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file whose content was looked at; ``sha256`` in hex."""

    name: str
    kind: FileKind
    sha256: str
    content: bytes

    @property
    def media_type(self) -> str:
        """The media type that follows from the content."""
        return MEDIA_TYPES[self.kind]


def examine(name: str, content: bytes) -> CheckedFile:
    """Look at a file that somebody gives us.

    :raises AttachmentTooLarge: see ``check_size``.
    :raises EmptyFile, UnknownKind, DamagedFile, HasMacros: see ``file_kinds.kind_of``.
    """
    check_size(len(content))
    kind = kind_of(content)
    return CheckedFile(clean_name(name, kind), kind, hashlib.sha256(content).hexdigest(), content)


def check_size(size: int) -> None:
    """Refuse a file that is too large, before it is read.

    :raises AttachmentTooLarge: it has more than ``MAX_BYTES``.
    """
    if size > MAX_BYTES:
        raise AttachmentTooLarge(limit=MAX_MEGABYTES)


def check_can_add(sha256: str, present: Sequence[tuple[str, str]]) -> None:
    """Refuse unless a file fits beside those that are there (name and SHA-256 of each).

    :raises SameAttachment: its content is there already.
    :raises TooManyAttachments: there is no place left.
    """
    other = next((name for name, known in present if known == sha256), None)
    if other is not None:
        raise SameAttachment(other=other)
    if len(present) >= MAX_FILES:
        raise TooManyAttachments(limit=MAX_FILES)


def clean_name(typed: str, kind: FileKind) -> str:
    """Give the name under which a file is kept, see ``name_ending_with``."""
    return name_ending_with(typed, EXTENSIONS[kind], otherwise="attachment")


def name_ending_with(typed: str, endings: Sequence[str], *, otherwise: str) -> str:
    """Give the name under which a file is kept: one line, no folders, at most ``NAME_LIMIT`` characters.

    It ends as its content says: a computer opens a file by its name, so ``plan.html`` with a PDF inside becomes
    ``plan.html.pdf``. Letters of every language stay. ``otherwise``: what it is called where nothing is left.
    """
    stem = readable_name(typed)
    ending = next((stem[-len(known) :] for known in endings if stem.lower().endswith(known)), "")
    stem = stem[: len(stem) - len(ending)].rstrip(". ")
    ending = ending or endings[0]
    return (stem[: NAME_LIMIT - len(ending)].rstrip(". ") or otherwise) + ending


def readable_name(typed: str) -> str:
    """Give a name as it may be shown: the last part of a path, without what is unseen or turns the text around."""
    last = typed.replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    seen = unicodedata.normalize("NFC", _UNSEEN.sub("", last))
    words = "".join(" " if unicodedata.category(one) in _HIDDEN_CATEGORIES else one for one in seen)
    return " ".join(words.split()).strip(". ")[:NAME_LIMIT].rstrip(". ")
