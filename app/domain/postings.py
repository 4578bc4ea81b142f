"""Double entry inside the ledger: what each kind of entry moves on the accounts of its side (DESIGN §7).

The postings of every entry add up to nothing, so every total of the budget is a sum of postings:

- the balance of ``ALLOTMENT`` is what is available, of ``COMMITTED`` what is set aside, of ``PAID`` what is paid;
- what a half was given is the opposite of ``PROGRAMME`` and ``TRANSFERRED`` together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.domain.codes import Account, Category


@dataclass(frozen=True, slots=True)
class Under:
    """Under what an amount counts: a year, a category and a session, and the commitment that it belongs to, if any."""

    year: int
    category: Category | None = None
    session_id: int | None = None
    commitment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A posting: ``amount_cents`` of euro onto an account (below nothing: off it)."""

    account: Account
    amount_cents: int
    under: Under


@dataclass(frozen=True, slots=True)
class Sums:
    """The running sums of an allotment in euro cents: what it was given, and what became of it."""

    amount_cents: int = 0
    paid_cents: int = 0
    committed_cents: int = 0
    returned_cents: int = 0

    @property
    def available_cents(self) -> int:
        """What is left: neither paid, nor set aside, nor given back."""
        return self.amount_cents - self.paid_cents - self.committed_cents - self.returned_cents


_SUM_OF: Final[Mapping[Account, tuple[str, int]]] = {
    Account.PROGRAMME: ("amount_cents", -1),
    Account.TRANSFERRED: ("amount_cents", -1),
    Account.PAID: ("paid_cents", 1),
    Account.COMMITTED: ("committed_cents", 1),
    Account.RETURNED: ("returned_cents", 1),
}


def of_allotment(cents: int, under: Under) -> list[Move]:
    """Give the postings of an opening or a raise of a half; of a reduction where ``cents`` is below nothing."""
    return _two(Account.PROGRAMME, Account.ALLOTMENT, cents, under)


def of_commitment(cents: int, under: Under) -> list[Move]:
    """Give the postings of money that is set aside; ``under`` gets its commitment's id once the entry has one."""
    return _two(Account.ALLOTMENT, Account.COMMITTED, cents, under)


def of_release(cents: int, commitment: Under) -> list[Move]:
    """Give the postings of a release: back to what is available, from where the commitment stands."""
    return _two(Account.COMMITTED, Account.ALLOTMENT, cents, commitment)


def of_payment(cents: int, under: Under, *, settled_cents: int = 0, commitment: Under | None = None) -> list[Move]:
    """Give the postings of a payment: ``settled_cents`` of it from its commitment, the rest from what is available."""
    moves = [Move(Account.PAID, cents, under)]
    if commitment is not None:
        moves.append(Move(Account.COMMITTED, -settled_cents, commitment))
    moves.append(Move(Account.ALLOTMENT, settled_cents - cents, under))
    return [move for move in moves if move.amount_cents]


def of_transfer(cents: int, under: Under) -> list[Move]:
    """Give the postings of one leg of a transfer: money that goes, or that comes where ``cents`` is below nothing."""
    return _two(Account.ALLOTMENT, Account.TRANSFERRED, cents, under)


def of_return(cents: int, under: Under) -> list[Move]:
    """Give the postings of a rest that is given back or carried over."""
    return _two(Account.ALLOTMENT, Account.RETURNED, cents, under)


def reversed_on(moves: Iterable[Move], day: date) -> list[Move]:
    """Give the postings that take ``moves`` back on ``day``.

    What was set aside stays under its own year, for that is where it is open; all else counts in the year of ``day``.
    """
    return [
        replace(
            move,
            amount_cents=-move.amount_cents,
            under=move.under if move.account is Account.COMMITTED else replace(move.under, year=day.year),
        )
        for move in moves
    ]


def is_balanced(moves: Iterable[Move]) -> bool:
    """Tell whether postings add up to nothing."""
    return sum(move.amount_cents for move in moves) == 0


def change_of(moves: Iterable[Move]) -> Sums:
    """Give by how much postings change the running sums of their allotment."""
    sums = dict.fromkeys(("amount_cents", "paid_cents", "committed_cents", "returned_cents"), 0)
    for move in moves:
        if move.account in _SUM_OF:
            name, sign = _SUM_OF[move.account]
            sums[name] += sign * move.amount_cents
    return Sums(**sums)


def _two(source: Account, target: Account, cents: int, under: Under) -> list[Move]:
    return [Move(source, -cents, under), Move(target, cents, under)]
