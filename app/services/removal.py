"""Remove a person's data: the row stays as a number, so that what was done keeps its order, and says nothing more."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.access import Actor
from app.domain.codes import Role
from app.domain.removal import PersonRemoved, check_can_remove, placeholder_address
from app.domain.retention import without_contact, without_person
from app.domain.time import programme_day
from app.models import (
    Attachment,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Clarification,
    Confirmation,
    ConflictOfInterest,
    Decision,
    DiscussionNote,
    Event,
    FormReceipt,
    LateAdmission,
    Mail,
    MailPreference,
    Membership,
    PartnerProfile,
    Person,
    PersonalLink,
    PollMember,
    PollVote,
    Reader,
    Reading,
    Score,
    SignInRequest,
    StoredFile,
    WebSession,
)
from app.queries.removal import is_removed, ties_of
from app.services.attendance_removal import take_out_person
from app.services.budget_removal import take_out_person as take_out_of_budgets
from app.services.claim_removal import take_out_person as take_out_of_claims
from app.services.events import record
from app.services.mail_removal import remove_mails
from app.services.people import new_feed_secret
from app.services.redaction import take_out
from app.services.session_removal import take_out_of_sessions
from app.services.visit_cost_removal import take_out_person as take_out_of_visits
from app.services.visit_removal import take_out_person as take_out_of_delegations

SWEPT: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {
    CandidacySection: ("answers",),
    CandidacySectionVersion: ("answers",),
    CandidacySubmission: ("answers", "confirmed_by"),
    Confirmation: ("name", "email", "role", "note"),
    Clarification: ("reason",),
    Attachment: ("name",),
    DiscussionNote: ("text",),
    ConflictOfInterest: ("reason",),
    Decision: ("opening", "reasons"),
}
"""Columns of a candidacy in which a person may be named."""
ENDED: Final[tuple[type[SQLModel], ...]] = (
    Membership,
    CandidacyMember,
    Reader,
    WebSession,
    FormReceipt,
    PersonalLink,
    MailPreference,
    PollVote,
    PollMember,
)
"""What belongs to one person alone and goes as a whole."""


def remove(session: Session, actor: Actor, person_id: int, *, reason: str, now: datetime) -> None:
    """Remove a person's data, on their own wish or by the programme team with a reason.

    :raises OnlyMember, OnlyCoordinator, LastStaff: something hangs on this person alone.
    :raises PersonRemoved: it was done already.
    """
    _lock_team(session)
    if is_removed(session, person_id):
        raise PersonRemoved
    check_can_remove(ties_of(session, person_id, today=programme_day(now)))
    words = anonymise(session, person_id, now=now)
    acting = Actor(person_id=person_id) if actor.person_id == person_id else actor
    details = {"reason": without_person(reason, words)} if reason else {}
    verb = "person.removed" if acting is actor else "person.removed_self"
    record(session, acting, verb, subject=("person", person_id), now=now, **details)


def _lock_team(session: Session) -> None:
    """Lock the programme team, so that two of it cannot remove each other at the same time."""
    team = sa.select(col(Membership.id)).where(col(Membership.role) == Role.STAFF).order_by(col(Membership.id))
    session.execute(team.with_for_update())


def anonymise(session: Session, person_id: int, *, now: datetime) -> tuple[str, str]:
    """Take out of every table what says who a person is; give the words that were looked for: address and name.

    Roles, sessions, links and the calendar feed end. Mails to the person go. In candidacies that the person wrote, or
    was asked to confirm, the name and the address become “…”. The person's entries in the event log lose the name.
    """
    person = session.scalars(sa.select(Person).where(col(Person.id) == person_id).with_for_update()).one()
    words = (person.email, person.name)
    _sweep(session, _candidacies_of(session, person), words, now)
    take_out_person(session, words)
    take_out_of_visits(session, person_id, words)
    take_out_of_delegations(session, person_id, words)
    take_out_of_claims(session, person_id, words, now=now)
    take_out_of_budgets(session, words)
    take_out_of_sessions(session, person_id, words, now=now)
    _end(session, person)
    _redact(session, person_id, words, _remove_mails(session, person), now)
    person.email, person.name = placeholder_address(person_id), ""
    person.feed_secret, person.removed_at = new_feed_secret(), now
    session.flush()
    return words


def _candidacies_of(session: Session, person: Person) -> list[Candidacy]:
    """Give the candidacies that a person wrote in, sent files for, or was asked to confirm."""
    wrote: tuple[Any, ...] = (
        CandidacyMember,
        CandidacySection,
        CandidacySectionVersion,
        CandidacySubmission,
        Attachment,
    )
    ids = [sa.select(table.candidacy_id).where(table.person_id == person.id) for table in wrote]
    asked = (col(Confirmation.asked_by) == person.id) | (col(Confirmation.email) == person.email)
    ids.append(sa.select(col(Confirmation.candidacy_id)).where(asked))
    found = sa.or_(*(col(Candidacy.id).in_(some) for some in ids))
    return list(session.scalars(sa.select(Candidacy).where(found).order_by(col(Candidacy.id))))


def _sweep(session: Session, candidacies: list[Candidacy], words: tuple[str, str], now: datetime) -> None:
    """Take a person out of candidacies: the contact as a whole, name and address wherever they are."""
    ids = [candidacy.id for candidacy in candidacies]
    mine = col(Confirmation.email) == words[0]
    is_open = col(Confirmation.confirmed_at).is_(None) & col(Confirmation.declined_at).is_(None)
    session.execute(sa.update(Confirmation).where(mine, is_open).values(cancelled_at=now))
    for table, columns in SWEPT.items():
        of_them = sa.select(table).where(_own(table).candidacy_id.in_(ids))
        _cut_out(session.scalars(of_them).all(), columns, words)
    _rename_files(session, ids, words)
    readings = sa.select(col(Reading.id)).where(col(Reading.candidacy_id).in_(ids))
    _cut_out(session.scalars(sa.select(Score).where(col(Score.reading_id).in_(readings))).all(), ("reason",), words)
    for candidacy in candidacies:
        late = (col(LateAdmission.call_id) == candidacy.call_id) & (
            col(LateAdmission.local_government_id) == candidacy.local_government_id
        )
        _cut_out(session.scalars(sa.select(LateAdmission).where(late)).all(), ("reason",), words)


def _rename_files(session: Session, ids: Sequence[int | None], words: tuple[str, str]) -> None:
    """Take a person out of the names of attached files, without reading what is in them."""
    attached = sa.select(col(Attachment.file_id)).where(col(Attachment.candidacy_id).in_(ids))
    files = sa.select(col(StoredFile.id), col(StoredFile.name)).where(col(StoredFile.id).in_(attached))
    for number, name in session.execute(files).all():
        changed = sa.update(StoredFile).where(col(StoredFile.id) == number)
        session.execute(changed.values(name=without_person(name, words)))


def _own(table: type[SQLModel]) -> Any:  # noqa: ANN401 - SQLModel says the types of values, here columns are meant
    return table


def _cut_out(rows: Sequence[SQLModel], columns: Sequence[str], words: tuple[str, str]) -> None:
    for row in rows:
        for name in columns:
            before = getattr(row, name)
            without = without_contact(before, words[0])
            if isinstance(row, CandidacySection) and without != before:
                row.complete = False
            after = without_person(without, words)
            if after != before:
                setattr(row, name, after)


def _end(session: Session, person: Person) -> None:
    """End roles, memberships, sessions and links."""
    for table in ENDED:
        session.execute(sa.delete(table).where(_own(table).person_id == person.id))
    session.execute(sa.delete(SignInRequest).where(col(SignInRequest.email) == person.email))
    profiles = session.scalars(sa.select(PartnerProfile).where(col(PartnerProfile.person_id) == person.id)).all()
    _cut_out(profiles, ("answers",), (person.email, person.name))


def _holds(written: Any, words: Iterable[str]) -> sa.ColumnElement[bool]:  # noqa: ANN401 - a column or an expression
    return sa.or_(*(written.icontains(word, autoescape=True) for word in sorted(filter(None, words))))


def _remove_mails(session: Session, person: Person) -> list[int]:
    """Remove the mails to a person, give their numbers, and take the person out of mails to others."""
    theirs = (col(Mail.person_id) == person.id) | (col(Mail.recipient) == person.email)
    numbers = session.scalars(sa.select(col(Mail.id)).where(theirs).order_by(col(Mail.id))).all()
    remove_mails(session, theirs)
    words = (person.email, person.name)
    written = ("subject", "text", "html", "calendar")
    for_others = sa.or_(*(_holds(col(getattr(Mail, name)), words) for name in written))
    _cut_out(session.scalars(sa.select(Mail).where(for_others)).all(), written, words)
    return [number for number in numbers if number is not None]


def _redact(session: Session, person_id: int, words: tuple[str, str], mails: list[int], now: datetime) -> None:
    """Take the person out of the event log: as who did something, and as whom it was about."""

    def cut(details: Mapping[str, Any]) -> dict[str, Any]:
        cut_out: dict[str, Any] = without_person(dict(details), words)
        return cut_out

    kind, number = col(Event.subject_kind), col(Event.subject_id)
    about = ((kind == "person") & (number == person_id)) | ((kind == "mail") & number.in_(mails))
    written = sa.cast(col(Event.details), sa.String)
    spelled = {form for word in words if word for form in (word, json.dumps(word)[1:-1])}
    take_out(session, about, now=now)
    take_out(session, _holds(written, spelled), now=now, details=cut)
    take_out(session, col(Event.person_id) == person_id, now=now, name=True, details=cut)
