"""Exchange rates that staff enter: which may be entered, how they are read, and a table of many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Final

from app.domain.candidacy_import import CellFault, Row
from app.domain.codes import Currency
from app.domain.errors import DomainError
from app.domain.import_values import CellRefused, read_day
from app.domain.lexicon import key_of
from app.domain.money import FIXED_RATES, AmbiguousRate, AmountIsZero, parse_rate

ENTERED: Final = tuple(currency for currency in Currency if currency not in FIXED_RATES)
"""The currencies whose rate is entered."""
EXPECTED: Final[Mapping[Currency, tuple[Decimal, Decimal]]] = MappingProxyType(
    {Currency.RWF: (Decimal(200), Decimal(20_000)), Currency.USD: (Decimal("0.2"), Decimal(5))}
)
"""How many units one euro may be worth: wide bounds, so that what lies outside was turned around or mistyped.

A euro was worth about RWF 1,400 in early 2024, and between USD 0.8 and 1.6 since it is there (ECB reference rates).
"""
MAX_RATES: Final = 1_000
MAX_BYTES: Final = 200 * 1024
SOURCE_LENGTH: Final = 200
EARLIEST: Final = date(2000, 1, 1)
COLUMNS: Final = ("currency", "date", "rate", "source")
_HEADERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("currency", "munt", "valuta", "munteenheid", "devise", "monnaie"), "currency"),
    **dict.fromkeys(("date", "datum", "dag", "day", "jour"), "date"),
    **dict.fromkeys(("rate", "koers", "wisselkoers", "cours", "taux", "value"), "rate"),
    **dict.fromkeys(("source", "bron"), "source"),
}


class RateFixed(DomainError):
    """The rate of ``currency`` is fixed: none is entered."""

    code: ClassVar[str] = "exchange_rate_fixed"


class RateUnexpected(DomainError):
    """No euro is worth so many units of ``currency``: it is between ``least`` and ``most``."""

    code: ClassVar[str] = "exchange_rate_unexpected"


class RateOfTomorrow(DomainError):
    """A rate is known on its day, not before."""

    code: ClassVar[str] = "exchange_rate_tomorrow"


class RateKnown(DomainError):
    """The list holds a rate of this ``currency``, day and source already: ``value``."""

    code: ClassVar[str] = "exchange_rate_known"


class RateGone(DomainError):
    """Somebody removed this rate from the list, or changed it, in between."""

    code: ClassVar[str] = "exchange_rate_gone"


class RateColumnMissing(DomainError):
    """No column of the file is called ``reason``."""

    code: ClassVar[str] = "exchange_rate_column"


class TooManyRates(DomainError):
    """A file holds at most ``limit`` rates."""

    code: ClassVar[str] = "exchange_rate_too_many"


class RatesTooLarge(DomainError):
    """A file is at most ``kilobytes`` large."""

    code: ClassVar[str] = "exchange_rate_too_large"


@dataclass(frozen=True, slots=True)
class NewRate:
    """A rate to be entered: ``value`` units of ``currency`` for one euro on ``day``, as ``source`` has it."""

    currency: Currency
    day: date
    value: Decimal
    source: str

    @property
    def key(self) -> tuple[Currency, date, str]:
        """What there is one rate of."""
        return self.currency, self.day, self.source

    @property
    def text(self) -> str:
        """The rate as it is stored."""
        return format(self.value, "f")


Known = Mapping[tuple[Currency, date, str], Decimal]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table of rates holds: ``new`` ones, ``known`` (rows that say what the list or the file says), faults."""

    new: tuple[NewRate, ...]
    known: tuple[tuple[int, NewRate], ...]
    faults: tuple[CellFault, ...]


def check_rate(rate: NewRate, *, today: date) -> None:
    """Refuse a rate that cannot be entered.

    :raises RateFixed: its currency has a fixed rate.
    :raises RateUnexpected: it was turned around, or mistyped.
    :raises RateOfTomorrow: its day has not come yet.
    """
    if rate.currency in FIXED_RATES:
        raise RateFixed(currency=rate.currency)
    if not is_expected(rate.currency, rate.value):
        least, most = EXPECTED[rate.currency]
        raise RateUnexpected(currency=rate.currency, least=least, most=most)
    if rate.day > today:
        raise RateOfTomorrow


def is_expected(currency: Currency, value: Decimal) -> bool:
    """Tell whether a euro may be worth so many units."""
    least, most = EXPECTED[currency]
    return least < value < most


