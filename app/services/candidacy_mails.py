"""The mails about a candidacy, each in the language of the one who gets it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.documents.candidacy_sheet import answer_sheet
from app.domain.codes import Section
from app.domain.sign_in import MAILED_LIFETIME
from app.domain.time import PROGRAMME_ZONE
from app.models import Person
from app.queries.candidacies import CandidacyRecord, Member
from app.queries.candidacy_form import form_choices
from app.services.mail import Recipient, enqueue
from app.services.sign_in import request_link


def announce(
    session: Session,
    kind: str,
    candidacy: CandidacyRecord,
    members: Iterable[Member],
    *,
    now: datetime,
    answers: Mapping[Section, Mapping[str, Any]] | None = None,
    **values: object,
) -> None:
    """Write a mail about a candidacy to each of its members; with ``answers`` it repeats them in words."""
    for member in members:
        sheet = []
        if answers is not None:
            choices = form_choices(session, candidacy.programme_id, member.language)
            sheet = answer_sheet(member.language, answers, choices)
        to = Recipient(member.email, member.name, member.language, member.person_id)
        enqueue(session, kind, to=to, values={**values, "candidacy": candidacy, "sheet": sheet}, now=now)


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
        "expires_on": (now + MAILED_LIFETIME).astimezone(PROGRAMME_ZONE).date(),
        "zone": PROGRAMME_ZONE,
    }
    enqueue(session, "candidacy_started", to=to, values=values, now=now)
