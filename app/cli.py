"""The ``tandem`` command."""

import sys

import typer

from app.commands import candidacies, checks, keys, pairing, people, serving

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Tandem: partnerships between local governments.")
cli.command()(serving.migrate)
cli.command()(serving.reference)
cli.command()(serving.serve)
cli.command()(serving.run)
cli.command()(serving.demo)
cli.command()(pairing.match)
cli.command()(pairing.verify)
cli.command()(serving.worker)
cli.command()(serving.jobs)
cli.command()(checks.check)
cli.command()(keys.key)
cli.command()(keys.reseal)

person = typer.Typer(no_args_is_help=True, help="Add people, and let them in.")
person.command("add")(people.add_person)
person.command("sign-in-link")(people.sign_in_link)
person.command("export")(people.export_person)
person.command("remove")(people.remove_person)
cli.add_typer(person, name="person")

form = typer.Typer(no_args_is_help=True, help="Take the candidacy form of a programme out, or read one.")
form.command("export")(candidacies.export_form)
form.command("import")(candidacies.import_form)
cli.add_typer(form, name="form")

imports = typer.Typer(no_args_is_help=True, help="Import from other programs.")
imports.command("candidacies")(candidacies.import_candidacies)
cli.add_typer(imports, name="import")

exports = typer.Typer(no_args_is_help=True, help="Export for other programs.")
exports.command("answers")(candidacies.export_answers)
exports.command("assessments")(candidacies.export_assessments)
cli.add_typer(exports, name="export")


def main() -> None:
    """Run the command; what goes wrong is said in one sentence."""
    try:
        cli()
    except SystemExit:
        raise
    except database_fault() as fault:
        typer.echo(f"the database does not work: {' '.join(str(getattr(fault, 'orig', fault)).split())}", err=True)
        sys.exit(1)


def database_fault() -> type[Exception]:
    """Give what SQLAlchemy raises; it is loaded only once something went wrong."""
    from sqlalchemy.exc import DBAPIError

    return DBAPIError


if __name__ == "__main__":
    main()
