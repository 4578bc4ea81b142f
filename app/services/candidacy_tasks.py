"""What candidates, partners and readers must do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from app.domain.assessment import SCORABLE
from app.domain.codes import CandidacyState
from app.domain.tasks import Task, TaskReader
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.queries.candidacies import CandidacyRecord
from app.queries.candidacy_form import stored_form
from app.queries.clarifications import open_question
from app.queries.my import sections_done
from app.queries.own_reads import OwnReads
from app.queries.readings import own_readings

UNFINISHED = (CandidacyState.DRAFT, CandidacyState.RETURNED)


def to_finish(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the candidacies that are still to be sent, as long as they may be."""
    unfinished = [_until(reads.session, one) for one in reads.candidacies if one.state in UNFINISHED]
    open_still = [one for one in unfinished if one.closes_at.date() >= reader.today]
    done = sections_done(reads.session, [one.id for one in open_still]) if open_still else {}
    for one in open_still:
        parts = len(stored_form(reads.session, one.programme_id).order)
        yield _finish(one, (done.get(one.id, 0), parts), reader)


def _until(session: Session, candidacy: CandidacyRecord) -> CandidacyRecord:
    """Give a candidacy that was returned the last moment for the answer, whatever became of the call."""
    asked = open_question(session, candidacy.id) if candidacy.state is CandidacyState.RETURNED else None
    return replace(candidacy, closes_at=asked.until) if asked is not None else candidacy


def _finish(candidacy: CandidacyRecord, done: tuple[int, int], reader: TaskReader) -> Task:
    title = N_("Finish the candidacy of %(name)s")
    if candidacy.state is CandidacyState.RETURNED:
        title = N_("Clarify the candidacy of %(name)s and send it again")
    plural = NN_("%(done)s of %(num)s part done", "%(done)s of %(num)s parts done")
    return Task(
        key=f"candidacy:{candidacy.id}:{candidacy.state}",
        title=gettext(reader.locale, title, name=candidacy.government_name),
        path=f"/candidacies/{candidacy.reference}",
        due_on=wall_in(candidacy.closes_at, PROGRAMME_ZONE).date(),
        hint=ngettext(reader.locale, *plural, max(done), done=done[0]),
    )


def to_describe(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the partner profiles in which nothing is written yet; they should be there before the programme starts."""
    for profile in reads.profiles:
        if profile.is_empty:
            yield Task(
                key=f"profile:{profile.id}",
                title=gettext(reader.locale, N_("Fill in the profile of %(name)s"), name=profile.government_name),
                path="/staff/partners",
                due_on=_ahead(profile.starts_on, reader),
                hint=gettext(reader.locale, N_("Without it, no partner can be found that fits.")),
            )


def to_read(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the task of a reader who has candidacies to score; the programme starts with what they lead to."""
    found = own_readings(reads.session, reader.actor) if reader.actor.is_reader else []
    waiting = [one for one in found if one.finished_at is None and one.state in SCORABLE]
    if waiting:
        starts = {one.id: one.starts_on for one in reads.programmes}
        plural = NN_("Read and score %(count)s candidacy", "Read and score %(count)s candidacies")
        yield Task(
            key="readings",
            title=ngettext(reader.locale, *plural, len(waiting), count=len(waiting)),
            path="/assessments",
            due_on=_ahead(min(starts[one.programme_id] for one in waiting), reader),
            hint=", ".join(one.government_name for one in waiting),
        )


def _ahead(day: date, reader: TaskReader) -> date | None:
    return day if day >= reader.today else None
