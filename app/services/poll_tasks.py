"""What polls ask of somebody: to answer, and to choose a moment once the answers are there."""

from collections.abc import Iterator

from app.domain.codes import PollState
from app.domain.tasks import Task, TaskReader
from app.domain.texts import title_of
from app.domain.time import wall_in
from app.language.catalogues import N_, gettext
from app.queries.own_reads import OwnReads
from app.queries.polls import polls_opened_by, polls_to_answer


def to_answer(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the polls to which somebody has not answered for every moment, as long as answers are taken."""
    person = reader.actor.person_id
    for row in polls_to_answer(reads.session, person, now=reader.now) if person is not None else []:
        title = title_of(row, reader.locale).words
        yield Task(
            key=f"poll:{row.id}",
            title=gettext(reader.locale, N_("Say which moment suits you: %(title)s"), title=title),
            path=f"/polls/{row.id}/answer",
            due_on=wall_in(row.closes_at, reader.zone).date(),
        )


def to_choose(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the polls that somebody opened and that wait for a choice, because no more answers come."""
    for row in polls_opened_by(reads.session, reader.actor):
        if row.state is PollState.OPEN and row.closes_at <= reader.now:
            title = title_of(row, reader.locale).words
            yield Task(
                key=f"poll-choice:{row.id}",
                title=gettext(reader.locale, N_("Choose a moment: %(title)s"), title=title),
                path=f"/polls/{row.id}",
                hint=gettext(reader.locale, N_("The time to answer is over.")),
            )
