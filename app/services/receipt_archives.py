"""Hand out the receipts of a year as one ZIP, written to a temporary file and never whole in memory."""

from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

from sqlalchemy.orm import Session

from app.documents.receipt_archive import Archive, write_archive
from app.domain.access import Actor
from app.domain.receipt_index import files_in
from app.models.database import transaction
from app.queries.attachments import content_of
from app.services.events import record
from app.services.rates import hit

IN_MEMORY_BYTES: Final = 2_000_000
ARCHIVES_PER_PERSON: Final = 30
LIMIT_WINDOW: Final = timedelta(hours=1)


def make_archive(
    session: Session, partnership_id: int, archive: Archive, *, locale: str, actor: Actor, now: datetime
) -> IO[bytes]:
    """Note that the receipts are taken along, and give the ZIP as a temporary file at its start; close it after use.

    :raises TooManyTries: this person took too many.
    """
    count = len(files_in(archive.rows))
    with transaction(session):
        hit(session, f"receipts.zip:{actor.person_id}", limit=ARCHIVES_PER_PERSON, window=LIMIT_WINDOW, now=now)
        subject = ("partnership", partnership_id)
        record(session, actor, "receipts.exported", subject=subject, now=now, year=archive.year, count=count)
    spooled = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115 - who sends it closes it
    try:
        write_archive(spooled, archive, lambda file_id: content_of(session, file_id) or b"", locale)
    except BaseException:
        spooled.close()
        raise
    spooled.seek(0)
    return spooled
