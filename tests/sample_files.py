"""Small real files of each kind that is taken, and the traps beside them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import openpyxl

from app.domain.file_kinds import FileKind

OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN_PARTS = {
    FileKind.DOCX: ("/word/document.xml", f"{OFFICE}.wordprocessingml.document.main+xml"),
    FileKind.PPTX: ("/ppt/presentation.xml", f"{OFFICE}.presentationml.presentation.main+xml"),
}
ODT_TYPE = "application/vnd.oasis.opendocument.text"
BOMB_BYTES = 50_000_000


def package(parts: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def content_types(part: str, media_type: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="{part}" ContentType="{media_type}"/></Types>'
    )


def office(kind: FileKind, *, media_type: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    part, own_type = MAIN_PARTS[kind]
    types = content_types(part, media_type or own_type)
    return package({"[Content_Types].xml": types, part.lstrip("/"): "<document/>", **(more or {})})


def sheet() -> bytes:
    made = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet("Plan")["A1"] = "Year 1"
    book.save(made)
    return made.getvalue()


def open_document(*, media_type: str = ODT_TYPE, more: Mapping[str, str | bytes] | None = None) -> bytes:
    return package({"mimetype": media_type, "content.xml": "<office:document-content/>", **(more or {})})


def pdf(words: str = "") -> bytes:
    return f"%PDF-1.7\n% {words}\n1 0 obj\n<</Type/Catalog>>\nendobj\nstartxref\n9\n%%EOF\n".encode()


def chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*, more: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND") + more


def jpeg(*, more: bytes = b"") -> bytes:
    head = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    return b"\xff\xd8" + head + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x2a\xff\xd9" + more


def of_size(size: int, words: str = "") -> bytes:
    """Make a PDF of exactly so many bytes."""
    return pdf("x" * (size - len(pdf(words))) + words)


SAMPLES: Mapping[FileKind, bytes] = {
    FileKind.PDF: pdf(),
    FileKind.DOCX: office(FileKind.DOCX),
    FileKind.XLSX: sheet(),
    FileKind.PPTX: office(FileKind.PPTX),
    FileKind.ODT: open_document(),
    FileKind.PNG: png(),
    FileKind.JPEG: jpeg(),
}
