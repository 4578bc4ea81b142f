"""Amounts of money: typed text to the smallest unit of a currency, and that to euro cents. Never floats."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar, Final

from app.domain.codes import Country, Currency
from app.domain.errors import DomainError

DECIMALS: Final[Mapping[Currency, int]] = MappingProxyType(
    {Currency.EUR: 2, Currency.RWF: 0, Currency.XOF: 0, Currency.USD: 2}
)
LOCAL_CURRENCY: Final[Mapping[Country, Currency]] = MappingProxyType(
    {Country.BELGIUM: Currency.EUR, Country.RWANDA: Currency.RWF, Country.BENIN: Currency.XOF}
)
MAX_DIGITS = 15
RATE_DECIMALS = 6
MOST_CENTS = 100_000_000_000
"""A thousand million euro."""
_SPACES = re.compile("[\\s\u00a0\u202f'’]+")
_PLAIN = re.compile(r"\d+")


class NotAnAmount(DomainError):
    """The text is no amount of money."""

    code: ClassVar[str] = "not_an_amount"


class AmountIsZero(DomainError):
    """The amount is nothing, or less than half a euro cent."""

    code: ClassVar[str] = "amount_is_zero"


class AmountTooLarge(DomainError):
    """The amount is more than ``most_cents`` of euro: no budget has so much, and no database could add such amounts."""

    code: ClassVar[str] = "amount_too_large"


class TooManyDecimals(DomainError):
    """More digits after the mark than there may be: ``decimals`` at most; the reason is "whole" where that is none."""

    code: ClassVar[str] = "too_many_decimals"


class AmbiguousRate(DomainError):
    """A single mark before three digits, as in "1.452", may part thousands (``whole`` is that reading) or decimals."""

    code: ClassVar[str] = "ambiguous_rate"


class RateNeeded(DomainError):
    """Amounts in ``currency`` need the rate that was used, with its source and its day."""

    code: ClassVar[str] = "rate_needed"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of a currency make one euro, who says so, and of which day; a fixed rate has no day."""

    value: Decimal
    source: str = ""
    day: date | None = None


EURO_RATE: Final = Rate(Decimal(1))
"""One euro is one euro."""

XOF_RATE: Final = Rate(Decimal("655.957"), "Council Decision 98/683/EC")
"""The fixed parity of the CFA franc of the BCEAO: EUR 1 = XOF 655.957.

Source: Council Decision 98/683/EC keeps the peg of FRF 1 = XOF 100; Council Regulation (EC) No 2866/98 fixes
EUR 1 = FRF 6.55957.
"""

FIXED_RATES: Final[Mapping[Currency, Rate]] = MappingProxyType({Currency.EUR: EURO_RATE, Currency.XOF: XOF_RATE})


def rate_for(currency: Currency, entered: Rate | None = None) -> Rate:
    """Give the rate that counts for ``currency``: its fixed one, else the one that was entered.

    :raises RateNeeded: no positive rate with a source and a day was entered.
    """
    if currency in FIXED_RATES:
        return FIXED_RATES[currency]
    if entered is None or entered.value <= 0 or not entered.source.strip() or entered.day is None:
        raise RateNeeded(currency=currency)
    return entered


def to_cents(amount_minor: int, currency: Currency, rate: Decimal) -> int:
    """Give euro cents for an amount in the smallest unit of ``currency``, at ``rate`` units for one euro.

    Computed exactly and rounded once, half to even.
    """
    return round(Fraction(amount_minor * 100, 10 ** DECIMALS[currency]) / Fraction(rate))


def check_cents(cents: int) -> None:
    """Refuse euro cents that came out as nothing, or as more than any amount can be.

    :raises AmountIsZero, AmountTooLarge: which it is.
    """
    if cents <= 0:
        raise AmountIsZero
    if cents > MOST_CENTS:
        raise AmountTooLarge(most_cents=MOST_CENTS)


