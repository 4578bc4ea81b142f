"""The ledger of a partnership as a table of cells: one currency a column, and what each entry changes of its half.

``docs/ledger-files.md`` says each column; a test compares them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.documents.sheets import Cell, csv_file
from app.domain.books import BookedEntry, Books
from app.domain.codes import Currency
from app.domain.money import DECIMALS
from app.domain.texts import pick
from app.language.catalogues import N_, gettext
from app.language.labels import label

Value = Callable[[str, Books, BookedEntry], Cell]


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column: its code in the documentation, its title, how it reads an entry, and its currency where it has one.

    ``sum_name``: the sum of the half (``domain.postings.Sums``) to which the column adds up.
    """

    code: str
    title: str
    value: Value
    currency: Currency | None = None
    sum_name: str = ""


def decimal(minor: int, currency: Currency = Currency.EUR) -> Decimal:
    """Give an amount in the smallest unit of a currency as a number of that currency."""
    return Decimal(minor).scaleb(-DECIMALS[currency])


def _entered(currency: Currency) -> LedgerColumn:
    def value(_locale: str, _books: Books, one: BookedEntry) -> Cell:
        return decimal(one.amount_minor, currency) if one.currency is currency else None

    return LedgerColumn(f"entered_{currency.lower()}", f"Entered in {currency}", value, currency)


def _changed(name: str, title: str) -> LedgerColumn:
    def value(_locale: str, _books: Books, one: BookedEntry) -> Cell:
        return decimal(getattr(one.change, f"{name}_cents"))

    return LedgerColumn(f"change_{name}", title, value, Currency.EUR, f"{name}_cents")


COLUMNS: Final[tuple[LedgerColumn, ...]] = (
    LedgerColumn("number", N_("Number"), lambda _l, _b, one: one.number),
    LedgerColumn("day", N_("Day"), lambda _l, _b, one: one.day),
    LedgerColumn("side", N_("Side"), lambda locale, _b, one: label(locale, one.side)),
    LedgerColumn("government", N_("Local government"), lambda _l, books, one: books.government(one.side)),
    LedgerColumn("kind", N_("Kind"), lambda locale, _b, one: label(locale, one.kind)),
    LedgerColumn(
        "category", N_("Category"), lambda locale, _b, one: label(locale, one.category) if one.category else ""
    ),
    LedgerColumn(
        "session",
        N_("Session"),
        lambda locale, _b, one: pick(locale, nl=one.title_nl, fr=one.title_fr, en=one.title_en).words,
    ),
    LedgerColumn("description", N_("Description"), lambda _l, _b, one: one.description),
    LedgerColumn("reason", N_("Reason"), lambda _l, _b, one: one.reason),
    LedgerColumn("corrects", N_("Corrects number"), lambda _l, _b, one: one.corrects),
    LedgerColumn("replaces", N_("Replaces number"), lambda _l, _b, one: one.replaces),
    LedgerColumn("commitment", N_("Commitment number"), lambda _l, _b, one: one.commitment),
    LedgerColumn("claim", N_("Claim number"), lambda _l, _b, one: one.claim),
    *(_entered(currency) for currency in Currency),
    LedgerColumn("rate", N_("Rate"), lambda _l, _b, one: None if one.currency is Currency.EUR else Decimal(one.rate)),
    LedgerColumn("rate_date", N_("Day of the rate"), lambda _l, _b, one: one.rate_date),
    LedgerColumn("rate_source", N_("Source of the rate"), lambda _l, _b, one: one.rate_source),
    LedgerColumn("amount", N_("Amount in EUR"), lambda _l, _b, one: decimal(one.amount_cents), Currency.EUR),
    _changed("amount", N_("Change of the half in EUR")),
    _changed("committed", N_("Change of what is committed in EUR")),
    _changed("paid", N_("Change of what is paid in EUR")),
    _changed("returned", N_("Change of what is returned in EUR")),
    _changed("available", N_("Change of what is available in EUR")),
    LedgerColumn(
        "left", N_("Available after it in EUR"), lambda _l, _b, one: decimal(one.available_cents), Currency.EUR
    ),
)
_ENTERED: Final = N_("Entered in %(currency)s")


def header(locale: str) -> list[str]:
    """Give the titles of the columns."""
    return [
        gettext(locale, _ENTERED, currency=column.currency)
        if column.code.startswith("entered_")
        else gettext(locale, column.title)
        for column in COLUMNS
    ]


def rows(locale: str, books: Books, entries: Sequence[BookedEntry]) -> list[list[Cell]]:
    """Give a row of cells for each entry."""
    return [[column.value(locale, books, one) for column in COLUMNS] for one in entries]


def ledger_csv(locale: str, books: Books) -> bytes:
    """Write all entries of both sides as CSV, in the order of booking."""
    return csv_file(header(locale), rows(locale, books, books.entries))
