"""The yearly statement of a partnership's budget: what each half had, what became of it, what is left on 31 December.

A year's figures come from the entries dated in it, whenever they were booked; both coordinators confirm them by their
digest. Figures are in euro cents; those of ``lines`` say what each thing did to what is available, so that they add up.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

from app.domain.access import Actor, NotAllowed
from app.domain.books import BookedEntry, Books, added
from app.domain.codes import Account, Category, Currency, EntryKind, Side
from app.domain.errors import DomainError

DIGEST_OF: Final = "tandem-statement-1"


class StatementTooEarly(DomainError):
    """The ``year`` is not over: its figures are confirmed from 1 January of the next one."""

    code: ClassVar[str] = "statement_too_early"


class StatementChanged(DomainError):
    """The figures are not those that were shown any more: look at them again."""

    code: ClassVar[str] = "statement_changed"


class OtherSideConfirmed(DomainError):
    """This person confirmed for the other side: somebody else confirms for this one."""

    code: ClassVar[str] = "other_side_confirmed"


class AlreadyConfirmed(DomainError):
    """These figures are confirmed for this side."""

    code: ClassVar[str] = "statement_confirmed"


class Line(StrEnum):
    """What changed what is available of a half in a year, in the order of the statement."""

    OPENING = "opening"
    ALLOTTED = "allotted"
    REDUCED = "reduced"
    TRANSFERRED_IN = "transferred_in"
    TRANSFERRED_OUT = "transferred_out"
    PAID = "paid"
    CORRECTED = "corrected"
    COMMITTED = "committed"
    RETURNED = "returned"
    CARRIED_OVER = "carried_over"


_OF_KIND: Final[Mapping[EntryKind, Line]] = {
    EntryKind.ALLOTMENT: Line.ALLOTTED,
    EntryKind.REDUCTION: Line.REDUCED,
    EntryKind.TRANSFER_IN: Line.TRANSFERRED_IN,
    EntryKind.TRANSFER_OUT: Line.TRANSFERRED_OUT,
    EntryKind.RETURN: Line.RETURNED,
    EntryKind.CARRY_OVER: Line.CARRIED_OVER,
    EntryKind.CORRECTION: Line.CORRECTED,
}


@dataclass(frozen=True, slots=True)
class OpenAt:
    """What was open of a commitment on the last day of a year."""

    entry: BookedEntry
    open_cents: int


@dataclass(frozen=True, slots=True)
class CorrectionOf:
    """A correction of the year, and the entry that it takes back, perhaps of an earlier year."""

    entry: BookedEntry
    wrong: BookedEntry


@dataclass(frozen=True, slots=True)
class RateUsed:
    """A rate that entries of a year were booked at."""

    currency: Currency
    rate: str
    source: str
    day: date | None


@dataclass(frozen=True, slots=True)
class SideStatement:
    """The statement of one half: ``entries`` are those of the year, by their number.

    ``paid`` is net of corrections, by category; ``committed_cents`` is what is set aside at the end of the year.
    """

    side: Side
    lines: Mapping[Line, int]
    paid: Mapping[Category, int]
    open: tuple[OpenAt, ...]
    corrections: tuple[CorrectionOf, ...]
    entries: tuple[BookedEntry, ...]

    @property
    def available_cents(self) -> int:
        """What is available at the end of the year."""
        return sum(self.lines.values())

    @property
    def committed_cents(self) -> int:
        """What is set aside at the end of the year."""
        return sum(one.open_cents for one in self.open)

    @property
    def paid_cents(self) -> int:
        """What was paid in the year, less what was taken back."""
        return sum(self.paid.values())


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of a year for both halves."""

    year: int
    flemish: SideStatement
    partner: SideStatement

    @property
    def sides(self) -> tuple[SideStatement, SideStatement]:
        """Both sides in the order in which they are always shown."""
        return self.flemish, self.partner

    @property
    def rates(self) -> tuple[RateUsed, ...]:
        """The rates that were used, by currency and day; euro needs none."""
        found = {
            RateUsed(one.currency, one.rate, one.rate_source, one.rate_date)
            for side in self.sides
            for one in side.entries
            if one.currency is not Currency.EUR
        }
        return tuple(sorted(found, key=lambda rate: (rate.currency, rate.day or date.min, rate.rate, rate.source)))

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) of all figures and entries, without words: the same for the same figures anywhere."""
        data = {"of": DIGEST_OF, "year": self.year, "sides": [_figures(side) for side in self.sides]}
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def statement_of(books: Books, year: int) -> Statement:
    """Give the statement of a year."""
    return Statement(year, _side(books, Side.FLEMISH, year), _side(books, Side.PARTNER, year))


def years_of(books: Books, today: date) -> list[int]:
    """Give the years that have a statement, the latest first: those of the programme so far, and of any entry."""
    last = min(today.year, books.ends_on.year)
    years = {*range(books.starts_on.year, last + 1), *(one.day.year for one in books.entries)}
    return sorted((year for year in years if year <= today.year), reverse=True)


def is_over(year: int, today: date) -> bool:
    """Tell whether a year has passed."""
    return today.year > year


def booked_since(books: Books, year: int, moment: datetime) -> list[BookedEntry]:
    """Give the entries that change the statement of a year and were booked after ``moment``."""
    return [one for one in books.entries if one.day.year <= year and one.booked_at > moment]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirmed which figures for a side, and when (aware)."""

    side: Side
    person_id: int
    person_name: str
    confirmed_at: datetime
    digest: str

    def counts_for(self, statement: Statement) -> bool:
        """Tell whether the figures are still those that were confirmed."""
        return self.digest == statement.digest


