"""Whether the event log still is what was recorded."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models.event import Event, LogHead, chain_hash, hash_of_words


def broken_entries(session: Session) -> list[int]:
    """Give the ids of the entries that are not as they were recorded; none when the log holds (one query, all rows).

    0 stands for the end of the log: an entry is missing there. Of an entry whose words were taken out the words are
    not checked; if it is older than their hash, only its place in the chain is.
    """
    events = session.scalars(sa.select(Event).order_by(col(Event.id)).execution_options(yield_per=500))
    return list(_broken(events, session.execute(sa.select(col(LogHead.hash))).scalar_one()))


def _broken(events: sa.ScalarResult[Event], head: str) -> Iterator[int]:
    previous = ""
    for event in events:
        if event.previous_hash != previous or not _holds(event, previous):
            yield event.id or 0
        previous = event.hash
    if previous != head:
        yield 0


def _holds(event: Event, previous: str) -> bool:
    is_redacted = event.redacted_at is not None
    if event.words_hash is None and is_redacted:
        return True
    return event.hash == chain_hash(event, previous) and (
        is_redacted or event.words_hash is None or event.words_hash == hash_of_words(event)
    )
