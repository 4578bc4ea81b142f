"""The mails about a candidacy, each in the language of the one who gets it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.documents.candidacy_sheet import answer_sheet
from app.domain.candidacy_form import CandidacyForm
from app.domain.codes import Section
from app.domain.sign_in import MAILED_LIFETIME
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.models import Person
from app.queries.candidacies import CandidacyRecord, Member, team
from app.queries.candidacy_form import form_choices
from app.queries.submissions import latest_submission_id
from app.services.candidacy_pdfs import answers_source
from app.services.mail import Recipient, enqueue
from app.services.sign_in import request_link


def announce(
    session: Session,
    kind: str,
    candidacy: CandidacyRecord,
    members: Iterable[Member],
    *,
    now: datetime,
    **values: object,
) -> None:
    """Write a mail about a candidacy to each of its members."""
    for member in members:
        to = Recipient(member.email, member.name, member.language, member.person_id)
        enqueue(session, kind, to=to, values={**values, "candidacy": candidacy}, now=now)


def announce_to_team(
    session: Session, kind: str, candidacy: CandidacyRecord, *, now: datetime, **values: object
) -> None:
    """Write a mail about a candidacy to everybody of the programme team."""
    announce(session, kind, candidacy, team(session), now=now, **values)


def announce_submission(
    session: Session,
    candidacy: CandidacyRecord,
    members: Iterable[Member],
    *,
    form: CandidacyForm,
    answers: Mapping[Section, Mapping[str, Any]],
    now: datetime,
) -> None:
    """Confirm a submission that was just kept to each member, with the answers in words and as PDF."""
    submission_id = latest_submission_id(session, candidacy.id)
    for member in members:
        choices = form_choices(session, candidacy.programme_id, member.language, form)
        sheet = answer_sheet(member.language, form, answers, choices)
        to = Recipient(member.email, member.name, member.language, member.person_id)
        values = {"candidacy": candidacy, "sheet": sheet, "again": candidacy.submitted_at is not None}
        files = [answers_source(submission_id, candidacy.reference, member.language)]
        enqueue(session, "candidacy_submitted", to=to, values=values, now=now, files=files)


def send_resume_link(
    session: Session, person: Person, reference: str, government: str, closes_at: datetime, *, now: datetime
) -> None:
    """Mail the way back to a candidacy that was just started; the link confirms the address and works once."""
    link = request_link(session, person.email, next_path=f"/candidacies/{reference}", now=now)
    to = Recipient(person.email, person.name, person.language, person.id)
    values = {
        "link": link,
        "reference": reference,
        "government": government,
        "closes_at": closes_at,
        "expires_on": programme_day(now + MAILED_LIFETIME),
        "zone": PROGRAMME_ZONE,
    }
    enqueue(session, "candidacy_started", to=to, values=values, now=now)
