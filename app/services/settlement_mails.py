"""Mails about the end of a budget: both sides get the figures of both halves."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import RestRule, Side
from app.domain.transfers import PARTY_OF
from app.models import Partnership
from app.queries.budget import halves_of
from app.queries.closing import settlements_of
from app.queries.transfers import speakers
from app.services.ledger import LockedHalf
from app.services.mail import Recipient, enqueue


def tell(
    session: Session,
    partnership_id: int,
    halves: Mapping[Side, LockedHalf],
    rest: RestRule,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Mail the coordinators of both sides what became of their halves; give how many.

    ``halves`` as they were before the rest was booked away.
    """
    flemish, partner = halves_of(session, [partnership_id])[partnership_id]
    settled = settlements_of(session, [partnership_id])[partnership_id]
    found = speakers(session, flemish.government_id, partner.government_id)
    people = {one.person_id: one for half in (flemish, partner) for one in found[PARTY_OF[half.side]]}
    values = {
        "partnership": f"{flemish.government_name} & {partner.government_name}",
        "figures": [(half.government_name, halves[half.side].sums) for half in (flemish, partner)],
        "carried": rest is RestRule.CARRIED_OVER,
        "reason": settled.reason,
        "path": f"/partnerships/{session.get_one(Partnership, partnership_id).slug}/budget",
    }
    others = [people[number] for number in sorted(people) if number != actor.person_id]
    for one in others:
        recipient = Recipient(one.email, one.name, one.language, one.person_id)
        key = f"settlement:{partnership_id}:{one.person_id}"
        enqueue(session, "budget_settled", to=recipient, values=values, now=now, unique_key=key)
    return len(others)
