"""What the commands share: settings, sessions, and how a command ends."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.settings import Settings


SILENT_SECONDS: Final = 2.0


def settings() -> "Settings":
    """Read the settings; a wrong one ends the command with one sentence."""
    from pydantic import ValidationError

    from app.settings import Settings

    try:
        return Settings()
    except ValidationError as fault:
        for details in fault.errors():
            where = "_".join(("TANDEM", *map(str, details["loc"]))).upper()
            typer.echo(f"{where}: {details['msg']}", err=True)
        raise typer.Exit(2) from None


@contextmanager
def working() -> Iterator["Session"]:
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
def writing() -> Iterator["Session"]:
    """Give a session within a transaction."""
    from app.models.database import transaction

    with working() as session, transaction(session):
        yield session


def programme_id_of(session: "Session", slug: str) -> int:
    """Give the id of a programme by its address; else end the command."""
    from app.queries.programmes import programme_by_slug

    found = programme_by_slug(session, slug)
    if found is None:
        fail(f"there is no programme {slug!r}")
    return found.id


def make_folder(database_url: str) -> None:
    """Make the folder that an SQLite file is to stand in."""
    from pathlib import Path

    if database_url.startswith("sqlite:///"):
        Path(database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)


def fail(sentence: str, *, status: int = 1) -> NoReturn:
    """End the command with one sentence."""
    typer.echo(sentence, err=True)
    raise typer.Exit(status)


@contextmanager
def at_work(doing: str) -> Iterator[None]:
    """Show on standard error what is done and for how long, if it takes longer than two seconds."""
    from threading import Event, Thread

    done = Event()
    thread = Thread(target=_show, args=(doing, done.wait), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _show(doing: str, wait: Callable[[float | None], bool]) -> None:
    if wait(SILENT_SECONDS):
        return
    if not sys.stderr.isatty():
        typer.echo(f"{doing} …", err=True)
        wait(None)
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(doing, total=None)
        wait(None)
