"""What transfers between the sides ask of somebody: to answer for the own party."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from app.domain.tasks import Task, TaskReader
from app.domain.time import programme_day
from app.domain.transfers import parties_of
from app.language.catalogues import N_, gettext
from app.language.formats import money
from app.queries.own_reads import OwnReads
from app.queries.transfers import TransferFacts, open_transfers

ANSWER_WITHIN: Final = timedelta(days=7)
"""After a proposal: the rules of the programme name no day."""


def to_consent(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the open transfers that wait for an answer of the reader's own party, by somebody who gave none yet."""
    actor = reader.actor
    if not actor.is_staff and not actor.coordinates:
        return
    for transfer in open_transfers(reads.session, None if actor.is_staff else actor.coordinates):
        has_answered = actor.person_id in {one.person_id for one in transfer.answers.values()}
        mine = set(parties_of(actor, transfer.governments)) & set(transfer.waiting)
        if mine and not has_answered:
            yield _task(transfer, reader)


def _task(transfer: TransferFacts, reader: TaskReader) -> Task:
    amount = money(reader.locale, transfer.amount_cents)
    words = N_("Say whether %(amount)s may go from %(giver)s to %(receiver)s")
    facts = {"amount": amount, "giver": transfer.giver, "receiver": transfer.receiver}
    return Task(
        key=f"transfer:{transfer.id}",
        title=gettext(reader.locale, words, **facts),
        path=f"/partnerships/{transfer.slug}/transfers/{transfer.id}",
        due_on=programme_day(transfer.proposed_at) + ANSWER_WITHIN,
        hint=transfer.reason,
    )
