"""Letters as PDF: decisions on candidacies, and any other letter of the programme."""

from dataclasses import dataclass
from datetime import datetime

from app.documents.pdf import Block, Column, Document, Letterhead, Paragraph, Said, Signature, Table, make_pdf
from app.domain.time import programme_day
from app.language.catalogues import N_, gettext
from app.language.moments import date_long

SENDER = "VVSG"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, for one criterion; its lines become paragraphs."""

    criterion: Said
    words: Said


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, all in ``language``; lines of ``opening`` and ``after`` become paragraphs.

    ``written_at`` (aware) is shown as a day in Brussels. ``reasons`` stand between ``opening`` and ``after``.
    ``contact`` is where questions go, such as an address; empty: to the programme team. ``signer`` is a function and
    what it belongs to; empty: the programme team of VVSG. ``sender`` is who writes; empty: VVSG with the programme.
    ``blocks`` come last, before the closing.
    """

    language: str
    programme: str
    addressee: tuple[str, ...]
    reference: str
    written_at: datetime
    subject: str
    opening: str
    reasons: tuple[Reason, ...] = ()
    after: str = ""
    contact: str = ""
    signer: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


def letter_pdf(letter: Letter) -> bytes:
    """Make a letter as PDF/UA-1; the same letter gives the same bytes."""
    return make_pdf(letter_document(letter))


def letter_document(letter: Letter) -> Document:
    """Put a letter in words, block by block."""
    locale = letter.language
    day = date_long(locale, programme_day(letter.written_at))
    sender = letter.sender or (SENDER, letter.programme)
    facts = ((gettext(locale, N_("Date")), day), (gettext(locale, N_("Our reference")), letter.reference))
    return Document(
        title=letter.subject,
        language=locale,
        organisation=" · ".join((sender[0], letter.programme)),
        made_at=letter.written_at,
        letterhead=Letterhead(sender, letter.addressee, facts),
        blocks=(
            Paragraph(gettext(locale, N_("Dear Sir or Madam,"))),
            Paragraph(letter.opening),
            *_reasons(letter),
            Paragraph(letter.after),
            *letter.blocks,
            Paragraph(_questions(letter)),
            Signature(gettext(locale, N_("Kind regards,")), letter.signer or _programme_team(locale)),
        ),
    )


def _reasons(letter: Letter) -> tuple[Block, ...]:
    if not letter.reasons:
        return ()
    locale = letter.language
    columns = (Column(gettext(locale, N_("Criterion")), 2), Column(gettext(locale, N_("Reasons")), 5))
    rows = tuple((reason.criterion, reason.words) for reason in letter.reasons)
    return (Table(gettext(locale, N_("The reasons for each criterion")), columns, rows),)


def _questions(letter: Letter) -> str:
    if not letter.contact:
        words = N_("Do you have a question? Write to the programme team and mention the reference %(reference)s.")
        return gettext(letter.language, words, reference=letter.reference)
    words = N_("Do you have a question? Write to %(contact)s and mention the reference %(reference)s.")
    return gettext(letter.language, words, contact=letter.contact, reference=letter.reference)


def _programme_team(locale: str) -> tuple[str, ...]:
    return (gettext(locale, N_("The programme team")), SENDER)
