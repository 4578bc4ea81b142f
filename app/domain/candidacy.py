"""What may happen to a candidacy, and when (DESIGN §4). ``docs/states.md`` is drawn from ``TRANSITIONS``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.codes import CandidacyState, Section, SectionStatus
from app.domain.errors import DomainError

_State = CandidacyState

# From each state, the states that can follow.
TRANSITIONS: Final[Mapping[CandidacyState, tuple[CandidacyState, ...]]] = {
    _State.DRAFT: (_State.SUBMITTED, _State.WITHDRAWN),
    _State.SUBMITTED: (_State.IN_ASSESSMENT, _State.RETURNED, _State.WITHDRAWN),
    _State.RETURNED: (_State.SUBMITTED, _State.IN_ASSESSMENT, _State.WITHDRAWN),
    _State.IN_ASSESSMENT: (
        _State.SELECTED,
        _State.RESERVE,
        _State.NOT_SELECTED,
        _State.RETURNED,
        _State.WITHDRAWN,
    ),
    _State.RESERVE: (_State.SELECTED, _State.NOT_SELECTED, _State.WITHDRAWN),
    _State.SELECTED: (_State.WITHDRAWN,),
    _State.NOT_SELECTED: (),
    _State.WITHDRAWN: (),
}
EDITABLE: Final = frozenset({_State.DRAFT, _State.RETURNED})
DECISIONS: Final = frozenset({_State.SELECTED, _State.RESERVE, _State.NOT_SELECTED})
# Staff say why when they move a candidacy here: the candidate has to do something with it, or is owed the reasons.
REASON_NEEDED: Final = frozenset({_State.RETURNED, _State.NOT_SELECTED, _State.WITHDRAWN})
# These moves have a way of their own: the candidate submits; a question returns it, and is answered or closed.
_ELSEWHERE: Final = frozenset({_State.SUBMITTED, _State.RETURNED})
REASON_LIMIT: Final = 2000
# No 0, O, 1, I, L or U: a reference is read aloud on the telephone.
REFERENCE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH: Final = 6


class CallNotOpen(DomainError):
    """The call has not opened yet, or there is none."""

    code = "call_not_open"


class CallClosed(DomainError):
    """The call is closed; ``closed_at`` says since when."""

    code = "call_closed"


class AlreadyApplied(DomainError):
    """The local government ``government`` has a candidacy for this call."""

    code = "already_applied"


class GovernmentMerged(DomainError):
    """The local government ``government`` is now part of ``successor``."""

    code = "government_merged"


class SectionsMissing(DomainError):
    """The sections ``sections`` are not complete."""

    code = "sections_missing"


class UnableToSubmit(DomainError):
    """A candidacy in ``state`` cannot be submitted."""

    code = "unable_to_submit"


class UnableToEdit(DomainError):
    """A candidacy in ``state`` can no longer be changed."""

    code = "unable_to_edit"


class UnableToWithdraw(DomainError):
    """A candidacy in ``state`` can no longer be withdrawn."""

    code = "unable_to_withdraw"


class PartnershipExists(DomainError):
    """The local government has a partnership already: the candidacy has served."""

    code = "partnership_exists"


class UnableToMove(DomainError):
    """``state`` does not lead to ``target``."""

    code = "unable_to_move"


class ReasonMissing(DomainError):
    """The move to ``target`` needs a reason."""

    code = "reason_missing"


@dataclass(frozen=True, slots=True)
class CallPeriod:
    """A call is open over [opens_at, closes_at), both aware."""

    opens_at: datetime
    closes_at: datetime


def check_call_open(call: CallPeriod | None, now: datetime) -> None:
    """Refuse unless candidacies can be started and submitted at ``now`` (aware).

    :raises CallNotOpen: there is no call, or it opens later.
    :raises CallClosed: it is over.
    """
    if call is None or now < call.opens_at:
        raise CallNotOpen(opens_at=call.opens_at if call else None)
    if now >= call.closes_at:
        raise CallClosed(closed_at=call.closes_at)


def check_can_edit(state: CandidacyState) -> None:
    """Refuse unless the answers may be changed.

    A draft may be saved after the call has closed, so that nothing that is being typed at that moment is lost.

    :raises UnableToEdit: it was submitted, decided or withdrawn.
    """
    if state not in EDITABLE:
        raise UnableToEdit(state=state)


def check_can_submit(
    state: CandidacyState, call: CallPeriod, now: datetime, sections: Mapping[Section, SectionStatus]
) -> None:
    """Refuse unless a candidacy may be submitted at ``now`` (aware).

    One that was returned for clarification may be submitted again after the call has closed.

    :raises UnableToSubmit: the state does not lead to submitted.
    :raises CallNotOpen, CallClosed: a draft outside the call.
    :raises SectionsMissing: not every section of the form is complete; ``sections`` has the status of each.
    """
    if _State.SUBMITTED not in TRANSITIONS[state]:
        raise UnableToSubmit(state=state)
    if state is _State.DRAFT:
        check_call_open(call, now)
    missing = tuple(section for section, status in sections.items() if status is not SectionStatus.DONE)
    if missing:
        raise SectionsMissing(sections=missing)


def check_can_withdraw(state: CandidacyState, *, partnered: bool = False) -> None:
    """Refuse unless the candidate may withdraw: also once selected or on the reserve list, until a partnership exists.

    :raises UnableToWithdraw: it was not selected, or is withdrawn already.
    :raises PartnershipExists: the local government is ``partnered``.
    """
    if _State.WITHDRAWN not in TRANSITIONS[state]:
        raise UnableToWithdraw(state=state)
    if partnered:
        raise PartnershipExists


def check_can_move(state: CandidacyState, target: CandidacyState, *, reason: str = "") -> None:
    """Refuse unless staff may move a candidacy from ``state`` to ``target``.

    Submitting is the candidate's: staff never do it for them. Questions are asked, and left unanswered, by
    ``domain.clarifications``.

    :raises UnableToMove: the table does not allow it.
    :raises ReasonMissing: the candidate is owed a reason.
    """
    if target not in moves(state):
        raise UnableToMove(state=state, target=target)
    if target in REASON_NEEDED and not reason.strip():
        raise ReasonMissing(target=target)


def check_can_move_by_hand(state: CandidacyState, target: CandidacyState, *, reason: str = "") -> None:
    """Refuse what ``check_can_move`` refuses, and a first decision: that goes out with its letter, with all others.

    :raises UnableToMove: the table does not allow it, or it is a decision on what is in assessment.
    :raises ReasonMissing: the candidate is owed a reason.
    """
    if target not in moves_by_hand(state):
        raise UnableToMove(state=state, target=target)
    check_can_move(state, target, reason=reason)


def moves_by_hand(state: CandidacyState) -> tuple[CandidacyState, ...]:
    """Give the states to which staff can move a single candidacy on its page."""
    first_decisions = DECISIONS if state is _State.IN_ASSESSMENT else frozenset()
    return tuple(target for target in moves(state) if target not in first_decisions)


def moves(state: CandidacyState) -> tuple[CandidacyState, ...]:
    """Give the states to which the programme team brings a candidacy, by hand or together with others."""
    if state is _State.RETURNED:
        return (_State.WITHDRAWN,)
    return tuple(target for target in TRANSITIONS[state] if target not in _ELSEWHERE)


def refusal(check: Callable[..., None], *arguments: object, **named: object) -> DomainError | None:
    """Give the reason why a check refuses, or ``None``: so that a button can say why before it is pressed."""
    try:
        check(*arguments, **named)
    except DomainError as reason:
        return reason
    return None


def reference(draw: Callable[[str], str]) -> str:
    """Make a reference such as ``SDG-7K3M9Q``; ``draw`` picks one of the letters (``secrets.choice``)."""
    return "SDG-" + "".join(draw(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
