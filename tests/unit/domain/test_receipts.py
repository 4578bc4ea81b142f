"""Which files are receipts, told by their content; under which names they are kept and handed out."""

import re
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.file_kinds import DamagedFile, EmptyFile, FileKind
from app.domain.receipts import (
    ACCEPTED,
    ENDINGS,
    MAX_BYTES,
    MAX_FILES,
    MEDIA_TYPES,
    PictureTooLarge,
    ReceiptKind,
    ReceiptKindUnknown,
    ReceiptTooLarge,
    TooManyReceipts,
    check_points,
    check_room,
    examine,
    kind_of_media_type,
    plain_name,
    receipt_kind,
)
from tests.sample_files import SAMPLES, heic, jpeg, of_size, package, pdf, photo, picture, png

RECEIPTS = {
    ReceiptKind.PDF: pdf(),
    ReceiptKind.JPEG: jpeg(),
    ReceiptKind.PNG: png(),
    ReceiptKind.WEBP: picture("WEBP"),
    ReceiptKind.HEIC: heic(),
}


@pytest.mark.parametrize("kind", list(ReceiptKind))
def test_a_receipt_is_what_its_content_says(kind: ReceiptKind) -> None:
    found = examine("bon.html", RECEIPTS[kind])
    assert (found.kind, found.media_type) == (kind, MEDIA_TYPES[kind])
    assert found.name == f"bon.html{ENDINGS[kind][0]}"
    assert found.content == RECEIPTS[kind]
    assert kind_of_media_type(found.media_type) is kind
    assert MEDIA_TYPES[kind] in ACCEPTED


@pytest.mark.parametrize(
    "content",
    [
        SAMPLES[FileKind.DOCX],
        SAMPLES[FileKind.ODT],
        package({"a.txt": "x"}),
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a" + bytes(40),
        b"II*\0" + bytes(40),
        b"plain words",
        heic(brand=b"avif"),
        b"\0\0\0\x04ftyp" + bytes(20),
        b"\xff\xff\xff\xffftypheic" + bytes(20),
    ],
)
def test_other_files_are_no_receipts(content: bytes) -> None:
    with pytest.raises(ReceiptKindUnknown):
        receipt_kind(content)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 and nothing more",
        png()[:-4],
        jpeg()[:-2],
        picture("WEBP")[:-1],
        picture("WEBP") + b"<script>",
        b"RIFF\x0c\0\0\0WEBPAVI \0\0\0\0",
        heic()[:-1],
        heic() + struct.pack(">I4s", 4, b"free"),
        heic() + struct.pack(">I4s", 8, b"free") * 2000,
        heic().replace(b"meta", b"free"),
        png(more=b"<script>alert(1)</script>"),
    ],
)
def test_a_file_that_is_cut_off_or_hides_something_is_damaged(content: bytes) -> None:
    with pytest.raises(DamagedFile):
        receipt_kind(content)


def test_nothing_is_no_receipt() -> None:
    with pytest.raises(EmptyFile):
        examine("bon.pdf", b"")


def test_a_box_may_reach_to_the_end_or_say_its_length_in_eight_bytes() -> None:
    assert receipt_kind(heic()[:-12] + struct.pack(">I4s4s", 0, b"mdat", b"hevc")) is ReceiptKind.HEIC
    assert receipt_kind(heic()[:-12] + struct.pack(">I4sQ4s", 1, b"mdat", 20, b"hevc")) is ReceiptKind.HEIC


def test_the_largest_receipt_is_taken_and_one_byte_more_is_not() -> None:
    assert len(examine("a.pdf", of_size(MAX_BYTES)).content) == MAX_BYTES
    with pytest.raises(ReceiptTooLarge) as refusal:
        examine("a.pdf", of_size(MAX_BYTES + 1))
    assert refusal.value.params == {"limit": 10}


def test_ten_receipts_are_the_most() -> None:
    check_room(MAX_FILES - 1)
    with pytest.raises(TooManyReceipts):
        check_room(MAX_FILES)


def test_a_picture_of_more_points_than_fit_in_memory_is_refused() -> None:
    check_points(8_000, 8_000)
    with pytest.raises(PictureTooLarge):
        check_points(8_001, 8_000)


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_receipt_or_refused(content: bytes) -> None:
    for start in (b"", b"RIFF", b"\0\0\0\x18ftypheic", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        with suppress(ReceiptKindUnknown, DamagedFile, EmptyFile):
            assert receipt_kind(start + content) in ReceiptKind


def test_the_photo_of_a_telephone_is_a_receipt() -> None:
    assert receipt_kind(photo()) is ReceiptKind.JPEG


@given(st.text(max_size=300))
def test_a_name_in_an_archive_is_plain_whatever_it_was(name: str) -> None:
    made = plain_name(("entry-0007", "claim-0012", "01"), name)
    assert re.fullmatch(r"entry-0007_claim-0012_01[A-Za-z0-9._-]*", made)
    assert len(made) <= 100
    assert ".." not in made or "/" not in made


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Foto 1.JPG", "e_Foto-1.jpg"),
        ("../../etc/passwd", "e_etc-passwd"),
        ("..\\..\\a.pdf", "e_a.pdf"),
        ("\u202egpj.exe", "e_gpj.exe"),
        ("שלום.pdf", "e.pdf"),
        ("=cmd|calc.pdf", "e_cmd-calc.pdf"),
        ("", "e"),
    ],
)
def test_names_in_an_archive(name: str, plain: str) -> None:
    assert plain_name(("e",), name) == plain
