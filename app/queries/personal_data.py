"""Everything that Tandem holds about one person, as plain values with readable keys: what the person may take along."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents.mails import without_secrets
from app.domain.access import Actor
from app.models import (
    Association,
    Attachment,
    Attendance,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Confirmation,
    ConflictOfInterest,
    Decision,
    DiscussionNote,
    Event,
    FormReceipt,
    LocalGovernment,
    Mail,
    Membership,
    PartnerProfile,
    Person,
    Poll,
    PollMember,
    PollOption,
    PollVote,
    Reading,
    Score,
    SessionDocument,
    SessionMinutes,
    SessionReply,
    SignInRequest,
    StoredFile,
    Traveller,
    VisitItem,
    VisitReport,
    WebSession,
)
from app.queries.candidacy_access import in_conflict
from app.queries.looks import looks_at_person
from app.queries.mail_choices import chosen_by
from app.queries.personal_budget import budget_of_person
from app.queries.personal_claims import claims_of_person

FORMAT: Final = "tandem-personal-data-1"


def personal_data(session: Session, person_id: int, *, now: datetime) -> dict[str, object]:
    """Give what is held about a person (a query for each part); nothing of other people, but who looked.

    Answers and files are those that the person wrote or sent. Secrets of links are left out of mails. Moments are ISO
    8601 in UTC.
    """
    person = session.get_one(Person, person_id)
    return {
        "format": FORMAT,
        "made_at": now.isoformat(timespec="seconds"),
        "person": _fields(person, "name", "email", "language", "zone", "created_at"),
        "roles": _roles(session, person_id),
        "mails_wanted": sorted(chosen_by(session, person_id)),
        "browsers_signed_in": _rows(session, _of(WebSession, person_id), "created_at", "expires_at", "ended_at"),
        "sign_in_mails": _rows(
            session,
            sa.select(SignInRequest).where(col(SignInRequest.email) == person.email).order_by(col(SignInRequest.id)),
            *("created_at", "expires_at", "used_at"),
        ),
        "candidacies": _candidacies(session, person_id),
        "asked_to_confirm": _asked(session, person),
        "polls": _polls(session, person_id),
        "partner_profiles_written_last": _rows(session, _of(PartnerProfile, person_id), "updated_at", "answers"),
        "assessments": _assessments(session, person_id),
        "replies_to_invitations": _rows(
            session,
            sa.select(SessionReply)
            .where(col(SessionReply.person_id) == person_id)
            .order_by(col(SessionReply.session_id)),
            *("session_id", "reply", "replied_at"),
        ),
        "attendance": _rows(
            session, _of(Attendance, person_id), "session_id", "presence", "source", "reason", "marked_at"
        ),
        **_sessions_written(session, person_id),
        "visits": _visits(session, person_id),
        "claims": _plain(claims_of_person(session, person_id)),
        "budget": _plain(budget_of_person(session, person_id)),
        "mails": _mails(session, person),
        "what_you_did": _rows(session, _events(col(Event.person_id) == person_id), *_EVENT),
        "what_was_done_about_you": _rows(session, _events(_about(person_id)), "happened_at", "verb", "details"),
        "who_looked": [
            {"at": _plain(look.happened_at), "who": look.person_name, "what": look.verb, "about": look.about}
            for look in looks_at_person(session, person_id)
        ],
        "forms_sent": _rows(session, _receipts(person_id), "created_at", "location"),
    }


def _polls(session: Session, person_id: int) -> list[dict[str, object]]:
    """Give the polls in which a person is asked, with the note and how each moment suited."""
    columns: tuple[Any, ...] = (PollMember.poll_id, Poll.title_nl, PollMember.note, PollMember.answered_at)
    asked = (
        sa.select(*columns)
        .join(Poll, col(Poll.id) == col(PollMember.poll_id))
        .where(col(PollMember.person_id) == person_id)
        .order_by(col(PollMember.poll_id))
    )
    answers: tuple[Any, ...] = (PollOption.poll_id, PollOption.starts_at, PollVote.answer)
    votes = session.execute(
        sa.select(*answers)
        .join(PollOption, col(PollOption.id) == col(PollVote.option_id))
        .where(col(PollVote.person_id) == person_id)
        .order_by(col(PollOption.starts_at), col(PollOption.id))
    ).all()
    return [
        {
            "title": title,
            "note": note,
            "answered_at": _plain(answered_at),
            "answers": [
                {"moment": _plain(starts_at), "answer": _plain(said)}
                for poll, starts_at, said in votes
                if poll == number
            ],
        }
        for number, title, note, answered_at in session.execute(asked)
    ]


def _sessions_written(session: Session, person_id: int) -> dict[str, object]:
    """Give the minutes that the person saved last, and the documents that the person added (without their content)."""
    minutes = (
        sa.select(SessionMinutes)
        .where(col(SessionMinutes.edited_by) == person_id)
        .order_by(col(SessionMinutes.session_id))
    )
    documents = (
        sa.select(col(SessionDocument.session_id), col(StoredFile.name), col(SessionDocument.added_at))
        .join(StoredFile, col(StoredFile.id) == col(SessionDocument.file_id))
        .where(col(SessionDocument.added_by) == person_id)
        .order_by(col(SessionDocument.id))
    )
    return {
        "minutes_you_saved_last": _rows(session, minutes, "session_id", "version", "edited_at", "text"),
        "session_documents_you_added": [
            {"session_id": number, "name": name, "added_at": _plain(added_at)}
            for number, name, added_at in session.execute(documents)
        ],
    }


def _visits(session: Session, person_id: int) -> dict[str, object]:
    """Give the journeys of a person, and what the person wrote last in programmes and reports of visits."""
    items = sa.select(VisitItem).where(col(VisitItem.edited_by) == person_id).order_by(col(VisitItem.id))
    reports = sa.select(VisitReport).where(col(VisitReport.edited_by) == person_id).order_by(col(VisitReport.visit_id))
    return {
        "journeys": _rows(session, _of(Traveller, person_id), *_JOURNEY),
        "programme_you_wrote_last": _rows(session, items, *_ITEM),
        "reports_you_wrote_last": _rows(session, reports, *_REPORT),
    }


_JOURNEY: Final = ("visit_id", "name", "function", "representing", "language", "added_at", "removed_at")
_ITEM: Final = ("visit_id", "day", "starts", "ends", "title", "place", "note", "edited_at")
_REPORT: Final = ("visit_id", "held", "met", "agreements", "lesson_one", "lesson_two", "edited_at", "sent_at")


def is_closed_to(session: Session, actor: Actor, person_id: int) -> bool:
    """Tell whether a person's data hold what ``actor`` may not read of a candidacy (one query).

    That is all of it with a conflict of interest, and scores while one's own are not finished.
    """
    if actor.person_id == person_id:
        return False
    own_first = sa.select(col(Reading.candidacy_id)).where(
        col(Reading.person_id) == actor.person_id, col(Reading.finished_at).is_(None)
    )
    written = sa.or_(*(_has_part(table, person_id) for table in _PARTS))
    closed = sa.or_(
        sa.and_(written, in_conflict(actor.person_id)),
        sa.and_(_has_part(Reading, person_id), col(Candidacy.id).in_(own_first)),
    )
    return session.execute(sa.select(col(Candidacy.id)).where(closed).limit(1)).first() is not None


_PARTS: Final = (CandidacyMember, CandidacySectionVersion, CandidacySubmission, Attachment, Reading, DiscussionNote)


def _has_part(table: Any, person_id: int) -> sa.ColumnElement[bool]:  # noqa: ANN401 - any table of a candidacy
    return col(Candidacy.id).in_(sa.select(table.candidacy_id).where(table.person_id == person_id))


_EVENT: Final = ("happened_at", "verb", "subject_kind", "subject_id", "details")


def _of(table: Any, person_id: int) -> sa.Select[Any]:  # noqa: ANN401 - any table with a person
    return sa.select(table).where(table.person_id == person_id).order_by(table.id)


def _receipts(person_id: int) -> sa.Select[FormReceipt]:
    return (
        sa.select(FormReceipt)
        .where(col(FormReceipt.person_id) == person_id)
        .order_by(col(FormReceipt.created_at), col(FormReceipt.key))
    )


def _events(which: sa.ColumnElement[bool]) -> sa.Select[Event]:
    return sa.select(Event).where(which).order_by(col(Event.id))


def _about(person_id: int) -> sa.ColumnElement[bool]:
    is_about = (col(Event.subject_kind) == "person") & (col(Event.subject_id) == person_id)
    return is_about & sa.or_(col(Event.person_id).is_(None), col(Event.person_id) != person_id)


def _rows(session: Session, query: sa.Select[Any], *names: str) -> list[dict[str, object]]:
    return [_fields(row, *names) for row in session.scalars(query)]


def _fields(row: object, *names: str) -> dict[str, object]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: object) -> object:
    """Give a value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _roles(session: Session, person_id: int) -> list[dict[str, object]]:
    query = (
        sa.select(col(Membership.role), sa.func.coalesce(col(LocalGovernment.name), col(Association.name), ""))
        .outerjoin(LocalGovernment, col(LocalGovernment.id) == col(Membership.local_government_id))
        .outerjoin(Association, col(Association.id) == col(Membership.association_id))
        .where(col(Membership.person_id) == person_id)
        .order_by(col(Membership.id))
    )
    return [{"role": _plain(role), "at": place} for role, place in session.execute(query)]


