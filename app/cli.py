"""The ``tandem`` command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import ValidationError

from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.candidacy_import import Reading
    from app.models import JobRun
    from app.queries.programmes import CallFacts
    from app.services.people import Grant

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Tandem: partnerships between local governments.")
person = typer.Typer(no_args_is_help=True, help="Add people, and let them in.")
cli.add_typer(person, name="person")
form = typer.Typer(no_args_is_help=True, help="Take the candidacy form of a programme out, or read one.")
cli.add_typer(form, name="form")
imports = typer.Typer(no_args_is_help=True, help="Import from other programs.")
cli.add_typer(imports, name="import")
exports = typer.Typer(no_args_is_help=True, help="Export for other programs.")
cli.add_typer(exports, name="export")


def settings() -> Settings:
    """Read the settings; a wrong one ends the command with one sentence."""
    try:
        return Settings()
    except ValidationError as fault:
        for details in fault.errors():
            where = "_".join(("TANDEM", *map(str, details["loc"]))).upper()
            typer.echo(f"{where}: {details['msg']}", err=True)
        raise typer.Exit(2) from None


@cli.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    from app.models.database import create_engine
    from app.models.migrations import migrate as run

    chosen = settings()
    make_folder(chosen.database_url)
    run(create_engine(chosen.database_url))


@cli.command()
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


@cli.command()
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


@cli.command()
def run(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.")] = 1,
) -> None:
    """Bring the database up to date, load what is missing, and serve: all that a newcomer needs."""
    chosen = settings()
    prepare(chosen)
    typer.echo(f"Tandem: {chosen.base_url}" + (f"   Sign in as anybody: {chosen.base_url}/demo" if chosen.demo else ""))
    serve(port=port, workers=workers)


@cli.command()
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


def check_demo(chosen: Settings) -> None:
    """End the command where everybody could sign in as people who are no demo."""
    from sqlalchemy.orm import Session

    from app.models.database import create_engine
    from app.services import demo as demo_data

    engine = create_engine(chosen.database_url)
    with Session(engine) as session, _in_a_sentence():
        demo_data.check_is_free(session)
    engine.dispose()


def _empty(chosen: Settings) -> None:
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


@cli.command()
def match(
    problem: Annotated[str, typer.Argument(help="A file with a pairing problem; - for standard input.")],
    output: Annotated[
        str, typer.Option("--output", "-o", help="Where the solution goes; - for standard output.")
    ] = "-",
) -> None:
    """Find the best pairing of a problem in the pairing format (docs/pairing.md).

    Ends with 2 where the problem is not right, naming the place, and with 3 where no pairing exists.
    """
    import json
    from pathlib import Path

    from app.language.messages import refusal_message
    from app.matching.clash import NoPairing
    from app.matching.json_format import problem_from_json, solution_to_json
    from app.matching.problem import ProblemInvalid
    from app.matching.solve import solve

    try:
        text = typer.get_text_stream("stdin").read() if problem == "-" else Path(problem).read_text(encoding="utf-8")
        read = problem_from_json(json.loads(text))
        written = json.dumps(solution_to_json(solve(read), read), indent=2) + "\n"
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, ProblemInvalid) as fault:
        fail(f"{problem}: {fault}", status=2)
    except NoPairing as clash:
        fail(refusal_message("en", clash), status=3)
    if output == "-":
        typer.echo(written, nl=False)
    else:
        Path(output).write_text(written, encoding="utf-8")


@cli.command()
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


@cli.command()
def jobs(
    now: Annotated[str, typer.Option("--now", metavar="NAME", help="Run this job at once.")] = "",
) -> None:
    """List the regular jobs with their last run, or run one by hand."""
    from app.services.jobs import JOBS, last_runs, run_now

    known = {job.name: job for job in JOBS}
    if now and now not in known:
        fail(f"there is no job {now!r}: 'tandem jobs' lists them")
    with _session() as session:
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


@person.command("add")
def add_person(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    name: Annotated[str, typer.Option(help="Name; a new person needs one.")] = "",
    language: Annotated[str, typer.Option(help="nl, fr or en.")] = "nl",
    role: Annotated[str, typer.Option(help="staff, association, coordinator, participant or auditor.")] = "",
    government: Annotated[str, typer.Option(help="Code of the local government, for coordinator or participant.")] = "",
    association: Annotated[str, typer.Option(help="Code of the association, for association.")] = "",
) -> None:
    """Add a person, with a role; somebody who is known already gets the role only."""
    from app.services import people

    now = datetime.now(UTC)
    if language not in ("nl", "fr", "en"):
        fail(f"there is no language {language!r}: choose nl, fr or en")
    with _writing() as session:
        grant = _grant(session, role, government, association, now)
        known = _person_id(session, email)
        if known is None:
            if not name.strip():
                fail("a new person needs a name: --name")
            people.add(session, people.COMMAND_LINE, people.NewPerson(email, name.strip(), language), grant, now=now)
        elif grant is None:
            fail("this person is known already: name a role to give")
        else:
            people.give_role(session, people.COMMAND_LINE, known, grant, now=now)
    typer.echo(f"{email}: {'added' if known is None else 'role given'}")


@person.command("sign-in-link")
def sign_in_link(email: Annotated[str, typer.Argument(help="The person's e-mail address.")]) -> None:
    """Print a link that signs a person in once, within a day."""
    from datetime import timedelta

    from app.services.sign_in import request_link

    with _writing() as session:
        _known(session, email)
        path = request_link(session, email, next_path="", now=datetime.now(UTC), lasts=timedelta(days=1))
        base_url = session.info["base_url"]
    typer.echo(f"{base_url}{path}")


@person.command("export")
def export_person(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    output: Annotated[str, typer.Option("--output", "-o", help="Where it goes; - for standard output.")] = "-",
) -> None:
    """Write all that Tandem holds about a person as JSON; that is logged."""
    import json
    from pathlib import Path

    from app.queries.personal_data import personal_data
    from app.services.events import record
    from app.services.people import COMMAND_LINE

    now = datetime.now(UTC)
    with _writing() as session:
        person_id = _known(session, email)
        record(session, COMMAND_LINE, "person.exported", subject=("person", person_id), now=now)
        text = json.dumps(personal_data(session, person_id, now=now), ensure_ascii=False, indent=2) + "\n"
    if output == "-":
        typer.echo(text, nl=False)
    else:
        Path(output).write_text(text, encoding="utf-8")


@person.command("remove")
def remove_person(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the log, without the name.")],
) -> None:
    """Remove a person's data for good. What was done stays in the log, without a name."""
    from app.services.people import COMMAND_LINE
    from app.services.removal import remove

    with _writing() as session:
        remove(session, COMMAND_LINE, _known(session, email), reason=reason, now=datetime.now(UTC))
    typer.echo("removed")


