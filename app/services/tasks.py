"""The to-do list of a person, gathered from all parts of Tandem (DESIGN §6)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.tasks import Task, TaskReader, in_order
from app.queries.own_reads import OwnReads
from app.services import (
    attendance_tasks,
    candidacy_tasks,
    claim_tasks,
    obligation_tasks,
    poll_tasks,
    statements,
    transfer_tasks,
    visit_tasks,
)

Source = Callable[[OwnReads, TaskReader], Iterable[Task]]
SOURCES: Final[tuple[Source, ...]] = (
    candidacy_tasks.to_finish,
    candidacy_tasks.to_describe,
    candidacy_tasks.to_read,
    obligation_tasks.to_keep,
    poll_tasks.to_answer,
    poll_tasks.to_choose,
    attendance_tasks.to_list,
    visit_tasks.to_prepare,
    visit_tasks.to_approve,
    statements.to_confirm,
    claim_tasks.to_decide,
    claim_tasks.to_finish,
    transfer_tasks.to_consent,
)
"""Each gives the tasks of one part for whoever asks, and runs no query where that person cannot have any.

What several of them need stands in ``OwnReads``, which reads it once.
"""


def tasks_of(
    session: Session, actor: Actor, *, locale: str, now: datetime, reads: OwnReads | None = None
) -> list[Task]:
    """Give what ``actor`` must do at ``now`` (aware), the most urgent first, in the words of ``locale``.

    ``reads``: what the page reads of the same actor, so that nothing is read twice.
    """
    if not actor.is_known:
        return []
    reader = TaskReader(actor, locale, now)
    own = OwnReads(session, actor, reader.today) if reads is None else reads
    return in_order(task for source in SOURCES for task in source(own, reader))
