"""The questions of the candidacy form as PDF: to read, print and prepare with colleagues before starting."""

from dataclasses import dataclass
from datetime import datetime

from app.documents.pdf import Block, Document, Heading, Note, Paragraph, Points, Room, Said, make_pdf
from app.language.catalogues import N_, gettext


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    """A question on paper: ``limits`` are sentences, ``room`` is the number of lines to write on."""

    title: Said
    optional: bool = False
    help: Said = ""
    limits: tuple[Said, ...] = ()
    choices: tuple[Said, ...] = ()
    room: int = 0


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """A section on paper."""

    title: Said
    intro: Said
    questions: tuple[PrintedQuestion, ...]


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A form on paper. ``published_at`` (aware) is when this version of it came to be; ``closes`` says until when."""

    language: str
    programme: str
    version: int
    published_at: datetime
    sections: tuple[PrintedSection, ...]
    closes: str = ""


def questions_pdf(form: PrintedForm) -> bytes:
    """Make the PDF of all questions; the same form gives the same bytes."""
    return make_pdf(questions_document(form))


def questions_name(language: str) -> str:
    """Give the name under which the PDF is kept."""
    return gettext(language, N_("questions-candidacy.pdf"))


def questions_document(form: PrintedForm) -> Document:
    """Put a form in blocks: what it is for, then its sections with numbered questions."""
    locale = form.language
    intro = N_(
        "This is everything that we ask in a candidacy. Use it to prepare the answers together with your colleagues."
    )
    submit = N_("You submit the candidacy in Tandem, not on paper.")
    return Document(
        title=gettext(locale, N_("The questions of the candidacy form")),
        language=locale,
        organisation=f"VVSG · {form.programme}",
        made_at=form.published_at,
        summary=gettext(locale, intro),
        blocks=(
            Note("\n".join(line for line in (gettext(locale, submit), form.closes) if line)),
            *(block for number, part in enumerate(form.sections, 1) for block in _section(locale, number, part)),
            Paragraph(gettext(locale, N_("Version of the form: %(version)s"), version=form.version), soft=True),
        ),
    )


def _section(locale: str, number: int, part: PrintedSection) -> tuple[Block, ...]:
    questions = enumerate(part.questions, 1)
    return (
        Heading(_numbered(f"{number}.", part.title)),
        *([Paragraph(part.intro, keep=True)] if str(part.intro) else []),
        *(block for place, asked in questions for block in _question(locale, f"{number}.{place}", asked)),
    )


def _question(locale: str, number: str, asked: PrintedQuestion) -> tuple[Block, ...]:
    optional = (gettext(locale, N_("You may skip this question.")),) if asked.optional else ()
    notes: tuple[Said, ...] = (asked.help, *asked.limits, *optional)
    return (
        Heading(_numbered(number, asked.title), level=3),
        *(Paragraph(note, soft=True, keep=True) for note in notes if str(note)),
        *([Points(asked.choices, boxes=True)] if asked.choices else []),
        *([Room(asked.room)] if asked.room else []),
    )


def _numbered(number: str, title: Said) -> Said:
    words = f"{number}\N{NO-BREAK SPACE}{title}"
    return words if isinstance(title, str) else type(title)(words, title.language)
