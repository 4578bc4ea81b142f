"""Who takes part, in which role; and what a person keeps of their own account."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Country, Role
from app.domain.people import (
    OF_A_GOVERNMENT,
    OF_AN_ASSOCIATION,
    AddressTaken,
    LastStaff,
    RoleHeld,
    check_place_of_role,
    check_zone,
)
from app.domain.removal import PersonRemoved
from app.domain.sign_in import MAILED_LIFETIME, clean_address
from app.domain.time import PROGRAMME_ZONE, zones_for
from app.models import Association, LocalGovernment, Membership, Person, Reading
from app.queries.removal import is_removed
from app.services.assessment import refresh_read
from app.services.events import record
from app.services.mail import Recipient, enqueue
from app.services.replies import leave_places
from app.services.sign_in import request_link

COMMAND_LINE: Final = Actor(name="Tandem")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be added."""

    address: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, with the id of the organisation that it is one of; the other id is ignored."""

    role: Role
    local_government_id: int | None = None
    association_id: int | None = None


def add(session: Session, actor: Actor, new: NewPerson, grant: Grant | None, *, now: datetime) -> int:
    """Add a person, with a role where one is given; give the id.

    The zone is that of the organisation's country, else of the programme.

    :raises AddressInvalid, AddressTaken: the address is none, or belongs to somebody who is known already.
    :raises RoleNeedsGovernment, RoleNeedsAssociation: see ``give_role``.
    """
    address = clean_address(new.address)
    zone = str(zones_for(country) if grant and (country := _country(session, grant)) else PROGRAMME_ZONE)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Person).values(
        email=address,
        name=new.name,
        language=new.language,
        zone=zone,
        feed_secret=new_feed_secret(),
        created_at=now,
    )
    added = statement.on_conflict_do_nothing(index_elements=["email"]).returning(col(Person.id))
    person_id = session.execute(added).scalar()
    if person_id is None:
        raise AddressTaken
    record(session, actor, "person.added", subject=("person", person_id), now=now, name=new.name)
    if grant is not None:
        give_role(session, actor, person_id, grant, now=now)
    return int(person_id)


def _country(session: Session, grant: Grant) -> Country | None:
    organisation, number = (
        (LocalGovernment, grant.local_government_id)
        if grant.role in OF_A_GOVERNMENT
        else (Association, grant.association_id)
    )
    return session.execute(sa.select(col(organisation.country)).where(col(organisation.id) == number)).scalar()


def new_feed_secret() -> str:
    """Make the secret that opens a personal calendar feed."""
    return secrets.token_urlsafe(24)


def give_role(session: Session, actor: Actor, person_id: int, grant: Grant, *, now: datetime) -> None:
    """Give a person a role.

    :raises RoleNeedsGovernment, RoleNeedsAssociation: the organisation is missing.
    :raises RoleHeld: the person has it already.
    :raises PersonRemoved: the person's data were removed.
    """
    _check_is_there(session, person_id)
    government_id = grant.local_government_id if grant.role in OF_A_GOVERNMENT else None
    association_id = grant.association_id if grant.role in OF_AN_ASSOCIATION else None
    check_place_of_role(
        grant.role, has_government=government_id is not None, has_association=association_id is not None
    )
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Membership).values(
        person_id=person_id, role=grant.role, local_government_id=government_id, association_id=association_id
    )
    if session.execute(statement.on_conflict_do_nothing().returning(col(Membership.id))).scalar() is None:
        raise RoleHeld
    record(
        session,
        actor,
        "person.role_given",
        subject=("person", person_id),
        now=now,
        role=grant.role.value,
        local_government_id=government_id,
        association_id=association_id,
    )
    if government_id is not None:
        refresh_read(session, col(Reading.person_id) == person_id)


def _check_is_there(session: Session, person_id: int) -> None:
    if is_removed(session, person_id):
        raise PersonRemoved


def take_role(session: Session, actor: Actor, person_id: int, membership_id: int, *, now: datetime) -> None:
    """Take a role from a person; one that is gone already stays so.

    :raises LastStaff: nobody else is in the programme team.
    """
    # locked together, so that two of the team cannot remove each other at the same time
    team = session.execute(
        sa.select(col(Membership.id))
        .where(col(Membership.role) == Role.STAFF)
        .order_by(col(Membership.id))
        .with_for_update()
    ).scalars()
    if set(team) == {membership_id}:
        raise LastStaff
    statement = sa.delete(Membership).where(col(Membership.id) == membership_id, col(Membership.person_id) == person_id)
    taken = session.execute(
        statement.returning(col(Membership.role), col(Membership.local_government_id), col(Membership.association_id))
    ).one_or_none()
    if taken is None:
        return
    record(
        session,
        actor,
        "person.role_taken",
        subject=("person", person_id),
        now=now,
        role=taken.role.value,
        local_government_id=taken.local_government_id,
        association_id=taken.association_id,
    )
    if taken.local_government_id is not None:
        refresh_read(session, col(Reading.person_id) == person_id)
    leave_places(session, person_id, now=now)


def send_link(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Mail a person a link that signs them in once within 14 days.

    :raises PersonRemoved: the person's data were removed.
    """
    _check_is_there(session, person_id)
    person = session.execute(sa.select(Person).where(col(Person.id) == person_id)).scalar_one()
    link = request_link(session, person.email, next_path="", now=now)
    expires_on = (now + MAILED_LIFETIME).date()
    to = Recipient(person.email, person.name, person.language, person.id)
    enqueue(session, "invitation", to=to, values={"link": link, "expires_on": expires_on}, now=now)
    record(session, actor, "person.link_sent", subject=("person", person_id), now=now)


def update_own(session: Session, actor: Actor, *, name: str, language: str, zone: str, now: datetime) -> None:
    """Change the actor's own name, language and time zone.

    :raises ZoneUnknown: there is no such zone.
    """
    values = {"name": name, "language": language, "zone": check_zone(zone)}
    session.execute(sa.update(Person).where(col(Person.id) == actor.person_id).values(**values))
    record(session, actor, "person.changed", subject=("person", actor.person_id), now=now)


def renew_feed(session: Session, actor: Actor, *, now: datetime) -> None:
    """Give the actor's calendar feed a new address; the old one stops working."""
    session.execute(sa.update(Person).where(col(Person.id) == actor.person_id).values(feed_secret=new_feed_secret()))
    record(session, actor, "person.feed_renewed", subject=("person", actor.person_id), now=now)
