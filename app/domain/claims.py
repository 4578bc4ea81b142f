"""What may happen to a claim, and who does it (DESIGN §7). ``docs/states.md`` is drawn from ``TRANSITIONS``.

Who claims, sends or gets the money never approves; the rule says who can, so that nobody is locked out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final

from app.domain.access import Actor, NotAllowed
from app.domain.codes import Category, ClaimState, Currency
from app.domain.errors import DomainError
from app.domain.money import Rate

_State = ClaimState

# From each state, the states that can follow.
TRANSITIONS: Final[Mapping[ClaimState, tuple[ClaimState, ...]]] = {
    _State.DRAFT: (_State.SUBMITTED, _State.WITHDRAWN),
    _State.SUBMITTED: (_State.APPROVED, _State.RETURNED, _State.REFUSED, _State.WITHDRAWN),
    _State.RETURNED: (_State.SUBMITTED, _State.WITHDRAWN),
    _State.APPROVED: (),
    _State.REFUSED: (),
    _State.WITHDRAWN: (),
}
EDITABLE: Final = frozenset({_State.DRAFT, _State.RETURNED})
REASON_NEEDED: Final = frozenset({_State.RETURNED, _State.REFUSED})
DECISIONS: Final = frozenset({_State.APPROVED, _State.RETURNED, _State.REFUSED})
REASON_LIMIT: Final = 1000
MOST_LINES: Final = 60


class ClaimLocked(DomainError):
    """A claim in ``state`` cannot be changed: it waits for an answer, or was answered."""

    code: ClassVar[str] = "claim_locked"


class UnableToMoveClaim(DomainError):
    """A claim in ``state`` does not become ``target``."""

    code: ClassVar[str] = "unable_to_move_claim"


class ClaimChanged(DomainError):
    """Somebody changed the claim, or the line, after the page was opened."""

    code: ClassVar[str] = "claim_changed"


class ClaimEmpty(DomainError):
    """A claim needs a line before it is sent."""

    code: ClassVar[str] = "claim_empty"


class LineAhead(DomainError):
    """The day of a ``line`` (its number from 1) is still to come: the claim can be sent from that ``day`` on."""

    code: ClassVar[str] = "claim_line_ahead"


class TooManyLines(DomainError):
    """A claim has room for ``most`` lines."""

    code: ClassVar[str] = "claim_too_many_lines"


class ClaimReasonMissing(DomainError):
    """Whoever returns or refuses a claim says why."""

    code: ClassVar[str] = "claim_reason_missing"


class OwnClaim(DomainError):
    """Who claims, sends or gets the money does not decide over it."""

    code: ClassVar[str] = "own_claim"


class NotApprover(DomainError):
    """Others decide over this claim: the page says who."""

    code: ClassVar[str] = "not_approver"


class UnknownBeneficiary(DomainError):
    """The beneficiary is the local government itself, or somebody of it."""

    code: ClassVar[str] = "unknown_beneficiary"


class PaidOutTooEarly(DomainError):
    """Money is paid out on a day from the approval until today."""

    code: ClassVar[str] = "paid_out_day"


class ClaimExceeded(DomainError):
    """All lines together are ``over_cents`` more than fits; ``available_cents`` would fit (reason "nothing_left")."""

    code: ClassVar[str] = "claim_exceeded"


class ApproverTier(StrEnum):
    """Who decides over claims, in the order in which they are asked."""

    TEAM = "team"
    OTHER_SIDE = "other_side"
    ASSOCIATION = "association"


@dataclass(frozen=True, slots=True)
class Involved:
    """The people of a claim who may not decide over it, by their ids; no beneficiary: the local government itself."""

    claimant_id: int
    submitted_by: int | None = None
    beneficiary_id: int | None = None

    @property
    def people(self) -> frozenset[int]:
        """All of them."""
        return frozenset(one for one in (self.claimant_id, self.submitted_by, self.beneficiary_id) if one is not None)


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may decide over claims of others, and where to reach them."""

    person_id: int
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who can decide over a claim: the first tier in which somebody remains, by name; nobody has no tier."""

    tier: ApproverTier | None = None
    people: tuple[Approver, ...] = ()

    def include(self, actor: Actor) -> bool:
        """Tell whether this person is one of them."""
        return actor.is_known and any(one.person_id == actor.person_id for one in self.people)


@dataclass(frozen=True, slots=True)
class NewLine:
    """What somebody fills in for a line: ``amount_minor`` in the smallest unit of ``currency``.

    ``rate`` counts only for a currency without a fixed one. ``per_diem``: how a day allowance was computed.
    """

    category: Category
    description: str
    spent_on: date
    currency: Currency
    amount_minor: int
    rate: Rate | None = None
    commitment_id: int | None = None
    per_diem: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What one line asks of its half: euro cents, perhaps out of a commitment."""

    amount_cents: int
    commitment_id: int | None = None


