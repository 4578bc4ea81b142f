"""Why two governments are partners, as PDF: one document for both sides, in each of their languages."""

from dataclasses import dataclass
from datetime import datetime

from app.documents.pdf import Block, Column, Document, Facts, Heading, Note, Paragraph, Table, make_pdf
from app.domain.time import programme_day
from app.language.catalogues import N_, gettext
from app.language.moments import date_long

SENDER = "VVSG"


@dataclass(frozen=True, slots=True)
class SideOf:
    """One of both sides: its name, and where it lies."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class CriterionOf:
    """A reason: its name, how much it speaks for the pair, and the sentence; all in words."""

    name: str
    strength: str
    sentence: str


@dataclass(frozen=True, slots=True)
class MotivationPaper:
    """What the document says, all in ``language``. ``shown_at`` (aware) is shown as a day in Brussels; None: a draft.

    ``made_at`` is when the document is made, for a draft; a released one carries the moment of its release.
    """

    language: str
    programme: str
    flemish: SideOf
    partner: SideOf
    text: str
    criteria: tuple[CriterionOf, ...]
    made_at: datetime
    shown_at: datetime | None


def motivation_pdf(paper: MotivationPaper) -> bytes:
    """Make the motivation as PDF/UA-1; the same one gives the same bytes."""
    return make_pdf(motivation_document(paper))


def motivation_document(paper: MotivationPaper) -> Document:
    """Put the motivation in words, block by block."""
    locale = paper.language
    names = {"flemish": paper.flemish.name, "partner": paper.partner.name}
    return Document(
        title=gettext(locale, N_("Why %(flemish)s and %(partner)s are partners"), **names),
        language=locale,
        organisation=f"{SENDER} · {paper.programme}",
        made_at=paper.shown_at or paper.made_at,
        blocks=(
            *_draft(paper),
            _decided(paper),
            _sides(paper),
            Heading(gettext(locale, N_("The motivation"))),
            Paragraph(paper.text),
            *_criteria(paper),
        ),
    )


def _draft(paper: MotivationPaper) -> tuple[Block, ...]:
    if paper.shown_at is not None:
        return ()
    words = N_("This is a draft of the programme team. It has not been released to the two sides.")
    return (Note(gettext(paper.language, words)),)


def _sides(paper: MotivationPaper) -> Block:
    """Put both sides beside each other, the Flemish one left."""
    locale = paper.language
    columns = (Column(gettext(locale, N_("Flemish side"))), Column(gettext(locale, N_("Partner side"))))
    cells = tuple(f"{side.name}\n{side.place}" for side in (paper.flemish, paper.partner))
    return Table(gettext(locale, N_("The two sides")), columns, (cells,))


def _criteria(paper: MotivationPaper) -> tuple[Block, ...]:
    if not paper.criteria:
        return ()
    locale = paper.language
    columns = (
        Column(gettext(locale, N_("Reason")), 3),
        Column(gettext(locale, N_("How much")), 2),
        Column(gettext(locale, N_("What it rests on")), 6),
    )
    rows = tuple((one.name, one.strength, one.sentence) for one in paper.criteria)
    return (Table(gettext(locale, N_("What was weighed")), columns, rows),)


def _decided(paper: MotivationPaper) -> Block:
    """Say who decided, by function, and when both sides were told."""
    locale = paper.language
    team = f"{gettext(locale, N_('The programme team'))}, {SENDER}"
    decided = (gettext(locale, N_("Decided by")), team)
    if paper.shown_at is None:
        return Facts((decided,))
    day = date_long(locale, programme_day(paper.shown_at))
    return Facts(((gettext(locale, N_("Date")), day), decided))
