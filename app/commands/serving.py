"""Commands that prepare the database and serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.kit import fail, make_folder, settings, working

if TYPE_CHECKING:
    from app.models import JobRun
    from app.settings import Settings


def migrate() -> None:
    """Bring the database to the newest revision."""
    from app.models.database import create_engine
    from app.models.migrations import migrate as run

    chosen = settings()
    make_folder(chosen.database_url)
    run(create_engine(chosen.database_url))


def reference() -> None:
    """Load the reference facts: local governments, city links, goals, policy fields, associations."""
    from datetime import UTC, datetime

    from sqlalchemy.orm import Session

    from app.models.database import create_engine, transaction
    from app.services import reference as facts

    with Session(create_engine(settings().database_url)) as session:
        if facts.is_loaded(session):
            typer.echo("The reference facts are there already.")
            return
        with transaction(session):
            loaded = facts.load(session, now=datetime.now(UTC))
    typer.echo(f"Reference facts: {loaded.added} added, {loaded.changed} changed.")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.")] = 1,
) -> None:
    """Serve the web pages."""
    import uvicorn

    chosen = settings()
    if chosen.demo:
        check_demo(chosen)
    uvicorn.run(
        "app.main:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips=chosen.trusted_proxies,
        server_header=False,
    )


def run(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.")] = 1,
) -> None:
    """Bring the database up to date, load what is missing, and serve: all that a newcomer needs."""
    chosen = settings()
    prepare(chosen)
    typer.echo(f"Tandem: {chosen.base_url}" + (f"   Sign in as anybody: {chosen.base_url}/demo" if chosen.demo else ""))
    serve(port=port, workers=workers)


def demo(
    reset: Annotated[bool, typer.Option("--reset", help="Empty the database first.")] = False,
    scale: Annotated[str, typer.Option(help="'small', or 'flanders' for measuring.")] = "small",
) -> None:
    """Load the demo data (in demo mode only)."""
    from sqlalchemy.orm import Session

    from app.models.database import create_engine
    from app.services.demo import flanders

    chosen = settings()
    if not chosen.demo:
        fail("demo data are loaded in demo mode only: set TANDEM_DEMO=true")
    if scale not in ("small", "flanders"):
        fail(f"there is no scale {scale!r}: choose small or flanders")
    if reset:
        _empty(chosen)
    prepare(chosen)
    engine = create_engine(chosen.database_url)
    if scale == "flanders":
        with Session(engine, expire_on_commit=False) as session:
            flanders.load(session, now=chosen.fixed_now or datetime.now(UTC))


def check_demo(chosen: "Settings") -> None:
    """End the command where everybody could sign in as people who are no demo."""
    from sqlalchemy.orm import Session

    from app.models.database import create_engine
    from app.services import demo as demo_data

    engine = create_engine(chosen.database_url)
    with Session(engine) as session, _in_a_sentence():
        demo_data.check_is_free(session)
    engine.dispose()


def _empty(chosen: "Settings") -> None:
    from sqlalchemy.orm import Session

    from app.models.database import create_engine
    from app.models.migrations import migrate as migrate_to
    from app.services import demo as demo_data

    make_folder(chosen.database_url)
    engine = create_engine(chosen.database_url)
    migrate_to(engine)
    with Session(engine) as session, _in_a_sentence():
        demo_data.check_is_free(session)
    migrate_to(engine, "base", down=True)
    engine.dispose()


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    from app.services.demo import NotForDemo

    try:
        yield
    except NotForDemo:
        fail("this database is in use: the demo wants one of its own (TANDEM_DATABASE_URL)")


def prepare(chosen: "Settings") -> None:
    """Migrate, load reference facts, and in demo mode the demo; what is there already is left alone."""
    from sqlalchemy.orm import Session

    from app.models.database import create_engine, transaction
    from app.models.migrations import migrate as migrate_to
    from app.services import demo as demo_data
    from app.services import reference

    make_folder(chosen.database_url)
    engine = create_engine(chosen.database_url)
    migrate_to(engine)
    now = chosen.fixed_now or datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session:
        if not reference.is_loaded(session):
            with transaction(session):
                reference.load(session, now=now)
        if chosen.demo:
            with _in_a_sentence():
                demo_data.load(session, now=now)
    engine.dispose()


def worker() -> None:
    """Send waiting mails and run the regular jobs until told to stop (SIGTERM, or Ctrl-C). Any number may run.

    Without a mail server (TANDEM_SMTP_HOST) mails wait in the outbox, where staff read them.
    """
    import signal
    from threading import Event

    from app.main import configure_logs, in_background, jobs_task, outbox_task
    from app.models.database import create_engine
    from app.web.clock import running

    chosen = settings()
    configure_logs(chosen.log_level)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    engine = create_engine(chosen.database_url)
    tasks = [jobs_task(engine, chosen, running)]
    if chosen.smtp_host:
        tasks.append(outbox_task(engine, chosen, running))
    with in_background(tasks):
        stop.wait()
    engine.dispose()


def jobs(
    now: Annotated[str, typer.Option("--now", metavar="NAME", help="Run this job at once.")] = "",
) -> None:
    """List the regular jobs with their last run, or run one by hand."""
    from app.services.jobs import JOBS, last_runs, run_now

    known = {job.name: job for job in JOBS}
    if now and now not in known:
        fail(f"there is no job {now!r}: 'tandem jobs' lists them")
    with working() as session:
        if now:
            typer.echo(f"{now}: {run_now(session, known[now], clock=lambda: datetime.now(UTC))}")
            return
        for job, run in last_runs(session, JOBS):
            typer.echo(_job_line(job.name, run))


def _job_line(name: str, run: "JobRun | None") -> str:
    """Say in one line how it stands with a job."""
    if run is None:
        return f"{name}: did not run yet"
    last = (
        f"last run {run.finished_at:%Y-%m-%d %H:%M} UTC, did {run.last_count}" if run.finished_at else "never finished"
    )
    failed = f"; failed since: {run.last_error}" if run.last_error else ""
    return f"{name}: {last}; due {run.due_at:%Y-%m-%d %H:%M} UTC{failed}"
