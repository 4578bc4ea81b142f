"""Invitation letters for work visits: made from what is known of the visit now, taken away or sent by mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents.mails import AttachedFile
from app.documents.pdf import MEDIA_TYPE, PdfFile
from app.documents.visit_letter import Guest, Invitation, Payer, Point, invitation_name, invitation_pdf
from app.domain.access import Actor, NotAllowed
from app.domain.codes import Role, Side
from app.domain.errors import DomainError
from app.domain.texts import title_of
from app.domain.visit_costs import commitments
from app.domain.visit_report import VisitCancelled
from app.models import AgendaSession, Membership, Person
from app.queries.partnerships import partnerships
from app.queries.programmes import programme_by_id
from app.queries.visit_costs import estimate_of
from app.queries.visit_parts import ItemRow, items_of
from app.queries.visits import TravellerFacts, VisitFacts, visit_of
from app.services.events import record
from app.services.mail import Recipient, enqueue

INVITATION: Final = "visit_invitation"
_OFFICE: Final = Actor(person_id=0, roles=frozenset({Role.STAFF}))
"""Who reads a visit to make a file that goes with a mail: nobody asks, and the addressee was decided before."""
Source = Mapping[str, Any]


class NobodyToInvite(DomainError):
    """Nobody travels yet, or the one who was chosen does not come."""

    code: ClassVar[str] = "letter_nobody"


class VisitGone(Exception):
    """The visit or its traveller is not there any more."""


def may_take(actor: Actor, visit: VisitFacts) -> bool:
    """Tell who takes letters away: the coordinators of both sides, and the programme team."""
    sides = {visit.travelling.government_id, visit.hosting.government_id}
    return actor.is_staff or (actor.is_known and bool(actor.coordinates & sides))


def may_send(actor: Actor, visit: VisitFacts) -> bool:
    """Tell who sends letters: the coordinators of the side that receives, for it invites, and the programme team."""
    return actor.is_staff or (actor.is_known and visit.hosting.government_id in actor.coordinates)


def letter_file(
    session: Session, visit: VisitFacts, *, traveller_id: int | None, language: str, written_at: datetime
) -> PdfFile:
    """Make the letter to one traveller, or to all (none).

    :raises NobodyToInvite: there is no such traveller.
    """
    guests = [one for one in visit.travellers if traveller_id in (None, one.id)]
    if not guests:
        raise NobodyToInvite
    invitation = _invitation(session, visit, guests, language, written_at)
    name = invitation_name(language, invitation.reference, guests[0].name if traveller_id is not None else "")
    return PdfFile(name, invitation_pdf(invitation))


def send(session: Session, visit: VisitFacts, *, language: str, actor: Actor, now: datetime) -> int:
    """Send each traveller with an account the own letter, and the coordinators who travel one for all; give how many.

    :raises NotAllowed: only the side that receives invites, and the programme team.
    :raises VisitCancelled: there is nothing to come to.
    :raises NobodyToInvite: nobody travels yet.
    """
    if not may_send(actor, visit):
        raise NotAllowed
    if visit.is_cancelled:
        raise VisitCancelled
    if not visit.travellers:
        raise NobodyToInvite
    own = {one.person_id: one for one in visit.travellers if one.person_id is not None}
    guests = _people(session, col(Person.id).in_(own))
    coordinating = _people(session, col(Person.id).in_(_coordinators(visit.travelling.government_id)))
    for person in guests:
        _enqueue(session, visit, person, own[person.person_id or 0], language, now)
    for person in coordinating:
        _enqueue(session, visit, person, None, language, now)
    count = len({person.person_id for person in (*guests, *coordinating)})
    record(session, actor, "visit.letters_sent", subject=("visit", visit.id), now=now, count=count)
    return count


def make_invitation(session: Session, source: Source) -> AttachedFile:
    """Make the letter that goes with a mail, from the visit as it is when the mail is sent.

    :raises VisitGone: it is not there any more.
    """
    visit = _visit(session, source["session_id"])
    try:
        made = letter_file(
            session,
            visit,
            traveller_id=source["traveller_id"],
            language=source["language"],
            written_at=datetime.fromisoformat(source["written_at"]),
        )
    except NobodyToInvite as fault:
        raise VisitGone from fault
    return AttachedFile(made.name, MEDIA_TYPE, made.content)


def _visit(session: Session, session_id: int) -> VisitFacts:
    query = sa.select(col(AgendaSession.partnership_id), col(AgendaSession.programme_id))
    row = session.execute(query.where(col(AgendaSession.id) == session_id)).first()
    listed = partnerships(session, row.programme_id) if row else []
    found = next((one for one in listed if row and one.id == row.partnership_id), None)
    visit = visit_of(session, _OFFICE, found, session_id) if found else None
    if visit is None:
        raise VisitGone
    return visit


def _invitation(
    session: Session, visit: VisitFacts, guests: Sequence[TravellerFacts], language: str, written_at: datetime
) -> Invitation:
    programme = programme_by_id(session, visit.session.programme_id)
    return Invitation(
        language=language,
        programme=title_of(programme, language).words if programme else "",
        reference=f"V-{visit.number}",
        written_at=written_at,
        host=visit.hosting.name,
        host_region=visit.hosting.region,
        travelling=visit.travelling.name,
        guests=tuple(Guest(one.name, one.function) for one in guests),
        first_day=visit.first_day,
        last_day=visit.last_day,
        purpose=title_of(visit.session, language).words,
        points=tuple(_point(one) for one in items_of(session, visit.id)),
        payers=_payers(session, visit),
    )


def _point(item: ItemRow) -> Point:
    facts = item.facts
    return Point(facts.day, "–".join(filter(None, (facts.starts, facts.ends))), facts.title, facts.place)


def _payers(session: Session, visit: VisitFacts) -> tuple[Payer, ...]:
    """Give who pays what by the approved estimate; before that nobody promises anything."""
    stored = estimate_of(session, visit.id)
    if stored is None or not stored.is_approved:
        return ()
    names = {visit.travelling.side: visit.travelling.name, visit.hosting.side: visit.hosting.name}
    wanted = commitments(stored.lines)
    paid = {side: tuple(category for of, category in wanted if of is side) for side in Side}
    return tuple(Payer(names[side], categories) for side, categories in paid.items() if categories)


def _people(session: Session, which: sa.ColumnElement[bool]) -> list[Recipient]:
    query = sa.select(Person).where(which, col(Person.removed_at).is_(None)).order_by(col(Person.id))
    return [Recipient(one.email, one.name, one.language, one.id) for one in session.scalars(query)]


def _coordinators(government_id: int) -> sa.Select[Any]:
    return sa.select(col(Membership.person_id)).where(
        col(Membership.local_government_id) == government_id, col(Membership.role) == Role.COORDINATOR
    )


def _enqueue(
    session: Session,
    visit: VisitFacts,
    person: Recipient,
    traveller: TravellerFacts | None,
    language: str,
    now: datetime,
) -> None:
    source = {
        "kind": INVITATION,
        "name": invitation_name(language, f"V-{visit.number}"),
        "session_id": visit.number,
        "traveller_id": traveller.id if traveller else None,
        "language": language,
        "written_at": now.isoformat(),
    }
    values = {
        "host": visit.hosting.name,
        "travelling": visit.travelling.name,
        "first": visit.first_day,
        "last": visit.last_day,
        "slug": visit.partnership.slug,
        "number": visit.number,
        "for_all": traveller is None,
    }
    enqueue(session, INVITATION, to=person, values=values, now=now, files=[source])
