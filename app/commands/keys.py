"""Commands about the key with which identity data of travellers are sealed."""

import typer

from app.commands.kit import fail, settings, working


def key() -> None:
    """Print a new key for TANDEM_DATA_KEY. Keep it apart from the backups: without it nobody reads passport data."""
    from app.services.sealing import new_key

    typer.echo(new_key())


def reseal() -> None:
    """Seal all identity data with the first key of TANDEM_DATA_KEY, so that older keys can be taken out."""
    from app.services.sealing import Seal
    from app.services.traveller_identity import reseal as run

    with working() as session:
        done, unread = run(session, Seal(settings().sealing_keys))
    typer.echo(f"Sealed with the first key: {done}.")
    if unread:
        fail(f"{unread} could not be opened with any key and stay as they were")
