"""The rules of the equal ledger: two halves, and no entry beyond what there is (DESIGN §7)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from app.domain.access import Actor, NotAllowed
from app.domain.codes import BudgetPace, EntryKind, Side
from app.domain.errors import DomainError

PACE_TOLERANCE_PERMILLE: Final = 250
CORRECTABLE: Final = frozenset({EntryKind.COMMITMENT, EntryKind.RELEASE, EntryKind.PAYMENT})


class NothingToDivide(DomainError):
    """There is no side to divide over, or a budget below nothing."""

    code: ClassVar[str] = "nothing_to_divide"


class AllotmentExceeded(DomainError):
    """The entry is ``over_cents`` more than fits; ``available_cents`` would fit (reason "nothing_left": none would)."""

    code: ClassVar[str] = "allotment_exceeded"


class CommitmentExceeded(DomainError):
    """The release is ``over_cents`` more than is open on the commitment; ``open_cents`` is."""

    code: ClassVar[str] = "commitment_exceeded"


class NothingToRelease(DomainError):
    """Nothing of the commitment is open any more."""

    code: ClassVar[str] = "nothing_to_release"


class UnknownCommitment(DomainError):
    """The commitment is not one of this half of the budget."""

    code: ClassVar[str] = "unknown_commitment"


class SessionElsewhere(DomainError):
    """The session is not one of this partnership."""

    code: ClassVar[str] = "session_elsewhere"


class OutsidePeriod(DomainError):
    """The day lies outside the programme's period, [``starts_on``, ``ends_on``]."""

    code: ClassVar[str] = "outside_period"


class YearClosed(DomainError):
    """The ``year`` was closed: no entry is dated in it any more."""

    code: ClassVar[str] = "year_closed"


class BudgetSettled(DomainError):
    """The budget of the partnership was settled: nothing is booked any more."""

    code: ClassVar[str] = "budget_settled"


class CannotCorrect(DomainError):
    """The entry cannot be taken back; the reason says why.

    "kind": neither a commitment, a release nor a payment; "corrected": it was taken back already; "used": a payment or
    a release settles the commitment; "no_reason": nobody says why it is wrong; "higher": what would stand in its place
    is more than what was approved; "own_claim": whoever corrects it claimed it, sent the claim or got the money;
    "early": the correction is dated before the entry.
    """

    code: ClassVar[str] = "cannot_correct"


@dataclass(frozen=True, slots=True)
class Half:
    """One side's half of a partnership's budget, in euro cents."""

    side: Side
    side_id: int
    allotment_id: int
    government_id: int
    government_name: str
    amount_cents: int
    paid_cents: int
    committed_cents: int
    returned_cents: int = 0

    @property
    def available_cents(self) -> int:
        """What is left: neither paid nor committed, nor given back at the end."""
        return self.amount_cents - self.paid_cents - self.committed_cents - self.returned_cents


def divide_equally(amount_cents: int, sides: Sequence[Side], *, odd_cent: Side = Side.FLEMISH) -> dict[Side, int]:
    """Divide a budget over ``sides`` to the cent, nothing lost.

    A cent that cannot be divided goes to the side that the rule names (``odd_cent``), then to the earlier ones.
    Source: VVSG, call for SDG partnerships 2024-2025: EUR 35,000 per partnership, divided equally over both.

    :raises NothingToDivide: ``sides`` is empty, or the budget is below nothing.
    """
    if not sides or amount_cents < 0:
        raise NothingToDivide
    share, rest = divmod(amount_cents, len(sides))
    first = sorted(sides, key=lambda side: side is not odd_cent)[:rest]
    return {side: share + (side in first) for side in sides}


def settled_by(amount_cents: int, open_cents: int) -> int:
    """Give how much of a commitment a payment uses up: its open rest at most; what remains of it stays open."""
    return min(amount_cents, open_cents)


def check_can_commit(amount_cents: int, *, available_cents: int) -> None:
    """Refuse to set aside more than is left.

    :raises AllotmentExceeded: by how much, and what would fit.
    """
    _check_fits(amount_cents, available_cents)


def check_can_pay(amount_cents: int, *, available_cents: int, open_cents: int = 0) -> None:
    """Refuse to pay more than is left together with the open rest of the commitment that the payment settles.

    :raises AllotmentExceeded: by how much, and what would fit.
    """
    _check_fits(amount_cents, available_cents + open_cents)