def read_rate(text: str, currency: Currency) -> Decimal:
    """Read a rate as it is typed; of two readings ("1.452") the one that the currency can have counts.

    :raises NotAnAmount, TooManyDecimals, AmountIsZero: it is none.
    """
    try:
        return parse_rate(text)
    except AmbiguousRate as refused:
        whole = Decimal(str(refused.params["whole"]))
    if currency not in EXPECTED or is_expected(currency, whole):
        return whole
    return whole / 1000


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Find the columns of a table of rates by their names, in any of the three languages.

    :raises RateColumnMissing: one is not there.
    """
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        name = _HEADERS.get(key_of(title))
        if name is not None:
            found.setdefault(name, place)
    for name in COLUMNS:
        if name not in found:
            raise RateColumnMissing(reason=name)
    return found


def read_rates(rows: Sequence[Row], columns: Mapping[str, int], *, known: Known, today: date) -> Reading:
    """Read a table of rates; ``known`` is what the list holds. What says the same twice is left out.

    :raises TooManyRates: it has more rows than are read at once.
    """
    if len(rows) > MAX_RATES:
        raise TooManyRates(limit=MAX_RATES)
    held, new, same = dict(known), [], []
    faults: list[CellFault] = []
    for row in rows:
        rate, wrong = _read_row(row, columns, today)
        faults += wrong
        if rate is None:
            continue
        if rate.key not in held:
            held[rate.key] = rate.value
            new.append(rate)
        elif held[rate.key] == rate.value:
            same.append((row.number, rate))
        else:
            faults.append(_otherwise(row, columns, held[rate.key]))
    return Reading(tuple(new), tuple(same), tuple(faults))


def as_table(rates: Iterable[NewRate]) -> list[tuple[str, str, str, str]]:
    """Write rates as the rows of a table that is read again as the same."""
    return [(rate.currency.value, rate.day.isoformat(), rate.text, rate.source) for rate in rates]


def _otherwise(row: Row, columns: Mapping[str, int], value: Decimal) -> CellFault:
    place = columns["rate"]
    return CellFault(row.number, place, _cell(row, place), "rate_otherwise", {"listed": format(value, "f")})


def _cell(row: Row, place: int) -> str:
    return row.cells[place].strip() if place < len(row.cells) else ""


def _read_row(row: Row, columns: Mapping[str, int], today: date) -> tuple[NewRate | None, list[CellFault]]:
    """Read a row; every faulty cell is named."""
    faults: list[CellFault] = []
    currency: Currency | None = None
    found: dict[str, object] = {}
    for name in COLUMNS:
        place = columns[name]
        text = _cell(row, place)
        try:
            if name == "currency":
                currency = found[name] = _currency(text)
            else:
                found[name] = _READERS[name](text, currency, today)
        except CellRefused as refused:
            faults.append(CellFault(row.number, place, text, refused.code, refused.params))
    if faults:
        return None, faults
    return NewRate(found["currency"], found["date"], found["rate"], found["source"]), []  # type: ignore[arg-type]


def _currency(text: str) -> Currency:
    try:
        currency = Currency(text.upper())
    except ValueError:
        raise CellRefused("rate_currency") from None
    if currency in FIXED_RATES:
        raise CellRefused("rate_fixed", currency=currency)
    return currency


def _day(text: str, _currency: Currency | None, today: date) -> date:
    found = read_day(text)
    if found > today:
        raise CellRefused("rate_tomorrow")
    if found < EARLIEST:
        raise CellRefused("day")
    return found


def _value(text: str, currency: Currency | None, _today: date) -> Decimal:
    try:
        found = read_rate(text, currency or Currency.EUR)
    except AmountIsZero:
        raise CellRefused("rate_number") from None
    except DomainError as refused:
        raise CellRefused("rate_decimals" if refused.code == "too_many_decimals" else "rate_number") from None
    if currency is not None and not is_expected(currency, found):
        least, most = EXPECTED[currency]
        raise CellRefused("rate_unexpected", currency=currency, least=least, most=most)
    return found


def _source(text: str, _currency: Currency | None, _today: date) -> str:
    words = " ".join(text.split())
    if not words:
        raise CellRefused("rate_source")
    if len(words) > SOURCE_LENGTH:
        raise CellRefused("rate_source_long", limit=SOURCE_LENGTH)
    return words


_READERS: Final = {"date": _day, "rate": _value, "source": _source}
