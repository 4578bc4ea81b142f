"""Remind the members of drafts, and of candidacies with an open question, some days before the last moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy_answers import statuses
from app.domain.codes import Section, SectionStatus
from app.domain.reminders import ANSWER_DAYS, due_step
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.models import Candidacy, Mail
from app.models.database import transaction
from app.queries.candidacies import CandidacyRecord, Member, any_candidacy, members_of, sections_of
from app.queries.candidacy_form import form_for
from app.queries.clarifications import open_question, part_titles
from app.queries.reminders import DRAFT_REMINDER, QUESTION_REMINDER, Waiting, drafts, questions
from app.services.events import record
from app.services.mail import Recipient, enqueue
from app.services.one_by_one import one_by_one

TANDEM: Final = Actor(name="Tandem")


def remind(session: Session, now: datetime) -> int:
    """Write the reminders that are due at ``now`` (aware), each once per person; give how many.

    Each candidacy has a transaction of its own, in which it is looked at again: what was submitted, withdrawn or
    prolonged in the meantime is not reminded of a moment that does not count any more. A last moment that moves to
    another day is reminded of anew.
    """
    waiting = [one for one in _waiting(session, now) if _step(one, now) is not None]
    session.rollback()
    numbers = [one.candidacy_id for one in waiting]
    return one_by_one(session, numbers, lambda number: _remind_of(session, number, now), of="candidacy")


def _waiting(session: Session, now: datetime, candidacy_id: int | None = None) -> list[Waiting]:
    return [*drafts(session, now, candidacy_id), *questions(session, now, ANSWER_DAYS, candidacy_id)]


def _step(waiting: Waiting, now: datetime) -> int | None:
    return due_step(waiting.closes_at, waiting.days, since=waiting.since, now=now)


def _remind_of(session: Session, candidacy_id: int, now: datetime) -> int:
    with transaction(session):
        locked = sa.select(col(Candidacy.id)).where(col(Candidacy.id) == candidacy_id).with_for_update()
        session.execute(locked)
        again = next(iter(_waiting(session, now, candidacy_id)), None)
        step = _step(again, now) if again is not None else None
        if again is None or step is None:
            return 0
        return _write(session, again, step, now)


def _write(session: Session, waiting: Waiting, step: int, now: datetime) -> int:
    candidacy = any_candidacy(session, waiting.reference)
    assert candidacy is not None  # noqa: S101 - read by its reference above, and locked
    keys = {_key(waiting, step, member): member for member in members_of(session, candidacy.id)}
    written = set(session.scalars(sa.select(col(Mail.unique_key)).where(col(Mail.unique_key).in_(keys))))
    wanted = {key: member for key, member in keys.items() if key not in written}
    for key, member in wanted.items():
        _mail(session, waiting, candidacy, member, key, now)
    if wanted:
        subject = ("candidacy", candidacy.id)
        details = {"count": len(wanted), "until": waiting.closes_at.isoformat()}
        record(session, TANDEM, "candidacy.reminded", subject=subject, now=now, **details)
    return len(wanted)


def _mail(
    session: Session, waiting: Waiting, candidacy: CandidacyRecord, member: Member, key: str, now: datetime
) -> None:
    asked = open_question(session, candidacy.id) if waiting.question_id is not None else None
    sections = asked.sections if asked is not None else _unfinished(session, candidacy)
    values: dict[str, Any] = {
        "candidacy": candidacy,
        "until": waiting.closes_at,
        "zone": PROGRAMME_ZONE,
        "sections": part_titles(session, candidacy, sections, member.language),
        "reason": asked.reason if asked is not None else "",
    }
    kind = DRAFT_REMINDER if asked is None else QUESTION_REMINDER
    to = Recipient(member.email, member.name, member.language, member.person_id)
    enqueue(session, kind, to=to, values=values, now=now, unique_key=key)


def _key(waiting: Waiting, step: int, member: Member) -> str:
    day = wall_in(waiting.closes_at, PROGRAMME_ZONE).date().isoformat()
    what = "draft" if waiting.question_id is None else f"question-{waiting.question_id}"
    return f"reminder:{waiting.candidacy_id}:{what}:{day}:{step}:{member.person_id}"


def _unfinished(session: Session, candidacy: CandidacyRecord) -> Sequence[Section]:
    """Give the parts of the form that are not complete yet."""
    answers = {section: saved.answers for section, saved in sections_of(session, candidacy.id).items()}
    found = statuses(form_for(session, candidacy).form, answers)
    return [section for section, status in found.items() if status is not SectionStatus.DONE]
