"""The checklist of a traveller: what must be ready when, who ticks it off, and what comes first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from app.domain.access import Actor, NotAllowed
from app.domain.codes import CheckBy, Country
from app.domain.errors import DomainError
from app.domain.visit_rules import ChecklistItem


class DoneInFuture(DomainError):
    """Nothing can be ticked off for a day that is still to come."""

    code: ClassVar[str] = "check_in_future"


@dataclass(frozen=True, slots=True)
class Involved:
    """Who is who on a visit: ids of both governments, and of the traveller's account if there is one."""

    travelling_id: int
    host_id: int
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """An item on a traveller's list: ``title_of`` gives its words."""

    id: int
    traveller_id: int
    code: str
    title_nl: str
    title_fr: str
    title_en: str
    by: CheckBy
    due_on: date
    done_on: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Whether it should be done by now: the due day itself is still in time."""
        return self.done_on is None and self.due_on < today


def items_for(checklist: Sequence[ChecklistItem], country: Country) -> tuple[ChecklistItem, ...]:
    """Give the items for a visit to ``country``."""
    return tuple(one for one in checklist if not one.countries or country in one.countries)


def due_on(item: ChecklistItem, starts_on: date) -> date:
    """Give the day on which an item must be ready."""
    return starts_on - timedelta(days=item.days_before)


def in_order(checks: Iterable[Check], today: date) -> list[Check]:
    """Give what is overdue first, then what is open by day, then what is done."""
    return sorted(checks, key=lambda one: (one.done_on is not None, not one.is_overdue(today), one.due_on, one.id))


def may_tick(actor: Actor, by: CheckBy, involved: Involved) -> bool:
    """Tell who ticks an item: whoever takes care of it, the travelling side for its travellers, and staff all."""
    if not actor.is_known or actor.is_staff:
        return actor.is_staff
    if by is CheckBy.HOST_SIDE:
        return involved.host_id in actor.coordinates
    own = involved.person_id is not None and involved.person_id == actor.person_id
    travelling = involved.travelling_id in actor.coordinates
    return (travelling and by is not CheckBy.STAFF) or (own and by is CheckBy.TRAVELLER)


def may_see(actor: Actor, by: CheckBy, involved: Involved) -> bool:
    """Tell who sees an item: whoever may tick it, and all of a list the travelling side and the traveller."""
    own = involved.person_id is not None and involved.person_id == actor.person_id
    travelling = involved.travelling_id in actor.coordinates
    return may_tick(actor, by, involved) or (actor.is_known and (travelling or own))


def check_can_tick(actor: Actor, by: CheckBy, involved: Involved, *, done_on: date, today: date) -> None:
    """Refuse unless ``may_tick``, and a day that is still to come.

    :raises NotAllowed, DoneInFuture: in this order.
    """
    if not may_tick(actor, by, involved):
        raise NotAllowed
    if done_on > today:
        raise DoneInFuture
