"""Commands that take forms and candidacies out, and read them in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.kit import fail, programme_id_of, working, writing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.candidacy_import import Reading
    from app.queries.programmes import CallFacts


def export_form(slug: Annotated[str, typer.Argument(help="The programme, as in its address.")]) -> None:
    """Print the form of a programme as JSON, changes that are not published included."""
    import json

    from app.services.candidacy_form import working_copy

    with working() as session:
        found = working_copy(session, programme_id_of(session, slug)).form
    typer.echo(json.dumps(found.to_data(), ensure_ascii=False, indent=2))


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
    with writing() as session:
        programme_id = programme_id_of(session, slug)
        edit = FormEdit(programme_id, working_copy(session, programme_id).edit, COMMAND_LINE, datetime.now(UTC))
        replace_form(session, edit, wanted)
    typer.echo(f"{slug}: the form was read; look at it and publish it on its page.")


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
    with working() as session:
        examined = service.examine(Path(file).name, content, sheet)
        reading = service.look_at(session, _call(session, call), examined.table, how, locale="en", now=now)
        _tell_faults(reading)
    if not dry_run:
        with writing() as session:
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


def export_answers(
    call: Annotated[str, typer.Option(help="The programme of the call, as in its address.")],
    output: Annotated[str, typer.Option("--output", "-o", help="Where it goes.")],
    format: Annotated[str, typer.Option(help="csv or xlsx.")] = "xlsx",  # noqa: A002 - the name of the option
    language: Annotated[str, typer.Option(help="nl, fr or en.")] = "nl",
    drafts: Annotated[bool, typer.Option("--drafts", help="Also drafts.")] = False,
) -> None:
    """Write all answers of a call; that is logged."""
    _export("answers", call, output, format, language, drafts=drafts)


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
    with writing() as session:
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
