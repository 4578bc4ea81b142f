"""The ledger of a partnership as a workbook: a summary whose totals are formulas, then a sheet for each side.

The formulas are ours alone; what people wrote is written as text. The same books give the same bytes.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from app.documents.ledger_table import COLUMNS, LedgerColumn, decimal, header, rows
from app.documents.sheets import Cell
from app.documents.workbooks import FIRST_DAY, LONGEST, width
from app.domain.books import Books
from app.domain.codes import Account, Category, Currency, Side
from app.domain.money import DECIMALS
from app.language.catalogues import N_, gettext
from app.language.labels import label

LONGEST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_WORDS: Final = (
    ("amount", N_("Half of the budget")),
    ("paid", N_("Paid")),
    ("committed", N_("Committed")),
    ("returned", N_("Returned or carried over")),
    ("available", N_("Available")),
)
_TOTALS: Final = {column.sum_name.removesuffix("_cents"): at for at, column in enumerate(COLUMNS) if column.sum_name}
_CATEGORY: Final = next(at for at, column in enumerate(COLUMNS) if column.code == "category")


@dataclass(frozen=True, slots=True)
class _Part:
    """A sheet of a side: its name and how many entries it has."""

    side: Side
    name: str
    count: int

    def reach(self, column: int) -> str:
        """Give the cells of a column as formulas name them, the header and an empty row left out."""
        from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]  # it has no types

        letters, quoted = xl_col_to_name(column), self.name.replace("'", "''")
        return f"'{quoted}'!${letters}$2:${letters}${max(self.count + 1, 2)}"


def ledger_workbook(locale: str, books: Books) -> bytes:
    """Write the books as XLSX."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no types

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    names = sheet_names(locale)
    parts = [_Part(side, names[at], len(books.of(side))) for at, side in enumerate(Side, 1)]
    with Workbook(out, options) as made:
        made.set_properties({"title": books.name, "author": "Tandem", "created": _made_at(books)})
        formats = _formats(made)
        _write_summary(made.add_worksheet(names[0]), locale, books, parts, formats)
        for part in parts:
            _write_side(made.add_worksheet(part.name), locale, books, part, formats)
    return out.getvalue()


def sheet_names(locale: str) -> list[str]:
    """Give the names of the sheets: the summary and both sides, as every spreadsheet takes them."""
    words = [gettext(locale, N_("Summary")), *(label(locale, side) for side in Side)]
    return [_FORBIDDEN.sub(" ", one).strip("' ")[:LONGEST_NAME] for one in words]


def _made_at(books: Books) -> datetime:
    """Give when the books were last written: not now, so that the same books are the same file."""
    found = books.last_booked_at
    moment = found.astimezone(UTC) if found else datetime.combine(books.starts_on, datetime.min.time(), UTC)
    return moment.replace(tzinfo=None, microsecond=0)


def _formats(made: Any) -> Mapping[str, Any]:  # noqa: ANN401 - XlsxWriter has no types
    above = {"valign": "top"}
    francs = {currency: "#,##0" + ("." + "0" * digits if digits else "") for currency, digits in DECIMALS.items()}
    numbers = {currency.value: made.add_format({**above, "num_format": shape}) for currency, shape in francs.items()}
    return numbers | {
        "title": made.add_format({"bold": True, "font_size": 14}),
        "header": made.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": made.add_format({**above, "text_wrap": True}),
        "plain": made.add_format(above),
        "day": made.add_format({**above, "num_format": "yyyy-mm-dd"}),
        "total": made.add_format({"bold": True, "num_format": francs[Currency.EUR], "top": 1}),
        "strong": made.add_format({"bold": True, "top": 1}),
    }


def _write_side(page: Any, locale: str, books: Books, part: _Part, formats: Mapping[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter has no types
    titles, table = header(locale), rows(locale, books, books.of(part.side))
    for at, column in enumerate(COLUMNS):
        page.write_string(0, at, titles[at], formats["header"])
        page.set_column(at, at, width(titles[at], [row[at] for row in table]))
        for line, row in enumerate(table, 1):
            _write_cell(page, line, at, row[at], column, formats)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(table), 1), len(COLUMNS) - 1)