@form.command("export")
def export_form(slug: Annotated[str, typer.Argument(help="The programme, as in its address.")]) -> None:
    """Print the form of a programme as JSON, changes that are not published included."""
    import json

    from app.services.candidacy_form import working_copy

    with _session() as session:
        found = working_copy(session, _programme_id(session, slug)).form
    typer.echo(json.dumps(found.to_data(), ensure_ascii=False, indent=2))


@form.command("import")
def import_form(
    slug: Annotated[str, typer.Argument(help="The programme, as in its address.")],
    file: Annotated[str, typer.Argument(help="A file as 'tandem form export' prints it; - for standard input.")],
) -> None:
    """Put a form in the place of what staff work on; candidates see it once it is published on the page.

    Tracks, subjects, goals and promises stay those of the programme. Ends with 2 where the file is not right, naming
    the place.
    """
    import json
    from pathlib import Path

    from app.domain.form_reading import FormUnreadable, read_form
    from app.services.candidacy_form import working_copy
    from app.services.form_editor import FormEdit, replace_form
    from app.services.people import COMMAND_LINE

    try:
        text = typer.get_text_stream("stdin").read() if file == "-" else Path(file).read_text(encoding="utf-8")
        wanted = read_form(json.loads(text))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as fault:
        fail(f"{file}: {fault}", status=2)
    except FormUnreadable as fault:
        fail(f"{file}: {fault.params['place']} is not what it must be", status=2)
    with _writing() as session:
        programme_id = _programme_id(session, slug)
        edit = FormEdit(programme_id, working_copy(session, programme_id).edit, COMMAND_LINE, datetime.now(UTC))
        replace_form(session, edit, wanted)
    typer.echo(f"{slug}: the form was read; look at it and publish it on its page.")


