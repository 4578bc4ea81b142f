"""Confirm the statement of a year for a side, and ask the coordinators of both sides to do so."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Side
from app.domain.statements import Statement, StatementChanged, check_can_confirm, statement_of
from app.domain.tasks import Task, TaskReader
from app.domain.time import PROGRAMME_ZONE, day_in, programme_day
from app.language.catalogues import N_, gettext
from app.models import StatementConfirmation
from app.queries.books import books_of
from app.queries.budget import BudgetFacts
from app.queries.own_reads import OwnReads
from app.queries.statements import confirmations_of, coordinators_of, partnership_slug, years_to_confirm
from app.services.events import record
from app.services.ledger import lock_partnership
from app.services.mail import Recipient, enqueue

CONFIRM_WITHIN: Final = timedelta(days=30)
"""After a year was closed, while the receipts are at hand: the rules of the programme name no day."""


def confirm(
    session: Session,
    budget: BudgetFacts,
    year: int,
    side: Side,
    *,
    digest: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Confirm for a side the figures of a year that ``actor`` saw, named by their ``digest``.

    Both halves are locked: whoever books at the same moment comes before, and the figures are others, or after.

    :raises StatementChanged: the figures are not those that were seen.
    :raises NotAllowed, StatementTooEarly, AlreadyConfirmed, OtherSideConfirmed: see ``check_can_confirm``.
    """
    lock_partnership(session, budget.partnership_id)
    statement = statement_of(books_of(session, budget), year)
    check_can_confirm(
        actor,
        statement,
        side=side,
        government_id=_government(budget, side),
        today=programme_day(now),
        confirmations=confirmations_of(session, budget.partnership_id).get(year, []),
    )
    if statement.digest != digest:
        raise StatementChanged
    _keep(session, budget.partnership_id, statement, side, actor=actor, now=now)
    facts: dict[str, Any] = {"year": year, "side": side.value, "digest": statement.digest}
    record(session, actor, "budget.confirmed", subject=("partnership", budget.partnership_id), now=now, **facts)


def tell_year_closed(session: Session, partnership_id: int, year: int, *, now: datetime) -> int:
    """Ask the coordinators of both sides to confirm the statement of a year that was closed; give how many."""
    slug = partnership_slug(session, partnership_id)
    found = coordinators_of(session, partnership_id)
    for one in found:
        to = Recipient(one.email, one.name, one.language, one.person_id)
        values = {"year": year, "path": _path(slug, year), "government": one.government}
        key = f"statement:{partnership_id}:{year}:{one.side}:{one.person_id}"
        enqueue(session, "statement_to_confirm", to=to, values=values, now=now, unique_key=key)
    return len(found)


def to_confirm(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give coordinators the closed years of their side whose statement nobody has confirmed as it is."""
    if not reader.actor.coordinates:
        return
    for one in years_to_confirm(reads.session, reader.actor.coordinates):
        yield Task(
            key=f"statement:{one.partnership_id}:{one.year}:{one.side}",
            title=gettext(reader.locale, N_("Confirm the budget statement of %(year)s"), year=one.year),
            path=_path(one.slug, one.year),
            due_on=day_in(one.closed_at, PROGRAMME_ZONE) + CONFIRM_WITHIN,
        )


def _path(slug: str, year: int) -> str:
    return f"/partnerships/{slug}/budget/statements/{year}"


def _government(budget: BudgetFacts, side: Side) -> int:
    return next(half.government_id for half in budget.halves if half.side is side)


def _keep(
    session: Session, partnership_id: int, statement: Statement, side: Side, *, actor: Actor, now: datetime
) -> None:
    """Write the confirmation in the place of one that counts no more."""
    table = StatementConfirmation
    own = (col(table.partnership_id) == partnership_id, col(table.year) == statement.year, col(table.side) == side)
    session.execute(sa.delete(table).where(*own))
    made = table(
        partnership_id=partnership_id,
        year=statement.year,
        side=side,
        person_id=actor.person_id or 0,
        confirmed_at=now,
        digest=statement.digest,
    )
    session.add(made)
    session.flush()
