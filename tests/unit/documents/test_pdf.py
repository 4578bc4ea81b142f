"""PDFs: tagged, reproducible, and nothing of what people write is interpreted or lost."""

import io
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from app.documents import pdf
from app.documents.pdf import (
    Block,
    Column,
    Document,
    Facts,
    Heading,
    Letterhead,
    Note,
    Paragraph,
    Points,
    Room,
    Signature,
    Table,
    UnableToTypeset,
    make_pdf,
)
from app.domain.texts import Text

MADE_AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=UTC)
EVERYTHING: tuple[Block, ...] = (
    Facts((("Reference", "SDG-AAAAAA"), ("State", "Submitted"))),
    Heading("First section"),
    Heading("A question", level=3),
    Paragraph("First line\nSecond line"),
    Paragraph("Not answered", soft=True),
    Points(("one", Text("deux", "fr"))),
    Points(("yes", "no"), boxes=True),
    Points(("step", "stop"), numbered=True),
    Room(3),
    Table(
        "Reasons",
        (Column("Criterion"), Column("Why", 2), Column("Points", number=True)),
        (("Openness", "Because", "3"), ("Time", "", "4")),
    ),
    Note("Mind this", "Title of the note"),
    Signature("Kind regards,", ("The programme team", "VVSG")),
)


def document(*blocks: Block, title: str = "A title", language: str = "en", **more: Any) -> Document:  # noqa: ANN401
    return Document(title, language, "VVSG · Programme", MADE_AT, blocks, **more)


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(made).pages)


def squeezed(text: str) -> str:
    """Leave out spaces and what has no width: lines break where they must."""
    return "".join(
        letter for letter in unicodedata.normalize("NFC", text) if not letter.isspace() and letter not in "\u200b\xad"
    )


def tags(made: bytes) -> list[str]:
    """List the roles of the structure tree in reading order."""

    def walk(node: object) -> Iterator[str]:
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            for one in node:
                yield from walk(one)
        elif isinstance(node, DictionaryObject) and node.get("/Type") != "/OBJR":
            if "/S" in node:
                yield str(node["/S"]).removeprefix("/")
            yield from walk(node.get("/K", []))

    root: Any = read(made).trailer["/Root"]
    return list(walk(root["/StructTreeRoot"]))


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("letterhead", [None, Letterhead(("VVSG",), ("Alfa",), (("Date", "today"),))])
def test_every_pdf_says_that_it_is_tagged_in_which_language_and_what_it_is_called(
    language: str, letterhead: Letterhead | None
) -> None:
    made = make_pdf(document(*EVERYTHING, language=language, letterhead=letterhead))

    root: Any = read(made).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    facts = read(made).metadata
    assert facts is not None
    assert (facts.title, facts.author, facts.creation_date) == ("A title", "VVSG · Programme", MADE_AT)


def test_headings_lists_and_tables_have_their_tags_in_the_order_of_reading() -> None:
    found = tags(make_pdf(document(*EVERYTHING)))

    order = [tag for tag in found if tag in {"H1", "H2", "H3", "L", "Table", "THead", "TBody", "TR"}]
    assert order == ["H1", "L", "H2", "H3", "L", "L", "L", "Table", "THead", "TR", "TBody", "TR", "TR"]
    assert found.count("LI") == 8
    assert (found.count("TH"), found.count("TD")) == (3, 6)
    assert "Figure" not in found


def test_the_text_stands_in_the_order_of_the_blocks_with_page_numbers() -> None:
    made = text_of(make_pdf(document(*EVERYTHING, summary="The summary")))

    words = "A title|The summary|Reference: SDG-AAAAAA|First section|A question|First line|Second line|Not answered"
    words += "|one|deux|yes|no|1. step|2. stop|Reasons|Criterion|Openness|Because|3|Time|4|Title of the note|Mind this"
    words += "|Kind regards,|The programme team|VVSG|Page 1 of 1"
    at = 0
    for wanted in words.split("|"):
        assert wanted in made[at:], wanted
        at = made.index(wanted, at) + len(wanted)


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Pagina 2 van 3"), ("fr", "Page 2 sur 3"), ("en", "Page 2 of 3")]
)
def test_pages_are_numbered_in_the_language_and_repeat_the_title(language: str, words: str) -> None:
    made = make_pdf(document(*[Room(28)] * 2, language=language, title="A title " * 40))

    assert words in read(made).pages[1].extract_text()
    assert "A title A title" in read(made).pages[1].extract_text()


def test_the_same_document_gives_the_same_bytes_in_any_zone_and_in_many_threads_at_once() -> None:
    wanted = make_pdf(document(*EVERYTHING))
    elsewhere = MADE_AT.astimezone(timezone(timedelta(hours=2)))
    found: list[bytes] = []

    def make() -> None:
        for _ in range(5):
            found.append(make_pdf(replace(document(*EVERYTHING), made_at=elsewhere)))
            make_pdf(document(Paragraph("another"), language="fr"))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [wanted] * 20
    assert make_pdf(document(Paragraph("other"))) != wanted


