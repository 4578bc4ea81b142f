"""The books of a partnership as frozen values: every entry with its postings, for files, statements and checks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from app.domain.codes import Account, Category, Currency, EntryKind, Side
from app.domain.postings import Move, Sums, change_of


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """An entry with the postings that it is. ``number`` counts those of its side from 1; ``id`` follows the booking.

    ``amount_minor`` is in the smallest unit of ``currency``, ``rate`` units of it for one euro, as entered.
    ``commitment``, ``corrects`` and ``replaces`` are numbers of entries of the same side; ``claim`` is the number of
    the claim that it paid. ``available_cents``: what was left of its half after it.
    """

    id: int
    number: int
    side: Side
    kind: EntryKind
    category: Category | None
    day: date
    description: str
    reason: str
    currency: Currency
    amount_minor: int
    rate: str
    rate_source: str
    rate_date: date | None
    amount_cents: int
    available_cents: int
    booked_at: datetime
    moves: tuple[Move, ...]
    commitment: int | None = None
    corrects: int | None = None
    replaces: int | None = None
    claim: int | None = None
    session_id: int | None = None
    title_nl: str = ""
    title_fr: str = ""
    title_en: str = ""

    @property
    def change(self) -> Sums:
        """By how much the entry changes the sums of its half."""
        return change_of(self.moves)

    def moved(self, account: Account) -> int:
        """Give how many euro cents the entry moves onto an account."""
        return sum(move.amount_cents for move in self.moves if move.account is account)


@dataclass(frozen=True, slots=True)
class Books:
    """All entries of both sides in the order of booking, with the names of the governments and the period.

    ``settled_on``: the day on which the budget was settled, none while it is open.
    """

    slug: str
    flemish: str
    partner: str
    starts_on: date
    ends_on: date
    entries: tuple[BookedEntry, ...]
    settled_on: date | None = None

    @property
    def name(self) -> str:
        """Both names, the Flemish side first."""
        return f"{self.flemish} & {self.partner}"

    def government(self, side: Side) -> str:
        """Give the name of a side's local government."""
        return self.flemish if side is Side.FLEMISH else self.partner

    def of(self, side: Side) -> tuple[BookedEntry, ...]:
        """Give the entries of a side by their number."""
        return tuple(sorted((one for one in self.entries if one.side is side), key=lambda one: one.number))

    def sums(self, side: Side) -> Sums:
        """Give the sums of a side: those of all its postings."""
        return added(one.change for one in self.entries if one.side is side)

    @property
    def last_booked_at(self) -> datetime | None:
        """When the last entry was booked."""
        return max((one.booked_at for one in self.entries), default=None)


def added(changes: Iterable[Sums]) -> Sums:
    """Add up what entries change."""
    found: Sequence[Sums] = list(changes)
    return Sums(**{one.name: sum(getattr(change, one.name) for change in found) for one in fields(Sums)})
