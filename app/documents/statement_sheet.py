"""The yearly statement of a budget in words and tables, for the page and for the PDF alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.books import BookedEntry, Books
from app.domain.codes import Account, Category, Currency, Side
from app.domain.statements import CorrectionOf, Line, OpenAt, SideStanding, SideStatement, Standing
from app.domain.texts import pick
from app.domain.time import programme_day
from app.language.catalogues import N_, gettext
from app.language.formats import amount, join, money, number
from app.language.labels import label
from app.language.moments import date_long
from app.language.statement_words import LINES

ALWAYS = (Line.OPENING, Line.PAID)
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its title, its part of the width, whether it holds numbers."""

    title: str
    share: int = 1
    number: bool = False


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table in words; ``total`` is its last row, if it has one."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    total: Row = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """All tables of a statement; those of lists may be empty, ``entries`` has one for each side."""

    halves: SheetTable
    categories: SheetTable
    open: SheetTable
    corrections: SheetTable
    rates: SheetTable
    entries: tuple[SheetTable, ...]


def figures(locale: str, books: Books, standing: Standing) -> Figures:
    """Put the figures of a statement in words, the Flemish side left."""
    statement = standing.statement
    return Figures(
        halves=_halves(locale, books, statement.sides),
        categories=_categories(locale, books, statement.sides),
        open=_open(locale, books, [one for side in statement.sides for one in side.open]),
        corrections=_corrections(locale, books, [one for side in statement.sides for one in side.corrections]),
        rates=_rates(locale, standing),
        entries=tuple(_entries(locale, books, side) for side in statement.sides),
    )


def title(locale: str, year: int) -> str:
    """Give the title of the statement of a year."""
    return gettext(locale, N_("Budget statement of %(year)s"), year=year)


def firmness(locale: str, standing: Standing) -> str:
    """Say whether the figures can still change."""
    year = standing.statement.year
    if standing.settled_on is not None:
        words = N_("These figures are final: the budget was settled on %(day)s.")
        return gettext(locale, words, day=date_long(locale, standing.settled_on))
    if standing.closed_at is not None:
        words = N_("The year was closed on %(day)s: no entry is dated in it any more.")
        return gettext(locale, words, day=date_long(locale, programme_day(standing.closed_at)))
    if standing.is_over:
        return gettext(
            locale, N_("Provisional: the year %(year)s is over, but not closed. Entries may still be added."), year=year
        )
    return gettext(locale, N_("Provisional: the year %(year)s is not over."), year=year)


def confirmed_words(locale: str, books: Books, one: SideStanding) -> str:
    """Say who confirmed the figures for a side, or why nobody did."""
    government = books.government(one.side)
    if one.confirmation is None:
        return gettext(locale, N_("%(government)s has not confirmed these figures."), government=government)
    said = {
        "government": government,
        "name": one.confirmation.person_name or gettext(locale, N_("Removed person")),
        "day": date_long(locale, programme_day(one.confirmation.confirmed_at)),
    }
    if one.counts:
        return gettext(
            locale, N_("%(name)s, coordinator of %(government)s, confirmed these figures on %(day)s."), **said
        )
    words = N_(
        "%(name)s, coordinator of %(government)s, confirmed other figures on %(day)s. That does not count any more."
    )
    return f"{gettext(locale, words, **said)} {_changed(locale, books, one.changed_by)}".strip()


def _changed(locale: str, books: Books, entries: Sequence[BookedEntry]) -> str:
    if not entries:
        return ""
    named = [
        gettext(
            locale,
            N_("%(government)s, number %(number)s (%(kind)s, %(amount)s)"),
            government=books.government(one.side),
            number=one.number,
            kind=label(locale, one.kind),
            amount=_money(locale, one.amount_cents),
        )
        for one in entries[:5]
    ]
    if len(entries) > len(named):
        named.append("…")
    return gettext(locale, N_("Booked since then: %(entries)s."), entries=join(locale, named))


def _money(locale: str, cents: int) -> str:
    return money(locale, cents, always_cents=True)


def _sides(books: Books) -> tuple[Head, Head]:
    flemish, partner = (Head(books.government(side), 2, number=True) for side in Side)
    return flemish, partner


def _pair(locale: str, words: str, cents: Iterable[int]) -> Row:
    return (words, *(_money(locale, one) for one in cents))


def _halves(locale: str, books: Books, sides: tuple[SideStatement, ...]) -> SheetTable:
    shown = [line for line in Line if line in ALWAYS or any(side.lines[line] for side in sides)]
    rows = (_pair(locale, gettext(locale, LINES[line]), (side.lines[line] for side in sides)) for line in shown)
    left = gettext(locale, N_("Available on 31 December"))
    return SheetTable(
        gettext(locale, N_("What became of both halves")),
        (Head(gettext(locale, N_("What")), 4), *_sides(books)),
        tuple(rows),
        _pair(locale, left, (side.available_cents for side in sides)),
    )


def _categories(locale: str, books: Books, sides: tuple[SideStatement, ...]) -> SheetTable:
    used = [category for category in Category if any(category in side.paid for side in sides)]
    return SheetTable(
        gettext(locale, N_("Paid by category, less what was corrected")),
        (Head(gettext(locale, N_("Category")), 4), *_sides(books)),
        tuple(_pair(locale, label(locale, one), (side.paid.get(one, 0) for side in sides)) for one in used),
        _pair(locale, gettext(locale, N_("Total")), (side.paid_cents for side in sides)),
    )


def _open(locale: str, books: Books, rows: Sequence[OpenAt]) -> SheetTable:
    return SheetTable(
        gettext(locale, N_("Commitments that were open on 31 December")),
        (
            Head(gettext(locale, N_("Local government")), 3),
            Head(gettext(locale, N_("Number")), 2, number=True),
            Head(gettext(locale, N_("Day")), 3),
            Head(gettext(locale, N_("What for")), 5),
            Head(gettext(locale, N_("Still open")), 3, number=True),
        ),
        tuple(
            (
                books.government(one.entry.side),
                str(one.entry.number),
                one.entry.day.isoformat(),
                _what(locale, one.entry),
                _money(locale, one.open_cents),
            )
            for one in rows
        ),
        (gettext(locale, N_("Total")), "", "", "", _money(locale, sum(one.open_cents for one in rows))),
    )


def _corrections(locale: str, books: Books, rows: Sequence[CorrectionOf]) -> SheetTable:
    return SheetTable(
        gettext(locale, N_("Corrections")),
        (
            Head(gettext(locale, N_("Local government")), 3),
            Head(gettext(locale, N_("Number")), 2, number=True),
            Head(gettext(locale, N_("Day")), 3),
            Head(gettext(locale, N_("What it takes back")), 4),
            Head(gettext(locale, N_("Reason")), 4),
            Head(gettext(locale, N_("Amount")), 3, number=True),
        ),
        tuple(_correction(locale, books, one) for one in rows),
    )


def _correction(locale: str, books: Books, one: CorrectionOf) -> Row:
    words = N_("%(kind)s, number %(number)s, of %(day)s")
    wrong = gettext(
        locale, words, kind=label(locale, one.wrong.kind), number=one.wrong.number, day=one.wrong.day.isoformat()
    )
    return (
        books.government(one.entry.side),
        str(one.entry.number),
        one.entry.day.isoformat(),
        wrong,
        one.entry.reason,
        _money(locale, one.entry.amount_cents),
    )


def _rates(locale: str, standing: Standing) -> SheetTable:
    found: dict[tuple[Currency, str, str], list[date]] = {}
    for one in standing.statement.rates:
        days = found.setdefault((one.currency, one.rate, one.source), [])
        days += [one.day] if one.day else []
    return SheetTable(
        gettext(locale, N_("Rates that were used")),
        (
            Head(gettext(locale, N_("Currency")), 2),
            Head(gettext(locale, N_("For one euro")), 2, number=True),
            Head(gettext(locale, N_("Day of the rate")), 3),
            Head(gettext(locale, N_("Source of the rate")), 4),
        ),
        tuple(
            (currency.value, _rate(locale, rate), _days(locale, days), source)
            for (currency, rate, source), days in found.items()
        ),
    )


def _rate(locale: str, rate: str) -> str:
    return number(locale, Decimal(rate), decimals=len(rate.partition(".")[2]))


def _days(locale: str, days: Sequence[date]) -> str:
    """Give the first and the last day on which a rate was used; a fixed one has none."""
    if not days:
        return gettext(locale, N_("fixed"))
    return " – ".join(sorted({min(days).isoformat(), max(days).isoformat()}))


def _entries(locale: str, books: Books, side: SideStatement) -> SheetTable:
    words = N_("All entries of %(government)s, with their effect on what is available")
    return SheetTable(
        gettext(locale, words, government=books.government(side.side)),
        (
            Head(gettext(locale, N_("Number")), 3, number=True),
            Head(gettext(locale, N_("Day")), 3),
            Head(gettext(locale, N_("Kind")), 3),
            Head(gettext(locale, N_("What for")), 5),
            Head(gettext(locale, N_("Entered")), 3, number=True),
            Head(gettext(locale, N_("Paid")), 3, number=True),
            Head(gettext(locale, N_("Effect")), 3, number=True),
        ),
        tuple(_entry(locale, one) for one in side.entries),
    )


def _entry(locale: str, one: BookedEntry) -> Row:
    paid = one.moved(Account.PAID)
    entered = (
        _money(locale, one.amount_minor)
        if one.currency is Currency.EUR
        else amount(locale, one.amount_minor, one.currency)
    )
    return (
        str(one.number),
        one.day.isoformat(),
        label(locale, one.kind),
        _what(locale, one),
        entered,
        _money(locale, paid) if paid else "",
        _money(locale, one.change.available_cents),
    )


def _what(locale: str, one: BookedEntry) -> str:
    """Say what an entry is for: category, words, session; each where there is one."""
    session = pick(locale, nl=one.title_nl, fr=one.title_fr, en=one.title_en).words
    parts = (label(locale, one.category) if one.category else "", one.description, session)
    return " · ".join(part for part in parts if part)
