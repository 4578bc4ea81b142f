"""The ``tandem`` command."""

from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from app.settings import Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Tandem: partnerships between local governments.")


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

    run(create_engine(settings().database_url))


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
    from app.models.migrations import migrate as migrate_to
    from app.services.demo import flanders

    chosen = settings()
    if not chosen.demo:
        fail("demo data are loaded in demo mode only: set TANDEM_DEMO=true")
    if scale not in ("small", "flanders"):
        fail(f"there is no scale {scale!r}: choose small or flanders")
    engine = create_engine(chosen.database_url)
    if reset:
        migrate_to(engine, "head")
        migrate_to(engine, "base", down=True)
    prepare(chosen)
    if scale == "flanders":
        with Session(engine, expire_on_commit=False) as session:
            flanders.load(session, now=chosen.fixed_now or datetime.now(UTC))


def prepare(chosen: Settings) -> None:
    """Migrate, load reference facts, and in demo mode the demo; what is there already is left alone."""
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.models.database import create_engine, transaction
    from app.models.migrations import migrate as migrate_to
    from app.services import demo as demo_data
    from app.services import reference

    if chosen.database_url.startswith("sqlite:///"):
        Path(chosen.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(chosen.database_url)
    migrate_to(engine)
    now = chosen.fixed_now or datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session:
        if not reference.is_loaded(session):
            with transaction(session):
                reference.load(session, now=now)
        if chosen.demo:
            demo_data.load(session, now=now)
    engine.dispose()


def fail(sentence: str) -> NoReturn:
    """End the command with one sentence."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def main() -> None:
    """Run the command; what goes wrong is said in one sentence."""
    cli()


if __name__ == "__main__":
    main()