def check_can_confirm(
    actor: Actor,
    statement: Statement,
    *,
    side: Side,
    government_id: int,
    today: date,
    confirmations: Iterable[Confirmation],
) -> None:
    """Refuse unless ``actor`` may confirm these figures for a side of which ``government_id`` is the government.

    :raises NotAllowed: only coordinators of the side confirm for it, the programme team neither.
    :raises StatementTooEarly: the year is not over.
    :raises AlreadyConfirmed: a confirmation of the side counts.
    :raises OtherSideConfirmed: the same person confirmed for the other side.
    """
    if not actor.is_known or government_id not in actor.coordinates:
        raise NotAllowed
    if not is_over(statement.year, today):
        raise StatementTooEarly(year=statement.year)
    counting = {one.side: one.person_id for one in confirmations if one.counts_for(statement)}
    if side in counting:
        raise AlreadyConfirmed
    if actor.person_id in counting.values():
        raise OtherSideConfirmed


def _side(books: Books, side: Side, year: int) -> SideStatement:
    known = books.of(side)
    upto = [one for one in known if one.day.year <= year]
    own = tuple(one for one in upto if one.day.year == year)
    by_number = {one.number: one for one in known}
    return SideStatement(
        side=side,
        lines=_lines([one for one in upto if one.day.year < year], own),
        paid=_paid(own),
        open=_open(upto, known),
        corrections=tuple(CorrectionOf(one, by_number[one.corrects]) for one in own if one.corrects in by_number),
        entries=own,
    )


def _lines(before: Sequence[BookedEntry], own: Sequence[BookedEntry]) -> dict[Line, int]:
    lines = dict.fromkeys(Line, 0)
    lines[Line.OPENING] = added(one.change for one in before).available_cents
    for one in own:
        change = one.change
        lines[Line.COMMITTED] -= change.committed_cents
        rest = change.amount_cents - change.paid_cents - change.returned_cents
        lines[_OF_KIND.get(one.kind, Line.PAID)] += rest
    return lines


def _paid(own: Iterable[BookedEntry]) -> dict[Category, int]:
    found = dict.fromkeys(Category, 0)
    for one in own:
        for move in one.moves:
            if move.account is Account.PAID:
                found[move.under.category or Category.OTHER] += move.amount_cents
    return {category: cents for category, cents in found.items() if cents}


def _open(upto: Iterable[BookedEntry], known: Iterable[BookedEntry]) -> tuple[OpenAt, ...]:
    """Add up what entries did to each commitment until the end of the year."""
    cents: dict[int, int] = {}
    for one in upto:
        for move in one.moves:
            if move.account is Account.COMMITTED:
                number = move.under.commitment_id or one.id
                cents[number] = cents.get(number, 0) + move.amount_cents
    return tuple(OpenAt(one, cents[one.id]) for one in known if cents.get(one.id))


def _figures(side: SideStatement) -> dict[str, Any]:
    return {
        "side": side.side.value,
        "lines": {line.value: cents for line, cents in side.lines.items()},
        "paid": {category.value: cents for category, cents in side.paid.items()},
        "open": [[one.entry.number, one.open_cents] for one in side.open],
        "entries": [
            [
                one.number,
                one.kind.value,
                one.category.value if one.category else None,
                one.day.isoformat(),
                one.currency.value,
                one.amount_minor,
                one.rate,
                one.amount_cents,
                one.commitment,
                one.corrects,
                one.replaces,
            ]
            for one in side.entries
        ],
    }


@dataclass(frozen=True, slots=True)
class SideStanding:
    """Whether a side confirmed the figures: ``changed_by`` are entries that were booked after a confirmation."""

    side: Side
    confirmation: Confirmation | None
    counts: bool
    changed_by: tuple[BookedEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How firm a statement is: whether the year is over, when it was closed or settled, and who confirmed it."""

    statement: Statement
    is_over: bool
    closed_at: datetime | None
    settled_on: date | None
    sides: tuple[SideStanding, ...]

    @property
    def is_final(self) -> bool:
        """Whether no entry can be dated in the year any more."""
        return self.closed_at is not None or self.settled_on is not None


def standing_of(
    books: Books,
    statement: Statement,
    *,
    confirmations: Iterable[Confirmation],
    closed_at: datetime | None,
    today: date,
) -> Standing:
    """Say how firm a statement is at ``today``."""
    by_side = {one.side: one for one in confirmations}
    return Standing(
        statement=statement,
        is_over=is_over(statement.year, today),
        closed_at=closed_at,
        settled_on=books.settled_on,
        sides=tuple(_side_standing(books, statement, side, by_side.get(side)) for side in Side),
    )


def _side_standing(books: Books, statement: Statement, side: Side, found: Confirmation | None) -> SideStanding:
    counts = found is not None and found.counts_for(statement)
    changed = [] if found is None or counts else booked_since(books, statement.year, found.confirmed_at)
    return SideStanding(side, found, counts, tuple(changed))
