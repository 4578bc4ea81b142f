"""What readers do: write scores, let them stand, change them again, declare a conflict, note what was discussed."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.assessment import (
    SCORABLE,
    Given,
    Scores,
    ScoresChanged,
    ScoresNotFinished,
    check_can_finish,
    check_can_reopen,
    check_can_save,
)
from app.domain.candidacy import check_can_move
from app.domain.codes import CandidacyState
from app.models import Candidacy, ConflictOfInterest, DiscussionNote, Reading, Score
from app.queries.assessment import REOPENED, rules_of_call, standing_of, standings
from app.queries.readings import Assessable, OwnReading, scores_of, team_without_conflict
from app.services.events import record
from app.services.mail import Recipient, enqueue


def save_scores(
    session: Session, reading: OwnReading, scores: Scores, *, edit: int, actor: Actor, now: datetime
) -> int:
    """Write down scores as a draft, on top of ``edit``; give the edit that now counts.

    The same scores again change nothing, so that a form that is sent twice does nothing twice.

    :raises UnableToScore: the candidacy is decided, or not there any more.
    :raises ScoresFinished: they stand.
    :raises ScoresChanged: other scores were saved since, in another tab.
    """
    state = lock(session, reading.candidacy_id)
    finished_at, stored_edit = _locked(session, reading)
    stored = scores_of(session, [reading.id]).get(reading.id, {})
    if all(stored.get(code, Given()) == given for code, given in scores.items()):
        return stored_edit
    check_can_save(state, finished=finished_at is not None)
    if stored_edit != edit:
        raise ScoresChanged(edit=stored_edit)
    begin(session, reading.candidacy_id, state, actor=actor, now=now)
    _replace(session, reading.id, scores)
    _set(session, reading.id, edit=edit + 1)
    return edit + 1


def finish(session: Session, reading: OwnReading, *, actor: Actor, now: datetime) -> None:
    """Let the scores that are saved stand; finished ones stay finished. The points of the candidacy follow.

    :raises UnableToScore: the candidacy is decided, waits for its candidate, or is not there any more.
    :raises ScoreMissing, ScoreReasonMissing: something lacks.
    """
    state = lock(session, reading.candidacy_id)
    finished_at, _ = _locked(session, reading)
    if finished_at is not None:
        return
    scores = scores_of(session, [reading.id]).get(reading.id, {})
    check_can_finish(state, scores, rules_of_call(session, reading.call_id))
    begin(session, reading.candidacy_id, state, actor=actor, now=now)
    _set(session, reading.id, finished_at=now)
    refresh_points(session, reading.candidacy_id, reading.call_id)
    _record(session, actor, "assessment.finished", reading.candidacy_id, now)


def reopen(session: Session, reading: OwnReading, *, actor: Actor, now: datetime) -> None:
    """Open finished scores again; the event says how many others' scores could be seen by then.

    :raises UnableToScore: the candidacy is decided, or not there any more.
    :raises ScoresNotFinished: they are open.
    """
    state = lock(session, reading.candidacy_id)
    finished_at, edit = _locked(session, reading)
    check_can_reopen(state, finished=finished_at is not None)
    standing = standing_of(session, reading.candidacy_id, reading.call_id)
    others = sum(one.finished and one.person_id != actor.person_id for one in standing.readings)
    _set(session, reading.id, finished_at=None, edit=edit + 1)
    refresh_points(session, reading.candidacy_id, reading.call_id)
    _record(session, actor, REOPENED, reading.candidacy_id, now, count=others)


def declare_conflict(session: Session, candidacy: Assessable, reason: str, *, actor: Actor, now: datetime) -> None:
    """Note that ``actor`` has a conflict of interest; from now on the candidacy does not exist for that person.

    What was scored is kept but counts no more. The programme team is told, those with a conflict of their own not.
    """
    lock(session, candidacy.id)
    session.add(
        ConflictOfInterest(
            candidacy_id=candidacy.id,
            person_id=_person(actor),
            reason=reason,
            declared_at=now,
            declared_by=_person(actor),
        )
    )
    session.flush()
    refresh_points(session, candidacy.id, _call_of(session, candidacy.id))
    _record(session, actor, "assessment.conflict", candidacy.id, now)
    for one in team_without_conflict(session, candidacy.id):
        to = Recipient(one.email, one.name, one.language, one.person_id)
        values = {"candidacy": candidacy, "reader": actor.name, "reason": reason}
        enqueue(session, "reader_conflict", to=to, values=values, now=now)


def add_note(session: Session, candidacy_id: int, text: str, *, actor: Actor, now: datetime) -> None:
    """Add a note to the discussion.

    :raises ScoresNotFinished: the reader's own scores come first.
    """
    open_scores = sa.select(col(Reading.id)).where(
        col(Reading.candidacy_id) == candidacy_id,
        col(Reading.person_id) == actor.person_id,
        col(Reading.finished_at).is_(None),
    )
    if session.execute(open_scores).first() is not None:
        raise ScoresNotFinished
    session.add(DiscussionNote(candidacy_id=candidacy_id, person_id=actor.person_id, text=text, written_at=now))
    _record(session, actor, "assessment.discussed", candidacy_id, now)


def refresh_points(session: Session, candidacy_id: int, call_id: int) -> None:
    """Compute the points of a candidacy anew: the pairing reads them. Lock the candidacy first."""
    points = standing_of(session, candidacy_id, call_id).points
    session.execute(sa.update(Candidacy).where(col(Candidacy.id) == candidacy_id).values(assessment_points=points))


def refresh_read(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Compute the points anew of what is being assessed, as far as ``which`` (on candidacy and reading) holds.

    For where an answer changed, or a role or an author came or went: these make and end conflicts of interest.
    """
    query = (
        sa.select(col(Candidacy.id), col(Candidacy.call_id))
        .join(Reading, col(Reading.candidacy_id) == col(Candidacy.id))
        .where(which, col(Candidacy.state).in_(sorted(SCORABLE)))
        .order_by(col(Candidacy.id))
        .distinct()
    )
    for candidacy_id, call_id in session.execute(query).all():
        lock(session, candidacy_id or 0)
        refresh_points(session, candidacy_id or 0, call_id)


