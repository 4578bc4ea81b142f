"""PDFs, made by typst from frozen values: tagged after PDF/UA-1, the same bytes for the same values.

The templates in ``typst/`` get every word as data. No text of a person is ever read as markup.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from app.domain.texts import Text
from app.language.catalogues import N_, gettext

if TYPE_CHECKING:
    from typst import Compiler, TypstError

MEDIA_TYPE: Final = "application/pdf"
STANDARD: Final = "ua-1"
TYPST: Final = Path(__file__).resolve().parent / "typst"
MISSING: Final = "\N{WHITE SQUARE}"
BREAK_AFTER: Final = 30
RUNNING_TITLE: Final = 80
MOST_ATTEMPTS: Final = 6

Said = str | Text


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title (level 1): level 2, or 3 inside a section of level 2."""

    text: Said
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words; each line of them becomes a paragraph. ``soft``: less important; ``keep``: on the page of what follows."""

    text: Said
    soft: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Short pairs of label and value."""

    rows: tuple[tuple[Said, Said], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A list; ``boxes`` shows an empty box to tick instead of a dot, ``numbered`` a number."""

    items: tuple[Said, ...]
    boxes: bool = False
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``share`` is its part of the width. Numbers stand to the right."""

    title: Said
    share: int = 1
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and a header row that is repeated on each page."""

    caption: Said
    columns: tuple[Column, ...]
    rows: tuple[tuple[Said, ...], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know, set apart."""

    text: Said
    title: Said = ""


@dataclass(frozen=True, slots=True)
class Room:
    """Empty lines to write on by hand."""

    lines: int


@dataclass(frozen=True, slots=True)
class Signature:
    """The end of a letter, kept on one page: the closing, then who signs."""

    closing: Said
    lines: tuple[Said, ...]


Block = Heading | Paragraph | Facts | Points | Table | Note | Room | Signature


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above a letter: lines of the sender, of the addressee, and facts such as day and reference."""

    sender: tuple[Said, ...]
    addressee: tuple[Said, ...]
    facts: tuple[tuple[Said, Said], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What a PDF holds. ``organisation`` stands on top and in the file's properties; ``made_at`` (aware) is its date.

    With a ``letterhead`` it is a letter, whose subject is ``title``.
    """

    title: str
    language: str
    organisation: str
    made_at: datetime
    blocks: tuple[Block, ...]
    summary: Said = ""
    letterhead: Letterhead | None = None


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A PDF with the name under which it is kept."""

    name: str
    content: bytes


class UnableToTypeset(Exception):
    """The document cannot be made: a fault of ours, such as a heading that skips a level."""


def make_pdf(document: Document) -> bytes:
    """Make the PDF: A4, PDF/UA-1, fonts inside; 10 to 20 ms a page, one at a time in a process.

    Control characters are left out. A character that no font of typst has is shown as □, which a note at the end
    explains.

    :raises UnableToTypeset: headings skip a level.
    """
    from typst import TypstError

    try:
        return _compile(document)
    except TypstError as fault:
        lacking = _lacking(fault)
    noted = replace(document, blocks=(*document.blocks, Note(gettext(document.language, _NOTE, sign=MISSING))))
    for _ in range(MOST_ATTEMPTS):
        try:
            return _compile(noted, lacking)
        except TypstError as fault:
            lacking |= _lacking(fault)
    raise UnableToTypeset(", ".join(sorted(lacking)))


_NOTE = N_("%(sign)s stands for a character that this document cannot show. You can read it in Tandem.")
_PAGES = N_("Page %(page)s of %(pages)s")
_FAULT = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_LONG = re.compile(rf"\S{{{BREAK_AFTER + 1},}}")
_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
_DROPPED = _CONTROLS | {0xD: None, 0x9: " ", 0xAD: None}  # and soft hyphens: typst has its own
_DEPENDENT = frozenset({"Mn", "Me", "Mc", "Cf"})
_MODIFYING = _DEPENDENT | {"Sk"}
_TURN = Lock()


@cache
def _compiler() -> "Compiler":
    """Give the one compiler; it must not run in two threads at once."""
    from typst import Compiler

    return Compiler(root=TYPST, ignore_system_fonts=True)


def _compile(document: Document, lacking: frozenset[str] = frozenset()) -> bytes:
    template = TYPST / ("letter.typ" if document.letterhead else "document.typ")
    data = _without(_data(document), lacking) if lacking else _data(document)
    with _TURN:
        made = _compiler().compile(
            input=template,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=STANDARD,
            timestamp=int(document.made_at.timestamp()),
        )
    assert isinstance(made, bytes)  # noqa: S101 - one file, as no output is named
    return made


def _data(document: Document | Block | Letterhead | Column) -> dict[str, object]:
    """Turn a value into JSON data; blocks name their kind."""
    data = {field.name: _plain(getattr(document, field.name)) for field in fields(document)}
    data["kind"] = type(document).__name__
    if isinstance(document, Document):
        data["pages"] = gettext(document.language, _PAGES, page="{page}", pages="{pages}")
        data["running"] = _shorter(_clean(document.title))
        data["colon"] = "\N{NO-BREAK SPACE}: " if document.language == "fr" else ": "
    return data


def _plain(value: object) -> object:
    match value:
        case str():
            return _clean(value)
        case Text():
            return {"words": _clean(value.words), "language": value.language}
        case datetime():
            moment = value.astimezone(UTC)
            return [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second]
        case tuple():
            return [_plain(one) for one in value]
        case bool() | int() | None:
            return value
    return _data(value)  # type: ignore[arg-type]


def _clean(text: str) -> str:
    """Leave out what cannot be printed, and let a word that is longer than a column break."""
    known = text.replace("\r\n", "\n").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _LONG.sub(_breakable, known.translate(_DROPPED))


def _breakable(word: re.Match[str]) -> str:
    letters = word.group()
    return "\N{ZERO WIDTH SPACE}".join(letters[at : at + BREAK_AFTER] for at in range(0, len(letters), BREAK_AFTER))


def _shorter(title: str) -> str:
    return title if len(title) <= RUNNING_TITLE else f"{title[: RUNNING_TITLE - 1].rstrip()}…"


def _lacking(fault: "TypstError") -> frozenset[str]:
    """Read from typst's report which characters no font has.

    What modifies another character is reported with it, be it a space: those go first, and what is left is reported
    again if no font has it.

    :raises UnableToTypeset: it reports something else.
    """
    found = _FAULT.findall(fault.diagnostic)
    if not found:
        raise UnableToTypeset(fault.message) from fault
    reported = frozenset(
        "".join(_ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else one[2], text) for text in found)
    )
    return frozenset(one for one in reported if unicodedata.category(one) in _MODIFYING) or reported


def _without(value: object, lacking: Iterable[str]) -> object:
    """Replace characters in all texts; marks and joiners, which only belong to another character, are left out."""
    signs = {ord(one): "" if unicodedata.category(one) in _DEPENDENT else MISSING for one in lacking}
    return _mapped(value, signs)


def _mapped(value: object, signs: Mapping[int, str]) -> object:
    match value:
        case str():
            return value.translate(signs)
        case list():
            return [_mapped(one, signs) for one in value]
        case dict():
            return {name: _mapped(one, signs) for name, one in value.items()}
    return value
