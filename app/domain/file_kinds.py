"""What kind of file some bytes are, by their content alone: never by a name, never by what a browser says.

Nothing is unpacked beyond ``READ_LIMIT``, and every loop has a bound: a hostile file costs as much as an honest one.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from enum import StrEnum
from io import BytesIO
from typing import Final

from app.domain.errors import DomainError


class FileKind(StrEnum):
    """The kinds of file that are taken."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    PNG = "png"
    JPEG = "jpeg"


MEDIA_TYPES: Final[Mapping[FileKind, str]] = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}
# The first is added to a name that has none of them.
EXTENSIONS: Final[Mapping[FileKind, tuple[str, ...]]] = {
    kind: (".jpg", ".jpeg") if kind is FileKind.JPEG else (f".{kind.value}",) for kind in FileKind
}

READ_LIMIT: Final = 1_000_000
"""So much of one entry of a package is unpacked at most, in bytes."""
MAX_ENTRIES: Final = 10_000
MAX_UNPACKED: Final = 1_000_000_000
MAX_CHUNKS: Final = 50_000

_ZIP: Final = b"PK\x03\x04"
_ZIP_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_FRAME: Final = 12
_JPEG: Final = b"\xff\xd8\xff"
_JPEG_FILL, _JPEG_SCAN = 0xFF, 0xDA
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# ECMA-376-2: every package names the types of its parts here; the type of the main part tells what the document is.
_CONTENT_TYPES: Final = "[content_types].xml"
_CONTENT_TYPE: Final = re.compile(rb"""ContentType\s*=\s*["']([^"']{1,200})["']""")
_MAIN_PARTS: Final[Mapping[bytes, FileKind]] = {
    f"{MEDIA_TYPES[kind]}.main+xml".lower().encode(): kind for kind in (FileKind.DOCX, FileKind.XLSX, FileKind.PPTX)
}
_MACRO_WORDS: Final = (b"macroenabled", b"vbaproject", b"macrosheet")
_MACRO_PARTS: Final = re.compile(
    r"(^|/)(vbaproject\.bin|vbadata\.xml)$|^scripts/.|^basic/[^/]+/(?!script-l[bc]\.xml$)."
)
# All that the standard library says of a package that is broken or lies about itself.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    OverflowError,
    ValueError,
)


class UnknownKind(DomainError):
    """The content is of no kind that is taken."""

    code = "file_kind_unknown"


class EmptyFile(DomainError):
    """There is nothing in the file."""

    code = "file_empty"


class DamagedFile(DomainError):
    """It begins like a file that is taken but is cut off, contradicts itself, or holds something else besides."""

    code = "file_damaged"


class HasMacros(DomainError):
    """The document holds programs that run when it is opened."""

    code = "file_has_macros"


def kind_of(content: bytes) -> FileKind:
    """Tell what kind of file ``content`` is.

    A password on a document hides what it is, so such a document is of no kind that is taken.

    :raises EmptyFile: there are no bytes.
    :raises UnknownKind: it is none of ``FileKind``.
    :raises DamagedFile: it begins like one of them, but its structure does not hold.
    :raises HasMacros: an office document with macros.
    """
    if not content:
        raise EmptyFile
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(_JPEG):
        return _jpeg(content)
    if content.startswith(_ZIP):
        return _package(content)
    raise UnknownKind


def _pdf(content: bytes) -> FileKind:
    if b"startxref" not in content or b"%%EOF" not in content:
        raise DamagedFile
    return FileKind.PDF


def _png(content: bytes) -> FileKind:
    """Follow the chunks from the head to the end, which must be that of the file: nothing hides behind a picture."""
    position = len(_PNG)
    seen: list[bytes] = []
    while seen[-1:] != [b"IEND"]:
        length, name = _png_chunk(content, position)
        position += _PNG_FRAME + length
        seen.append(name)
        if len(seen) > MAX_CHUNKS:
            raise DamagedFile
    if seen[0] != b"IHDR" or b"IDAT" not in seen or position != len(content):
        raise DamagedFile
    return FileKind.PNG


