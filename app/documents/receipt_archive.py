"""All receipts of a year in one ZIP: the files as they were sent, an index to read and one to compute with, hashes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from app.documents.ledger_table import decimal
from app.documents.sheets import Cell, csv_file
from app.documents.templates import TEMPLATES, environment
from app.domain.codes import Currency, Side
from app.domain.receipt_index import IndexRow, files_in
from app.language.catalogues import N_, gettext
from app.language.labels import label

SUMS: Final = "SHA256SUMS"
_STYLES: Final = "budget/receipts.css"
_COLUMNS: Final = (
    N_("Entry"),
    N_("Day"),
    N_("Side"),
    N_("Local government"),
    N_("Kind"),
    N_("Category"),
    N_("Description"),
    *(f"Entered in {currency}" for currency in Currency),
    N_("Rate"),
    N_("Source of the rate"),
    N_("Amount in EUR"),
    N_("Claim number"),
    N_("Claim"),
    N_("Corrected by entry"),
    N_("Replaced by entry"),
    N_("File"),
    N_("Name as it was sent"),
    N_("Size in bytes"),
    "SHA-256",
    N_("Remark"),
)
_ENTERED: Final = N_("Entered in %(currency)s")


@dataclass(frozen=True, slots=True)
class Archive:
    """What is handed out: the receipts of a year of a partnership, of one side or of both; ``made_at`` is aware."""

    partnership: str
    governments: dict[Side, str]
    year: int
    made_at: datetime
    rows: Sequence[IndexRow]


def write_archive(target: IO[bytes], archive: Archive, read: Callable[[int], bytes], locale: str) -> None:
    """Write the ZIP into ``target``; ``read`` gives the content of a stored file, so that one at a time is in memory.

    ``SHA256SUMS`` holds the hashes that were taken when the files were sent: ``sha256sum -c SHA256SUMS`` tells whether
    they are still the same.
    """
    files = files_in(archive.rows)
    with ZipFile(target, "w") as made:
        for path, file in files.items():
            made.writestr(_entry(path, archive.made_at, ZIP_STORED), read(file.file_id))
        for path, content in {
            "index.csv": index_csv(archive, locale),
            "index.html": index_html(archive, locale).encode(),
            "index.css": (TEMPLATES / _STYLES).read_bytes(),
            SUMS: "".join(f"{file.sha256}  {path}\n" for path, file in files.items()).encode(),
        }.items():
            made.writestr(_entry(path, archive.made_at, ZIP_DEFLATED), content)


def index_csv(archive: Archive, locale: str) -> bytes:
    """Give the index as CSV: ISO days, numbers as numbers, one currency a column, no formula from text."""
    header = [gettext(locale, title) if not title.startswith("Entered in ") else "" for title in _COLUMNS]
    for place, currency in enumerate(Currency, start=header.index("")):
        header[place] = gettext(locale, _ENTERED, currency=currency)
    return csv_file(header, (_cells(archive, row, locale) for row in archive.rows))


def index_html(archive: Archive, locale: str) -> str:
    """Give the index as a page that a browser opens from the unpacked folder, without any network."""
    template = environment(locale).get_template("budget/receipts_index.html")
    return template.render(archive=archive, remark=lambda row: remark(row, locale), sums=SUMS)


def remark(row: IndexRow, locale: str) -> str:
    """Say why an entry has no file here."""
    if row.file is not None and row.file.is_removed:
        return gettext(locale, "The period for which the file was kept is over: it was removed.")
    if row.file is None and row.line.is_day_allowance:
        return gettext(locale, "A day allowance: computed, without a receipt.")
    return gettext(locale, "No receipt.") if row.file is None else ""


def _cells(archive: Archive, row: IndexRow, locale: str) -> list[Cell]:
    entry, file = row.entry, row.file
    typed: list[Cell] = [
        decimal(entry.amount_minor, currency) if currency is entry.currency else None for currency in Currency
    ]
    return [
        entry.number,
        entry.day,
        label(locale, entry.side),
        archive.governments[entry.side],
        label(locale, entry.kind),
        label(locale, entry.category) if entry.category else "",
        entry.description,
        *typed,
        None if entry.currency is Currency.EUR else Decimal(entry.rate),
        entry.rate_source,
        decimal(entry.amount_cents),
        row.line.claim,
        row.line.title,
        row.corrected_by,
        row.replaced_by,
        row.path,
        file.name if file else "",
        file.size if file else None,
        file.sha256 if file else "",
        remark(row, locale),
    ]


def _entry(path: str, made_at: datetime, packing: int) -> ZipInfo:
    """Give the head of a file: dated when the archive was made, to be read by everybody."""
    moment = made_at.astimezone(UTC)
    entry = ZipInfo(path, (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second))
    entry.compress_type = packing
    entry.external_attr = 0o644 << 16
    return entry
