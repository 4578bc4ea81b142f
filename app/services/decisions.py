"""Prepare decisions: propose outcomes from the ranking, choose them, write the opening and the reasons."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import CandidacyState
from app.domain.decisions import (
    NOT_SELECTED,
    Chosen,
    DecisionChanged,
    DecisionMissing,
    DecisionTrackMissing,
    NotAssessedYet,
    check_can_prepare,
    order_faults,
    renumbered,
)
from app.domain.drafts import Incoming, Outcome, judge
from app.domain.standing import Standing
from app.models import Decision
from app.queries.decision_table import DecisionTable, decision_table
from app.queries.decisions import DecisionRecord, decision_of, planned_round
from app.services.call_lock import hold_call
from app.services.decision_letters import DecisionText
from app.services.events import record


@dataclass(frozen=True, slots=True)
class Choice:
    """What staff choose for a candidacy; ``was`` is what the page showed before, empty where there was no outcome."""

    candidacy_id: int
    was: str
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class Written:
    """What became of words that were saved; ``stored`` is what the database holds now."""

    outcome: Outcome
    stored: DecisionRecord


def accept_proposal(session: Session, call_id: int, *, actor: Actor, now: datetime) -> int:
    """Take over what the ranking proposes for whoever has no outcome yet; give for how many.

    :raises DecisionsScheduled: the decisions stand still.
    """
    table = _open_table(session, call_id)
    proposed = table.proposal().chosen
    for candidacy_id, chosen in proposed.items():
        _store(session, table, candidacy_id, chosen, actor=actor, now=now)
    if proposed:
        subject = ("call", call_id)
        record(session, actor, "decisions.proposed", subject=subject, now=now, count=len(proposed))
    return len(proposed)


def choose(session: Session, call_id: int, choices: Collection[Choice], *, actor: Actor, now: datetime) -> int:
    """Store the outcomes that staff changed, gaps in the reserve lists closed; give how many changed.

    :raises DecisionsScheduled: the decisions stand still.
    :raises DecisionChanged: somebody else changed one of them.
    :raises NotAssessedYet, DecisionTrackMissing: a candidacy cannot have that outcome.
    :raises ReserveTwice: a number is there twice.
    """
    table = _open_table(session, call_id)
    wanted = {**table.decided, **_changed(table, choices)}
    for fault in order_faults(_numbered(table, wanted)):
        if fault.code == "reserve_twice":
            raise fault
    first: dict[str, int] = {}
    for one in table.taken.values():
        first[one.track] = first.get(one.track, 1) + (one.position is not None)
    final = renumbered(wanted, first)
    changed = {number: one for number, one in final.items() if _stored(table, number) != one}
    for candidacy_id, chosen in changed.items():
        _store(session, table, candidacy_id, chosen, actor=actor, now=now)
    return len(changed)


def write(
    session: Session, call_id: int, candidacy_id: int, text: DecisionText, *, edit: int, actor: Actor, now: datetime
) -> Written:
    """Store the words of a decision that was chosen, on top of ``edit``; a conflict stores nothing.

    :raises DecisionsScheduled: the decisions stand still.
    :raises DecisionSent: it was sent.
    :raises DecisionMissing: no outcome was chosen yet.
    """
    hold_call(session, call_id)
    stored = decision_of(session, candidacy_id)
    if stored is None:
        raise DecisionMissing(government="")
    check_can_prepare(sent=stored.sent_at is not None, send_at=_planned(session, call_id))
    typed = {"opening": text.opening, **text.reasons}
    outcome = judge({"opening": stored.opening, **stored.reasons}, stored.edit, Incoming(typed, edit), None)
    if outcome is Outcome.STORE:
        _set(
            session,
            stored.id,
            opening=text.opening,
            reasons=dict(text.reasons),
            edit=stored.edit + 1,
            **_by(actor, now),
        )
        record(session, actor, "decision.written", subject=("candidacy", candidacy_id), now=now)
    after = decision_of(session, candidacy_id)
    return Written(outcome, after or stored)


def _open_table(session: Session, call_id: int) -> DecisionTable:
    hold_call(session, call_id)
    table = decision_table(session, call_id)
    check_can_prepare(sent=False, send_at=table.round.send_at if table.round else None)
    return table


def _planned(session: Session, call_id: int) -> datetime | None:
    planned = planned_round(session, call_id)
    return planned.send_at if planned else None


def _changed(table: DecisionTable, choices: Collection[Choice]) -> dict[int, Chosen]:
    """Give what staff changed, each checked against what is stored now."""
    waiting = {one.candidacy_id: one for one in table.waiting}
    changed = {}
    for choice in choices:
        stored = table.decided.get(choice.candidacy_id)
        if choice.candidacy_id not in waiting or stored == choice.chosen:
            continue
        standing = waiting[choice.candidacy_id]
        if shown_as(stored) == choice.was:
            _check(standing, choice.chosen)
            changed[choice.candidacy_id] = choice.chosen
        elif shown_as(choice.chosen) != choice.was:
            raise DecisionChanged(government=standing.government_name)
    return changed


def shown_as(chosen: Chosen | None) -> str:
    """Give an outcome as the page remembers it."""
    return f"{chosen.key}:{chosen.position or ''}" if chosen else ""


def _check(standing: Standing, chosen: Chosen) -> None:
    if standing.state is not CandidacyState.IN_ASSESSMENT:
        raise NotAssessedYet(government=standing.government_name, state=standing.state)
    if chosen.outcome is not NOT_SELECTED and chosen.track not in standing.tracks:
        raise DecisionTrackMissing(government=standing.government_name)


def _numbered(table: DecisionTable, wanted: Mapping[int, Chosen]) -> list[Chosen]:
    """Give the outcomes whose numbers are compared: a reserve without one goes to the end."""
    return [one for one in (*wanted.values(), *table.taken.values()) if one.position is not None]


def _stored(table: DecisionTable, candidacy_id: int) -> Chosen | None:
    stored = table.records.get(candidacy_id)
    return stored.chosen if stored else None


def _store(
    session: Session, table: DecisionTable, candidacy_id: int, chosen: Chosen, *, actor: Actor, now: datetime
) -> None:
    """Store an outcome; where it is another one the opening has to be looked at again, so it is taken out."""
    stored = table.records.get(candidacy_id)
    values: dict[str, Any] = {
        "outcome": chosen.outcome,
        "track_slug": chosen.track,
        "reserve_position": chosen.position,
        **_by(actor, now),
    }
    details: dict[str, object] = {"state": chosen.outcome.value, "track": chosen.track}
    if stored is None:
        session.execute(sa.insert(Decision).values(candidacy_id=candidacy_id, opening="", reasons={}, edit=1, **values))
    elif stored.outcome is chosen.outcome:
        _set(session, stored.id, **values)
    else:
        _set(session, stored.id, opening="", edit=stored.edit + 1, **values)
        details["opening"] = stored.opening
    if stored is None or (stored.outcome, stored.track) != (chosen.outcome, chosen.track):
        record(session, actor, "decision.chosen", subject=("candidacy", candidacy_id), now=now, **details)


def _set(session: Session, decision_id: int, **values: object) -> None:
    session.execute(sa.update(Decision).where(col(Decision.id) == decision_id).values(**values))


def _by(actor: Actor, now: datetime) -> dict[str, object]:
    return {"prepared_at": now, "person_id": actor.person_id}
