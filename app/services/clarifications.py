"""Ask about some sections of a submitted candidacy, give more time, and go on without an answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.clarifications import (
    NothingAsked,
    Question,
    check_can_ask,
    check_in_time,
    check_returned,
    check_section,
    check_until,
)
from app.domain.codes import CandidacyState, Section
from app.domain.time import PROGRAMME_ZONE
from app.models import CandidacySection, CandidacySectionVersion, CandidacySubmission, Clarification
from app.queries.candidacies import CandidacyRecord, members_of, sections_of
from app.queries.clarifications import open_question, part_titles
from app.queries.submissions import Submission, latest_submission
from app.services.candidacy_lock import lock, set_state
from app.services.candidacy_mails import announce
from app.services.events import record


def ask(session: Session, candidacy: CandidacyRecord, question: Question, *, actor: Actor, now: datetime) -> None:
    """Return a candidacy with a question, and mail it to all members.

    :raises UnableToAsk: it is not submitted, is returned already, or is decided.
    :raises SectionsNotNamed, QuestionMissing, UntilPassed: the question is not complete.
    """
    check_can_ask(lock(session, candidacy.id, now), question, now)
    _close(session, candidacy.id, now)
    _keep_what_was_submitted(session, candidacy, now)
    session.add(
        Clarification(
            candidacy_id=candidacy.id,
            sections=[section.value for section in question.sections],
            reason=question.reason,
            until=question.until,
            asked_at=now,
            asked_by=actor.person_id or 0,
        )
    )
    set_state(session, candidacy.id, CandidacyState.RETURNED)
    details = {"sections": [section.value for section in question.sections], "until": question.until.isoformat()}
    _record(session, actor, "candidacy.returned", candidacy, now, reason=question.reason, **details)
    _announce(session, "candidacy_returned", candidacy, question.sections, question.reason, question.until, now)


def give_more_time(
    session: Session, candidacy: CandidacyRecord, until: datetime, *, actor: Actor, now: datetime
) -> None:
    """Let the open question be answered until another moment (aware), also when its time is over; tell all members.

    :raises NothingAsked: no question is open.
    :raises UntilPassed: the moment lies in the past.
    """
    check_returned(lock(session, candidacy.id, now))
    check_until(until, now)
    question = open_question(session, candidacy.id)
    if question is None:
        raise NothingAsked
    session.execute(sa.update(Clarification).where(col(Clarification.id) == question.id).values(until=until))
    _record(session, actor, "candidacy.more_time", candidacy, now, until=until.isoformat())
    _announce(session, "candidacy_more_time", candidacy, question.sections, question.reason, until, now)


def go_on(session: Session, candidacy: CandidacyRecord, *, actor: Actor, now: datetime) -> None:
    """Assess a returned candidacy without an answer: with the answers of its last submission, which are put back.

    What was typed meanwhile is kept as an earlier version of its section. All members are told.

    :raises NothingAsked: it is not returned (any more): the answer came in the meantime, perhaps.
    """
    check_returned(lock(session, candidacy.id, now))
    submitted = latest_submission(session, candidacy.id)
    if submitted is not None:
        _put_back(session, candidacy.id, submitted, actor=actor, now=now)
    _close(session, candidacy.id, now)
    set_state(session, candidacy.id, CandidacyState.IN_ASSESSMENT)
    _record(session, actor, "candidacy.gone_on", candidacy, now)
    _announce(session, "candidacy_gone_on", candidacy, (), "", now, now)


def check_may_save(session: Session, candidacy_id: int, section: Section, state: CandidacyState) -> None:
    """Refuse to change a section about which nothing is asked; ``state`` is that of the locked candidacy.

    One query, and none for a draft. What is typed after the last moment is kept all the same.

    :raises SectionNotAsked: the open question does not name it.
    """
    question = open_question(session, candidacy_id) if state is CandidacyState.RETURNED else None
    if question is not None:
        check_section(section, question.sections)


def answer(session: Session, candidacy_id: int, state: CandidacyState, *, now: datetime) -> None:
    """Close the open question, for the candidacy is submitted again; ``state`` is that before.

    :raises AnswerTooLate: its time is over.
    """
    check_may_answer(session, candidacy_id, state, now=now)
    if state is CandidacyState.RETURNED:
        _close(session, candidacy_id, now)


def check_may_answer(session: Session, candidacy_id: int, state: CandidacyState, *, now: datetime) -> None:
    """Refuse unless a candidacy in ``state`` may be submitted again as far as the open question goes (one query).

    :raises AnswerTooLate: its time is over.
    """
    question = open_question(session, candidacy_id) if state is CandidacyState.RETURNED else None
    if question is not None:
        check_in_time(question.until, now)


def drop(session: Session, candidacy_id: int, *, now: datetime) -> None:
    """Close the open question of a candidacy that is withdrawn."""
    _close(session, candidacy_id, now)


def _keep_what_was_submitted(session: Session, candidacy: CandidacyRecord, now: datetime) -> None:
    """Keep the answers as they are for one that was submitted before submissions were kept, or was imported."""
    if latest_submission(session, candidacy.id) is not None:
        return
    answers: dict[str, object] = {
        section.value: dict(saved.answers) for section, saved in sections_of(session, candidacy.id).items()
    }
    session.add(
        CandidacySubmission(
            candidacy_id=candidacy.id,
            number=1,
            form_version=candidacy.form_version,
            answers=answers,
            submitted_at=candidacy.submitted_at or now,
        )
    )


def _close(session: Session, candidacy_id: int, now: datetime) -> None:
    still_open = (col(Clarification.candidacy_id) == candidacy_id, col(Clarification.closed_at).is_(None))
    session.execute(sa.update(Clarification).where(*still_open).values(closed_at=now))


def _put_back(session: Session, candidacy_id: int, submitted: Submission, *, actor: Actor, now: datetime) -> None:
    """Store the answers of a submission again, as a new version of each section that differs from it."""
    for section, stored in sections_of(session, candidacy_id).items():
        answers = dict(submitted.answers.get(section, {}))
        if answers == stored.answers:
            continue
        kept: dict[str, Any] = {
            "answers": answers,
            "version": stored.version + 1,
            "saved_at": now,
            "person_id": actor.person_id,
        }
        here = (col(CandidacySection.candidacy_id) == candidacy_id, col(CandidacySection.section) == section)
        session.execute(sa.update(CandidacySection).where(*here).values(complete=True, **kept))
        session.add(
            CandidacySectionVersion(
                candidacy_id=candidacy_id, section=section, form_version=submitted.form_version, **kept
            )
        )


def _record(
    session: Session, actor: Actor, verb: str, candidacy: CandidacyRecord, now: datetime, **details: object
) -> None:
    record(session, actor, verb, subject=("candidacy", candidacy.id), now=now, **details)


def _announce(
    session: Session,
    kind: str,
    candidacy: CandidacyRecord,
    sections: Iterable[Section],
    reason: str,
    until: datetime,
    now: datetime,
) -> None:
    """Mail each member in the own language; the parts of the form are named as the form names them."""
    named = tuple(sections)
    for member in members_of(session, candidacy.id):
        values: dict[str, Any] = {
            "sections": part_titles(session, candidacy, named, member.language),
            "reason": reason,
            "until": until,
            "zone": PROGRAMME_ZONE,
        }
        announce(session, kind, candidacy, [member], now=now, **values)
