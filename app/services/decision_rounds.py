"""Send the decisions of a call together: planned for the confirmation page, now or at a moment that staff choose.

Letters are made before the transaction that sends; one that turns out to say something else by then is made again in
it. A candidacy that was withdrawn after its sending was planned is left out, and its place stays free: nobody moves up
by a sending, staff decide.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents.letter_pdf import Letter, letter_pdf
from app.documents.pdf import MEDIA_TYPE
from app.domain.access import Actor
from app.domain.codes import CandidacyState
from app.domain.decisions import (
    NOT_SELECTED,
    Chosen,
    DecisionsScheduled,
    RoundChanged,
    RoundGone,
    check_send_at,
    check_sendable,
    exceeded,
    faults,
    places_left,
)
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.language.decision_words import letter_subject
from app.models import Decision, DecisionRound
from app.models.base import identity
from app.models.database import transaction
from app.queries.decision_table import DecisionTable, decision_table
from app.queries.decisions import DecisionRecord, Round, due_rounds, planned_round
from app.queries.pairing_people import Reader, members_by_candidacy
from app.services.call_lock import hold_call
from app.services.candidacies import decide
from app.services.decision_letters import letter_name_of, letters_of
from app.services.events import record
from app.services.files import keep
from app.services.mail import Recipient, enqueue

BY_ITSELF: Final = Actor(name="Tandem")
MailKinds = Mapping[CandidacyState, str]
MAILS: Final[MailKinds] = {
    CandidacyState.SELECTED: "decision_selected",
    CandidacyState.RESERVE: "decision_reserve",
    CandidacyState.NOT_SELECTED: "decision_not_selected",
}
Made = Mapping[Letter, bytes]
"""Letters that were made already."""


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """A decision that goes out: what is decided, with which letter, to whom."""

    record: DecisionRecord
    chosen: Chosen
    letter: Letter
    people: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a sending would do now, and what stands in its way.

    ``withdrawn`` are left out, ``free`` are the places that stay free, ``over`` the tracks with more selected than
    places. ``key`` stands for everything that goes out: with another one, something else would go out.
    """

    decisions: tuple[PlannedDecision, ...]
    faults: tuple[DomainError, ...]
    withdrawn: tuple[DecisionRecord, ...]
    free: Mapping[str, int]
    over: tuple[DomainError, ...]
    key: str

    @property
    def mails(self) -> int:
        """How many mails go out."""
        return sum(len(one.people) for one in self.decisions)


def plan(session: Session, call_id: int, *, now: datetime, exceeding: str = "") -> Plan:
    """Plan the sending of all decisions of a call that wait."""
    table = decision_table(session, call_id)
    return _plan(session, table, _sendable(table), now, exceeding)


def prepare_letters(session: Session, call_id: int, *, now: datetime) -> Made:
    """Make the letters of what would be sent now, outside of any transaction that writes."""
    planned = plan(session, call_id, now=now)
    session.rollback()
    return _made(planned)


def send_now(
    session: Session, call_id: int, *, key: str, exceeding: str, made: Made, actor: Actor, now: datetime
) -> int:
    """Send all decisions of a call that wait, in this transaction; give how many.

    :raises DecisionsScheduled: their sending is planned: cancel it first.
    :raises RoundChanged: something else would go out than under ``key``.
    :raises DomainError: one of ``plan().faults``.
    """
    table, planned = _checked(session, call_id, key=key, exceeding=exceeding, now=now)
    made_round = _insert(session, table, planned, send_at=now, exceeding=exceeding, actor=actor, now=now)
    return _send(session, table, planned, made_round, made, actor=actor, now=now)


def schedule(
    session: Session, call_id: int, send_at: datetime, *, key: str, exceeding: str, actor: Actor, now: datetime
) -> None:
    """Plan to send all decisions of a call that wait at ``send_at`` (aware); until then they stand still.

    :raises SendMomentPassed: the moment does not lie ahead.
    :raises DomainError: as ``send_now``.
    """
    check_send_at(send_at, now)
    table, planned = _checked(session, call_id, key=key, exceeding=exceeding, now=now)
    _insert(session, table, planned, send_at=send_at, exceeding=exceeding, actor=actor, now=now)
    subject = ("call", call_id)
    record(session, actor, "decisions.scheduled", subject=subject, now=now, send_at=send_at.isoformat())


def cancel(session: Session, call_id: int, *, actor: Actor, now: datetime) -> None:
    """Cancel the sending that is planned, so that the decisions can be changed again.

    :raises RoundGone: none is planned, or it was sent.
    """
    hold_call(session, call_id)
    planned = planned_round(session, call_id)
    if planned is None:
        raise RoundGone
    _set_round(session, planned.id, cancelled_at=now)
    released = sa.update(Decision).where(col(Decision.round_id) == planned.id, col(Decision.sent_at).is_(None))
    session.execute(released.values(round_id=None))
    record(session, actor, "decisions.cancelled", subject=("call", call_id), now=now)


def send_due(session: Session, now: datetime) -> int:
    """Send the rounds whose moment has come, each in a transaction of its own; give how many decisions went out."""
    rounds = due_rounds(session, now)
    session.rollback()
    return sum(_send_round(session, one, now) for one in rounds)


def _send_round(session: Session, due: Round, now: datetime) -> int:
    table = decision_table(session, due.call_id)
    made = _made(_plan(session, table, _of_round(table, due), now, due.exceeding))
    session.rollback()
    with transaction(session):
        hold_call(session, due.call_id)
        planned_now = planned_round(session, due.call_id)
        if planned_now is None or planned_now.id != due.id:
            return 0
        table = decision_table(session, due.call_id)
        planned = _plan(session, table, _of_round(table, due), now, due.exceeding)
        return _send(session, table, planned, due.id, made, actor=BY_ITSELF, now=now)