def _write_cell(page: Any, line: int, at: int, cell: Cell, column: LedgerColumn, formats: Mapping[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter has no types
    if cell is None or cell == "":
        return
    if isinstance(cell, date) and cell >= FIRST_DAY:
        page.write_datetime(line, at, cell, formats["day"])
    elif isinstance(cell, int | Decimal):
        page.write_number(line, at, cell, formats[column.currency.value if column.currency else "plain"])
    else:
        page.write_string(line, at, str(cell)[:LONGEST], formats["text"])


def _write_summary(
    page: Any,  # noqa: ANN401 - XlsxWriter has no types
    locale: str,
    books: Books,
    parts: Sequence[_Part],
    formats: Mapping[str, Any],
) -> None:
    page.write_string(0, 0, books.name, formats["title"])
    period = gettext(locale, N_("All amounts in EUR. The totals are formulas over the sheets of the two sides."))
    page.write_string(1, 0, period, formats["plain"])
    together = gettext(locale, N_("Together"))
    _write_heads(page, 3, ["", *(books.government(part.side) for part in parts), together], formats)
    sums = [books.sums(part.side) for part in parts]
    for line, (name, words) in enumerate(_WORDS, 4):
        page.write_string(line, 0, gettext(locale, words), formats["plain"])
        figures = [getattr(one, f"{name}_cents") for one in sums]
        found = [f"ROUND(SUM({part.reach(_TOTALS[name])}),2)" for part in parts]
        _write_line(page, line, found, figures, formats["EUR"])
    _write_categories(page, 4 + len(_WORDS) + 1, locale, books, parts, formats)
    page.set_column(0, 0, 34)
    page.set_column(1, 2 * len(parts) + 2, 22)
    page.freeze_panes(4, 1)


def _write_categories(
    page: Any,  # noqa: ANN401 - XlsxWriter has no types
    first: int,
    locale: str,
    books: Books,
    parts: Sequence[_Part],
    formats: Mapping[str, Any],
) -> None:
    """Write what is paid by category, with a sum below that is that of what is paid."""
    names = [books.government(part.side) for part in parts]
    paid = [gettext(locale, N_("%(name)s: paid"), name=name) for name in names]
    _write_heads(page, first, [gettext(locale, N_("Category")), *paid, gettext(locale, N_("Together"))], formats)
    for line, category in enumerate(Category, first + 1):
        page.write_string(line, 0, label(locale, category), formats["plain"])
        reach = [(part.reach(_CATEGORY), part.reach(_TOTALS["paid"])) for part in parts]
        found = [f"ROUND(SUMIFS({paid},{of},$A{line + 1}),2)" for of, paid in reach]
        _write_line(page, line, found, [_paid(books, part.side, category) for part in parts], formats["EUR"])
    last = first + len(Category)
    page.write_string(last + 1, 0, gettext(locale, N_("Total")), formats["strong"])
    sums = [f"SUM({letter}{first + 2}:{letter}{last + 1})" for letter in "BC"]
    _write_line(page, last + 1, sums, [books.sums(part.side).paid_cents for part in parts], formats["total"])


def _write_heads(page: Any, line: int, words: Sequence[str], formats: Mapping[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter has no types
    for at, one in enumerate(words):
        page.write_string(line, at, one, formats["header"])


def _write_line(page: Any, line: int, formulas: Sequence[str], cents: Sequence[int], shape: Any) -> None:  # noqa: ANN401 - XlsxWriter has no types
    """Write a formula for each side and their sum, each with the figure that it gives."""
    row = line + 1
    both = [*formulas, f"ROUND(B{row}+C{row},2)"]
    for at, (formula, figure) in enumerate(zip(both, [*cents, sum(cents)], strict=True), 1):
        page.write_formula(line, at, f"={formula}", shape, decimal(figure))


def _paid(books: Books, side: Side, category: Category) -> int:
    """Give what is paid under a category of entries, as the formulas find it."""
    return sum(one.moved(Account.PAID) for one in books.of(side) if one.category is category)