def who_approves(tiers: Mapping[ApproverTier, Sequence[Approver]], involved: Involved) -> Approvers:
    """Give the first tier in which somebody remains who neither claims, sends nor gets the money."""
    for tier in ApproverTier:
        left = tuple(one for one in tiers.get(tier, ()) if one.person_id not in involved.people)
        if left:
            return Approvers(tier, left)
    return Approvers()


def may_claim(actor: Actor, government_id: int) -> bool:
    """Tell who claims on the half of a local government: its people, and staff for it."""
    return actor.is_staff or (actor.is_known and government_id in actor.participates)


def may_edit(actor: Actor, state: ClaimState, *, claimant_id: int) -> bool:
    """Tell whether this person may change the claim now: its claimant, until it is sent and when it was returned."""
    return state in EDITABLE and actor.is_known and actor.person_id == claimant_id


def may_mark_paid_out(actor: Actor, government_id: int, *, beneficiary_id: int | None) -> bool:
    """Tell who says when the money was paid out: staff and the side's coordinators, never who gets it."""
    books = actor.is_staff or (actor.is_known and government_id in actor.coordinates)
    return books and (beneficiary_id is None or actor.person_id != beneficiary_id)


def check_can_claim(actor: Actor, government_id: int) -> None:
    """Refuse unless ``may_claim``.

    :raises NotAllowed: it is the half of somebody else.
    """
    if not may_claim(actor, government_id):
        raise NotAllowed


def check_can_edit(actor: Actor, state: ClaimState, *, claimant_id: int) -> None:
    """Refuse to change a claim that is somebody else's or that was sent.

    :raises NotAllowed, ClaimLocked: in this order.
    """
    if not actor.is_known or actor.person_id != claimant_id:
        raise NotAllowed
    if state not in EDITABLE:
        raise ClaimLocked(state=state)


def check_can_move(state: ClaimState, target: ClaimState) -> None:
    """Refuse a move that ``TRANSITIONS`` does not have.

    :raises UnableToMoveClaim: with both states.
    """
    if target not in TRANSITIONS[state]:
        raise UnableToMoveClaim(state=state, target=target)


def check_can_decide(
    actor: Actor, state: ClaimState, target: ClaimState, *, involved: Involved, approvers: Approvers
) -> None:
    """Refuse a decision by whoever may not make it, or over a claim that does not wait for one.

    :raises OwnClaim: the person claims, sends or gets the money.
    :raises NotApprover: others decide.
    :raises UnableToMoveClaim: it was decided already, or does not wait.
    """
    if actor.person_id in involved.people:
        raise OwnClaim
    if not approvers.include(actor):
        raise NotApprover
    check_can_move(state, target)


def check_not_ahead(days: Sequence[date], *, today: date) -> None:
    """Refuse to send lines of days that are still to come: only what was spent is paid.

    :raises LineAhead: the first such line.
    """
    for line, day in enumerate(days, start=1):
        if day > today:
            raise LineAhead(line=line, day=day)


def check_reason(target: ClaimState, reason: str) -> None:
    """Refuse a return or a refusal without a reason.

    :raises ClaimReasonMissing: nothing was written.
    """
    if target in REASON_NEEDED and not reason.strip():
        raise ClaimReasonMissing


def check_paid_out(day: date, *, decided_on: date, today: date) -> None:
    """Refuse a day before the approval, or one that is still to come.

    :raises PaidOutTooEarly: with both bounds.
    """
    if not decided_on <= day <= today:
        raise PaidOutTooEarly(first=decided_on, last=today)


def check_fits(lines: Sequence[Asked], *, available_cents: int, open_cents: Mapping[int, int]) -> None:
    """Refuse lines that do not fit together in what is left and in the commitments that they use up.

    :raises ClaimExceeded: by how much, and what would fit.
    """
    over = over_cents(lines, available_cents=available_cents, open_cents=open_cents)
    if over > 0:
        fits = sum(line.amount_cents for line in lines) - over
        raise ClaimExceeded(over_cents=over, available_cents=fits, reason="" if fits > 0 else "nothing_left")


def over_cents(lines: Sequence[Asked], *, available_cents: int, open_cents: Mapping[int, int]) -> int:
    """Give by how many euro cents lines are together more than fits; nothing where they fit."""
    left = dict(open_cents)
    needed = 0
    for line in lines:
        rest = left.get(line.commitment_id, 0) if line.commitment_id is not None else 0
        used = min(line.amount_cents, rest)
        if line.commitment_id is not None:
            left[line.commitment_id] = rest - used
        needed += line.amount_cents - used
    return max(needed - available_cents, 0)