def _of_round(table: DecisionTable, due: Round) -> list[DecisionRecord]:
    return [one for one in _sendable(table) if one.round_id == due.id]


def _sendable(table: DecisionTable) -> list[DecisionRecord]:
    """Give the prepared decisions on candidacies that are in assessment."""
    records = table.records.values()
    return [one for one in records if one.sent_at is None and one.state is CandidacyState.IN_ASSESSMENT]


def _plan(session: Session, table: DecisionTable, records: list[DecisionRecord], now: datetime, exceeding: str) -> Plan:
    letters = letters_of(session, table, records, now=now)
    people = members_by_candidacy(session, [one.candidacy_id for one in records])
    decisions = tuple(
        PlannedDecision(
            one,
            table.decided[one.candidacy_id],
            letters[one.candidacy_id],
            tuple(people.get(one.candidacy_id, ())),
        )
        for one in records
    )
    chosen = [*table.decided.values(), *table.taken.values()]
    taken = list(table.taken.values())
    return Plan(
        decisions,
        faults(table.prepared, table.places, taken, table.criteria, exceeding=exceeding),
        table.withdrawn,
        {track: left for track, left in places_left(table.places, chosen).items() if left},
        exceeded(chosen, table.places),
        _key(decisions),
    )


def _key(decisions: tuple[PlannedDecision, ...]) -> str:
    """Sum up what goes out; the day of the letter plays no part."""
    facts = [
        (one.record.candidacy_id, one.chosen.key, one.chosen.position, one.record.opening, one.letter.reasons)
        for one in decisions
    ]
    people = [[person.email for person in one.people] for one in decisions]
    return hashlib.sha256(repr((facts, people)).encode()).hexdigest()[:32]


def _made(planned: Plan) -> Made:
    return {one.letter: letter_pdf(one.letter) for one in planned.decisions}


def _checked(session: Session, call_id: int, *, key: str, exceeding: str, now: datetime) -> tuple[DecisionTable, Plan]:
    hold_call(session, call_id)
    table = decision_table(session, call_id)
    if table.round is not None:
        raise DecisionsScheduled(send_at=table.round.send_at)
    planned = _plan(session, table, _sendable(table), now, exceeding)
    check_sendable(planned.faults)
    if planned.key != key:
        raise RoundChanged
    return table, planned


def _insert(
    session: Session,
    table: DecisionTable,
    planned: Plan,
    *,
    send_at: datetime,
    exceeding: str,
    actor: Actor,
    now: datetime,
) -> int:
    assert actor.person_id is not None  # noqa: S101 - a guard lets only the programme team through
    made = DecisionRound(
        call_id=table.call_id,
        send_at=send_at,
        scheduled_at=now,
        scheduled_by=actor.person_id,
        exceeding=exceeding.strip() if planned.over else "",
    )
    session.add(made)
    session.flush()
    of_round = sa.update(Decision).where(col(Decision.id).in_([one.record.id for one in planned.decisions]))
    session.execute(of_round.values(round_id=identity(made)))
    return identity(made)


def _send(
    session: Session,
    table: DecisionTable,
    planned: Plan,
    round_id: int,
    made: Made,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    for one in planned.decisions:
        content = made.get(one.letter) or letter_pdf(one.letter)
        _send_one(session, table, one, content, actor=actor, now=now)
    _set_round(session, round_id, sent_at=now)
    left_out = sa.update(Decision).where(col(Decision.round_id) == round_id, col(Decision.sent_at).is_(None))
    session.execute(left_out.values(round_id=None))
    count = len(planned.decisions)
    record(session, actor, "decisions.sent", subject=("call", table.call_id), now=now, count=count)
    return count


def _send_one(
    session: Session, table: DecisionTable, one: PlannedDecision, content: bytes, *, actor: Actor, now: datetime
) -> None:
    """Move the candidacy, keep the letter with the decision, and write the mails."""
    candidacy_id, language = one.record.candidacy_id, one.record.language
    reason = letter_subject(language, one.record.government_name) if one.chosen.outcome is NOT_SELECTED else ""
    decide(session, candidacy_id, one.chosen.outcome, actor=actor, now=now, reason=reason)
    letter_id = keep(session, letter_name_of(one.record), MEDIA_TYPE, content, now)
    sent = sa.update(Decision).where(col(Decision.id) == one.record.id)
    session.execute(sent.values(sent_at=now, letter_id=letter_id, reserve_position=one.chosen.position))
    record(session, actor, "decision.sent", subject=("candidacy", candidacy_id), now=now)
    for person in one.people:
        to = Recipient(person.email, person.name, person.language, person.person_id)
        values = mail_values(table, one.record, one.chosen, person.language)
        key = f"decision-{one.record.id}:{person.person_id}"
        enqueue(session, MAILS[one.chosen.outcome], to=to, values=values, now=now, unique_key=key, files=[letter_id])


def mail_values(table: DecisionTable, decision: DecisionRecord, chosen: Chosen, language: str) -> dict[str, Any]:
    """Give what the mail of a decision says, in the language of its reader."""
    titles = {track.slug: str(title_of(track, language)) for track in table.tracks}
    return {
        "government": decision.government_name,
        "reference": decision.reference,
        "programme": str(title_of(table.programme, language)),
        "track": titles.get(chosen.track, chosen.track),
        "position": chosen.position,
    }


def _set_round(session: Session, round_id: int, **values: object) -> None:
    session.execute(sa.update(DecisionRound).where(col(DecisionRound.id) == round_id).values(**values))
