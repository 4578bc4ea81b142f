import time
from decimal import Decimal

import pytest

from app.language.formats import amount, file_size, join, money, number, percent


def plain(text: str) -> str:
    """Show the spaces that do not break: ~ for the usual one, _ for the narrow one."""
    assert " " not in text
    return text.replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(
    ("cents", "nl", "fr", "en"),
    [
        (1_750_000, "€~17.500", "17_500~€", "€17,500"),
        (1_750_050, "€~17.500,50", "17_500,50~€", "€17,500.50"),
        (-1_750_005, "€~-17.500,05", "-17_500,05~€", "-€17,500.05"),
        (0, "€~0", "0~€", "€0"),
        (7, "€~0,07", "0,07~€", "€0.07"),
        (3_500_000_000_000, "€~35.000.000.000", "35_000_000_000~€", "€35,000,000,000"),
    ],
)
def test_money_is_written_as_each_language_does(cents: int, nl: str, fr: str, en: str) -> None:
    assert [plain(money(locale, cents)) for locale in ("nl", "fr", "en")] == [nl, fr, en]


def test_money_shows_cents_when_asked() -> None:
    assert plain(money("nl", 1_750_000, always_cents=True)) == "€~17.500,00"


@pytest.mark.parametrize(
    ("currency", "nl", "fr", "en"),
    [
        ("RWF", "RWF~1.234.500", "1_234_500~RWF", "RWF~1,234,500"),
        ("XOF", "F_CFA~1.234.500", "1_234_500~F_CFA", "F_CFA~1,234,500"),
        ("USD", "US$~12.345", "12_345~$US", "US$12,345"),
    ],
)
def test_amounts_know_which_currencies_have_no_cents(currency: str, nl: str, fr: str, en: str) -> None:
    assert [plain(amount(locale, 1_234_500, currency)) for locale in ("nl", "fr", "en")] == [
        nl,
        fr,
        en,
    ]
    assert ",00" not in amount("nl", 1_234_500, "RWF", always_cents=True)


@pytest.mark.parametrize(
    ("value", "decimals", "nl", "fr", "en"),
    [
        (12345, None, "12.345", "12_345", "12,345"),
        (-1234.5, None, "-1.234,5", "-1_234,5", "-1,234.5"),
        (2.0, None, "2", "2", "2"),
        (Decimal("655.957"), None, "655,957", "655,957", "655.957"),
        (Decimal("0.5"), 2, "0,50", "0,50", "0.50"),
        (1000, 1, "1.000,0", "1_000,0", "1,000.0"),
    ],
)
def test_numbers_have_the_separators_of_each_language(
    value: int | float | Decimal, decimals: int | None, nl: str, fr: str, en: str
) -> None:
    assert [plain(number(locale, value, decimals=decimals)) for locale in ("nl", "fr", "en")] == [nl, fr, en]


def test_percentages_are_written_from_shares() -> None:
    assert [plain(percent(locale, 0.125, decimals=1)) for locale in ("nl", "fr", "en")] == ["12,5%", "12,5~%", "12.5%"]
    assert percent("nl", Decimal(1)) == "100%"


@pytest.mark.parametrize(
    ("size", "nl", "fr"),
    [
        (0, "0~bytes", "0~octets"),
        (999, "999~bytes", "999~octets"),
        (1_000, "1,0~kB", "1,0~ko"),
        (3_440_000, "3,4~MB", "3,4~Mo"),
        (999_600, "1,0~MB", "1,0~Mo"),
        (25_000_000_000_000, "25.000~GB", "25_000~Go"),
    ],
)
def test_file_sizes_have_two_figures_and_a_unit(size: int, nl: str, fr: str) -> None:
    assert [plain(file_size(locale, size)) for locale in ("nl", "fr")] == [nl, fr]


def test_lists_end_in_and() -> None:
    assert join("nl", ["a", "b", "c"]) == "a, b en c"
    assert join("fr", ["a", "b"]) == "a et b"
    assert join("en", ["a", "b", "c"]) == "a, b and c"
    assert join("en", ["a"]) == "a"
    assert join("en", []) == ""


def test_formatting_money_is_cheap() -> None:
    money("nl", 1)
    start = time.perf_counter()
    for cents in range(10_000):
        money("nl", cents * 1_237)
    assert (time.perf_counter() - start) / 10_000 < 50e-6
