"""Start a candidacy: by whoever types an address, or by somebody who is signed in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy import AlreadyApplied, CallPeriod, GovernmentMerged, check_call_open, reference
from app.domain.candidacy_answers import Answers
from app.domain.candidacy_people import AssessesCandidacies
from app.domain.codes import Section
from app.domain.errors import DomainError
from app.domain.time import programme_day
from app.models import Candidacy, CandidacyMember, CandidacySection, CandidacySectionVersion, Person
from app.queries.candidacy_form import form_of
from app.queries.candidacy_people import is_of_team
from app.queries.programmes import CallFacts
from app.queries.reference import Government, government_by_code, successor_of
from app.services.candidacy_form import keep_first
from app.services.candidacy_mails import send_resume_link
from app.services.events import record
from app.services.rates import hit
from app.services.sign_in import open_session

ONE_PER_CALL: Final = "uq_candidacy_call_id_local_government_id"
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
STARTS_PER_CLIENT: Final = 60
STARTS_PER_ADDRESS: Final = 10
"""A day: each sends a mail, and so does withdrawing it."""


class UnknownGovernment(DomainError):
    """No municipality has that code today."""

    code = "unknown_government"


@dataclass(frozen=True, slots=True)
class Starter:
    """Who starts a candidacy, for which local government; ``client`` is the network address, to limit how often."""

    government_code: str
    name: str
    email: str
    language: str
    client: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """A candidacy that was started; ``secret`` opens a session that sees it alone, where nobody was signed in."""

    reference: str
    secret: str | None


def start(session: Session, starter: Starter, *, call: CallFacts | None, actor: Actor, now: datetime) -> Started:
    """Start a candidacy: the person if new, the draft, its first section, a session, and a mail with the way back.

    :raises CallNotOpen, CallClosed: no candidacies can be started.
    :raises GovernmentMerged, UnknownGovernment: the municipality does not exist today.
    :raises AlreadyApplied: it has a candidacy for this call.
    :raises AssessesCandidacies: the address that was typed is one of the programme team, which could not read it then.
    :raises TooManyTries: this address, or this client, started too many.
    """
    _limit(session, starter, now)
    if not actor.is_known and is_of_team(session, starter.email):
        raise AssessesCandidacies
    check_call_open(CallPeriod(call.opens_at, call.closes_at) if call else None, now)
    assert call is not None  # noqa: S101 - the check above refuses otherwise
    government = _government(session, starter.government_code, now)
    person = _person(session, starter, actor, now)
    keep_first(session, call.programme_id, now=now)
    made = _insert(session, call, government, starter.language, now)
    candidacy_id, person_id = _number(made), _number(person)
    session.add(CandidacyMember(candidacy_id=candidacy_id, person_id=person_id, added_at=now))
    first_section = {"administrative_name": starter.name, "administrative_email": starter.email}
    _add_section(session, made, Section.GOVERNMENT, first_section, person_id, now)
    acting = actor if actor.is_known else Actor(person_id=person_id, name=person.name)
    record(
        session, acting, "candidacy.started", subject=("candidacy", candidacy_id), now=now, government=government.name
    )
    send_resume_link(session, person, made.reference, government.name, call.closes_at, now=now)
    secret = None if actor.is_known else open_session(session, person_id, now=now, candidacy_id=candidacy_id)
    return Started(made.reference, secret)


def start_again(session: Session, reference: str, *, email: str, actor: Actor, now: datetime) -> Started:
    """Answer a form that started ``reference`` and was sent twice: the first answer may never have arrived.

    It lets in whoever typed ``email`` then, as long as that person is one of the authors.
    """
    query = (
        sa.select(col(Candidacy.id), col(CandidacyMember.person_id))
        .join(CandidacyMember, col(CandidacyMember.candidacy_id) == col(Candidacy.id))
        .join(Person, col(Person.id) == col(CandidacyMember.person_id))
        .where(col(Candidacy.reference) == reference, col(Person.email) == email)
    )
    row = None if actor.is_known else session.execute(query).first()
    secret = open_session(session, row.person_id, now=now, candidacy_id=row.id) if row else None
    return Started(reference, secret)


def _limit(session: Session, starter: Starter, now: datetime) -> None:
    """Each start sends a mail to an address that anybody may type: only so many."""
    hit(session, f"candidacy.client:{starter.client}", limit=STARTS_PER_CLIENT, window=HOUR, now=now)
    hit(session, f"candidacy.address:{starter.email}", limit=STARTS_PER_ADDRESS, window=DAY, now=now)


def _government(session: Session, code: str, now: datetime) -> Government:
    today = programme_day(now)
    found = government_by_code(session, code, today)
    if found is not None:
        return found
    successor = successor_of(session, code, today)
    if successor is None:
        raise UnknownGovernment
    raise GovernmentMerged(successor=successor.name, successor_code=successor.code)


def _person(session: Session, starter: Starter, actor: Actor, now: datetime) -> Person:
    known = col(Person.id) == actor.person_id if actor.is_known else col(Person.email) == starter.email
    person = session.execute(sa.select(Person).where(known)).scalar()
    if person is None:
        person = Person(
            email=starter.email,
            name=starter.name,
            language=starter.language,
            feed_secret=secrets.token_urlsafe(32),
            created_at=now,
        )
        session.add(person)
        session.flush()
    return person


def _insert(session: Session, call: CallFacts, government: Government, language: str, now: datetime) -> Candidacy:
    made = Candidacy(
        reference=reference(secrets.choice),
        call_id=call.id,
        local_government_id=government.id,
        language=language,
        form_version=form_of(session, call.programme_id).version,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    try:
        session.flush()
    except sa.exc.IntegrityError as violation:
        if _is_second(violation):
            raise AlreadyApplied(government=government.name) from violation
        raise
    return made


def _is_second(violation: sa.exc.IntegrityError) -> bool:
    """Recognise the constraint: PostgreSQL names it, SQLite names its columns."""
    words = str(violation.orig)
    return ONE_PER_CALL in words or "candidacy.call_id, candidacy.local_government_id" in words


def _add_section(
    session: Session, of: Candidacy, section: Section, answers: Answers, person_id: int, now: datetime
) -> None:
    values: dict[str, Any] = {"answers": dict(answers), "saved_at": now, "person_id": person_id, "version": 1}
    session.add(CandidacySection(candidacy_id=_number(of), section=section, **values))
    session.add(
        CandidacySectionVersion(candidacy_id=_number(of), section=section, form_version=of.form_version, **values)
    )


def _number(row: Candidacy | Person) -> int:
    """Give the id of a row that was flushed."""
    assert row.id is not None  # noqa: S101 - flushed
    return row.id
