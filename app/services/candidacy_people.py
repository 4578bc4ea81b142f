"""Invite colleagues to write a candidacy along, and remove them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.candidacy_people import check_can_change_people, check_can_invite, check_can_remove
from app.domain.codes import CandidacyState
from app.domain.people import AddressTaken
from app.domain.sign_in import MAILED_LIFETIME, clean_address
from app.domain.time import PROGRAMME_ZONE, programme_day
from app.models import Candidacy, CandidacyMember, Person
from app.queries.candidacies import CandidacyRecord
from app.queries.candidacy_people import Author, authors_of, is_of_team
from app.services.assessment import refresh_read
from app.services.events import record
from app.services.mail import Recipient, enqueue
from app.services.people import NewPerson, add
from app.services.rates import hit
from app.services.sign_in import request_link

DAY: Final = timedelta(days=1)
INVITED_PER_PERSON: Final = 40
INVITED_PER_CANDIDACY: Final = 60
INVITED_PER_ADDRESS: Final = 10


@dataclass(frozen=True, slots=True)
class Invitee:
    """A colleague as the inviter typed it; the language counts for somebody who is new here."""

    name: str
    address: str
    language: str


def invite(session: Session, candidacy: CandidacyRecord, invitee: Invitee, *, actor: Actor, now: datetime) -> None:
    """Make a colleague an author at once, and mail them a link that signs them in.

    Somebody who is known already gets the mail in the own language; the inviter learns nothing about that person.

    :raises AddressUnconfirmed: the actor only typed an address so far.
    :raises PeopleFixed: the candidacy is decided or withdrawn.
    :raises AddressInvalid, AlreadyAuthor, AssessesCandidacies, TooManyAuthors: this address cannot be invited.
    :raises TooManyTries: too many were invited today.
    """
    address = clean_address(invitee.address)
    check_can_change_people(_locked_state(session, candidacy.id), is_known=actor.is_known)
    authors = [author.email for author in authors_of(session, candidacy.id)]
    check_can_invite(address, authors=authors, is_of_team=is_of_team(session, address))
    _limit(session, candidacy.id, address, actor, now)
    person = _person(session, NewPerson(address, invitee.name, invitee.language), actor, now)
    session.add(
        CandidacyMember(
            candidacy_id=candidacy.id,
            person_id=person.id or 0,
            added_at=now,
            invited_by=actor.person_id,
            name=invitee.name,
        )
    )
    session.flush()
    refresh_read(session, col(Candidacy.id) == candidacy.id)
    record(session, actor, "candidacy.author_invited", subject=("candidacy", candidacy.id), now=now, name=invitee.name)
    _send_invitation(session, candidacy, person, actor, now)


def remove(session: Session, candidacy: CandidacyRecord, person_id: int, *, actor: Actor, now: datetime) -> None:
    """Take an author's right to read and write a candidacy, and tell that person; one who is none stays so.

    :raises AddressUnconfirmed, PeopleFixed: see ``invite``.
    :raises LastAuthor: nobody would be left.
    """
    check_can_change_people(_locked_state(session, candidacy.id), is_known=actor.is_known)
    authors = {author.person_id: author for author in authors_of(session, candidacy.id)}
    removed = authors.get(person_id)
    if removed is None:
        return
    check_can_remove(authors)
    member = CandidacyMember
    which = (col(member.candidacy_id) == candidacy.id, col(member.person_id) == person_id)
    session.execute(sa.delete(member).where(*which))
    refresh_read(session, col(Candidacy.id) == candidacy.id)
    record(session, actor, "candidacy.author_removed", subject=("candidacy", candidacy.id), now=now, name=removed.name)
    _tell_removed(session, candidacy, removed, actor, now)


def _locked_state(session: Session, candidacy_id: int) -> CandidacyState:
    """Lock a candidacy to the end of the transaction: two authors never remove each other at the same time."""
    query = sa.select(col(Candidacy.state)).where(col(Candidacy.id) == candidacy_id).with_for_update()
    return CandidacyState(session.execute(query).scalar_one())


def _limit(session: Session, candidacy_id: int, address: str, actor: Actor, now: datetime) -> None:
    """Each invitation sends a mail to an address that somebody typed: only so many."""
    for key, limit in (
        (f"candidacy_people.person:{actor.person_id}", INVITED_PER_PERSON),
        (f"candidacy_people.candidacy:{candidacy_id}", INVITED_PER_CANDIDACY),
        (f"candidacy_people.address:{address}", INVITED_PER_ADDRESS),
    ):
        hit(session, key, limit=limit, window=DAY, now=now)


def _person(session: Session, new: NewPerson, actor: Actor, now: datetime) -> Person:
    try:
        known = col(Person.id) == add(session, actor, new, None, now=now)
    except AddressTaken:
        known = col(Person.email) == new.address
    return session.execute(sa.select(Person).where(known)).scalar_one()


def _send_invitation(session: Session, candidacy: CandidacyRecord, person: Person, actor: Actor, now: datetime) -> None:
    values = {
        "link": request_link(session, person.email, next_path=f"/candidacies/{candidacy.reference}", now=now),
        "candidacy": candidacy,
        "inviter": actor.name,
        "expires_on": programme_day(now + MAILED_LIFETIME),
        "zone": PROGRAMME_ZONE,
        "closed": now >= candidacy.closes_at,
    }
    to = Recipient(person.email, person.name, person.language, person.id)
    enqueue(session, "candidacy_invitation", to=to, values=values, now=now)


def _tell_removed(session: Session, candidacy: CandidacyRecord, author: Author, actor: Actor, now: datetime) -> None:
    person = session.execute(sa.select(Person).where(col(Person.id) == author.person_id)).scalar_one()
    to = Recipient(person.email, person.name, person.language, person.id)
    values = {"candidacy": candidacy, "remover": actor.name, "by_self": actor.person_id == author.person_id}
    enqueue(session, "candidacy_author_removed", to=to, values=values, now=now)
