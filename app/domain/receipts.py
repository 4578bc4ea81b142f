"""Receipts of a claim: which files are taken, how many, how large; told by their content alone, never by their name."""

import hashlib
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from app.domain.attachments import name_ending_with
from app.domain.errors import DomainError
from app.domain.file_kinds import DamagedFile, EmptyFile, FileKind, UnknownKind, kind_of

MAX_FILES: Final = 10
"""For one line of a claim."""
MAX_MEGABYTES: Final = 10
MAX_BYTES: Final = MAX_MEGABYTES * 1024 * 1024
MAX_MEGAPIXELS: Final = 64
"""A larger picture takes more memory to open than a small server has; telephones make at most 50 in a file of 10 MB."""


class ReceiptKind(StrEnum):
    """The kinds of file that are taken as a receipt."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"


MEDIA_TYPES: Final[Mapping[ReceiptKind, str]] = {
    ReceiptKind.PDF: "application/pdf",
    ReceiptKind.JPEG: "image/jpeg",
    ReceiptKind.PNG: "image/png",
    ReceiptKind.WEBP: "image/webp",
    ReceiptKind.HEIC: "image/heic",
}
# The first is added to a name that has none of them.
ENDINGS: Final[Mapping[ReceiptKind, tuple[str, ...]]] = {
    ReceiptKind.PDF: (".pdf",),
    ReceiptKind.JPEG: (".jpg", ".jpeg"),
    ReceiptKind.PNG: (".png",),
    ReceiptKind.WEBP: (".webp",),
    ReceiptKind.HEIC: (".heic", ".heif"),
}
ACCEPTED: Final = ",".join(
    (*(ending for endings in ENDINGS.values() for ending in endings), *MEDIA_TYPES.values()),
)
"""What a file chooser offers first; nothing depends on it."""
PICTURES: Final = frozenset({ReceiptKind.JPEG, ReceiptKind.PNG, ReceiptKind.WEBP})
"""Of these a small picture is made. The patents on HEIC keep it out of the libraries that we use."""

_SAME_KINDS: Final = {
    FileKind.PDF: ReceiptKind.PDF,
    FileKind.JPEG: ReceiptKind.JPEG,
    FileKind.PNG: ReceiptKind.PNG,
}
# ISO/IEC 23008-12, annex B: the brands of pictures coded with HEVC, one or several in a file.
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_LONGEST_BRANDS: Final = 512
_MOST_BOXES: Final = 1_000
_BOX: Final = struct.Struct(">I4s")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")


class ReceiptKindUnknown(DomainError):
    """The content is of no kind that is taken as a receipt."""

    code: ClassVar[str] = "receipt_kind_unknown"


class ReceiptTooLarge(DomainError):
    """A receipt has ``limit`` MB at most."""

    code: ClassVar[str] = "receipt_too_large"


class TooManyReceipts(DomainError):
    """A line has ``limit`` receipts at most."""

    code: ClassVar[str] = "too_many_receipts"


class PictureBroken(DomainError):
    """The file begins like a picture but cannot be opened as one."""

    code: ClassVar[str] = "picture_broken"


class PictureTooLarge(DomainError):
    """A picture has ``limit`` million points at most."""

    code: ClassVar[str] = "picture_too_large"


class ReceiptUnknown(DomainError):
    """There is no such receipt, or no such line, in this claim."""

    code: ClassVar[str] = "receipt_unknown"


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """A file whose content was looked at; ``content`` is exactly what was sent, ``sha256`` its hash in hex."""

    name: str
    kind: ReceiptKind
    sha256: str
    content: bytes

    @property
    def media_type(self) -> str:
        """The media type that follows from the content."""
        return MEDIA_TYPES[self.kind]


def examine(name: str, content: bytes) -> CheckedReceipt:
    """Look at a file that somebody gives us as a receipt; whether a picture can be opened is seen when it is.

    :raises ReceiptTooLarge: see ``check_size``.
    :raises EmptyFile, DamagedFile, ReceiptKindUnknown: see ``receipt_kind``.
    """
    check_size(len(content))
    kind = receipt_kind(content)
    named = name_ending_with(name, ENDINGS[kind], otherwise="receipt")
    return CheckedReceipt(named, kind, hashlib.sha256(content).hexdigest(), content)


def check_size(size: int) -> None:
    """Refuse a file that is too large, before it is read.

    :raises ReceiptTooLarge: it has more than ``MAX_BYTES``.
    """
    if size > MAX_BYTES:
        raise ReceiptTooLarge(limit=MAX_MEGABYTES)


def check_room(present: int) -> None:
    """Refuse one more beside the ``present`` receipts of a line.

    :raises TooManyReceipts: there is no place left.
    """
    if present >= MAX_FILES:
        raise TooManyReceipts(limit=MAX_FILES)


def check_points(width: int, height: int) -> None:
    """Refuse a picture of more points than can be opened safely: a few bytes may claim to be a very large picture.

    :raises PictureTooLarge: it has more than ``MAX_MEGAPIXELS`` million.
    """
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise PictureTooLarge(limit=MAX_MEGAPIXELS)


def receipt_kind(content: bytes) -> ReceiptKind:
    """Tell what kind of receipt ``content`` is.

    :raises EmptyFile: there are no bytes.
    :raises ReceiptKindUnknown: it is none of ``ReceiptKind``.
    :raises DamagedFile: it begins like one of them, but its structure does not hold.
    """
    if not content:
        raise EmptyFile
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _webp(content)
    if content[4:8] == b"ftyp":
        return _heic(content)
    return _other(content)


def _other(content: bytes) -> ReceiptKind:
    """Tell a PDF, JPEG or PNG; an office document is none, whatever it holds."""
    if content.startswith(b"PK"):
        raise ReceiptKindUnknown
    try:
        return _SAME_KINDS[kind_of(content)]
    except (UnknownKind, KeyError):
        raise ReceiptKindUnknown from None


def _webp(content: bytes) -> ReceiptKind:
    """Follow RFC 9649: the size in the head is that of all that follows; nothing hides behind a picture."""
    announced = int.from_bytes(content[4:8], "little") + 8
    if announced != len(content) or content[12:16] not in (b"VP8 ", b"VP8L", b"VP8X"):
        raise DamagedFile
    return ReceiptKind.WEBP


def _heic(content: bytes) -> ReceiptKind:
    """Read the first box (ISO/IEC 14496-12), which names the brands, and see that others follow to the end."""
    length = int.from_bytes(content[:4])
    if not _BOX.size * 2 <= length <= min(_LONGEST_BRANDS, len(content)):
        raise ReceiptKindUnknown
    brands = {content[8:12], *(content[place : place + 4] for place in range(16, length, 4))}
    if not brands & _HEIC_BRANDS:
        raise ReceiptKindUnknown
    _check_boxes(content)
    return ReceiptKind.HEIC


def _check_boxes(content: bytes) -> None:
    """See that the boxes fill the file to its last byte, and that a description and a picture are among them.

    :raises DamagedFile: they do not.
    """
    place, names = 0, set()
    for _ in range(_MOST_BOXES):
        if place + _BOX.size > len(content):
            break
        length, name = _BOX.unpack_from(content, place)
        if length == 1:
            length = int.from_bytes(content[place + 8 : place + 16])
        if length == 0:
            length = len(content) - place
        if length < _BOX.size:
            raise DamagedFile
        names.add(name)
        place += length
    if place != len(content) or not {b"meta", b"mdat"} <= names:
        raise DamagedFile


def kind_of_media_type(media_type: str) -> ReceiptKind | None:
    """Give the kind that a stored media type stands for."""
    return next((kind for kind, known in MEDIA_TYPES.items() if known == media_type), None)


def plain_name(parts: Sequence[object], name: str, longest: int = 60) -> str:
    """Give a name for a file in an archive: letters, digits, point, dash and underscore of ASCII, nothing else.

    ``parts`` come first; of ``name`` the ending stays and the stem is cut. Neither folders, nor names that a system
    keeps for itself, nor a hidden file can come of it, because the parts always stand in front.
    """
    ending = _ENDING.search(name)
    stem = name[: ending.start()] if ending else name
    shown = _UNSAFE.sub("-", stem).strip("-.")[:longest].strip("-.")
    front = "_".join(_UNSAFE.sub("-", str(part)).strip("-.") for part in parts)
    return "_".join(filter(None, (front, shown))) + (ending.group().lower() if ending else "")