def refresh_call(session: Session, call_id: int) -> int:
    """Compute the points of all candidacies of a call anew, after a change of criteria; give how many changed."""
    for candidacy_id in session.scalars(
        sa.select(col(Candidacy.id)).where(col(Candidacy.call_id) == call_id).order_by(col(Candidacy.id))
    ).all():
        lock(session, candidacy_id or 0)
    stored = sa.select(col(Candidacy.id), col(Candidacy.assessment_points)).where(col(Candidacy.call_id) == call_id)
    before: Mapping[int | None, int | None] = {row[0]: row[1] for row in session.execute(stored)}
    changed = [one for one in standings(session, call_id) if one.readings and one.points != before[one.candidacy_id]]
    for one in changed:
        of = col(Candidacy.id) == one.candidacy_id
        session.execute(sa.update(Candidacy).where(of).values(assessment_points=one.points))
    return len(changed)


def lock(session: Session, candidacy_id: int) -> CandidacyState:
    """Hold a candidacy to the end of the transaction and give its state: two readers finish one after the other."""
    query = sa.select(col(Candidacy.state)).where(col(Candidacy.id) == candidacy_id).with_for_update()
    return session.scalars(query).one()


def begin(session: Session, candidacy_id: int, state: CandidacyState, *, actor: Actor, now: datetime) -> None:
    """Move a submitted candidacy to "in assessment"; any other stays where it is."""
    if state is not CandidacyState.SUBMITTED:
        return
    target = CandidacyState.IN_ASSESSMENT
    check_can_move(state, target)
    session.execute(sa.update(Candidacy).where(col(Candidacy.id) == candidacy_id).values(state=target))
    details = {"state": target.value, "reason": ""}
    record(session, actor, "candidacy.moved", subject=("candidacy", candidacy_id), now=now, **details)


def _locked(session: Session, reading: OwnReading) -> tuple[datetime | None, int]:
    query = sa.select(col(Reading.finished_at), col(Reading.edit)).where(col(Reading.id) == reading.id)
    finished_at, edit = session.execute(query.with_for_update()).one()
    return finished_at, edit


def _replace(session: Session, reading_id: int, scores: Scores) -> None:
    """Write the scores of the criteria that ``scores`` names; those of criteria that were dropped stay as they are."""
    named = col(Score.criterion).in_(list(scores))
    session.execute(sa.delete(Score).where(col(Score.reading_id) == reading_id, named))
    rows = [
        {"reading_id": reading_id, "criterion": code, "points": given.points, "reason": given.reason}
        for code, given in scores.items()
        if given != Given()
    ]
    if rows:
        session.execute(sa.insert(Score), rows)


def _set(session: Session, reading_id: int, **values: object) -> None:
    session.execute(sa.update(Reading).where(col(Reading.id) == reading_id).values(**values))


def _record(session: Session, actor: Actor, verb: str, candidacy_id: int, now: datetime, **details: object) -> None:
    record(session, actor, verb, subject=("candidacy", candidacy_id), now=now, **details)


def _call_of(session: Session, candidacy_id: int) -> int:
    return session.scalars(sa.select(col(Candidacy.call_id)).where(col(Candidacy.id) == candidacy_id)).one()


def _person(actor: Actor) -> int:
    assert actor.person_id is not None  # noqa: S101 - guards let only known people through
    return actor.person_id
