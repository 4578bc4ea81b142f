"""Write who travels: added, changed, taken off the list and put on it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import Representing
from app.domain.errors import DomainError
from app.domain.visit_report import VisitCancelled
from app.domain.visits import check_can_send
from app.models import Traveller
from app.queries.visit_people import members_of_government
from app.queries.visits import VisitFacts
from app.services.events import record
from app.services.visit_checklists import lay_out
from app.services.visits import ChangedMeanwhile, NoLongerThere, number_of, prepare

MOST_TRAVELLERS = 30


class TravellerNameMissing(DomainError):
    """A traveller has a name: that of somebody of the side, or one that is typed."""

    code: ClassVar[str] = "traveller_name"


class TravellerThere(DomainError):
    """This person is on the list already."""

    code: ClassVar[str] = "traveller_there"


class TravellerOfOtherSide(DomainError):
    """Who is chosen belongs to the side that travels."""

    code: ClassVar[str] = "traveller_side"


class DelegationFull(DomainError):
    """A list holds at most ``most`` travellers."""

    code: ClassVar[str] = "delegation_full"


@dataclass(frozen=True, slots=True)
class TravellerWords:
    """What is written about a traveller; with ``person_id`` the name is that of the account."""

    name: str
    function: str
    representing: Representing
    language: str
    person_id: int | None = None


def check_open(actor: Actor, visit: VisitFacts) -> None:
    """Refuse unless ``actor`` may say who travels on a visit that still takes place.

    :raises NotAllowed: it is somebody else's to do.
    :raises VisitCancelled: it was called off.
    """
    check_can_send(actor, visit.parties)
    if visit.is_cancelled:
        raise VisitCancelled


def add_traveller(session: Session, actor: Actor, visit: VisitFacts, words: TravellerWords, *, now: datetime) -> int:
    """Put somebody on the list with the checklist of the programme; who was taken off comes back. Give the id.

    :raises TravellerThere: the person is on it already.
    :raises TravellerOfOtherSide: the person does not belong to the side that travels.
    :raises TravellerNameMissing: there is no name.
    :raises DelegationFull: there are too many; also ``NotAllowed`` and ``VisitCancelled``.
    """
    check_open(actor, visit)
    name = _name(session, visit, words)
    visit_id = prepare(session, actor, visit.number, now=now)
    known = _travellers(session, visit_id)
    _check_room(known)
    row = next((one for one in known if words.person_id is not None and one.person_id == words.person_id), None)
    if row is not None and row.removed_at is None:
        raise TravellerThere
    if row is None:
        row = Traveller(visit_id=visit_id, person_id=words.person_id, name=name, added_at=now, **_own(words))
        session.add(row)
    else:
        _write(row, name, words)
    session.flush()
    number = number_of(row.id)
    rules = visit.rules.visits
    lay_out(session, number, rules=rules, country=visit.destination, starts_on=visit.first_day)
    record(session, actor, "visit.traveller_added", subject=("visit", visit_id), now=now)
    return number


def change_traveller(
    session: Session,
    actor: Actor,
    visit: VisitFacts,
    traveller_id: int,
    words: TravellerWords,
    *,
    version: int,
    now: datetime,
) -> None:
    """Change what is written about a traveller who was read as ``version``; whose account it is stays.

    :raises ChangedMeanwhile: somebody else saved it since.
    :raises NoLongerThere: there is no such traveller; also ``TravellerNameMissing``, ``NotAllowed``.
    """
    check_open(actor, visit)
    row = _traveller(session, visit, traveller_id, version)
    name = row.name if row.person_id is not None else words.name.strip()
    if not name:
        raise TravellerNameMissing
    _write(row, name, words)
    session.flush()
    record(session, actor, "visit.traveller_changed", subject=("visit", row.visit_id), now=now)


def remove_traveller(
    session: Session, actor: Actor, visit: VisitFacts, traveller_id: int, *, version: int, now: datetime
) -> None:
    """Note that somebody does not come; the line is kept.

    :raises ChangedMeanwhile: somebody else saved it since; the other refusals are those of ``change_traveller``.
    """
    check_open(actor, visit)
    row = _traveller(session, visit, traveller_id, version)
    if row.removed_at is not None:
        return
    row.removed_at, row.version = now, version + 1
    session.flush()
    record(session, actor, "visit.traveller_removed", subject=("visit", row.visit_id), now=now)


def restore_traveller(
    session: Session, actor: Actor, visit: VisitFacts, traveller_id: int, *, version: int, now: datetime
) -> None:
    """Note that somebody comes after all.

    :raises DelegationFull: there are too many.
    :raises ChangedMeanwhile: somebody else saved it since; the other refusals are those of ``change_traveller``.
    """
    check_open(actor, visit)
    row = _traveller(session, visit, traveller_id, version)
    if row.removed_at is None:
        return
    _check_room(_travellers(session, row.visit_id))
    row.removed_at, row.version = None, version + 1
    session.flush()
    record(session, actor, "visit.traveller_added", subject=("visit", row.visit_id), now=now)


def _name(session: Session, visit: VisitFacts, words: TravellerWords) -> str:
    if words.person_id is None:
        name = words.name.strip()
    else:
        of_side = {one.id: one.name for one in members_of_government(session, visit.travelling.government_id)}
        if words.person_id not in of_side:
            raise TravellerOfOtherSide
        name = of_side[words.person_id]
    if not name:
        raise TravellerNameMissing
    return name


def _own(words: TravellerWords) -> dict[str, Any]:
    return {"function": words.function, "representing": words.representing, "language": words.language}


def _check_room(known: Sequence[Traveller]) -> None:
    if sum(one.removed_at is None for one in known) >= MOST_TRAVELLERS:
        raise DelegationFull(most=MOST_TRAVELLERS)


def _write(row: Traveller, name: str, words: TravellerWords) -> None:
    row.name, row.removed_at, row.version = name, None, row.version + 1
    row.function, row.representing, row.language = words.function, words.representing, words.language


def _travellers(session: Session, visit_id: int) -> list[Traveller]:
    query = sa.select(Traveller).where(col(Traveller.visit_id) == visit_id).order_by(col(Traveller.id))
    return list(session.execute(query).scalars())


def _traveller(session: Session, visit: VisitFacts, traveller_id: int, version: int) -> Traveller:
    own = (col(Traveller.id) == traveller_id, col(Traveller.visit_id) == visit.id)
    query = sa.select(Traveller).where(*own).with_for_update()
    row = session.execute(query.execution_options(populate_existing=True)).scalar()
    if row is None:
        raise NoLongerThere
    if row.version != version:
        raise ChangedMeanwhile
    return row
