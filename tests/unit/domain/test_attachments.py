"""How many files, how large, and under which names."""

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.attachments import (
    ACCEPTED,
    MAX_BYTES,
    MAX_FILES,
    NAME_LIMIT,
    AttachmentTooLarge,
    SameAttachment,
    TooManyAttachments,
    check_can_add,
    clean_name,
    examine,
    readable_name,
)
from app.domain.file_kinds import EXTENSIONS, MEDIA_TYPES, FileKind
from tests.sample_files import SAMPLES, of_size


@pytest.mark.parametrize("kind", list(FileKind))
def test_a_file_is_what_its_content_says(kind: FileKind) -> None:
    found = examine("Verslag college.html", SAMPLES[kind])
    assert found.name == f"Verslag college.html{EXTENSIONS[kind][0]}"
    assert (found.kind, found.media_type) == (kind, MEDIA_TYPES[kind])
    assert found.sha256 == hashlib.sha256(SAMPLES[kind]).hexdigest()
    assert EXTENSIONS[kind][0] in ACCEPTED


def test_the_largest_file_is_taken_and_one_byte_more_is_not() -> None:
    assert len(examine("a.pdf", of_size(MAX_BYTES)).content) == MAX_BYTES
    with pytest.raises(AttachmentTooLarge) as refusal:
        examine("a.pdf", of_size(MAX_BYTES + 1))
    assert refusal.value.params == {"limit": 10}


def test_five_files_are_the_most() -> None:
    present = [(f"{number}.pdf", f"{number}") for number in range(MAX_FILES - 1)]
    check_can_add("other", present)
    with pytest.raises(TooManyAttachments):
        check_can_add("other", [*present, ("last.pdf", "last")])


def test_the_same_content_is_told_by_the_name_it_has() -> None:
    present = [("one.pdf", "1"), ("two.pdf", "2")]
    with pytest.raises(SameAttachment) as refusal:
        check_can_add("2", present)
    assert refusal.value.params == {"other": "two.pdf"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Collegebesluit.pdf", "Collegebesluit.pdf"),
        ("C:\\Users\\me\\Nota.PDF", "Nota.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("/folder/", "folder.pdf"),
        ("nota\u202efdp.exe", "notafdp.exe.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie: b.pdf"),
        ("a\x00b\x7f.pdf", "a b.pdf"),
        ("  Nota   van   het college .pdf", "Nota van het college.pdf"),
        ("...", "attachment.pdf"),
        ("", "attachment.pdf"),
        (" / ", "attachment.pdf"),
        ("Décision du collège.pdf", "Décision du collège.pdf"),
        ("De\u0301cision.pdf", "Décision.pdf"),
        ("قرار.pdf", "قرار.pdf"),
        ("计划 📎.pdf", "计划 📎.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("\u202e" + "y" * 300, "y" * 196 + ".pdf"),
        ('"; filename="evil.html', '"; filename="evil.html.pdf'),
    ],
)
def test_a_name_is_kept_without_what_misleads(typed: str, kept: str) -> None:
    assert clean_name(typed, FileKind.PDF) == kept


def test_a_photograph_keeps_either_ending() -> None:
    assert clean_name("a.JPEG", FileKind.JPEG) == "a.JPEG"
    assert clean_name("a.jpg", FileKind.JPEG) == "a.jpg"
    assert clean_name("a.png", FileKind.JPEG) == "a.png.jpg"


@given(st.text(max_size=400), st.sampled_from(list(FileKind)))
def test_every_name_is_short_visible_and_ends_as_its_kind(typed: str, kind: FileKind) -> None:
    name = clean_name(typed, kind)
    assert 0 < len(name) <= NAME_LIMIT
    assert not set(name) & set("/\\\r\n\x00\u202e\u2066\u200f")
    assert not [one for one in name if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
    assert name.lower().endswith(EXTENSIONS[kind])
    assert name == name.strip(". ")
    assert clean_name(name, kind) == name
    name.encode()


@given(st.text(max_size=400))
def test_a_name_may_be_shown(typed: str) -> None:
    shown = readable_name(typed)
    assert len(shown) <= NAME_LIMIT
    assert readable_name(shown) == shown