@imports.command("candidacies")
def import_candidacies(
    file: Annotated[str, typer.Argument(help="A CSV file or an XLSX workbook.")],
    call: Annotated[str, typer.Option(help="The programme of the call, as in its address.")],
    mapping: Annotated[str, typer.Option(help='JSON: {"A": "government", "B": "contact_email"}; else guessed.')] = "",
    sheet: Annotated[str, typer.Option(help="Sheet of the workbook; else the first.")] = "",
    drafts: Annotated[bool, typer.Option("--drafts", help="As drafts that the contacts complete.")] = False,
    mails: Annotated[bool, typer.Option("--mails", help="Mail each contact a link.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look.")] = False,
) -> None:
    """Import candidacies from an earlier form: all rows, or none.

    Ends with 1 where a cell cannot be imported, naming each, and with 2 where the file is not right.
    """
    import json
    from pathlib import Path

    from app.domain.import_columns import column_of
    from app.services import candidacy_imports as service
    from app.services.people import COMMAND_LINE

    try:
        content = Path(file).read_bytes()
        typed = json.loads(Path(mapping).read_text(encoding="utf-8")) if mapping else {}
        columns = {column_of(name): str(target) for name, target in typed.items()}
    except (OSError, ValueError, AttributeError) as fault:
        fail(f"{mapping or file}: {fault}", status=2)
    now, how = datetime.now(UTC), service.TableImport(columns, submitted=not drafts, mails=mails)
    with _session() as session:
        examined = service.examine(Path(file).name, content, sheet)
        reading = service.look_at(session, _call(session, call), examined.table, how, locale="en", now=now)
        _tell_faults(reading)
    if not dry_run:
        with _writing() as session:
            facts = _call(session, call)
            service.import_table(session, facts, examined, how, locale="en", actor=COMMAND_LINE, now=now)
    typer.echo(f"{len(reading.candidacies)} candidacies {'can be' if dry_run else 'were'} imported")


def _tell_faults(reading: "Reading") -> None:
    """Name each cell that cannot be imported, and end the command if there is one."""
    from app.domain.import_columns import letter
    from app.language.messages import message

    for fault in (*reading.faults, *reading.remarks):
        column = letter(fault.column) if fault.column is not None else "row "
        words = message("en", f"import_fault.{fault.code}", fault.params)
        typer.echo(f"{column}{fault.row}: {fault.value!r}: {words}", err=True)
    if reading.faults:
        fail(f"{len(reading.faults)} cells cannot be imported, so nothing was")


@exports.command("answers")
def export_answers(
    call: Annotated[str, typer.Option(help="The programme of the call, as in its address.")],
    output: Annotated[str, typer.Option("--output", "-o", help="Where it goes.")],
    format: Annotated[str, typer.Option(help="csv or xlsx.")] = "xlsx",  # noqa: A002 - the name of the option
    language: Annotated[str, typer.Option(help="nl, fr or en.")] = "nl",
    drafts: Annotated[bool, typer.Option("--drafts", help="Also drafts.")] = False,
) -> None:
    """Write all answers of a call; that is logged."""
    _export("answers", call, output, format, language, drafts=drafts)


@exports.command("assessments")
def export_assessments(
    call: Annotated[str, typer.Option(help="The programme of the call, as in its address.")],
    output: Annotated[str, typer.Option("--output", "-o", help="Where it goes.")],
    format: Annotated[str, typer.Option(help="csv or xlsx.")] = "xlsx",  # noqa: A002 - the name of the option
    language: Annotated[str, typer.Option(help="nl, fr or en.")] = "nl",
) -> None:
    """Write all assessments of a call; that is logged."""
    _export("assessments", call, output, format, language)


