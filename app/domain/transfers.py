"""What may happen to a transfer between the sides, and who answers it (DESIGN §7).

``docs/states.md`` is drawn from ``TRANSITIONS``.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import ClassVar, Final

from app.domain.access import Actor, NotAllowed
from app.domain.budget import AllotmentExceeded
from app.domain.codes import ConsentParty, Side, TransferState
from app.domain.errors import DomainError

TRANSITIONS: Final[Mapping[TransferState, tuple[TransferState, ...]]] = {
    TransferState.OPEN: (TransferState.DONE, TransferState.REFUSED, TransferState.WITHDRAWN),
    TransferState.DONE: (),
    TransferState.REFUSED: (),
    TransferState.WITHDRAWN: (),
}
PARTY_OF: Final[Mapping[Side, ConsentParty]] = {
    Side.FLEMISH: ConsentParty.FLEMISH,
    Side.PARTNER: ConsentParty.PARTNER,
}


class TransferClosed(DomainError):
    """The transfer takes no answers any more; ``state`` says what became of it."""

    code: ClassVar[str] = "transfer_closed"


class TransferAnswered(DomainError):
    """Somebody answered for this ``party`` before (reason "person": this person answered for another one)."""

    code: ClassVar[str] = "transfer_answered"


class TransferReasonMissing(DomainError):
    """Nobody says why: of a proposal (no reason) or a refusal (reason "refusal")."""

    code: ClassVar[str] = "transfer_reason"


class TransferExceeded(AllotmentExceeded):
    """The side that gives has ``over_cents`` less than the transfer; ``available_cents`` would fit."""

    code: ClassVar[str] = "transfer_exceeded"


def parties_of(actor: Actor, governments: Mapping[Side, int]) -> tuple[ConsentParty, ...]:
    """Give the parties for which a person may answer: the own side or sides, and the programme team."""
    if not actor.is_known:
        return ()
    own = [PARTY_OF[side] for side in Side if governments.get(side) in actor.coordinates]
    return (*own, ConsentParty.STAFF) if actor.is_staff else tuple(own)


def check_can_propose(parties: Collection[ConsentParty], party: ConsentParty, *, reason: str) -> None:
    """Refuse a proposal for a party that the person does not speak for, or without a reason.

    :raises NotAllowed: the party is not the person's.
    :raises TransferReasonMissing: nobody says why.
    """
    if party not in parties:
        raise NotAllowed
    if not reason.strip():
        raise TransferReasonMissing(reason="")


def check_can_answer(
    party: ConsentParty,
    *,
    state: TransferState,
    parties: Collection[ConsentParty],
    person_id: int | None,
    answered: Mapping[ConsentParty, int],
) -> None:
    """Refuse an answer: three parties answer once each, by three different people.

    ``answered``: who answered for which party before.

    :raises NotAllowed: the party is not the person's.
    :raises TransferClosed: the transfer is not open any more.
    :raises TransferAnswered: for this party, or by this person for another one.
    """
    if party not in parties:
        raise NotAllowed
    if TransferState.DONE not in TRANSITIONS[state]:
        raise TransferClosed(state=state)
    if party in answered:
        raise TransferAnswered(party=party, reason="")
    if person_id in answered.values():
        raise TransferAnswered(party=party, reason="person")


def check_refusal_words(*, agreed: bool, words: str) -> None:
    """Refuse a refusal that does not say why.

    :raises TransferReasonMissing: with the reason "refusal".
    """
    if not agreed and not words.strip():
        raise TransferReasonMissing(reason="refusal")


def check_can_withdraw(*, state: TransferState, proposed_by: int, person_id: int | None) -> None:
    """Refuse to withdraw what somebody else proposed, or what is not open any more.

    :raises NotAllowed: only who proposed it withdraws it.
    :raises TransferClosed: the transfer is not open any more.
    """
    if person_id != proposed_by:
        raise NotAllowed
    if TransferState.WITHDRAWN not in TRANSITIONS[state]:
        raise TransferClosed(state=state)


def check_gives(amount_cents: int, *, available_cents: int) -> None:
    """Refuse to give more than the side has left.

    :raises TransferExceeded: by how much, and what would fit.
    """
    if amount_cents > available_cents:
        reason = "" if available_cents > 0 else "nothing_left"
        raise TransferExceeded(
            over_cents=amount_cents - available_cents, available_cents=available_cents, reason=reason
        )


def other(side: Side) -> Side:
    """Give the side to which money goes that ``side`` gives."""
    return Side.PARTNER if side is Side.FLEMISH else Side.FLEMISH


def booking_day(today: date, *, starts_on: date, ends_on: date) -> date:
    """Give the day in the programme's period, both ends included, that is nearest to ``today``."""
    return min(max(today, starts_on), ends_on)
