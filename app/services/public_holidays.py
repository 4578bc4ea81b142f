"""Public holidays of the countries of a programme, by the package ``holidays``, which is loaded when first needed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from app.domain.codes import Country
from app.domain.texts import Words

_OWN_WORDS: Final[Mapping[str, str]] = {"nl": "nl", "fr": "fr", "en": "en_US"}
_SPOKEN: Final[Mapping[Country, Mapping[str, str]]] = {
    Country.BELGIUM: _OWN_WORDS,
    Country.RWANDA: {"fr": "fr", "en": "en_US"},
    Country.BENIN: {"fr": "fr_BJ", "en": "en_US"},
}
"""In which of our languages the package names the holidays of a country, and by which code."""


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A public holiday; ``words.said(locale)`` gives its name, in another language where there is none in the reader's.

    A feast that follows the moon is an estimate until it is announced; its name says so.
    """

    day: date
    country: Country
    words: Words


def public_holidays(countries: Iterable[Country], first: date, last: date) -> list[PublicHoliday]:
    """Give the public holidays over [first, last], by day and country."""
    years = range(first.year, last.year + 1)
    found = (one for country in set(countries) for year in years for one in _of_year(country, year))
    return sorted((one for one in found if first <= one.day <= last), key=lambda one: (one.day, one.country))


@cache
def _of_year(country: Country, year: int) -> tuple[PublicHoliday, ...]:
    """Give the holidays of a year; kept, because working them out takes milliseconds."""
    from holidays import country_holidays

    named = {
        locale: country_holidays(country.value, years=year, language=code) for locale, code in _SPOKEN[country].items()
    }
    days = sorted(named["en"])
    return tuple(
        PublicHoliday(day, country, Words(**{locale: own.get(day, "") for locale, own in named.items()}))
        for day in days
    )
