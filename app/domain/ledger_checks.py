"""What must hold of every entry, half and transfer of the ledger, computed again from the rows (DESIGN §7).

Facts in, findings out. ``tandem check`` reads the facts; the rules of booking themselves are in ``domain.postings``.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from app.domain.budget import divide_equally
from app.domain.codes import Account, Category, ConsentParty, Currency, EntryKind, Side, TransferState
from app.domain.money import FIXED_RATES, to_cents
from app.domain.postings import (
    Move,
    Sums,
    Under,
    change_of,
    of_allotment,
    of_commitment,
    of_payment,
    of_release,
    of_return,
    of_transfer,
    reversed_on,
)

Params = dict[str, str | int]
_GIVEN: Final[Mapping[EntryKind, int]] = {EntryKind.ALLOTMENT: 1, EntryKind.REDUCTION: -1}
_TRANSFERS: Final = (EntryKind.TRANSFER_OUT, EntryKind.TRANSFER_IN)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: a code that ``language.check_words`` puts in words, with plain parameters."""

    code: str
    params: Params = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Two findings with the same key say the same."""
        text = json.dumps([self.code, self.params], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class EntryFacts:
    """An entry as it is stored, see ``LedgerEntry``."""

    id: int
    number: int
    kind: EntryKind
    category: Category | None
    session_id: int | None
    commitment_id: int | None
    corrects_id: int | None
    transfer_id: int | None
    programme_version: int | None
    entry_date: date
    currency: Currency
    amount_minor: int
    rate: str
    amount_cents: int
    settled_cents: int
    available_cents: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Against:
    """What an entry is compared with: the commitment that it settles, and the entry that it takes back."""

    commitment: Under | None = None
    corrected_moves: Sequence[Move] = ()
    corrected_cents: int = 0


@dataclass(frozen=True, slots=True)
class HalfFacts:
    """A half as it is stored: the sums that are kept of it, and when its years were closed and it was settled."""

    allotment_id: int
    partnership_id: int
    partnership: str
    side: Side
    kept: Sums
    last_number: int
    programme_id: int
    settled_at: datetime | None = None
    closed: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leg:
    """An entry of a transfer."""

    kind: EntryKind
    side: Side
    amount_cents: int


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer with its legs, and who agreed for which party."""

    partnership: str
    state: TransferState
    from_side: Side
    amount_cents: int
    legs: Sequence[Leg] = ()
    agreed: Sequence[tuple[ConsentParty, int]] = ()


class HalfChecks:
    """Look at the entries of a half in the order of their numbers, then at what is kept of them.

    Holds sums only, however many entries there are. ``given_cents``: what the programme gave so far, transfers and
    money carried over aside; ``version``: the last version of the programme that gave or took.
    """

    def __init__(self, half: HalfFacts) -> None:
        self.half = half
        self.sums = Sums()
        self.number = 0
        self.given_cents = 0
        self.version: int | None = None

    def look_at(self, entry: EntryFacts, moves: Sequence[Move], against: Against) -> Iterator[Finding]:
        """Give what does not hold of an entry with its postings (``moves``)."""
        change = change_of(moves)
        self.sums = _added(self.sums, change)
        if entry.kind in _GIVEN and entry.programme_version is not None:
            self.given_cents += _GIVEN[entry.kind] * entry.amount_cents
            self.version = max(self.version or 0, entry.programme_version)
        found = (
            *self._numbers(entry),
            *_conversion(entry),
            *_postings(entry, moves, against),
            *self._left(entry),
            *self._moments(entry),
        )
        for code, params in found:
            yield Finding(code, {**self._place, "number": entry.number, **params})

    def end(self) -> Iterator[Finding]:
        """Give what does not hold of the sums that are kept."""
        for one in fields(Sums):
            stored, computed = getattr(self.half.kept, one.name), getattr(self.sums, one.name)
            if stored != computed:
                yield Finding(one.name, {**self._place, "stored_cents": stored, "computed_cents": computed})
        if self.half.last_number != self.number:
            yield Finding("last_number", {**self._place, "stored": self.half.last_number, "computed": self.number})

    @property
    def _place(self) -> Params:
        return {"partnership": self.half.partnership, "side": self.half.side.value}

    def _numbers(self, entry: EntryFacts) -> Iterator[tuple[str, Params]]:
        if entry.number != self.number + 1:
            yield "numbers", {"expected": self.number + 1}
        self.number = max(self.number, entry.number)

    def _left(self, entry: EntryFacts) -> Iterator[tuple[str, Params]]:
        left = self.sums.available_cents
        if entry.available_cents != left:
            yield "left", {"stored_cents": entry.available_cents, "computed_cents": left}
        lowest = min(left, self.sums.paid_cents, self.sums.committed_cents, self.sums.returned_cents)
        if lowest < 0:
            yield "below_nothing", {"computed_cents": lowest}

    def _moments(self, entry: EntryFacts) -> Iterator[tuple[str, Params]]:
        closed_at = self.half.closed.get(entry.entry_date.year)
        if closed_at is not None and entry.created_at > closed_at:
            yield "year_closed", {"year": entry.entry_date.year}
        if self.half.settled_at is not None and entry.created_at > self.half.settled_at:
            yield "settled", {}
        if entry.kind in _TRANSFERS and entry.transfer_id is None:
            yield "transfer_unknown", {}


