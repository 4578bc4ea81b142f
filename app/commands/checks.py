"""The command that checks the whole ledger."""

from datetime import UTC, datetime

import typer

from app.commands.kit import at_work, working


def check() -> None:
    """Compute the whole ledger again from its rows, and say what does not hold.

    Looks at postings, sums, halves, transfers, claims, receipts, stored files and the event log. The run is kept and
    shown at /staff/checks; what is new in it is mailed to the programme team. Ends with 0 where all holds, with 1
    where something does not, and with 2 where the settings are wrong.
    """
    from app.language.check_words import finding_sentence
    from app.services.checks import run

    with working() as session, at_work("Checking the ledger"):
        outcome = run(session, now=datetime.now(UTC))
    for finding in outcome.findings:
        typer.echo(finding_sentence("en", finding))
    more = outcome.found - len(outcome.findings)
    if more:
        typer.echo(f"… and {more} more")
    read = ", ".join(f"{count:,} {what}" for what, count in outcome.counts.items())
    if outcome.found:
        typer.echo(f"{outcome.found} found ({read})", err=True)
        raise typer.Exit(1)
    typer.echo(f"All holds ({read}).")
