"""Empty candidacies whose period is over: what people wrote goes, what is counted stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.domain.access import Actor
from app.domain.codes import Section
from app.domain.retention import statistics_of
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
    LateAdmission,
    Mail,
    Reading,
    Score,
    WebSession,
)
from app.models.database import transaction
from app.queries.removal import has_nothing
from app.queries.retention import kept_candidacies, with_saves
from app.services.events import record
from app.services.file_removal import remove_unused
from app.services.mail_removal import remove_mails
from app.services.people import COMMAND_LINE
from app.services.redaction import take_out
from app.services.removal import anonymise

WRITTEN: Final[tuple[type[SQLModel], ...]] = (
    CandidacySectionVersion,
    CandidacySubmission,
    CandidacySection,
    Confirmation,
    Clarification,
    DiscussionNote,
    WebSession,
)
"""Tables of which every row of a candidacy goes."""


def empty_due(session: Session, now: datetime) -> int:
    """Empty every candidacy whose period is over, each in a transaction of its own; give how many."""
    today = programme_day(now)
    due = [one.id for one in kept_candidacies(session) if one.removed_on <= today]
    return sum(_empty_if_due(session, candidacy_id, now) for candidacy_id in due)


def _empty_if_due(session: Session, candidacy_id: int, now: datetime) -> bool:
    today = programme_day(now)
    with transaction(session):
        _lock(session, candidacy_id)
        still = [one for one in kept_candidacies(session, candidacy_id=candidacy_id) if one.removed_on <= today]
        for one in still:
            empty(session, one.id, one.reference, actor=COMMAND_LINE, now=now)
    return bool(still)


def _lock(session: Session, candidacy_id: int) -> None:
    """Lock a candidacy, as every save does: who writes at this moment is first, and then nothing is due any more."""
    session.execute(sa.select(col(Candidacy.id)).where(col(Candidacy.id) == candidacy_id).with_for_update())


def forget_saves(session: Session, now: datetime) -> int:
    """Remove the single saves of decided candidacies whose period is over; give of how many candidacies."""
    today = programme_day(now)
    saved = with_saves(session)
    found = [one for one in kept_candidacies(session) if one.id in saved]
    due = [one.id for one in found if one.saves_removed_on is not None and one.saves_removed_on <= today]
    for candidacy_id in due:
        with transaction(session):
            _delete(session, CandidacySectionVersion, candidacy_id)
            record(session, COMMAND_LINE, "candidacy.saves_removed", subject=("candidacy", candidacy_id), now=now)
    return len(due)


def empty(session: Session, candidacy_id: int, reference: str, *, actor: Actor, now: datetime) -> None:
    """Remove what people wrote in and about a candidacy, its files, its mails, and people who have nothing else.

    What stays: the local government, the call, the state, the dates, the points, the outcome and the track of first
    choice. The words of its entries in the event log are taken out too.
    """
    members = _members(session, candidacy_id)
    statistics = _statistics(session, candidacy_id)
    _remove_rows(session, candidacy_id, reference)
    _blank_reasons(session, candidacy_id)
    session.add(
        CandidacySection(
            candidacy_id=candidacy_id, section=Section.THEME, answers=statistics, complete=False, saved_at=now
        )
    )
    session.execute(sa.update(Candidacy).where(col(Candidacy.id) == candidacy_id).values(emptied_at=now))
    of_candidacy = (col(Event.subject_kind) == "candidacy") & (col(Event.subject_id) == candidacy_id)
    take_out(session, of_candidacy, now=now)
    record(session, actor, "candidacy.emptied", subject=("candidacy", candidacy_id), now=now)
    for person_id in members:
        if has_nothing(session, person_id):
            anonymise(session, person_id, now=now)
            record(session, actor, "person.removed_with_candidacy", subject=("person", person_id), now=now)


def _members(session: Session, candidacy_id: int) -> Sequence[int]:
    query = sa.select(col(CandidacyMember.person_id)).where(col(CandidacyMember.candidacy_id) == candidacy_id)
    return session.scalars(query.order_by(col(CandidacyMember.person_id))).all()


def _statistics(session: Session, candidacy_id: int) -> dict[str, object]:
    query = sa.select(col(CandidacySection.answers)).where(
        col(CandidacySection.candidacy_id) == candidacy_id, col(CandidacySection.section) == Section.THEME
    )
    return statistics_of(session.execute(query).scalar() or {})


def _remove_rows(session: Session, candidacy_id: int, reference: str) -> None:
    for table in (*WRITTEN, CandidacyMember):
        _delete(session, table, candidacy_id)
    attached = _delete(session, Attachment, candidacy_id, giving=Attachment.file_id)
    letter = session.scalars(sa.select(col(Decision.letter_id)).where(col(Decision.candidacy_id) == candidacy_id)).all()
    _of(session, Decision, candidacy_id, opening="", reasons={}, letter_id=None)
    remove_mails(session, _mentions(reference))
    remove_unused(session, [*attached, *letter])


def _mentions(reference: str) -> sa.ColumnElement[bool]:
    """Find mails about a candidacy: each one names its reference, in its words or in the address of its link."""
    columns = (Mail.text, Mail.subject, Mail.unique_key)
    return sa.or_(*(col(column).contains(reference, autoescape=True) for column in columns))


def _blank_reasons(session: Session, candidacy_id: int) -> None:
    _of(session, ConflictOfInterest, candidacy_id, reason="")
    readings = sa.select(col(Reading.id)).where(col(Reading.candidacy_id) == candidacy_id)
    session.execute(sa.update(Score).where(col(Score.reading_id).in_(readings)).values(reason=""))
    candidacy = session.get_one(Candidacy, candidacy_id)
    late = sa.update(LateAdmission).where(
        col(LateAdmission.call_id) == candidacy.call_id,
        col(LateAdmission.local_government_id) == candidacy.local_government_id,
    )
    session.execute(late.values(reason=""))


def _of(session: Session, table: Any, candidacy_id: int, **values: object) -> None:  # noqa: ANN401 - any table of a candidacy
    session.execute(sa.update(table).where(table.candidacy_id == candidacy_id).values(**values))


def _delete(session: Session, table: Any, candidacy_id: int, *, giving: Any = None) -> Iterable[Any]:  # noqa: ANN401 - any table of a candidacy
    statement = sa.delete(table).where(table.candidacy_id == candidacy_id)
    if giving is None:
        session.execute(statement)
        return ()
    return session.scalars(statement.returning(giving)).all()
