"""Write candidacies that were read from a table: each with its contact, its parts, its submission and its event."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy import AlreadyApplied, reference
from app.domain.candidacy_answers import check_lengths, statuses
from app.domain.candidacy_import import ReadCandidacy
from app.domain.codes import CandidacyState, SectionStatus
from app.domain.sign_in import MAILED_LIFETIME
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.models import (
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Person,
)
from app.models.base import identity
from app.queries.candidacy_form import VersionedForm
from app.services.events import record
from app.services.mail import Recipient, enqueue
from app.services.people import new_feed_secret
from app.services.sign_in import request_link

LANGUAGE = "nl"


@dataclass(frozen=True, slots=True)
class Source:
    """Where candidacies come from, and how they are imported; ``mails``: each contact gets a link."""

    file_name: str
    call_id: int
    closes_at: datetime
    is_open: bool
    form: VersionedForm
    submitted: bool
    mails: bool = False


def write_candidacies(
    session: Session, read: Sequence[ReadCandidacy], source: Source, *, actor: Actor, now: datetime
) -> int:
    """Write all, in the caller's transaction, and give how many.

    :raises AlreadyApplied: a local government started a candidacy in the meantime.
    """
    for one in read:
        _write(session, one, source, actor=actor, now=now)
    return len(read)


def _write(session: Session, one: ReadCandidacy, source: Source, *, actor: Actor, now: datetime) -> None:
    contact = _contact(session, one, now)
    candidacy_id, made = _candidacy(session, one, source, now)
    session.add(CandidacyMember(candidacy_id=candidacy_id, person_id=identity(contact), added_at=now))
    _sections(session, candidacy_id, one, source, actor=actor, now=now)
    details = {"file": source.file_name, "row": one.row, "earlier": one.earlier_reference or "–"}
    record(session, actor, "candidacy.imported", subject=("candidacy", candidacy_id), now=now, **details)
    if source.mails:
        _mail(session, contact, made, one, source, now)


def _candidacy(session: Session, one: ReadCandidacy, source: Source, now: datetime) -> tuple[int, str]:
    made = Candidacy(
        reference=reference(secrets.choice),
        call_id=source.call_id,
        local_government_id=one.government.id,
        state=CandidacyState.SUBMITTED if source.submitted else CandidacyState.DRAFT,
        language=LANGUAGE,
        form_version=source.form.version,
        created_at=now,
        updated_at=now,
        submitted_at=(one.submitted_at or now) if source.submitted else None,
    )
    session.add(made)
    try:
        session.flush()
    except sa.exc.IntegrityError as violation:
        if "local_government_id" not in str(violation.orig):
            raise
        raise AlreadyApplied(government=one.government.name) from violation
    return identity(made), made.reference


def _sections(
    session: Session, candidacy_id: int, one: ReadCandidacy, source: Source, *, actor: Actor, now: datetime
) -> None:
    """Store the parts as one save each, and all of them as submitted."""
    kept: dict[str, Any] = {"candidacy_id": candidacy_id, "saved_at": now, "person_id": actor.person_id, "version": 1}
    done = statuses(source.form.form, one.answers)
    for part in source.form.form.sections:
        check_lengths(part, one.answers[part.section])
        row = {**kept, "section": part.section, "answers": dict(one.answers[part.section])}
        session.add(CandidacySection(**row, complete=done[part.section] is SectionStatus.DONE))
        session.add(CandidacySectionVersion(**row, form_version=source.form.version))
    if source.submitted:
        session.add(
            CandidacySubmission(
                candidacy_id=candidacy_id,
                number=1,
                form_version=source.form.version,
                answers={section.value: dict(given) for section, given in one.answers.items()},
                submitted_at=one.submitted_at or now,
                person_id=actor.person_id,
            )
        )
    session.flush()


def _contact(session: Session, one: ReadCandidacy, now: datetime) -> Person:
    """Give the person with that address, added where nobody has it."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "email": one.contact_email,
        "name": one.contact_name,
        "language": LANGUAGE,
        "zone": str(PROGRAMME_ZONE),
        "feed_secret": new_feed_secret(),
        "created_at": now,
    }
    session.execute(insert(Person).values(**values).on_conflict_do_nothing(index_elements=["email"]))
    return session.execute(sa.select(Person).where(col(Person.email) == one.contact_email)).scalar_one()


def _mail(session: Session, contact: Person, made: str, one: ReadCandidacy, source: Source, now: datetime) -> None:
    values: Mapping[str, object] = {
        "link": request_link(session, contact.email, next_path=f"/candidacies/{made}", now=now),
        "reference": made,
        "government": one.government.name,
        "submitted": source.submitted,
        "is_open": source.is_open,
        "closes_at": source.closes_at,
        "expires_on": programme_day(now + MAILED_LIFETIME),
        "zone": PROGRAMME_ZONE,
    }
    to = Recipient(contact.email, contact.name, contact.language, contact.id)
    enqueue(session, "candidacy_imported", to=to, values=values, now=now)
