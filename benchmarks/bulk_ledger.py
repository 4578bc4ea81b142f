"""Write many entries at once, each with the postings and the event that it would have had one by one."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Account, Category, EntryKind, Side
from app.domain.postings import (
    Move,
    Under,
    change_of,
    of_commitment,
    of_payment,
    of_release,
)
from app.models import Event, LedgerEntry, Posting
from app.models.database import transaction
from app.models.event import chain_hash, hash_of_words
from app.services import ledger
from app.services.ledger import VERBS, LockedHalf

# A transaction that adds to the same sums very often is slow: each version of the row is looked at again.
AT_ONCE = 500
SET_ASIDE, FROM_IT, BESIDE = 8, 4, 2
STAYS_OPEN = 100


@dataclass(slots=True)
class _Half:
    """A half that is being filled: what was written so far, and what waits."""

    locked: LockedHalf
    number: int
    left: int
    entries: list[dict[str, Any]] = field(default_factory=list)
    postings: list[dict[str, Any]] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)
    commitment: int = 0


def fill(session: Session, partnership_id: int, entries: int) -> None:
    """Bring both halves of a partnership to ``entries`` together: money set aside, paid, released and paid."""
    with transaction(session):
        now = datetime.now(UTC)
        halves = [
            _Half(one, one.last_number, one.sums.available_cents)
            for one in ledger.lock_partnership(session, partnership_id).values()
        ]
        entry_id = int(session.execute(sa.select(sa.func.max(col(LedgerEntry.id)))).scalar_one() or 0)
    for order in range(entries - sum(half.number for half in halves)):
        half = halves[order % len(halves)]
        entry_id += 1
        _add(half, entry_id, order // len(halves), now)
        if len(half.entries) >= AT_ONCE:
            _write(session, half)
    for half in halves:
        _write(session, half)
    if session.get_bind().dialect.name == "postgresql":
        with transaction(session):
            session.execute(sa.text("SELECT setval('ledger_entry_id_seq', :last)"), {"last": entry_id})
    with session.get_bind().connect() as connection:  # type: ignore[union-attr]
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _add(half: _Half, entry_id: int, order: int, now: datetime) -> None:
    """Add the next entry of a half: set aside, paid out of it, released, and paid beside it."""
    group, place = divmod(order, 4)
    categories = list(Category)
    day = half.locked.starts_on + timedelta(days=group % 300)
    own = Under(day.year, categories[group % len(categories)])
    commitment = half.commitment
    kind, cents, settled, moves = EntryKind.PAYMENT, BESIDE, 0, of_payment(BESIDE, own)
    if place == 0:
        kind, cents = EntryKind.COMMITMENT, SET_ASIDE
        moves = of_commitment(cents, replace(own, commitment_id=entry_id))
        half.commitment = entry_id
    elif place == 1:
        cents = settled = FROM_IT
        of = replace(own, commitment_id=commitment)
        moves = of_payment(cents, own, settled_cents=cents, commitment=of)
    elif place == 2 and group % STAYS_OPEN:
        kind, cents = EntryKind.RELEASE, SET_ASIDE - FROM_IT
        moves = of_release(cents, replace(own, commitment_id=commitment))
    refers = commitment if kind is EntryKind.RELEASE or settled else None
    _note(half, entry_id, kind, day, cents, own, moves, settled, refers, now)


def _note(
    half: _Half,
    entry_id: int,
    kind: EntryKind,
    day: date,
    cents: int,
    own: Under,
    moves: list[Move],
    settled: int,
    refers: int | None,
    now: datetime,
) -> None:
    half.number += 1
    half.left += change_of(moves).available_cents
    facts = {"id": entry_id, "allotment_id": half.locked.allotment_id, "number": half.number, "kind": kind}
    facts |= {"category": own.category, "commitment_id": refers, "entry_date": day, "description": f"Entry {entry_id}"}
    facts |= {"reason": "", "currency": "EUR", "amount_minor": cents, "rate": "1", "rate_source": ""}
    facts |= {"amount_cents": cents, "settled_cents": settled, "available_cents": half.left, "created_at": now}
    half.entries.append(facts)
    for move in moves:
        under = move.under
        commitment = under.commitment_id if move.account is Account.COMMITTED else None
        row = {"entry_id": entry_id, "allotment_id": half.locked.allotment_id, "account": move.account}
        row |= {"amount_cents": move.amount_cents, "year": under.year, "category": under.category}
        half.postings.append(row | {"session_id": under.session_id, "commitment_id": commitment})
    half.told.append(_event(half, entry_id, kind, cents, now))


def _event(half: _Half, entry_id: int, kind: EntryKind, cents: int, now: datetime) -> Event:
    details: dict[str, object] = {"entry": entry_id, "side": Side(half.locked.side).value, "amount_cents": cents}
    made = Event(
        happened_at=now,
        person_name="Tandem",
        verb=VERBS[kind],
        subject_kind="partnership",
        subject_id=half.locked.partnership_id,
        details=details,
        salt=secrets.token_hex(16),
    )
    made.words_hash = hash_of_words(made)
    return made


def _write(session: Session, half: _Half) -> None:
    """Write what waits, and chain its events."""
    if not half.entries:
        return
    with transaction(session):
        session.execute(sa.insert(LedgerEntry), half.entries)
        session.execute(sa.insert(Posting), half.postings)
        head = session.execute(sa.text("SELECT hash FROM log_head WHERE id = 1")).scalar_one()
        rows = []
        for event in half.told:
            event.previous_hash = head
            event.hash = head = chain_hash(event, head)
            rows.append({name: getattr(event, name) for name in _EVENT})
        session.execute(sa.insert(Event), rows)
    half.entries.clear()
    half.postings.clear()
    half.told.clear()


_EVENT = tuple(name for name in Event.model_fields if name != "id")
