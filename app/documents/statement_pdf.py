"""The yearly statement of a budget as PDF: figures of both halves, all entries, and who confirmed them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.documents.pdf import Block, Column, Document, Facts, Heading, Note, Paragraph, Table, make_pdf
from app.documents.statement_sheet import Figures, SheetTable, confirmed_words, figures, firmness, title
from app.domain.books import Books
from app.domain.codes import Side
from app.domain.statements import Standing
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.language.moments import date_long

SENDER = "VVSG"


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """What the document says, in ``language``."""

    language: str
    programme: str
    books: Books
    standing: Standing


def statement_pdf(paper: StatementPaper) -> bytes:
    """Make the statement as PDF/UA-1; the same one gives the same bytes."""
    return make_pdf(statement_document(paper))


def statement_document(paper: StatementPaper) -> Document:
    """Put the statement in words, block by block."""
    locale, books, standing = paper.language, paper.books, paper.standing
    made = figures(locale, books, standing)
    return Document(
        title=f"{title(locale, standing.statement.year)}: {books.name}",
        language=locale,
        organisation=f"{SENDER} · {paper.programme}",
        made_at=_made_at(books, standing),
        blocks=(
            _firmness(locale, standing),
            _sides(paper),
            Heading(gettext(locale, N_("Figures"))),
            _table(made.halves),
            *_optional(made.categories),
            *_lists(locale, made),
            *_confirmed(paper),
            *_entries(locale, made),
        ),
    )


def _made_at(books: Books, standing: Standing) -> datetime:
    """Give when the statement last changed, so that the same statement is the same file."""
    moments = [one.confirmation.confirmed_at for one in standing.sides if one.confirmation is not None]
    moments += [one for one in (books.last_booked_at, standing.closed_at) if one is not None]
    return max(moments, default=datetime.combine(books.starts_on, datetime.min.time(), UTC))


def _firmness(locale: str, standing: Standing) -> Block:
    words = firmness(locale, standing)
    return Paragraph(words) if standing.is_final else Note(words)


def _sides(paper: StatementPaper) -> Block:
    locale, books = paper.language, paper.books
    period = gettext(
        locale,
        N_("%(first)s to %(last)s"),
        first=date_long(locale, books.starts_on),
        last=date_long(locale, books.ends_on),
    )
    sides = tuple((label(locale, side), books.government(side)) for side in Side)
    return Facts((*sides, (gettext(locale, N_("Period of the programme")), period)))


def _table(made: SheetTable) -> Block:
    columns = tuple(Column(head.title, head.share, head.number) for head in made.heads)
    return Table(made.title, columns, (*made.rows, *((made.total,) if made.total else ())))


def _optional(made: SheetTable) -> tuple[Block, ...]:
    return (_table(made),) if made.rows else ()


def _lists(locale: str, made: Figures) -> tuple[Block, ...]:
    if made.open.rows:
        return (_table(made.open), *_optional(made.corrections), *_optional(made.rates))
    nothing = Paragraph(gettext(locale, N_("No commitment was open on 31 December.")))
    return (nothing, *_optional(made.corrections), *_optional(made.rates))


def _confirmed(paper: StatementPaper) -> tuple[Block, ...]:
    locale, standing = paper.language, paper.standing
    said = tuple(Paragraph(confirmed_words(locale, paper.books, one)) for one in standing.sides)
    digest = gettext(locale, N_("Fingerprint of the figures (SHA-256)"))
    return (
        Heading(gettext(locale, N_("Confirmation by both sides"))),
        *said,
        Facts(((digest, standing.statement.digest),)),
    )


def _entries(locale: str, made: Figures) -> tuple[Block, ...]:
    tables = tuple(_table(one) for one in made.entries if one.rows)
    return (Heading(gettext(locale, N_("All entries of the year"))), *tables) if tables else ()
