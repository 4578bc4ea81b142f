from contextlib import suppress
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import Currency
from app.domain.errors import DomainError
from app.domain.money import (
    DECIMALS,
    EURO_RATE,
    XOF_RATE,
    AmbiguousRate,
    AmountIsZero,
    NotAnAmount,
    Rate,
    RateNeeded,
    TooManyDecimals,
    largest_within,
    parse_amount,
    parse_rate,
    rate_for,
    to_cents,
)
from app.language.catalogues import LOCALES
from app.language.formats import amount

currencies = st.sampled_from(Currency)
rates = st.decimals(min_value="0.0001", max_value="100000", places=4)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1250", 125_000),
        ("1.250,50", 125_050),
        ("1 250,50", 125_050),
        ("1\u00a0250,50", 125_050),
        ("1\u202f250,50", 125_050),
        ("1,250.50", 125_050),
        ("1'250.50", 125_050),
        ("1250,5", 125_050),
        ("1250.5", 125_050),
        ("1.250", 125_000),
        ("1,250", 125_000),
        ("1.250.000", 125_000_000),
        ("1,250,000.25", 125_000_025),
        ("1 250 000", 125_000_000),
        ("0,01", 1),
        ("0.5", 50),
        ("€ 1.250,50", 125_050),
        ("1 250,50 €", 125_050),
        ("EUR 1250", 125_000),
        ("1.250,-", 125_000),
        ("12,34", 1234),
        ("017,50", 1750),
        ("  8  ", 800),
    ],
)
def test_euro_are_read_as_people_type_them(typed: str, cents: int) -> None:
    assert parse_amount(typed, Currency.EUR) == cents


@pytest.mark.parametrize(
    ("typed", "francs"),
    [("85000", 85_000), ("85.000", 85_000), ("85 000", 85_000), ("85,000.00", 85_000), ("85.000,0", 85_000), ("7", 7)],
)
@pytest.mark.parametrize("currency", [Currency.RWF, Currency.XOF])
def test_francs_have_no_cents(typed: str, francs: int, currency: Currency) -> None:
    assert parse_amount(typed, currency) == francs
    assert parse_amount(f"{currency} {typed}", currency) == francs