def expected_moves(entry: EntryFacts, against: Against) -> list[list[Move]]:
    """Give the postings that an entry must have, from its own columns; of a carry-over there are two (out, and in)."""
    year, cents = Under(entry.entry_date.year), entry.amount_cents
    if entry.kind is EntryKind.CARRY_OVER:
        return [of_return(cents, year), of_allotment(cents, year)]
    if entry.kind in _WITHOUT_CATEGORY:
        make, sign = _WITHOUT_CATEGORY[entry.kind]
        return [make(sign * cents, year)]
    return [_spending_moves(entry, against)]


def _spending_moves(entry: EntryFacts, against: Against) -> list[Move]:
    own = Under(entry.entry_date.year, entry.category, entry.session_id)
    commitment = against.commitment
    if entry.kind is EntryKind.COMMITMENT:
        return of_commitment(entry.amount_cents, replace(own, commitment_id=entry.id))
    if entry.kind is EntryKind.RELEASE:
        return of_release(entry.amount_cents, commitment or own)
    if entry.kind is EntryKind.PAYMENT:
        settled = entry.settled_cents if commitment else 0
        return of_payment(entry.amount_cents, own, settled_cents=settled, commitment=commitment)
    return reversed_on(against.corrected_moves, entry.entry_date)


_WITHOUT_CATEGORY: Final[Mapping[EntryKind, tuple[Any, int]]] = {
    EntryKind.ALLOTMENT: (of_allotment, 1),
    EntryKind.REDUCTION: (of_allotment, -1),
    EntryKind.TRANSFER_OUT: (of_transfer, 1),
    EntryKind.TRANSFER_IN: (of_transfer, -1),
    EntryKind.RETURN: (of_return, 1),
}


def _conversion(entry: EntryFacts) -> Iterator[tuple[str, Params]]:
    rate = Decimal(entry.rate)
    fixed = FIXED_RATES.get(entry.currency)
    if fixed is not None and rate != fixed.value:
        yield "fixed_rate", {"currency": entry.currency.value, "rate": entry.rate}
    computed = to_cents(entry.amount_minor, entry.currency, rate)
    if computed != entry.amount_cents:
        yield "conversion", {"stored_cents": entry.amount_cents, "computed_cents": computed}


def _postings(entry: EntryFacts, moves: Sequence[Move], against: Against) -> Iterator[tuple[str, Params]]:
    balance = sum(move.amount_cents for move in moves)
    if balance:
        yield "unbalanced", {"computed_cents": balance}
        return
    is_other = entry.kind is EntryKind.CORRECTION and against.corrected_cents != entry.amount_cents
    if is_other or _counted(moves) not in [_counted(wanted) for wanted in expected_moves(entry, against)]:
        yield "postings", {}


def _counted(moves: Iterable[Move]) -> Counter[Move]:
    """Give postings in no order; under which commitment they count matters where it is set aside."""
    return Counter(
        move if move.account is Account.COMMITTED else replace(move, under=replace(move.under, commitment_id=None))
        for move in moves
    )


def _added(sums: Sums, change: Sums) -> Sums:
    return Sums(
        sums.amount_cents + change.amount_cents,
        sums.paid_cents + change.paid_cents,
        sums.committed_cents + change.committed_cents,
        sums.returned_cents + change.returned_cents,
    )


def check_halves(halves: Sequence[HalfChecks], shares: Mapping[tuple[int, int], tuple[int, Side]]) -> Iterator[Finding]:
    """Give what does not hold between the halves of a partnership whose entries were all looked at.

    What the programme gave is the same on both sides, but for an odd cent, and each side's share of the budget of the
    version that gave last. ``shares``: budget and side of the odd cent by programme and version.
    """
    given = {one.half.side: one.given_cents for one in halves}
    if given and max(given.values()) - min(given.values()) > 1:
        one, other = (given.get(side, 0) for side in Side)
        params: Params = {"partnership": halves[0].half.partnership, "flemish_cents": one, "partner_cents": other}
        yield Finding("unequal", params)
    for half in halves:
        yield from _share(half, [one.half.side for one in halves], shares)


def _share(
    checked: HalfChecks, sides: Sequence[Side], shares: Mapping[tuple[int, int], tuple[int, Side]]
) -> Iterator[Finding]:
    half = checked.half
    known = shares.get((half.programme_id, checked.version or 0))
    if known is None:
        return
    budget_cents, odd_cent = known
    share = divide_equally(budget_cents, sides, odd_cent=odd_cent)[half.side]
    if checked.given_cents != share:
        params: Params = {"partnership": half.partnership, "side": half.side.value, "version": checked.version or 0}
        yield Finding("share", {**params, "stored_cents": checked.given_cents, "computed_cents": share})


def check_transfer(transfer: TransferFacts) -> Iterator[Finding]:
    """Give what does not hold of a transfer.

    Once carried out it has one leg on each side, of its own amount, and three parties agreed by three people; before,
    it has no leg.
    """
    params: Params = {"partnership": transfer.partnership, "amount_cents": transfer.amount_cents}
    is_done = transfer.state is TransferState.DONE
    to_side = Side.PARTNER if transfer.from_side is Side.FLEMISH else Side.FLEMISH
    wanted = {
        Leg(EntryKind.TRANSFER_OUT, transfer.from_side, transfer.amount_cents),
        Leg(EntryKind.TRANSFER_IN, to_side, transfer.amount_cents),
    }
    if set(transfer.legs) != (wanted if is_done else set()) or len(transfer.legs) != (len(wanted) if is_done else 0):
        yield Finding("transfer_legs", params)
    parties, people = {party for party, _person in transfer.agreed}, {person for _party, person in transfer.agreed}
    if is_done and not (parties == set(ConsentParty) and len(people) == len(ConsentParty)):
        yield Finding("transfer_consents", params)
