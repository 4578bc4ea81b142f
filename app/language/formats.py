"""Numbers, money, sizes and lists by the reader's locale; days and times are in ``moments``.

The words, signs and separators are Babel's (CLDR), read once per locale; putting them together is plain string work,
so that a page with thousands of amounts costs little. Spaces inside a value do not break.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import get_currency_precision, get_currency_symbol

from app.language.catalogues import N_, gettext

_CLDR = {"nl": "nl_BE", "fr": "fr", "en": "en_GB"}
_NBSP = "\u00a0"
_SIZES = (N_("%(size)s bytes"), N_("%(size)s kB"), N_("%(size)s MB"), N_("%(size)s GB"))


def cldr(locale: str) -> Locale:
    """Return Babel's locale for one of ours: Dutch of Belgium, French, English of Britain."""
    return Locale.parse(_CLDR[locale])


@dataclass(frozen=True)
class _Signs:
    """How a locale writes numbers: Python's separators → its own, and what stands around a percentage."""

    separators: dict[int, str]
    percent: str


@cache
def _signs(locale: str) -> _Signs:
    data = cldr(locale)
    symbols = data.number_symbols["latn"]
    separators = str.maketrans({",": symbols["group"], ".": symbols["decimal"]})
    return _Signs(separators=separators, percent=data.percent_formats[None].pattern.rpartition("0")[2])


@dataclass(frozen=True)
class _Currency:
    """How a locale writes one currency: minor digits and two templates with ``{}`` for the number."""

    digits: int
    positive: str
    negative: str


@cache
def _currency(locale: str, code: str) -> _Currency:
    data = cldr(locale)
    symbol = get_currency_symbol(code, data)
    positive, _semicolon, negative = data.currency_formats["standard"].pattern.partition(";")
    if positive.startswith("¤#") and symbol[-1].isalpha():
        symbol += _NBSP
    templates = [pattern.replace("#,##0.00", "{}").replace("¤", symbol) for pattern in (positive, negative)]
    return _Currency(get_currency_precision(code), templates[0], templates[1] or f"-{templates[0]}")


def money(locale: str, cents: int, *, always_cents: bool = False) -> str:
    """Return an amount of euro: "€ 17.500"; cents are written when there are any, or when asked for."""
    return amount(locale, cents, "EUR", always_cents=always_cents)


def amount(locale: str, minor: int, currency: str, *, always_cents: bool = False) -> str:
    """Return an amount in the smallest unit of ``currency`` (ISO 4217): cents for EUR, whole francs for RWF and XOF."""
    forms = _currency(locale, currency)
    scale: int = 10**forms.digits
    whole, rest = divmod(abs(minor), scale)
    text = f"{whole:,}.{rest:0{forms.digits}}" if rest or (always_cents and forms.digits) else f"{whole:,}"
    template = forms.negative if minor < 0 else forms.positive
    return template.format(text.translate(_signs(locale).separators))


def exact_amount(locale: str, hundredths: int, currency: str) -> str:
    """Return an amount in hundredths of the smallest unit of ``currency``, with as many decimals as it needs."""
    if hundredths % 100 == 0:
        return amount(locale, hundredths // 100, currency)
    forms = _currency(locale, currency)
    text = f"{Decimal(hundredths).scaleb(-2 - forms.digits).normalize():,f}"
    return forms.positive.format(text.translate(_signs(locale).separators))


def number(locale: str, value: int | float | Decimal, *, decimals: int | None = None) -> str:
    """Return a number: "12.345,6"; without ``decimals`` a fraction has as many as it needs, at most three."""
    if decimals is None:
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")
    else:
        text = f"{value:,.{decimals}f}"
    return text.translate(_signs(locale).separators)


def percent(locale: str, share: float | Decimal, *, decimals: int = 0) -> str:
    """Return a share (1 is the whole) in percent: "12,5%"."""
    return number(locale, share * 100, decimals=decimals) + _signs(locale).percent


def file_size(locale: str, size: int) -> str:
    """Return a number of bytes, in units of a thousand: "3,4 MB"."""
    value, step = float(size), 0
    while value >= 999.5 and step < len(_SIZES) - 1:
        value, step = value / 1000, step + 1
    decimals = 1 if step and value < 10 else 0
    text = gettext(locale, _SIZES[step], size=number(locale, value, decimals=decimals))
    return text.replace(" ", _NBSP)


def join(locale: str, items: Sequence[str]) -> str:
    """Return items as a list in a sentence: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return gettext(locale, N_("%(first)s and %(last)s"), first=", ".join(items[:-1]), last=items[-1])