@pytest.mark.parametrize(
    "typed",
    ["", "-5", "+5", "abc", "1.25.0", "1,25,000", "1.250,50,1", "12 50", "1 250.500", "5,", ",5", ".", "1e3", "RWF 5",
     "5 000 0", "1.2500.000", "0.250.000", "1.250,5.5", "9" * 16, "1--", "$5", "5 5", "1 250,", "½"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAmount):
        parse_amount(typed, Currency.EUR)


@pytest.mark.parametrize("typed", ["1,505", "0,500", "12,3456"])
def test_thousandths_of_a_euro_are_refused_unless_they_can_be_thousands(typed: str) -> None:
    if typed == "1,505":
        assert parse_amount(typed, Currency.EUR) == 150_500
    else:
        with pytest.raises(TooManyDecimals) as refusal:
            parse_amount(typed, Currency.EUR)
        assert refusal.value.params == {"decimals": 2, "reason": ""}


def test_cents_of_a_franc_are_refused() -> None:
    with pytest.raises(TooManyDecimals) as refusal:
        parse_amount("85000,50", Currency.XOF)
    assert refusal.value.params == {"decimals": 0, "reason": "whole"}


@pytest.mark.parametrize("typed", ["0", "0,00", "000", "0.0"])
def test_nothing_is_no_amount(typed: str) -> None:
    with pytest.raises(AmountIsZero):
        parse_amount(typed, Currency.EUR)


@given(st.integers(min_value=1, max_value=10**14), currencies, st.sampled_from(LOCALES))
def test_what_a_page_writes_can_be_typed_back(minor: int, currency: Currency, locale: str) -> None:
    written = amount(locale, minor, currency, always_cents=True)
    number = "".join(sign for sign in written if sign.isdigit() or sign in ".,\u00a0\u202f ").strip()
    assert parse_amount(number, currency) == minor


@given(st.text(alphabet="0123456789.,' -€", max_size=14), currencies)
def test_any_text_is_an_amount_or_refused(typed: str, currency: Currency) -> None:
    with suppress(DomainError):
        assert parse_amount(typed, currency) > 0


@pytest.mark.parametrize(
    ("typed", "rate"),
    [("1452", "1452"), ("1452,30", "1452.30"), ("1 452,30", "1452.30"), ("1,452.30", "1452.30"),
     ("655.957000", "655.957"),
     ("1.0850", "1.0850"), ("0.500", "0.500"), ("1452.300", "1452.300"), ("1.452.300", "1452300")],
)  # fmt: skip
def test_rates_are_read_as_people_type_them(typed: str, rate: str) -> None:
    assert parse_rate(typed) == Decimal(rate)


@pytest.mark.parametrize("typed", ["1.452", "1,452", "655.957"])
def test_a_rate_that_can_be_read_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(AmbiguousRate) as refusal:
        parse_rate(typed)
    assert refusal.value.params == {"whole": typed.replace(".", "").replace(",", "")}


def test_a_rate_of_nothing_or_of_too_many_decimals_is_refused() -> None:
    with pytest.raises(AmountIsZero):
        parse_rate("0,00")
    with pytest.raises(TooManyDecimals):
        parse_rate("1,2345678")
    with pytest.raises(NotAnAmount):
        parse_rate("about 1450")


@pytest.mark.parametrize(
    ("minor", "currency", "rate", "cents"),
    [
        (100_000, Currency.XOF, XOF_RATE.value, 15_245),
        (655_957, Currency.XOF, XOF_RATE.value, 100_000),
        (85_000, Currency.RWF, Decimal("1452.30"), 5_853),
        (12_345, Currency.EUR, EURO_RATE.value, 12_345),
        (5, Currency.RWF, Decimal(1000), 0),  # half a cent, to even
        (15, Currency.RWF, Decimal(1000), 2),  # one cent and a half, to even
        (25, Currency.RWF, Decimal(1000), 2),
        (35, Currency.RWF, Decimal(1000), 4),
    ],
)
def test_amounts_become_euro_cents_rounded_half_to_even(
    minor: int, currency: Currency, rate: Decimal, cents: int
) -> None:
    assert to_cents(minor, currency, rate) == cents


@given(st.integers(min_value=1, max_value=10**15), currencies, rates)
def test_rounding_is_off_by_at_most_half_a_cent(minor: int, currency: Currency, rate: Decimal) -> None:
    exact = Fraction(minor * 100, 10 ** DECIMALS[currency]) / Fraction(rate)
    assert abs(to_cents(minor, currency, rate) - exact) <= Fraction(1, 2)


@given(st.integers(min_value=0, max_value=10**9), currencies, rates)
def test_the_largest_amount_that_fits_fits_and_one_more_does_not(cents: int, currency: Currency, rate: Decimal) -> None:
    largest = largest_within(cents, currency, rate)
    assert to_cents(largest, currency, rate) <= cents < to_cents(largest + 1, currency, rate)


def test_euro_and_xof_have_fixed_rates_whatever_is_entered() -> None:
    entered = Rate(Decimal(700), "a bank", date(2026, 11, 20))
    assert rate_for(Currency.EUR, entered) is EURO_RATE
    assert rate_for(Currency.XOF, entered) is XOF_RATE


@pytest.mark.parametrize(
    "entered",
    [
        None,
        Rate(Decimal(0), "a bank", date(2026, 11, 20)),
        Rate(Decimal(-1), "a bank", date(2026, 11, 20)),
        Rate(Decimal(1452), " ", date(2026, 11, 20)),
        Rate(Decimal(1452), "a bank", None),
    ],
)
def test_rwf_need_a_rate_with_source_and_day(entered: Rate | None) -> None:
    with pytest.raises(RateNeeded):
        rate_for(Currency.RWF, entered)


def test_an_entered_rate_counts_for_rwf() -> None:
    entered = Rate(Decimal("1452.30"), "National Bank of Rwanda", date(2026, 11, 20))
    assert rate_for(Currency.RWF, entered) is entered


@given(currencies, st.integers(1, 10**12), rates)
def test_an_amount_is_rounded_once_half_to_even(currency: Currency, minor: int, rate: Decimal) -> None:
    exact = Fraction(minor * 100, 10 ** DECIMALS[currency]) / Fraction(rate)
    cents = to_cents(minor, currency, rate)
    distance = abs(cents - exact)
    assert distance <= Fraction(1, 2)
    assert distance < Fraction(1, 2) or cents % 2 == 0


@pytest.mark.parametrize(
    ("minor", "currency", "rate", "cents"),
    [
        (1, Currency.USD, "2", 0),
        (3, Currency.USD, "2", 2),
        (5, Currency.USD, "2", 2),
        (100_00, Currency.USD, "1.0842", 92_23),
        (1, Currency.RWF, "200", 0),
        (3, Currency.RWF, "200", 2),
        (655_957, Currency.XOF, "655.957", 100_000),
    ],
)
def test_exactly_half_goes_to_the_even_cent(minor: int, currency: Currency, rate: str, cents: int) -> None:
    assert to_cents(minor, currency, Decimal(rate)) == cents


@given(currencies, st.integers(0, 10**10), rates)
def test_what_fits_is_the_largest_that_fits(currency: Currency, cents: int, rate: Decimal) -> None:
    largest = largest_within(cents, currency, rate)
    assert to_cents(largest, currency, rate) <= cents < to_cents(largest + 1, currency, rate)


@given(currencies, st.integers(1, 10**9), st.integers(1, 10**9), rates)
def test_a_larger_amount_is_never_less_in_euro(currency: Currency, minor: int, more: int, rate: Decimal) -> None:
    assert to_cents(minor, currency, rate) <= to_cents(minor + more, currency, rate)


@pytest.mark.parametrize("typed", ["1455", "1.08", "655.957000"])
def test_a_rate_keeps_the_decimals_that_were_typed(typed: str) -> None:
    assert format(parse_rate(typed), "f") == typed


@pytest.mark.parametrize("locale", LOCALES)
def test_dollars_are_written_with_their_cents(locale: str) -> None:
    written = amount(locale, 1_250_50, "USD")
    assert "50" in written
    assert parse_amount(written.replace("US$", "$").replace("$US", "$"), Currency.USD) == 1_250_50
