"""Commands about people."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.kit import fail, writing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.people import Grant


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
    with writing() as session:
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


def sign_in_link(email: Annotated[str, typer.Argument(help="The person's e-mail address.")]) -> None:
    """Print a link that signs a person in once, within a day."""
    from datetime import timedelta

    from app.services.sign_in import request_link

    with writing() as session:
        _known(session, email)
        path = request_link(session, email, next_path="", now=datetime.now(UTC), lasts=timedelta(days=1))
        base_url = session.info["base_url"]
    typer.echo(f"{base_url}{path}")


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
    with writing() as session:
        person_id = _known(session, email)
        record(session, COMMAND_LINE, "person.exported", subject=("person", person_id), now=now)
        text = json.dumps(personal_data(session, person_id, now=now), ensure_ascii=False, indent=2) + "\n"
    if output == "-":
        typer.echo(text, nl=False)
    else:
        Path(output).write_text(text, encoding="utf-8")


def remove_person(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the log, without the name.")],
) -> None:
    """Remove a person's data for good. What was done stays in the log, without a name."""
    from app.services.people import COMMAND_LINE
    from app.services.removal import remove

    with writing() as session:
        remove(session, COMMAND_LINE, _known(session, email), reason=reason, now=datetime.now(UTC))
    typer.echo("removed")


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
    from app.domain.time import programme_day
    from app.queries.reference import associations, government_by_code
    from app.services.people import Grant

    if not role:
        return None
    if role not in {known.value for known in Role}:
        fail(f"there is no role {role!r}")
    place = government_by_code(session, government, programme_day(now)) if government else None
    if government and place is None:
        fail(f"there is no local government {government!r} today; codes are in app/data/local_governments.csv")
    circle = next((one for one in associations(session) if one.code == association.lower()), None)
    if association and circle is None:
        fail(f"there is no association {association!r}")
    return Grant(Role(role), place.id if place else None, circle.id if circle else None)
