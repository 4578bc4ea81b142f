"""PDFs about candidacies: read what they show, and make them. No transaction should be open for writing meanwhile."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from sqlalchemy.orm import Session

from app.documents.answers_pdf import AnsweredCandidacy, answers_name, answers_pdf
from app.documents.candidacy_sheet import SheetSection, answer_sheet
from app.documents.mails import AttachedFile
from app.documents.pdf import MEDIA_TYPE, PdfFile
from app.documents.printed_form import FormOnPaper, printed_form
from app.documents.questions_pdf import questions_name, questions_pdf
from app.domain.candidacy import EDITABLE
from app.domain.codes import Section
from app.domain.texts import title_of
from app.queries.candidacies import CandidacyRecord, any_candidacy, sections_of
from app.queries.candidacy_form import VersionedForm, form_choices, form_for, form_of
from app.queries.programmes import ProgrammeFacts, programme_by_id
from app.queries.submissions import Submission, attachment_names, latest_submission, submission_by_id

ANSWERS: Final = "answers"
Source = Mapping[str, Any]


class SubmissionGone(Exception):
    """The answers were removed since: the period of the programme in which they are kept is over."""


def answers_file(session: Session, candidacy: CandidacyRecord, locale: str, *, own: bool) -> PdfFile:
    """Make the answers of a candidacy as they were submitted last; ``own``: for an author, who may be editing them.

    An author gets them as they are saved while they can be edited, and so does everybody before the first submission.
    """
    submission = None if own and candidacy.state in EDITABLE else latest_submission(session, candidacy.id)
    if submission is None:
        return _as_saved(session, candidacy, locale)
    return _submitted(session, candidacy, submission, locale)


def answers_source(submission_id: int, reference: str, language: str) -> Source:
    """Name the answers of a submission as a file that goes with a mail."""
    name = answers_name(language, reference)
    return {"kind": ANSWERS, "name": name, "submission_id": submission_id, "language": language}


def make_answers(session: Session, source: Source) -> AttachedFile:
    """Make the file of ``answers_source``.

    :raises SubmissionGone: the answers are not there any more.
    """
    submission = submission_by_id(session, source["submission_id"])
    candidacy = any_candidacy(session, submission.reference) if submission else None
    if submission is None or candidacy is None:
        raise SubmissionGone
    made = _submitted(session, candidacy, submission, source["language"])
    return AttachedFile(made.name, MEDIA_TYPE, made.content)


def questions_file(session: Session, programme: ProgrammeFacts, locale: str) -> PdfFile:
    """Make the questions of a programme's form, as it is published now."""
    form = form_of(session, programme.id)
    choices = form_choices(session, programme.id, locale, form.form)
    paper = FormOnPaper(
        title_of(programme, locale).words,
        form.version,
        form.published_at or _beginning(programme),
        programme.call.closes_at if programme.call else None,
    )
    return PdfFile(questions_name(locale), questions_pdf(printed_form(locale, paper, form.form, choices)))


def _submitted(session: Session, candidacy: CandidacyRecord, submission: Submission, locale: str) -> PdfFile:
    form = form_of(session, candidacy.programme_id, submission.form_version)
    facts = AnsweredCandidacy(
        language=locale,
        reference=candidacy.reference,
        government=candidacy.government_name,
        programme=_programme_title(session, candidacy.programme_id, locale),
        saved_at=submission.submitted_at,
        submitted_at=submission.submitted_at,
        form_version=submission.form_version,
        attachments=attachment_names(session, candidacy.id, submission.submitted_at),
        confirmed_by=submission.confirmed_by,
    )
    return _file(facts, _sheet(session, candidacy, form, submission.answers, locale))


def _as_saved(session: Session, candidacy: CandidacyRecord, locale: str) -> PdfFile:
    """Make the answers as they are saved now; one that was submitted before submissions were kept has no others."""
    form = form_for(session, candidacy)
    saved = sections_of(session, candidacy.id)
    facts = AnsweredCandidacy(
        language=locale,
        reference=candidacy.reference,
        government=candidacy.government_name,
        programme=_programme_title(session, candidacy.programme_id, locale),
        saved_at=max((one.saved_at for one in saved.values()), default=candidacy.created_at),
        submitted_at=None if candidacy.state in EDITABLE else candidacy.submitted_at,
        form_version=form.version,
        attachments=attachment_names(session, candidacy.id),
    )
    answers = {section: one.answers for section, one in saved.items()}
    return _file(facts, _sheet(session, candidacy, form, answers, locale))


def _sheet(
    session: Session, candidacy: CandidacyRecord, form: VersionedForm, answers: Mapping[Section, Any], locale: str
) -> list[SheetSection]:
    choices = form_choices(session, candidacy.programme_id, locale, form.form)
    return answer_sheet(locale, form.form, answers, choices)


def _file(facts: AnsweredCandidacy, sheet: list[SheetSection]) -> PdfFile:
    return PdfFile(answers_name(facts.language, facts.reference), answers_pdf(facts, sheet))


def _programme_title(session: Session, programme_id: int, locale: str) -> str:
    programme = programme_by_id(session, programme_id)
    return title_of(programme, locale).words if programme else ""


def _beginning(programme: ProgrammeFacts) -> datetime:
    """Give a moment for a form that was never published: the same each time."""
    if programme.call:
        return programme.call.opens_at
    return datetime.combine(programme.starts_on, time(), UTC)
