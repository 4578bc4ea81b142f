"""Import candidacies from a file: take it in, say what its columns hold, look, and import all of it or nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents.tables import ReadTable, read_table
from app.domain.access import Actor
from app.domain.attachments import readable_name
from app.domain.candidacy_import import ImportChanged, ImportEmpty, ImportFaulty, ImportGone, Reading, read_rows
from app.domain.file_kinds import MEDIA_TYPES, FileKind
from app.domain.import_columns import check_mapping, guess
from app.language.import_words import header_names
from app.models import CandidacyImport
from app.queries.candidacy_form import VersionedForm, form_of
from app.queries.candidacy_imports import ImportRecord, content_of, import_by_id, import_facts
from app.queries.programmes import CallFacts
from app.services.call_lock import hold_call
from app.services.candidacy_form import keep_first
from app.services.events import record
from app.services.file_removal import remove_unused
from app.services.files import keep
from app.services.import_writing import Source, write_candidacies

SHEET: Final = "sheet"
AS: Final = "as"
MAIL: Final = "mail"
DRAFT, SUBMITTED = "draft", "submitted"
CSV_TYPE: Final = "text/csv"
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was read once, before anything is stored."""

    name: str
    content: bytes
    table: ReadTable


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do; ``seen`` tells a preview from that of another mapping."""

    table: ReadTable
    mapping: Mapping[int, str]
    form: VersionedForm
    reading: Reading
    seen: str


def examine(name: str, content: bytes, sheet: str = "") -> Examined:
    """Read a file that was sent; see ``documents.tables.read_table`` for what is refused."""
    return Examined(readable_name(name), content, read_table(content, sheet))


def receive(session: Session, call_id: int, programme_id: int, file: Examined, *, actor: Actor, now: datetime) -> int:
    """Keep a file with a guess of what its columns hold, and give the number of the import."""
    kind = MEDIA_TYPES[FileKind.XLSX] if file.table.sheets else CSV_TYPE
    mapping = guessed(session, programme_id, file.table)
    row = CandidacyImport(
        call_id=call_id,
        file_id=keep(session, file.name, kind, file.content, now),
        mapping={**mapping, SHEET: file.table.sheet, AS: SUBMITTED},
        created_at=now,
        person_id=actor.person_id or 0,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - flushed
    record(session, actor, "candidacies.import_started", subject=("candidacy_import", row.id), now=now, file=file.name)
    return row.id


def guessed(session: Session, programme_id: int, table: ReadTable) -> dict[str, str]:
    """Guess what the columns of a table hold, as a mapping is stored."""
    names = header_names(form_of(session, programme_id).form)
    return {str(column): target for column, target in guess(table.header, names).items()}


def choose(session: Session, import_id: int, mapping: Mapping[str, str]) -> None:
    """Keep what the columns hold, and how they are imported, as far as somebody said.

    :raises ImportGone: it was imported, or the file was removed.
    """
    found = _open_import(session, import_id)
    session.execute(sa.update(CandidacyImport).where(col(CandidacyImport.id) == found.id).values(mapping=dict(mapping)))


def check(mapping: Mapping[str, str]) -> None:
    """Refuse a mapping with which nothing can be imported.

    :raises ImportColumnMissing, ImportColumnTwice: it is not enough, or says the same twice.
    """
    check_mapping(columns_of(mapping))


def columns_of(mapping: Mapping[str, str]) -> dict[int, str]:
    """Give the columns of a stored mapping."""
    return {int(name): target for name, target in mapping.items() if name.isdigit()}


def digest(content: bytes) -> str:
    """Tell one file from another."""
    return hashlib.sha256(content).hexdigest()


def table_of(session: Session, found: ImportRecord, sheet: str | None = None) -> ReadTable:
    """Read the table of an import again, or another sheet of its workbook.

    :raises ImportGone: its file was removed.
    """
    content = content_of(session, found.file_id) if found.file_id else None
    if content is None:
        raise ImportGone
    return read_table(content, found.mapping.get(SHEET, "") if sheet is None else sheet)


def preview(session: Session, found: ImportRecord, *, locale: str, now: datetime) -> Preview:
    """Read all rows as they would be imported now.

    :raises ImportGone: its file was removed.
    :raises ImportColumnMissing, ImportColumnTwice: the mapping is not enough.
    """
    table = table_of(session, found)
    mapping = columns_of(found.mapping)
    check_mapping(mapping)
    versioned, facts = import_facts(session, found.call_id, found.programme_id, locale=locale, now=now)
    return Preview(table, mapping, versioned, read_rows(table.rows, mapping, facts), _seen(found, versioned))


def run(session: Session, import_id: int, seen: str, *, locale: str, actor: Actor, now: datetime) -> int:
    """Import all rows of a file in the caller's transaction, remove the file, and give how many there were.

    Sent twice, or by two people at the same moment, it happens once. ``seen`` is that of the preview.

    :raises ImportChanged: the mapping, the form or the file is not that of the preview.
    :raises ImportFaulty, ImportEmpty: a cell cannot be imported, or there is none.
    """
    found = _locked(session, import_id)
    if found.imported_at is not None:
        return found.imported_count
    keep_first(session, found.programme_id, now=now)
    looked = preview(session, found, locale=locale, now=now)
    if looked.seen != seen:
        raise ImportChanged
    check_reading(looked.reading)
    source = Source(
        file_name=found.file_name,
        call_id=found.call_id,
        closes_at=found.closes_at,
        is_open=found.opens_at <= now < found.closes_at,
        form=looked.form,
        submitted=found.mapping.get(AS) == SUBMITTED,
        mails=found.mapping.get(MAIL) == "yes",
    )
    count = write_candidacies(session, looked.reading.candidacies, source, actor=actor, now=now)
    values = {"imported_at": now, "imported_count": count, "file_id": None}
    session.execute(sa.update(CandidacyImport).where(col(CandidacyImport.id) == import_id).values(**values))
    remove_unused(session, [found.file_id])
    subject = ("candidacy_import", import_id)
    record(session, actor, "candidacies.imported", subject=subject, now=now, count=count, file=found.file_name)
    return count


@dataclass(frozen=True, slots=True)
class TableImport:
    """How a table is imported in one go; ``mapping`` of no columns is guessed from the headers."""

    mapping: Mapping[int, str]
    submitted: bool
    mails: bool = False


def look_at(
    session: Session, call: CallFacts, table: ReadTable, how: TableImport, *, locale: str, now: datetime
) -> Reading:
    """Read all rows of a table as ``import_table`` would import them.

    :raises ImportColumnMissing, ImportColumnTwice: the mapping is not enough.
    """
    mapping = how.mapping or columns_of(guessed(session, call.programme_id, table))
    check_mapping(mapping)
    _, facts = import_facts(session, call.id, call.programme_id, locale=locale, now=now)
    return read_rows(table.rows, mapping, facts)


def import_table(
    session: Session, call: CallFacts, file: Examined, how: TableImport, *, locale: str, actor: Actor, now: datetime
) -> int:
    """Import all rows of a table in the caller's transaction, without keeping the file, and give how many.

    :raises ImportFaulty, ImportEmpty: a cell cannot be imported, or there is none; and as ``look_at``.
    """
    hold_call(session, call.id)
    keep_first(session, call.programme_id, now=now)
    reading = look_at(session, call, file.table, how, locale=locale, now=now)
    check_reading(reading)
    source = Source(
        file_name=file.name,
        call_id=call.id,
        closes_at=call.closes_at,
        is_open=call.is_open(now),
        form=form_of(session, call.programme_id),
        submitted=how.submitted,
        mails=how.mails,
    )
    count = write_candidacies(session, reading.candidacies, source, actor=actor, now=now)
    record(session, actor, "candidacies.imported", subject=("call", call.id), now=now, count=count, file=file.name)
    return count


def discard(session: Session, import_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a file that is not to be imported.

    :raises ImportGone: it was imported, or removed before.
    """
    found = _open_import(session, import_id)
    session.execute(
        sa.update(CandidacyImport).where(col(CandidacyImport.id) == import_id).values(file_id=None, mapping={})
    )
    remove_unused(session, [found.file_id])
    record(session, actor, "candidacies.import_discarded", subject=("candidacy_import", import_id), now=now)


def check_reading(reading: Reading) -> None:
    """Refuse unless every row can be imported.

    :raises ImportFaulty, ImportEmpty: a cell cannot, or there is no row.
    """
    if reading.faults:
        raise ImportFaulty(count=len(reading.faults))
    if not reading.candidacies:
        raise ImportEmpty


def _seen(found: ImportRecord, versioned: VersionedForm) -> str:
    facts = [found.sha256, sorted(found.mapping.items()), versioned.version]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _locked(session: Session, import_id: int) -> ImportRecord:
    """Lock an import, and its call, to the end of the transaction; then read it."""
    row = sa.select(col(CandidacyImport.call_id)).where(col(CandidacyImport.id) == import_id)
    call_id = session.scalar(row)
    if call_id is None:
        raise ImportGone
    hold_call(session, call_id)
    session.execute(row.with_for_update())
    found = import_by_id(session, import_id)
    if found is None:
        raise ImportGone
    return found


def _open_import(session: Session, import_id: int) -> ImportRecord:
    found = _locked(session, import_id)
    if found.imported_at is not None or found.file_id is None:
        raise ImportGone
    return found
