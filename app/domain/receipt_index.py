"""The receipts of a calendar year as an accountant takes them along: which entries, which files, under which names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.access import Actor
from app.domain.codes import Category, Country, Currency, EntryKind, Side
from app.domain.receipts import plain_name

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A receipt of a line. ``is_removed``: its period is over, so that only name, size and SHA-256 are left."""

    receipt_id: int
    file_id: int
    name: str
    size: int
    sha256: str
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class LinkedEntry:
    """An entry of the ledger with what it refers to; ``line_id``: the line of a claim for which it was booked."""

    id: int
    number: int
    side: Side
    kind: EntryKind
    category: Category | None
    day: date
    description: str
    currency: Currency
    amount_minor: int
    rate: str
    rate_source: str
    rate_date: date | None
    amount_cents: int
    corrects_id: int | None
    replaces_id: int | None
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """A line of an approved claim; ``is_day_allowance``: it was computed, so that it needs no receipt."""

    id: int
    claim: int
    title: str
    is_day_allowance: bool
    files: tuple[KeptFile, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexRow:
    """An entry with one of its receipts, or without any. ``path``: where the file is in the archive, if it is there.

    ``corrected_by`` and ``replaced_by``: the numbers of the entries that took it back and that stand in its place.
    """

    entry: LinkedEntry
    line: ClaimedLine
    file: KeptFile | None = None
    path: str = ""
    corrected_by: int | None = None
    replaced_by: int | None = None


def sides_for(actor: Actor, country: Country, governments: Mapping[Side, int]) -> tuple[Side, ...]:
    """Give the sides whose receipts a person may take along as a whole; nothing for who may take none.

    Staff, auditors and the association of the partner's country take both (DESIGN §10), coordinators their own.
    """
    if actor.is_staff or actor.is_auditor or (actor.is_association and country in actor.countries):
        return tuple(governments)
    return tuple(side for side, number in governments.items() if actor.is_known and number in actor.coordinates)


def index_rows(entries: Iterable[LinkedEntry], lines: Mapping[int, ClaimedLine], *, year: int) -> list[IndexRow]:
    """Give the rows of the index: entries that claims led to and that are dated in ``year``, by side and number.

    Entries that correct such a one, or stand in its place, belong to the same line. A file is in the archive once,
    however many entries refer to it, under the name of the first.
    """
    known = {entry.id: entry for entry in entries}
    corrected = {one.corrects_id: one.number for one in known.values() if one.corrects_id is not None}
    replaced = {one.replaces_id: one.number for one in known.values() if one.replaces_id is not None}
    rows: list[IndexRow] = []
    paths: dict[int, str] = {}
    order = sorted(known.values(), key=lambda one: (list(Side).index(one.side), one.number))
    for entry in order:
        line = lines.get(line_of(entry, known) or 0)
        if line is None or entry.day.year != year:
            continue
        links = corrected.get(entry.id), replaced.get(entry.id)
        for place, file in enumerate(line.files or (None,), start=1):
            path = "" if file is None else paths.setdefault(file.receipt_id, path_of(entry, line, place, file))
            rows.append(IndexRow(entry, line, file, path, *links))
    return rows


def line_of(entry: LinkedEntry, known: Mapping[int, LinkedEntry]) -> int | None:
    """Give the line for which an entry was booked, or the one that it corrects or replaces, however often."""
    seen: set[int] = set()
    found: LinkedEntry | None = entry
    while found is not None and found.line_id is None and found.id not in seen:
        seen.add(found.id)
        found = known.get(found.corrects_id or found.replaces_id or 0)
    return found.line_id if found is not None else None


def path_of(entry: LinkedEntry, line: ClaimedLine, place: int, file: KeptFile) -> str:
    """Give the name of a file in the archive: side, entry, claim, and which of its receipts; empty if it is gone."""
    if file.is_removed:
        return ""
    parts: Sequence[object] = (f"entry-{entry.number:04}", f"claim-{line.claim:04}", f"{place:02}")
    return f"{entry.side.value}/{plain_name(parts, file.name)}"


def files_in(rows: Iterable[IndexRow]) -> dict[str, KeptFile]:
    """Give the files of the archive by where they are in it, each once, in the order of the index."""
    return {row.path: row.file for row in rows if row.file is not None and row.path}