def check_can_release(amount_cents: int, *, open_cents: int) -> None:
    """Refuse to release more of a commitment than is open.

    :raises NothingToRelease: it is wholly released or paid.
    :raises CommitmentExceeded: by how much, and what is open.
    """
    if open_cents <= 0:
        raise NothingToRelease
    if amount_cents > open_cents:
        raise CommitmentExceeded(over_cents=amount_cents - open_cents, open_cents=open_cents)


def _check_fits(amount_cents: int, fits_cents: int) -> None:
    if amount_cents > fits_cents:
        reason = "" if fits_cents else "nothing_left"
        raise AllotmentExceeded(over_cents=amount_cents - fits_cents, available_cents=fits_cents, reason=reason)


def may_book(actor: Actor, government_id: int) -> bool:
    """Tell whether a person may add entries to the half of a local government: its coordinators, and staff for all."""
    return actor.is_staff or (actor.is_known and government_id in actor.coordinates)


def check_can_book(actor: Actor, government_id: int) -> None:
    """Refuse unless ``may_book``.

    :raises NotAllowed: the half is somebody else's to book on.
    """
    if not may_book(actor, government_id):
        raise NotAllowed


def may_correct(actor: Actor, government_id: int, kind: EntryKind, *, involved: Collection[int] = ()) -> bool:
    """Tell whether a person may take back an entry: staff all kinds that can be, coordinators no payment.

    ``involved``: who claimed, sent or got a payment; none of them may, whoever they are.
    """
    if kind not in CORRECTABLE or actor.person_id in involved:
        return False
    return actor.is_staff or (kind is not EntryKind.PAYMENT and may_book(actor, government_id))


def check_can_correct(actor: Actor, government_id: int, kind: EntryKind, *, involved: Collection[int] = ()) -> None:
    """Refuse unless ``may_correct``.

    :raises CannotCorrect: the entry is of a kind that cannot be taken back, or comes from the person's own claim.
    :raises NotAllowed: it is somebody else's to correct.
    """
    if kind not in CORRECTABLE:
        raise CannotCorrect(reason="kind")
    if actor.is_known and actor.person_id in involved:
        raise CannotCorrect(reason="own_claim")
    if not may_correct(actor, government_id, kind, involved=involved):
        raise NotAllowed


def check_not_higher(kind: EntryKind, amount_cents: int, *, corrected_cents: int) -> None:
    """Refuse a payment in the place of a corrected one that is more: only what was approved is paid.

    :raises CannotCorrect: "higher".
    """
    if kind is EntryKind.PAYMENT and amount_cents > corrected_cents:
        raise CannotCorrect(reason="higher")


def check_within(day: date, *, starts_on: date, ends_on: date) -> None:
    """Refuse a day outside the programme's period; both its ends belong to it.

    :raises OutsidePeriod: with the period.
    """
    if not starts_on <= day <= ends_on:
        raise OutsidePeriod(starts_on=starts_on, ends_on=ends_on)


def elapsed_permille(today: date, *, starts_on: date, ends_on: date) -> int:
    """Give how much of a period has passed at the start of ``today``, in thousandths from 0 to 1000."""
    days = (ends_on - starts_on).days + 1
    return min(max((today - starts_on).days, 0), days) * 1000 // days


def used_permille(half: Half) -> int:
    """Give how much of a half is paid or committed, in thousandths; an allotment of nothing is wholly used."""
    return (half.amount_cents - half.available_cents) * 1000 // half.amount_cents if half.amount_cents else 1000


def pace_of(half: Half, *, elapsed_permille: int) -> BudgetPace:
    """Compare what is used of a half with the time that has passed; a quarter of the whole apart asks for attention."""
    if half.available_cents <= 0 and elapsed_permille < 1000:
        return BudgetPace.SPENT
    ahead = used_permille(half) - elapsed_permille
    if abs(ahead) < PACE_TOLERANCE_PERMILLE:
        return BudgetPace.ON_TRACK
    return BudgetPace.AHEAD if ahead > 0 else BudgetPace.BEHIND


def distance_permille(half: Half, *, elapsed_permille: int) -> int:
    """Give how far apart money and time are: the larger, the more a half needs attention."""
    return abs(used_permille(half) - elapsed_permille)
