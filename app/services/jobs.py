"""Regular jobs: what Tandem does by itself, once per period however many processes serve."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import JobRun
from app.models.database import transaction
from app.services import (
    attendance_removal,
    checks,
    claim_reminders,
    claim_retention,
    decision_rounds,
    digests,
    poll_reminders,
    reminders,
    retention,
    session_reminders,
    task_mails,
    technical_retention,
)
from app.services.traveller_identity import remove_due as remove_identities
from app.services.visit_removal import forget_travellers

LEASE = timedelta(minutes=30)
RETRY_AFTER = timedelta(minutes=5)
LOOK_EVERY_SECONDS = 20.0
log = structlog.get_logger("tandem.jobs")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do ``every`` so often.

    ``run(session, now)`` gives how much it did. It opens a ``transaction(session)`` of its own for each unit of work
    and is idempotent: a process may die on the way, and what is left is done by the next run. The session has the
    address of Tandem for mails.
    """

    name: str
    every: timedelta
    run: Callable[[Session, datetime], int]


JOBS: Final[tuple[Job, ...]] = (
    Job("agenda.remind", timedelta(minutes=15), session_reminders.remind),
    Job("agenda.digest", timedelta(minutes=30), digests.send),
    Job("tasks.mail", timedelta(hours=3), task_mails.send),
    Job("candidacies.remind", timedelta(minutes=30), reminders.remind),
    Job("decisions.send", timedelta(minutes=1), decision_rounds.send_due),
    Job("polls.remind", timedelta(minutes=30), poll_reminders.remind_due),
    Job("retention.candidacies", timedelta(days=1), retention.empty_due),
    Job("retention.saves", timedelta(days=1), retention.forget_saves),
    Job("claims.remind", timedelta(hours=6), claim_reminders.remind),
    Job("retention.guests", timedelta(days=1), attendance_removal.forget_guests),
    Job("retention.travellers", timedelta(days=1), forget_travellers),
    Job("retention.identities", timedelta(days=1), remove_identities),
    Job("retention.receipts", timedelta(days=1), claim_retention.remove_files_due),
    Job("retention.claims", timedelta(days=1), claim_retention.empty_due),
    Job("retention.technical", timedelta(days=1), technical_retention.clear),
    Job("ledger.check", timedelta(days=1), checks.run_daily),
)
"""Every job. To add one, import its function here and name it; the name is never used for another job."""


def run_jobs(engine: sa.Engine, jobs: Sequence[Job], *, clock: Clock, base_url: str, stop: Flag) -> None:
    """Run what is due, look again every twenty seconds, until ``stop``; a database that fails is asked again."""
    while not stop.is_set():
        try:
            run_due(engine, jobs, clock=clock, base_url=base_url, stop=stop)
        except sa.exc.SQLAlchemyError:
            log.exception("jobs")
        stop.wait(LOOK_EVERY_SECONDS)


def run_due(
    engine: sa.Engine, jobs: Iterable[Job], *, clock: Clock, base_url: str, stop: Flag | None = None
) -> dict[str, int]:
    """Run the jobs that are due and that no other process has claimed; give how much each did.

    Nothing is written when nothing is due. A job that fails is logged, left out of the answer and tried again after
    five minutes; the others go on. The claim of a process that died ends after half an hour.
    """
    done: dict[str, int] = {}
    for job in jobs:
        if stop is not None and stop.is_set():
            break
        with Session(engine, expire_on_commit=False, info={"base_url": base_url}) as session:
            if not _is_due(session, job, clock()) or not _claim(session, job, clock()):
                continue
            count = _carry_out(session, job, clock)
            if count is not None:
                done[job.name] = count
    return done


def run_now(session: Session, job: Job, *, clock: Clock) -> int:
    """Run a job at once, due or not, and note it; what goes wrong rises.

    :raises Exception: whatever the job raises, after it was noted.
    """
    started_at = clock()
    with transaction(session):
        _take(session, job, started_at)
    return _run_and_note(session, job, started_at, clock)


def last_runs(session: Session, jobs: Iterable[Job]) -> list[tuple[Job, JobRun | None]]:
    """Give each job with its last run, in the order of the jobs."""
    runs = {run.name: run for run in session.scalars(sa.select(JobRun).order_by(col(JobRun.name)))}
    return [(job, runs.get(job.name)) for job in jobs]


def _is_due(session: Session, job: Job, now: datetime) -> bool:
    due_at = session.execute(sa.select(col(JobRun.due_at)).where(col(JobRun.name) == job.name)).scalar()
    session.rollback()
    return due_at is None or due_at <= now


def _claim(session: Session, job: Job, now: datetime) -> bool:
    """Take the run for this process; two that try at the same moment do not both get it."""
    with transaction(session):
        return _take(session, job, now, if_due=True)


def _take(session: Session, job: Job, now: datetime, *, if_due: bool = False) -> bool:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    claimed = {"started_at": now, "due_at": now + LEASE}
    statement = insert(JobRun).values(name=job.name, last_count=0, last_error="", **claimed)
    where = col(JobRun.due_at) <= now if if_due else None
    taken = statement.on_conflict_do_update(index_elements=["name"], set_=claimed, where=where)
    return session.execute(taken.returning(col(JobRun.name))).scalar() is not None


def _carry_out(session: Session, job: Job, clock: Clock) -> int | None:
    try:
        count = _run_and_note(session, job, clock(), clock)
    except Exception:  # whatever is wrong with one job: the others go on, and this one is tried again
        log.exception("job failed", job=job.name)
        return None
    log.info("job done", job=job.name, count=count)
    return count


def _run_and_note(session: Session, job: Job, started_at: datetime, clock: Clock) -> int:
    try:
        count = job.run(session, started_at)
    except Exception as fault:
        _note(session, job, due_at=clock() + RETRY_AFTER, last_error=f"{type(fault).__name__}: {fault}"[:500])
        raise
    _note(session, job, due_at=started_at + job.every, finished_at=clock(), last_count=count, last_error="")
    return count


def _note(session: Session, job: Job, **values: object) -> None:
    with transaction(session):
        session.execute(sa.update(JobRun).where(col(JobRun.name) == job.name).values(**values))