def _export(what: str, call: str, output: str, kind: str, language: str, *, drafts: bool = False) -> None:
    from pathlib import Path

    from app.services.candidacy_exports import FORMATS, Wanted, export
    from app.services.people import COMMAND_LINE

    if kind not in FORMATS or language not in ("nl", "fr", "en"):
        fail("choose csv or xlsx, and nl, fr or en", status=2)
    with _writing() as session:
        facts = _call(session, call)
        wanted = Wanted(facts.id, facts.programme_id, what, kind, drafts=drafts)
        content = export(session, wanted, locale=language, actor=COMMAND_LINE, now=datetime.now(UTC))
    try:
        Path(output).write_bytes(content)
    except OSError as fault:
        fail(f"{output}: {fault}", status=2)
    typer.echo(f"{output}: {len(content)} bytes")


def _call(session: "Session", slug: str) -> "CallFacts":
    from app.queries.programmes import programme_by_slug

    found = programme_by_slug(session, slug)
    if found is None or found.call is None:
        fail(f"there is no programme {slug!r} with a call")
    return found.call


def _programme_id(session: "Session", slug: str) -> int:
    from app.queries.programmes import programme_by_slug

    found = programme_by_slug(session, slug)
    if found is None:
        fail(f"there is no programme {slug!r}")
    return found.id


@contextmanager
def _session() -> "Iterator[Session]":
    """Give a session; a refusal, or a database that is not ready, ends the command."""
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.orm import Session

    from app.domain.errors import DomainError
    from app.language.messages import message
    from app.models.database import create_engine

    chosen = settings()
    engine = create_engine(chosen.database_url)
    try:
        with Session(engine, info={"base_url": chosen.base_url.rstrip("/")}) as session:
            yield session
    except DomainError as refusal:
        fail(message("en", refusal.code, refusal.params))
    except DBAPIError as fault:
        fail(f"the database is not ready ({type(fault.orig).__name__}): run 'tandem migrate' first")
    finally:
        engine.dispose()


@contextmanager
def _writing() -> "Iterator[Session]":
    """Give a session within a transaction."""
    from app.models.database import transaction

    with _session() as session, transaction(session):
        yield session


def _person_id(session: "Session", email: str) -> int | None:
    import sqlalchemy as sa
    from sqlmodel import col

    from app.domain.sign_in import clean_address
    from app.models import Person

    return session.execute(sa.select(col(Person.id)).where(col(Person.email) == clean_address(email))).scalar()


def _known(session: "Session", email: str) -> int:
    """Give the id of a person who is known; else end the command."""
    person_id = _person_id(session, email)
    if person_id is None:
        fail(f"nobody is known as {email}: add them with 'tandem person add'")
    return person_id


def _grant(session: "Session", role: str, government: str, association: str, now: datetime) -> "Grant | None":
    from app.domain.codes import Role
    from app.domain.time import PROGRAMME_ZONE
    from app.queries.reference import associations, government_by_code
    from app.services.people import Grant

    if not role:
        return None
    if role not in {known.value for known in Role}:
        fail(f"there is no role {role!r}")
    place = government_by_code(session, government, now.astimezone(PROGRAMME_ZONE).date()) if government else None
    if government and place is None:
        fail(f"there is no local government {government!r} today; codes are in app/data/local_governments.csv")
    circle = next((one for one in associations(session) if one.code == association.lower()), None)
    if association and circle is None:
        fail(f"there is no association {association!r}")
    return Grant(Role(role), place.id if place else None, circle.id if circle else None)


def prepare(chosen: Settings) -> None:
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


def make_folder(database_url: str) -> None:
    """Make the folder that an SQLite file is to stand in."""
    from pathlib import Path

    if database_url.startswith("sqlite:///"):
        Path(database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)


def fail(sentence: str, *, status: int = 1) -> NoReturn:
    """End the command with one sentence."""
    typer.echo(sentence, err=True)
    raise typer.Exit(status)


def main() -> None:
    """Run the command; what goes wrong is said in one sentence."""
    from sqlalchemy.exc import DBAPIError

    try:
        cli()
    except DBAPIError as fault:
        typer.echo(f"the database does not work: {' '.join(str(fault.orig).split())}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
