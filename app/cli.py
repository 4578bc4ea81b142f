"""The ``tandem`` command."""

from typing import Annotated

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


def main() -> None:
    """Run the command; what goes wrong is said in one sentence."""
    cli()


if __name__ == "__main__":
    main()
