"""Small real files of each kind that is taken, and the traps beside them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import openpyxl
from PIL import Image, ImageDraw

from app.domain.file_kinds import FileKind

OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN_PARTS = {
    FileKind.DOCX: ("/word/document.xml", f"{OFFICE}.wordprocessingml.document.main+xml"),
    FileKind.PPTX: ("/ppt/presentation.xml", f"{OFFICE}.presentationml.presentation.main+xml"),
}
ODT_TYPE = "application/vnd.oasis.opendocument.text"
BOMB_BYTES = 50_000_000
DATE = (2026, 11, 22, 9, 0, 0)  # fixed: the files name tests, and each process must make the same


def package(parts: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), content, packing)
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


GPS, ORIENTATION, MODEL = 0x8825, 0x0112, 0x0110
PLACE: Mapping[int, object] = {1: "S", 2: (1.0, 56.0, 38.0), 3: "E", 4: (30.0, 3.0, 34.0)}


def photo(*, width: int = 1200, height: int = 800, turned: bool = False, words: str = "BUS 1 500 RWF") -> bytes:
    """Make a photo of a receipt as a telephone does: with the place, the model and (``turned``) how it was held."""
    shown = Image.effect_noise((width, height), 20).convert("RGB")
    pencil = ImageDraw.Draw(shown)
    pencil.rectangle((0, 0, width // 2, height // 2), fill="red")
    pencil.text((width // 2, height // 2), words, fill="black")
    facts = Image.Exif()
    facts[MODEL] = "Demo telephone"
    facts[GPS] = PLACE
    facts[ORIENTATION] = 6 if turned else 1
    return _picture(shown, "JPEG", quality=70, exif=facts)


def picture(kind: str, *, mode: str = "RGB", width: int = 300, height: int = 200) -> bytes:
    """Make a plain picture of a format of Pillow."""
    return _picture(Image.new(mode, (width, height)), kind)


def bomb_png(*, width: int = 30_000, height: int = 30_000) -> bytes:
    """Make a small PNG that says it is very large, and whose points unpack to a lot."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    points = chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + points + chunk(b"IEND")


def heic(*, brand: bytes = b"heic") -> bytes:
    """Make the frame of a HEIC file: its brands, a description and the coded picture."""
    brands = struct.pack(">I4s4sI8s", 24, b"ftyp", b"mif1", 0, b"mif1" + brand)
    return brands + struct.pack(">I4s", 8, b"meta") + struct.pack(">I4s4s", 12, b"mdat", b"hevc")


def _picture(shown: Image.Image, kind: str, **more: Any) -> bytes:  # noqa: ANN401 - what a format takes
    made = io.BytesIO()
    shown.save(made, kind, **more)
    return made.getvalue()
