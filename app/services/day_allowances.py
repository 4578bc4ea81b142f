"""Claim the day allowance of a traveller: the computation becomes a line of a claim, each day at most once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor, NotAllowed
from app.domain.claims import NewLine, may_claim
from app.domain.codes import Category, Currency, Meal
from app.domain.money import Rate
from app.domain.per_diem import (
    Allowance,
    AllowanceChanged,
    Stay,
    check_allowance,
    check_not_claimed,
    reckon,
    to_data,
)
from app.domain.time import programme_day
from app.domain.visits import check_can_send
from app.queries.budget import halves_of
from app.queries.day_allowances import beneficiary_of, claimed_days, own_drafts
from app.queries.exchange_rates import rate_on
from app.queries.visits import TravellerFacts, VisitFacts
from app.services import claims
from app.services.claim_lines import Heading
from app.services.ledger import lock_partnership
from app.services.visit_estimates import HalfNotOpen


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is claimed: for whom, as a traveller of which category, with which meals provided.

    ``seen``: the totals that were on the page. ``rate`` counts for a currency of which the list has none. ``claim_id``:
    an own draft to which the lines go; none starts a claim. ``title`` and ``description`` are the words of the claim.
    """

    traveller: TravellerFacts
    category: str
    meals: Mapping[date, frozenset[Meal]]
    seen: str
    title: str
    description: str
    rate: Rate | None = None
    claim_id: int | None = None


def may_see(actor: Actor, visit: VisitFacts, traveller: TravellerFacts) -> bool:
    """Tell who sees the allowance of a traveller: the team, the coordinators of that side, and the traveller."""
    own = actor.is_known and traveller.person_id is not None and traveller.person_id == actor.person_id
    return own or may_send(actor, visit)


def may_send(actor: Actor, visit: VisitFacts) -> bool:
    """Tell who sees the allowances of all travellers."""
    try:
        check_can_send(actor, visit.parties)
    except NotAllowed:
        return False
    return True


def may_claim_for(actor: Actor, visit: VisitFacts, traveller: TravellerFacts) -> bool:
    """Tell who claims it: whoever sees it, on the half of the side that travels."""
    return may_see(actor, visit, traveller) and may_claim(actor, visit.travelling.government_id)


def allowance_of(visit: VisitFacts, category: str, meals: Mapping[date, frozenset[Meal]]) -> Allowance:
    """Compute the allowance of a traveller of a visit by the rules of the programme."""
    stay = Stay(visit.destination, category, visit.first_day, visit.last_day, meals)
    return reckon(stay, visit.rules.budget)


def seen_of(allowance: Allowance) -> str:
    """Give a mark of the totals and the days, to see that what is claimed is what was on the page."""
    totals = "+".join(f"{currency.value}{minor}" for currency, minor in allowance.totals.items())
    return f"{totals}/{len(allowance.days)}"


def rates_of(session: Session, allowance: Allowance, *, today: date) -> dict[Currency, Rate | None]:
    """Give the exchange rate of each currency of an allowance: that of its last day, or of today if that is earlier."""
    day = min([today, *(one.day for one in allowance.days[-1:])])
    return {currency: rate_on(session, currency, day) for currency in allowance.totals}


def claim(session: Session, visit: VisitFacts, wanted: Wanted, *, actor: Actor, now: datetime) -> int:
    """Put the allowance of a traveller in a claim on the half of the side that travels; give the number of the claim.

    One line for each currency of the day rates, each with its computation; a day allowance needs no receipt. It is of
    the last day that counts: before the visit it can be prepared, and sent once that day is there.

    :raises NotAllowed: it is not the actor's to claim.
    :raises AllowanceIncomplete, AllowanceNothing, AllowanceChanged, DayClaimed: see the domain.
    :raises HalfNotOpen: the budget of the partnership is not opened.
    :raises RateNeeded: no exchange rate is known, and none was written.
    """
    if not may_claim_for(actor, visit, wanted.traveller):
        raise NotAllowed
    allowance = allowance_of(visit, wanted.category, wanted.meals)
    check_allowance(allowance)
    if seen_of(allowance) != wanted.seen:
        raise AllowanceChanged
    if wanted.claim_id is not None:
        claims.hold(session, wanted.claim_id)
    lock_partnership(session, visit.partnership.id)
    check_not_claimed(
        (one.day for one in allowance.days), claimed_days(session, visit.partnership.id, wanted.traveller)
    )
    claim_id = _claim_id(session, visit, wanted, actor=actor, now=now)
    rates = rates_of(session, allowance, today=programme_day(now))
    for line in _lines(allowance, wanted, rates):
        claims.add_line(session, claim_id, line, actor=actor, now=now)
    return claims.number_of(session, claim_id)


def allotment_of(session: Session, visit: VisitFacts) -> int:
    """Give the half of the side that travels.

    :raises HalfNotOpen: there is none.
    """
    halves = halves_of(session, [visit.partnership.id]).get(visit.partnership.id, ())
    for half in halves:
        if half.side is visit.travelling.side:
            return half.allotment_id
    raise HalfNotOpen(government=visit.travelling.name)


def _claim_id(session: Session, visit: VisitFacts, wanted: Wanted, *, actor: Actor, now: datetime) -> int:
    allotment_id = allotment_of(session, visit)
    beneficiary_id = beneficiary_of(session, wanted.traveller, visit.travelling.government_id)
    if wanted.claim_id is None:
        heading = Heading(wanted.title, visit.number, beneficiary_id)
        return claims.start(session, allotment_id, heading, actor=actor, now=now)
    drafts = own_drafts(session, actor, allotment_id, session_id=visit.number, beneficiary_id=beneficiary_id)
    if wanted.claim_id not in {one.id for one in drafts}:
        raise NotAllowed
    return wanted.claim_id


def _lines(allowance: Allowance, wanted: Wanted, rates: Mapping[Currency, Rate | None]) -> list[NewLine]:
    whose = {"traveller": wanted.traveller.id, "person": wanted.traveller.person_id}
    made = []
    for currency, total in allowance.totals.items():
        if total == 0:
            continue
        days = allowance.of(currency)
        made.append(
            NewLine(
                category=Category.STAY,
                description=wanted.description,
                spent_on=days[-1].day,
                currency=currency,
                amount_minor=total,
                rate=rates[currency] or wanted.rate,
                per_diem=to_data(allowance, days, total, **whose),
            )
        )
    return made
