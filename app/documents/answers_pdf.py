"""The answers of a candidacy as PDF, in the language of who reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.documents.candidacy_sheet import SheetRow, SheetSection
from app.documents.pdf import Block, Document, Facts, Heading, Note, Paragraph, Points, make_pdf
from app.domain.time import PROGRAMME_ZONE
from app.language.catalogues import N_, gettext
from app.language.moments import moment_in


@dataclass(frozen=True, slots=True)
class AnsweredCandidacy:
    """What stands above the answers. Moments are aware and shown in Brussels, with its name.

    ``submitted_at`` is empty for answers that were not submitted as they stand here; ``saved_at`` is their last change.
    ``confirmed_by`` is the second person who confirmed them, if any.
    """

    language: str
    reference: str
    government: str
    programme: str
    saved_at: datetime
    submitted_at: datetime | None
    form_version: int
    attachments: tuple[str, ...] = ()
    confirmed_by: str = ""


def answers_pdf(candidacy: AnsweredCandidacy, sheet: Sequence[SheetSection]) -> bytes:
    """Make the PDF of all answers, unanswered questions among them but not those that were not asked.

    The same answers give the same bytes.
    """
    return make_pdf(answers_document(candidacy, sheet))


def answers_name(language: str, reference: str) -> str:
    """Give the name under which the PDF is kept."""
    return gettext(language, N_("answers-%(reference)s.pdf"), reference=reference)


def answers_document(candidacy: AnsweredCandidacy, sheet: Iterable[SheetSection]) -> Document:
    """Put a candidacy in blocks: its facts, the sections with question and answer, the attachments."""
    locale = candidacy.language
    return Document(
        title=gettext(locale, N_("Candidacy of %(government)s"), government=candidacy.government),
        language=locale,
        organisation=f"VVSG · {candidacy.programme}",
        made_at=candidacy.submitted_at or candidacy.saved_at,
        blocks=(
            *_warning(candidacy),
            Facts(_facts(candidacy)),
            *(block for part in sheet for block in _section(locale, part)),
            *_attachments(candidacy),
        ),
    )


def _warning(candidacy: AnsweredCandidacy) -> tuple[Block, ...]:
    if candidacy.submitted_at is not None:
        return ()
    words = N_("These answers are not submitted. They stand here as they were saved last.")
    return (Note(gettext(candidacy.language, words)),)


def _facts(candidacy: AnsweredCandidacy) -> tuple[tuple[str, str], ...]:
    locale = candidacy.language
    facts = [
        (N_("Reference"), candidacy.reference),
        (N_("Local government"), candidacy.government),
        (N_("Programme"), candidacy.programme),
    ]
    if candidacy.submitted_at is None:
        facts.append((N_("Last saved"), moment_in(locale, candidacy.saved_at, PROGRAMME_ZONE)))
    else:
        facts.append((N_("Submitted"), moment_in(locale, candidacy.submitted_at, PROGRAMME_ZONE)))
    if candidacy.confirmed_by:
        facts.append((N_("Confirmed by"), candidacy.confirmed_by))
    facts.append((N_("Version of the form"), str(candidacy.form_version)))
    return tuple((gettext(locale, words), value) for words, value in facts)


def _section(locale: str, part: SheetSection) -> tuple[Block, ...]:
    return (Heading(part.title), *(block for row in part.rows if row.asked or row.lines for block in _row(locale, row)))


def _row(locale: str, row: SheetRow) -> tuple[Block, ...]:
    question = Heading(row.question, level=3)
    if any(line.strip() for line in row.lines):
        return (question, *(Paragraph(line) for line in row.lines))
    return (question, Paragraph(gettext(locale, N_("Not answered")), soft=True))


def _attachments(candidacy: AnsweredCandidacy) -> tuple[Block, ...]:
    heading = Heading(gettext(candidacy.language, N_("Attachments")))
    if not candidacy.attachments:
        return (heading, Paragraph(gettext(candidacy.language, N_("No attachments")), soft=True))
    return (heading, Points(candidacy.attachments))