HOSTILE = (
    "#panic() $x^2$ *bold* _it_ `raw` @ref <label> [content] // no comment /* none */",
    r"\u{41} \n \\ #import \"x\": y",
    "= No heading\n- no item\n+ none\n/ no: term",
    "<script>alert(1)</script> <b>&amp; &lt;</b>",
    "=SUM(A1) --- -- ... ~ 'single' \"double\"",
    "{{ jinja }} {page} {pages} %(name)s ${HOME}",
    "crème brûlée, naïef, cœur, ĳ, Łódź, € 17.500, → ↔ ≥ – — “ ” ‘ ’ « » … ² ½ × ✓ ☐",
    "Ελληνικά, Кириллица, Tiếng Việt, Türkçe, Čeština",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_people_write_is_interpreted(words: str) -> None:
    for block in (Paragraph(words), Heading(words), Note(words), Points((words,)), Facts(((words, "x"),))):
        assert squeezed(words) in squeezed(text_of(make_pdf(document(block)))), block
    made = make_pdf(document(Table(words, (Column(words),), ((words,),)), title=words, summary=words))
    assert squeezed(text_of(made)).count(squeezed(words)) >= 5
    facts = read(made).metadata
    assert facts is not None
    assert squeezed(facts.title or "") == squeezed(words)


PRINTED = st.characters(min_codepoint=0x20, max_codepoint=0x24F, blacklist_categories=("Cc", "Cf", "Zs"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(PRINTED, min_size=1, max_size=60), min_size=1, max_size=8))
def test_what_is_written_comes_out_letter_by_letter(words: list[str]) -> None:
    lines = [" ".join(words), *words]

    made = text_of(make_pdf(document(Paragraph("\n".join(lines)))))

    assert squeezed("".join(lines)) in squeezed(made)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(st.characters(min_codepoint=0x2000), max_size=30))
def test_any_text_at_all_makes_a_pdf_with_everything_around_it(title: str, words: str) -> None:
    made = make_pdf(
        document(Heading("before"), Paragraph(words), Note(words, words), Points((words,)), title=f"T {title}")
    )

    # a glyph stands for all characters that it shows, the invisible ones beside it too
    text = "".join(one for one in text_of(made) if unicodedata.category(one) not in ("Cf", "Mn", "Me"))
    assert "before" in text
    assert "Page 1 of" in text


@pytest.mark.parametrize("mark", ["\U0001f3fb", "\u200d\U0001f3fb", "\U0001f1e7\U0001f1ea"])
def test_a_mark_that_cannot_be_shown_takes_no_letter_and_no_space_with_it(mark: str) -> None:
    text = text_of(make_pdf(document(Paragraph(f"é{mark} een {mark} twee"), title=f"T {mark}")))
    assert "een" in text
    assert "Page 1 of 1" in text
    assert "é" in text


@pytest.mark.parametrize(
    "words", ["\ud800 lone", "nul\x00l", "\x1b[31m\x07\x85bell", "tab\tand\r\nline", "\ufffe\U0010ffff"]
)
def test_control_characters_are_left_out(words: str) -> None:
    made = text_of(make_pdf(document(Paragraph(words))))

    for letter in "\x00\x1b\x07\x85\x7f\r":
        assert letter not in made
    for kept in ("lone", "null", "[31mbell", "tab and"):
        if squeezed(kept) in squeezed("".join(letter for letter in words if letter.isprintable())):
            assert kept in made


def test_a_character_that_no_font_has_is_shown_as_a_box_and_a_note_says_so() -> None:
    made = text_of(make_pdf(document(Paragraph("smile 😀, family 👨‍👩‍👧, 漢字"), Heading("漢"), language="nl")))

    assert "smile □, family □□□, □□" in made
    assert "□ staat voor een teken dat dit document niet kan tonen." in made
    assert "□" not in text_of(make_pdf(document(Paragraph("smile :-)"))))


def test_characters_that_only_show_up_later_as_missing_are_replaced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter(["漢", "漢字", "漢字語"])
    monkeypatch.setattr(pdf, "_lacking", lambda _fault: frozenset(next(found)))

    assert "□□□ end" in text_of(make_pdf(document(Paragraph("漢字語 end"))))


def test_a_text_that_cannot_be_shown_at_all_is_refused_and_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_lacking", lambda _fault: frozenset("x"))

    with pytest.raises(UnableToTypeset):
        make_pdf(document(Paragraph("漢")))


def test_scripts_from_right_to_left_are_drawn_with_their_own_letters() -> None:
    made = text_of(make_pdf(document(Paragraph("שלום \u202eabc\u202c"), Paragraph("after"))))

    assert sorted(letter for letter in made if "א" <= letter <= "ת") == sorted("שלום")
    assert "□" not in made
    assert "after" in made


def test_a_megabyte_of_text_and_a_word_without_end_stay_on_their_pages() -> None:
    made = make_pdf(document(Paragraph("word " * 200_000), Paragraph("x" * 5_000)))

    assert len(read(made).pages) > 200
    last = "".join(page.extract_text() for page in read(made).pages[-3:])
    assert last.count("x") == 5_000
    for line in last.splitlines():
        assert len(line) < 120


def test_a_word_longer_than_its_column_breaks_inside_it() -> None:
    columns = (Column("a"), Column("b"), Column("c"))
    made = text_of(make_pdf(document(Table("t", columns, (("y" * 200, "middle", "z" * 200),)))))

    assert (made.count("y"), made.count("z")) == (200, 200)


def test_a_heading_that_skips_a_level_is_refused() -> None:
    with pytest.raises(UnableToTypeset, match="heading"):
        make_pdf(document(Heading("too deep", level=3)))


def test_typst_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, app.documents.letter_pdf; sys.exit('typst' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
