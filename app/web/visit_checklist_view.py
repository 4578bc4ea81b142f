"""The checklists of a visit as one reader may see them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.texts import Text, title_of
from app.domain.visit_checklist import Check, in_order, may_see, may_tick
from app.language.labels import label
from app.queries.visits import TravellerFacts, VisitFacts
from app.services import traveller_identity
from app.services.visit_checklists import checks_of, involved


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """An item in words; ``may_tick``: by this reader."""

    check: Check
    title: Text
    by: str
    overdue: bool
    may_tick: bool


@dataclass(frozen=True, slots=True)
class ShownList:
    """The list of a traveller; ``identity``: whether passport data are kept, none for who may not know."""

    traveller: TravellerFacts
    checks: list[ShownCheck]
    identity: bool | None

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(one.check.done_on is not None for one in self.checks)

    @property
    def overdue(self) -> int:
        """How many should be done by now and are not."""
        return sum(one.overdue for one in self.checks)


def shown_lists(session: Session, actor: Actor, visit: VisitFacts, locale: str, today: date) -> list[ShownList]:
    """Give the lists of a visit, with the items that concern the reader (two queries); nothing for whom none does.

    The travelling side and staff see all, the host what it takes care of, a traveller the own list.
    """
    checks = checks_of(session, visit)
    known = traveller_identity.known_of(session, visit.id)
    lists = [_shown(actor, visit, one, checks[one.id], known, locale, today) for one in visit.travellers]
    return [one for one in lists if one.checks or one.identity is not None]


def _shown(
    actor: Actor,
    visit: VisitFacts,
    traveller: TravellerFacts,
    checks: list[Check],
    known: set[int],
    locale: str,
    today: date,
) -> ShownList:
    who = involved(visit, traveller)
    seen = [one for one in in_order(checks, today) if may_see(actor, one.by, who)]
    reads = traveller_identity.may_read(actor, visit, traveller)
    return ShownList(
        traveller,
        [
            ShownCheck(
                one,
                title_of(one, locale),
                label(locale, one.by),
                one.is_overdue(today),
                may_tick(actor, one.by, who) and not visit.is_cancelled,
            )
            for one in seen
        ],
        traveller.id in known if reads else None,
    )
