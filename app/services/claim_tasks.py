"""What claims ask of somebody: decide over one, answer a question about an own one, finish an own draft."""

from collections.abc import Iterator
from datetime import timedelta

from app.domain.codes import ClaimState
from app.domain.tasks import Task, TaskReader
from app.domain.time import programme_day
from app.language.catalogues import N_, gettext
from app.queries.claim_facts import ClaimRow
from app.queries.claims import claims_to_decide, own_open_claims
from app.queries.own_reads import OwnReads

ANSWER_WITHIN = timedelta(days=7)
"""Somebody advanced the money; the rules remind approvers by themselves."""


def to_decide(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the claims that wait for this very person."""
    actor = reader.actor
    if not (actor.is_staff or actor.coordinates or actor.countries):
        return
    for row in claims_to_decide(reads.session, actor):
        words = N_("Decide over the claim “%(title)s”")
        due = programme_day(row.submitted_at) + ANSWER_WITHIN if row.submitted_at else None
        title = gettext(reader.locale, words, title=row.title)
        yield Task(key=f"claim:{row.id}", title=title, path=_path(row), due_on=due, hint=row.government_name)


def to_finish(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the own claims that were returned, and the drafts."""
    if not (reader.actor.participates or reader.actor.is_staff):
        return
    for row in own_open_claims(reads.session, reader.actor):
        is_returned = row.state is ClaimState.RETURNED
        words = (
            N_("Answer the question about the claim “%(title)s”") if is_returned else N_("Send the claim “%(title)s”")
        )
        due = programme_day(row.decided_at) + ANSWER_WITHIN if is_returned and row.decided_at else None
        title = gettext(reader.locale, words, title=row.title)
        yield Task(key=f"claim-own:{row.id}:{row.state.value}", title=title, path=_path(row), due_on=due)


def _path(row: ClaimRow) -> str:
    return f"/partnerships/{row.slug}/claims/{row.number}"