def _png_chunk(content: bytes, position: int) -> tuple[int, bytes]:
    """Give length and name of the chunk at ``position``, whose checksum holds."""
    try:
        length, name = struct.unpack_from(">I4s", content, position)
        (checksum,) = struct.unpack_from(">I", content, position + 8 + length)
    except struct.error as fault:
        raise DamagedFile from fault
    if zlib.crc32(memoryview(content)[position + 4 : position + 8 + length]) != checksum:
        raise DamagedFile
    return length, name


def _jpeg(content: bytes) -> FileKind:
    """Follow the segments up to the picture itself, which must come to an end.

    What comes after the end is left alone: telephones keep depth and motion there.
    """
    position, has_frame = 2, False
    for _ in range(MAX_CHUNKS):
        code, length = _jpeg_segment(content, position)
        if code == _JPEG_SCAN:
            break
        has_frame = has_frame or code in _JPEG_FRAMES
        position += length
    else:
        raise DamagedFile
    if not has_frame or content.rfind(b"\xff\xd9") < position:
        raise DamagedFile
    return FileKind.JPEG


def _jpeg_segment(content: bytes, position: int) -> tuple[int, int]:
    """Give the code of the segment at ``position`` and how many bytes it takes, its mark included."""
    try:
        mark, code = struct.unpack_from(">BB", content, position)
        if code == _JPEG_FILL:
            length = 1
        elif code in _JPEG_ALONE:
            length = 2
        else:
            length = 2 + int(struct.unpack_from(">H", content, position + 2)[0])
    except struct.error as fault:
        raise DamagedFile from fault
    if mark != _JPEG_FILL:
        raise DamagedFile
    return code, length


def _package(content: bytes) -> FileKind:
    """Open a ZIP package: an office document of Microsoft (ECMA-376) or of OASIS (ODF 1.3)."""
    if content.count(_ZIP_DIRECTORY_ENTRY) > MAX_ENTRIES:  # before its directory is read into memory
        raise DamagedFile
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _document(archive)
    except _BROKEN as fault:
        raise DamagedFile from fault


def _document(archive: zipfile.ZipFile) -> FileKind:
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise DamagedFile
    named: dict[str, list[zipfile.ZipInfo]] = {}
    for entry in entries:
        named.setdefault(entry.filename.lower(), []).append(entry)
    if any(_MACRO_PARTS.search(name) for name in named):
        raise HasMacros
    if "mimetype" in named:
        return _open_document(_unpacked(archive, named["mimetype"]))
    if _CONTENT_TYPES in named:
        return _office_document(_unpacked(archive, named[_CONTENT_TYPES]))
    raise UnknownKind


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bytes:
    """Give an entry that occurs once and is no longer than ``READ_LIMIT``, whatever its head says."""
    entry = entries[0]
    # the other ways of packing unpack without a bound
    if len(entries) > 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DamagedFile
    with archive.open(entry) as file:
        content = file.read(READ_LIMIT + 1)
    if len(content) > READ_LIMIT:
        raise DamagedFile
    return content


def _open_document(media_type: bytes) -> FileKind:
    if media_type.strip() != MEDIA_TYPES[FileKind.ODT].encode():
        raise UnknownKind
    return FileKind.ODT


def _office_document(content_types: bytes) -> FileKind:
    """Tell by the type of the main part; read as text, because a parser of XML could be made to run out of memory."""
    if any(word in content_types.lower() for word in _MACRO_WORDS):
        raise HasMacros
    mains = {found.lower() for found in _CONTENT_TYPE.findall(content_types)} & _MAIN_PARTS.keys()
    if len(mains) != 1:
        raise UnknownKind
    return _MAIN_PARTS[mains.pop()]
