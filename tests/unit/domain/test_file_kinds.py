"""What a file is follows from its content; everything else is refused, quickly."""

import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import file_kinds
from app.domain.errors import DomainError
from app.domain.file_kinds import DamagedFile, EmptyFile, FileKind, HasMacros, UnknownKind, kind_of
from tests.sample_files import (
    BOMB_BYTES,
    MAIN_PARTS,
    SAMPLES,
    chunk,
    content_types,
    jpeg,
    office,
    open_document,
    package,
    png,
)

DOCX = FileKind.DOCX
PART, MAIN = MAIN_PARTS[DOCX]
TYPES = content_types(PART, MAIN)


def refused(content: bytes) -> type[DomainError]:
    """Give the refusal of a file; it comes within a second, whatever the file."""
    began = time.perf_counter()
    with pytest.raises(DomainError) as refusal:
        kind_of(content)
    assert time.perf_counter() - began < 1
    return refusal.type


def answer_to(content: bytes) -> str:
    """Give what is said of any bytes; an error of ours would rise."""
    try:
        return kind_of(content)
    except DomainError as refusal:
        return refusal.code


@pytest.mark.parametrize("kind", list(FileKind))
def test_a_file_of_each_kind_is_recognised(kind: FileKind) -> None:
    assert kind_of(SAMPLES[kind]) is kind


def test_every_kind_has_its_media_type_and_endings() -> None:
    assert file_kinds.MEDIA_TYPES.keys() == file_kinds.EXTENSIONS.keys() == set(FileKind)


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"\xef\xbb\xbf%PDF-1.7 behind a mark",
        b"GIF89a",
        b"MZ\x90\x00",
        b"#!/bin/sh\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old Word document, or one with a password",
        b"\x00",
        package({"a.txt": "no document"}),
        package({"mimetype": "application/epub+zip"}),
        open_document(media_type="application/vnd.oasis.opendocument.text-template"),
        office(DOCX, media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        package({"[Content_Types].xml": TYPES + content_types(*MAIN_PARTS[FileKind.PPTX])}),
    ],
)
def test_what_is_not_taken_is_refused(content: bytes) -> None:
    assert refused(content) is UnknownKind


def test_an_empty_file_is_refused() -> None:
    assert refused(b"") is EmptyFile


@pytest.mark.parametrize(
    "content",
    [
        office(DOCX, media_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        office(DOCX, more={"word/vbaProject.bin": b"x"}),
        office(DOCX, more={"word/VBAPROJECT.BIN": b"x"}),
        package({"[Content_Types].xml": TYPES.replace("</Types>", "<!-- macroEnabled --></Types>")}),
        package({"[Content_Types].xml": TYPES + "application/vnd.ms-excel.macrosheet+xml"}),
        open_document(more={"Basic/Standard/Module1.xml": "x"}),
        open_document(more={"Scripts/python/run.py": "x"}),
    ],
)
def test_macros_are_refused(content: bytes) -> None:
    assert refused(content) is HasMacros


def test_an_empty_library_of_macros_is_none() -> None:
    assert kind_of(open_document(more={"Basic/Standard/script-lb.xml": "x", "Basic/script-lc.xml": "x"}))


@pytest.mark.parametrize("kind", list(FileKind))
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_off_is_refused(kind: FileKind, share: float) -> None:
    content = SAMPLES[kind]
    assert refused(content[: max(8, int(len(content) * share))]) in (DamagedFile, UnknownKind)


@pytest.mark.parametrize(
    "content",
    [
        png(more=b"<script>alert(1)</script>"),
        png(more=package({"a": "b"})),
        png()[:-1] + b"!",
        png().replace(b"IDAT", b"IDOT"),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT") + chunk(b"IHDR") + chunk(b"IEND"),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR") + chunk(b"IEND"),
        b"\x89PNG\r\n\x1a\n" + chunk(b"tEXt") * 800_000,
    ],
)
def test_a_picture_with_anything_else_in_it_is_refused(content: bytes) -> None:
    assert refused(content) is DamagedFile


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x04ab<script>",
        b"\xff\xd8\xff\xda\x00\x02\xff\xd9",
        jpeg()[:-2],
        b"\xff\xd8" + b"\xff" * 10_000_000,
        b"\xff\xd8" + b"\xff\xe0\x00\x00" * 2_000_000,
    ],
)
def test_a_photograph_that_is_none_is_refused(content: bytes) -> None:
    assert refused(content) is DamagedFile


def test_a_photograph_may_carry_what_telephones_add() -> None:
    assert kind_of(jpeg(more=b"motion" * 100)) is FileKind.JPEG
    assert kind_of(b"\xff\xd8\xff\xd0" + jpeg()[2:]) is FileKind.JPEG


def test_a_package_that_unpacks_to_too_much_is_refused() -> None:
    assert refused(package({"[Content_Types].xml": TYPES + " " * BOMB_BYTES})) is DamagedFile
    assert refused(package({"mimetype": b"\0" * BOMB_BYTES})) is DamagedFile


def test_a_package_that_says_it_is_small_is_not_believed() -> None:
    long = TYPES.encode() + b" " * 3_000_000
    made = package({"[Content_Types].xml": long})
    lie = made.replace(len(long).to_bytes(4, "little"), (500).to_bytes(4, "little"))
    assert lie != made
    assert refused(lie) is DamagedFile


def test_a_package_that_says_it_is_huge_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_kinds, "MAX_UNPACKED", 1000)
    assert refused(office(DOCX, more={"word/media/a.bin": b"\0" * 2000})) is DamagedFile


def test_a_package_of_very_many_entries_is_not_opened() -> None:
    assert refused(b"PK\x03\x04" + b"PK\x01\x02" * 1_000_000) is DamagedFile


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_without_a_bound_is_refused(packing: int) -> None:
    assert refused(package({"[Content_Types].xml": TYPES}, packing)) is DamagedFile


def test_a_part_that_is_there_twice_is_refused() -> None:
    twice = package({"[Content_Types].xml": TYPES, "[content_types].xml": TYPES})
    assert refused(twice) is DamagedFile


def test_a_part_with_a_password_is_refused() -> None:
    made = bytearray(office(DOCX))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + place] |= 1
    assert refused(bytes(made)) is DamagedFile


def test_a_part_with_a_wrong_checksum_is_refused() -> None:
    made = office(DOCX)
    checksum = zlib.crc32(TYPES.encode()).to_bytes(4, "little")
    assert refused(made.replace(checksum, b"\0\0\0\0")) is DamagedFile


@given(st.sampled_from(list(FileKind)), st.data())
def test_a_file_with_a_few_other_bytes_is_taken_or_refused_in_words(kind: FileKind, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert answer_to(bytes(content))


@given(st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]), st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(start: bytes, rest: bytes) -> None:
    assert answer_to(start + rest)