def largest_within(cents: int, currency: Currency, rate: Decimal) -> int:
    """Give the largest amount in the smallest unit of ``currency`` that is at most ``cents`` of euro once rounded."""
    exact = Fraction(2 * cents + 1, 200) * Fraction(rate) * 10 ** DECIMALS[currency]
    largest: int = exact.numerator // exact.denominator
    return largest if to_cents(largest, currency, rate) <= cents else largest - 1


def parse_amount(text: str, currency: Currency) -> int:
    """Read an amount as people type it into the smallest unit of ``currency``.

    Groups of thousands and decimals may be marked as in Dutch ("1.250,50"), French ("1 250,50") or English
    ("1,250.50"). A single mark before exactly three digits parts thousands, for no currency here has three decimals.

    :raises NotAnAmount: it is none, or has more than fifteen digits.
    :raises TooManyDecimals: the currency has fewer.
    :raises AmountIsZero: it is nothing.
    """
    whole, decimals = _parts(_without_sign(text, currency))
    digits = DECIMALS[currency]
    if digits == 0 and decimals in ("0", "00"):
        decimals = ""
    if len(decimals) > digits:
        raise TooManyDecimals(decimals=digits, reason="" if digits else "whole")
    minor = int(whole + decimals.ljust(digits, "0"))
    if minor == 0:
        raise AmountIsZero
    return minor


def parse_rate(text: str) -> Decimal:
    """Read a rate, written like an amount with up to six decimals.

    :raises NotAnAmount: it is none.
    :raises AmbiguousRate: "1.452" or "1,452" may be a little more than one, or more than a thousand.
    :raises TooManyDecimals: more than six.
    :raises AmountIsZero: a rate is more than nothing.
    """
    typed = _compact(text)
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", typed):
        raise AmbiguousRate(whole=re.sub(r"[.,]", "", typed))
    whole, decimals = _parts(typed)
    if len(decimals) > RATE_DECIMALS:
        raise TooManyDecimals(decimals=RATE_DECIMALS)
    rate = Decimal(f"{whole}.{decimals}" if decimals else whole)
    if rate == 0:
        raise AmountIsZero
    return rate


def _compact(text: str) -> str:
    """Drop the spaces and apostrophes that part thousands; anywhere else they are no part of an amount."""
    text = text.strip()
    if not _SPACES.search(text):
        return text
    head, *groups = _SPACES.split(text)
    last = groups[-1]
    inner_ok = all(re.fullmatch(r"\d{3}", group) for group in groups[:-1])
    if not (re.fullmatch(r"\d{1,3}", head) and inner_ok and re.fullmatch(r"\d{3}([.,]\d{1,2})?", last)):
        raise NotAnAmount
    return head + "".join(groups)


def _without_sign(text: str, currency: Currency) -> str:
    """Drop the currency's own sign or code, and the Dutch ",-" for no cents."""
    text = text.strip().upper().removesuffix(",-").removesuffix(",–")
    for sign in (str(currency), {Currency.EUR: "€", Currency.USD: "$"}.get(currency, "")):
        if sign:
            text = text.removeprefix(sign).removesuffix(sign).strip("\u00a0\u202f ")
    return _compact(text)


def _parts(text: str) -> tuple[str, str]:
    """Split into the digits before and after the decimal mark."""
    marks = re.findall(r"[.,]", text)
    mark = marks[-1] if marks else ""
    if not marks:
        whole, decimals = text, ""
    elif len(marks) == 1 and not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text):
        whole, _mark, decimals = text.partition(mark)
    elif len(set(marks)) == 1:
        whole, decimals = _ungrouped(text, mark), ""
    else:
        whole, _mark, decimals = text.rpartition(mark)
        whole = _ungrouped(whole, marks[0])
    if not _PLAIN.fullmatch(whole + decimals) or not whole or len(whole) > MAX_DIGITS or (mark and text.endswith(mark)):
        raise NotAnAmount
    return whole, decimals


def _ungrouped(text: str, mark: str) -> str:
    head, *groups = text.split(mark)
    if not re.fullmatch(r"[1-9]\d{0,2}", head) or not all(re.fullmatch(r"\d{3}", group) for group in groups):
        raise NotAnAmount
    return head + "".join(groups)
