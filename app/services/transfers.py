"""Move money between the sides: proposed by one party, agreed to by all three, booked with the last consent.

Every write locks both halves first and the transfer after them, so that two last consents book once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import ConsentParty, EntryKind, Side, TransferState
from app.domain.money import AmountIsZero
from app.domain.postings import Under, of_transfer
from app.domain.time import programme_day
from app.domain.transfers import (
    booking_day,
    check_can_answer,
    check_can_propose,
    check_can_withdraw,
    check_gives,
    check_refusal_words,
    other,
    parties_of,
)
from app.models import Transfer, TransferConsent
from app.models.base import identity
from app.services import transfer_mails
from app.services.events import record
from app.services.ledger import LockedHalf, NewEntry, book, lock_open

VERBS = {
    TransferState.DONE: "transfer.done",
    TransferState.REFUSED: "transfer.refused",
    TransferState.WITHDRAWN: "transfer.withdrawn",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes for a ``party``: euro cents from a side to the other one, and why."""

    partnership_id: int
    from_side: Side
    amount_cents: int
    reason: str
    party: ConsentParty


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers for a ``party``; a refusal needs words."""

    party: ConsentParty
    agreed: bool
    words: str = ""


def propose(session: Session, proposal: Proposal, *, actor: Actor, now: datetime) -> int:
    """Propose a transfer, which is the consent of the proposer's own party; give its id. The others get a mail.

    :raises TransferExceeded: the side that gives has less left.
    :raises NotAllowed, TransferReasonMissing, BudgetNotOpen, BudgetSettled, YearClosed, AmountIsZero: see the domain.
    """
    halves = lock_open(session, proposal.partnership_id)
    check_can_propose(_parties(actor, halves), proposal.party, reason=proposal.reason)
    if proposal.amount_cents <= 0:
        raise AmountIsZero
    _check_books(halves, proposal.from_side, proposal.amount_cents, now)
    row = Transfer(
        partnership_id=proposal.partnership_id,
        from_side=proposal.from_side,
        amount_cents=proposal.amount_cents,
        reason=proposal.reason.strip(),
        proposed_at=now,
        proposed_by=actor.person_id or 0,
    )
    session.add(row)
    session.flush()
    _keep(session, row, Answer(proposal.party, agreed=True), actor=actor, now=now)
    _record(session, row, "transfer.proposed", actor=actor, now=now)
    transfer_mails.ask(session, row, actor=actor, now=now)
    return identity(row)


def answer(session: Session, transfer_id: int, given: Answer, *, actor: Actor, now: datetime) -> TransferState:
    """Consent to a transfer or refuse it for a party; the third consent books it. Give where it stands then.

    :raises TransferExceeded: with the third consent, the side that gives has less left: nothing is kept.
    :raises NotAllowed, TransferClosed, TransferAnswered, TransferReasonMissing, BudgetSettled, YearClosed: see the
        domain.
    :raises sqlalchemy.exc.NoResultFound: there is no such transfer.
    """
    row, halves = _locked(session, transfer_id)
    answered = _answered(session, transfer_id)
    check_can_answer(
        given.party,
        state=row.state,
        parties=_parties(actor, halves),
        person_id=actor.person_id,
        answered=answered,
    )
    check_refusal_words(agreed=given.agreed, words=given.words)
    is_last = given.agreed and len(answered) + 1 == len(ConsentParty)
    if is_last:
        _check_books(halves, row.from_side, row.amount_cents, now)
    _keep(session, row, given, actor=actor, now=now)
    verb = "transfer.agreed" if given.agreed else "transfer.refused_by"
    _record(session, row, verb, actor=actor, now=now, party=given.party.value)
    if is_last:
        _book(session, row, halves, actor=actor, now=now)
        _end(session, row, TransferState.DONE, actor=actor, now=now)
    elif not given.agreed:
        _end(session, row, TransferState.REFUSED, actor=actor, now=now)
    return row.state


def withdraw(session: Session, transfer_id: int, *, actor: Actor, now: datetime) -> None:
    """Withdraw what one proposed, while it is open.

    :raises NotAllowed: somebody else proposed it.
    :raises TransferClosed: it is not open any more.
    :raises sqlalchemy.exc.NoResultFound: there is no such transfer.
    """
    row, _halves = _locked(session, transfer_id)
    check_can_withdraw(state=row.state, proposed_by=row.proposed_by, person_id=actor.person_id)
    _end(session, row, TransferState.WITHDRAWN, actor=actor, now=now)


def _locked(session: Session, transfer_id: int) -> tuple[Transfer, dict[Side, LockedHalf]]:
    """Lock the halves, and then the transfer, as everybody does who writes it."""
    of = sa.select(col(Transfer.partnership_id)).where(col(Transfer.id) == transfer_id)
    halves = lock_open(session, session.execute(of).scalar_one())
    row = session.get_one(Transfer, transfer_id, with_for_update=True, populate_existing=True)
    return row, halves


def _parties(actor: Actor, halves: Mapping[Side, LockedHalf]) -> tuple[ConsentParty, ...]:
    return parties_of(actor, {side: half.government_id for side, half in halves.items()})


def _answered(session: Session, transfer_id: int) -> dict[ConsentParty, int]:
    columns: tuple[Any, ...] = (TransferConsent.party, TransferConsent.person_id)
    query = sa.select(*columns).where(col(TransferConsent.transfer_id) == transfer_id)
    return {row.party: row.person_id for row in session.execute(query.order_by(col(TransferConsent.given_at)))}


def _check_books(halves: Mapping[Side, LockedHalf], giver: Side, cents: int, now: datetime) -> None:
    """Refuse what could not be booked now; both halves are open or closed together."""
    half = halves[giver]
    half.check_open(booking_day(programme_day(now), starts_on=half.starts_on, ends_on=half.ends_on))
    check_gives(cents, available_cents=half.sums.available_cents)


def _book(session: Session, row: Transfer, halves: Mapping[Side, LockedHalf], *, actor: Actor, now: datetime) -> None:
    """Book both legs: the same cents in euro, off the one half and onto the other."""
    legs = ((row.from_side, EntryKind.TRANSFER_OUT, 1), (other(row.from_side), EntryKind.TRANSFER_IN, -1))
    for side, kind, sign in legs:
        half = halves[side]
        day = booking_day(programme_day(now), starts_on=half.starts_on, ends_on=half.ends_on)
        entry = NewEntry(kind, day, "", row.amount_cents, transfer_id=row.id, reason=row.reason)
        book(session, half, entry, of_transfer(sign * row.amount_cents, Under(day.year)), actor=actor, now=now)


def _keep(session: Session, row: Transfer, given: Answer, *, actor: Actor, now: datetime) -> None:
    consent = TransferConsent(
        transfer_id=identity(row),
        party=given.party,
        person_id=actor.person_id or 0,
        agreed=given.agreed,
        words=given.words.strip(),
        given_at=now,
    )
    session.add(consent)
    session.flush()


def _end(session: Session, row: Transfer, state: TransferState, *, actor: Actor, now: datetime) -> None:
    row.state, row.ended_at = state, now
    session.flush()
    _record(session, row, VERBS[state], actor=actor, now=now)
    transfer_mails.tell(session, row, actor=actor, now=now)


def _record(session: Session, row: Transfer, verb: str, *, actor: Actor, now: datetime, **more: object) -> None:
    facts = {"transfer": row.id, "side": row.from_side.value, "amount_cents": row.amount_cents, **more}
    record(session, actor, verb, subject=("partnership", row.partnership_id), now=now, **facts)
