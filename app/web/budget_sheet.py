"""The ledger of a partnership as a table of cells: one currency a column."""

from collections.abc import Sequence
from decimal import Decimal

from app.documents.sheets import Cell, csv_file
from app.domain.codes import Currency, EntryKind
from app.domain.money import DECIMALS
from app.domain.texts import pick
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.queries.budget import BudgetFacts, EntryFacts

_HEADER = (
    N_("Number"),
    N_("Day"),
    N_("Local government"),
    N_("Kind"),
    N_("Category"),
    N_("Session"),
    N_("Description"),
    N_("Belongs to commitment"),
)
_AFTER = (N_("Rate"), N_("Source of the rate"), N_("Day of the rate"))
_IN_EURO = (N_("Commitment in EUR"), N_("Release in EUR"), N_("Payment in EUR"), N_("Available after it in EUR"))


def ledger_csv(locale: str, budget: BudgetFacts, rows: Sequence[EntryFacts]) -> bytes:
    """Write all entries as CSV: what was entered in a column per currency, then the same in euro by kind."""
    entered = [gettext(locale, N_("Entered in %(currency)s"), currency=currency) for currency in Currency]
    words = [gettext(locale, word) for word in (*_HEADER, *_AFTER, *_IN_EURO)]
    before, after = words[: len(_HEADER)], words[len(_HEADER) :]
    names = {half.side: half.government_name for half in budget.halves}
    return csv_file(
        [*before, *entered, *after], ([*_words(locale, row, names[row.side]), *_numbers(row)] for row in rows)
    )


def _words(locale: str, row: EntryFacts, government: str) -> list[Cell]:
    title = pick(locale, nl=row.title_nl or "", fr=row.title_fr or "", en=row.title_en or "").words
    return [
        row.id,
        row.entry_date,
        government,
        label(locale, row.kind),
        label(locale, row.category) if row.category else "",
        title,
        row.description,
        row.commitment_id,
    ]


def _numbers(row: EntryFacts) -> list[Cell]:
    entered = [_decimal(row.amount_minor, currency) if row.currency is currency else None for currency in Currency]
    euros = [
        _decimal(row.amount_cents, Currency.EUR) if row.kind is kind else None
        for kind in (EntryKind.COMMITMENT, EntryKind.RELEASE, EntryKind.PAYMENT)
    ]
    rate = None if row.currency is Currency.EUR else Decimal(row.rate)
    left = _decimal(row.available_cents, Currency.EUR)
    return [*entered, rate, row.rate_source, row.rate_date, *euros, left]


def _decimal(minor: int, currency: Currency) -> Decimal:
    return Decimal(minor).scaleb(-DECIMALS[currency])