def _candidacies(session: Session, person_id: int) -> list[dict[str, object]]:
    query = (
        sa.select(Candidacy, col(LocalGovernment.name), col(CandidacyMember.added_at))
        .join(CandidacyMember, col(CandidacyMember.candidacy_id) == col(Candidacy.id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(Candidacy.local_government_id))
        .where(col(CandidacyMember.person_id) == person_id)
        .order_by(col(Candidacy.id))
    )
    return [
        {
            **_fields(candidacy, "reference", "state", "created_at", "submitted_at"),
            "local_government": government,
            "author_since": _plain(added_at),
            **_written(session, candidacy.id or 0, person_id),
            "decision": _decision(session, candidacy.id or 0),
        }
        for candidacy, government, added_at in session.execute(query)
    ]


def _written(session: Session, candidacy_id: int, person_id: int) -> dict[str, object]:
    """Give what the person wrote in a candidacy, and the files that the person sent (without their content)."""

    def own(table: Any) -> sa.Select[Any]:  # noqa: ANN401 - any table of a candidacy with a person
        return _of(table, person_id).where(table.candidacy_id == candidacy_id)

    return {
        "answers_you_saved_last": _rows(session, own(CandidacySection), "section", "version", "saved_at", "answers"),
        "earlier_saves_of_yours": _rows(
            session, own(CandidacySectionVersion), "section", "version", "saved_at", "answers"
        ),
        "submitted_by_you": _rows(
            session, own(CandidacySubmission), "number", "submitted_at", "confirmed_by", "answers"
        ),
        "files_you_sent": _rows(session, own(Attachment), "name", "added_at", "removed_at"),
    }


def _decision(session: Session, candidacy_id: int) -> dict[str, object] | None:
    """Give the decision, once it was sent."""
    query = sa.select(Decision).where(col(Decision.candidacy_id) == candidacy_id, col(Decision.sent_at).is_not(None))
    found = session.scalars(query).one_or_none()
    return _fields(found, "outcome", "sent_at", "opening", "reasons") if found else None


def _asked(session: Session, person: Person) -> list[dict[str, object]]:
    query = sa.select(Confirmation).where(col(Confirmation.email) == person.email).order_by(col(Confirmation.id))
    return _rows(session, query, "name", "role", "email", "asked_at", "confirmed_at", "declined_at", "note")


def _assessments(session: Session, person_id: int) -> dict[str, Sequence[dict[str, object]]]:
    scores = (
        sa.select(Score)
        .join(Reading, col(Reading.id) == col(Score.reading_id))
        .where(col(Reading.person_id) == person_id)
        .order_by(col(Score.reading_id), col(Score.criterion))
    )
    return {
        "readings": _rows(session, _of(Reading, person_id), "candidacy_id", "assigned_at", "finished_at"),
        "scores": _rows(session, scores, "criterion", "points", "reason"),
        "conflicts_of_interest": _rows(
            session, _of(ConflictOfInterest, person_id), "candidacy_id", "declared_at", "reason"
        ),
        "discussion_notes": _rows(session, _of(DiscussionNote, person_id), "candidacy_id", "written_at", "text"),
    }


def _mails(session: Session, person: Person) -> list[dict[str, object]]:
    theirs = (col(Mail.person_id) == person.id) | (col(Mail.recipient) == person.email)
    mails = session.scalars(sa.select(Mail).where(theirs).order_by(col(Mail.id)))
    names = ("recipient", "subject", "language", "state", "created_at", "sent_at")
    return [{**_fields(mail, *names), "text": without_secrets(mail.text)} for mail in mails]
