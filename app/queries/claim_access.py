"""Who sees claims and who decides over them, as conditions of queries; and the people who can decide over one.

Whoever belongs to the side whose money it is never decides, whatever else that person is: the money goes there.
"""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.access import Actor
from app.domain.claims import Approver, Approvers, ApproverTier, Involved, who_approves
from app.domain.codes import ClaimState, Role
from app.models import (
    Allotment,
    Association,
    Claim,
    LocalGovernment,
    Membership,
    Partnership,
    PartnershipSide,
    Person,
    Programme,
    Track,
)

OWN, OTHER = aliased(PartnershipSide, name="own_side"), aliased(PartnershipSide, name="other_side")
HERE, THERE = aliased(LocalGovernment, name="here_government"), aliased(LocalGovernment, name="there_government")
Condition = sa.ColumnElement[bool]


def joined(query: sa.Select[Any]) -> sa.Select[Any]:
    """Join a query from ``Claim`` with its partnership, programme, track and both sides: ``OWN`` is that of the money.

    ``may_see`` and ``waits_for`` need these.
    """
    return (
        query.select_from(Claim)
        .join(Partnership, col(Partnership.id) == col(Claim.partnership_id))
        .join(Programme, col(Programme.id) == col(Partnership.programme_id))
        .join(Track, col(Track.id) == col(Partnership.track_id))
        .join(Allotment, col(Allotment.id) == col(Claim.allotment_id))
        .join(OWN, col(OWN.id) == col(Allotment.side_id))
        .join(OTHER, sa.and_(col(OTHER.partnership_id) == col(OWN.partnership_id), col(OTHER.id) != col(OWN.id)))
        .join(HERE, col(HERE.id) == col(OWN.local_government_id))
        .join(THERE, col(THERE.id) == col(OTHER.local_government_id))
    )


def may_see(actor: Actor) -> Condition:
    """Tell whether ``actor`` sees a claim: a draft only its claimant, see ``queries.claims``."""
    if not actor.is_known:
        return sa.false()
    was_sent = col(Claim.submitted_at).is_not(None)
    seen = sa.or_(col(Claim.claimant_id) == actor.person_id, sa.and_(was_sent, _may_see_sent(actor)))
    return sa.and_(seen, col(Claim.emptied_at).is_(None))


def _may_see_sent(actor: Actor) -> Condition:
    if actor.is_staff or actor.is_auditor:
        return sa.true()
    return sa.or_(
        col(Claim.beneficiary_id) == actor.person_id,
        sa.and_(col(Claim.decided_by) == actor.person_id, col(OTHER.local_government_id).in_(actor.coordinates)),
        col(OWN.local_government_id).in_(actor.coordinates),
        col(Track.country).in_(actor.countries),
        waits_for(actor),
    )


def waits_for(actor: Actor) -> Condition:
    """Tell whether a claim waits for the decision of this very person."""
    if not actor.is_known:
        return sa.false()
    may_decide = [_in_tier(actor, tier) for tier in ApproverTier]
    return sa.and_(
        col(Claim.state) == ClaimState.SUBMITTED,
        col(OWN.local_government_id).not_in(actor.participates),
        *(sa.func.coalesce(column, 0) != actor.person_id for column in _INVOLVED),
        sa.or_(*(one for one in may_decide if one is not None), sa.false()),
    )


def _in_tier(actor: Actor, tier: ApproverTier) -> Condition | None:
    """Tell whether the person belongs to a tier, and nobody remains of those that are asked before it."""
    if tier is ApproverTier.TEAM:
        return sa.true() if actor.is_staff else None
    if tier is ApproverTier.OTHER_SIDE:
        mine: Condition = col(OTHER.local_government_id).in_(actor.coordinates)
        return sa.and_(mine, ~_somebody_left(ApproverTier.TEAM)) if actor.coordinates else None
    nobody = [~_somebody_left(ApproverTier.TEAM), ~_somebody_left(ApproverTier.OTHER_SIDE)]
    return sa.and_(col(Track.country).in_(actor.countries), *nobody) if actor.countries else None


_INVOLVED: Final = (col(Claim.claimant_id), col(Claim.submitted_by), col(Claim.beneficiary_id))


def _somebody_left(tier: ApproverTier) -> Condition:
    person = col(Membership.person_id)
    not_involved = [person != sa.func.coalesce(column, 0) for column in _INVOLVED]
    query = sa.select(person).join(Person, col(Person.id) == person)
    query = query.where(col(Person.removed_at).is_(None), _ROLE_OF[tier], ~_of_own_side(person), *not_involved)
    return query.correlate(Claim, OWN, OTHER, Track).exists()


def _of_own_side(person: Any) -> Condition:  # noqa: ANN401 - a column
    """Tell whether somebody belongs to the local government whose money it is."""
    own = aliased(Membership, name="own_membership")
    query = sa.select(col(own.id)).where(col(own.person_id) == person)
    query = query.where(col(own.local_government_id) == col(OWN.local_government_id))
    return query.correlate(OWN, Membership, Person).exists()


_ROLE_OF: Final[Mapping[ApproverTier, Condition]] = {
    ApproverTier.TEAM: col(Membership.role) == Role.STAFF,
    ApproverTier.OTHER_SIDE: sa.and_(
        col(Membership.role) == Role.COORDINATOR,
        col(Membership.local_government_id) == col(OTHER.local_government_id),
    ),
    ApproverTier.ASSOCIATION: sa.and_(
        col(Membership.role) == Role.ASSOCIATION,
        col(Membership.association_id).in_(
            sa.select(col(Association.id)).where(col(Association.country) == col(Track.country)).correlate(Track)
        ),
    ),
}


def approvers_of(session: Session, claim_id: int, involved: Involved) -> Approvers:
    """Give who can decide over a claim, by name (one query).

    ``involved`` is handed in, so that it can be asked before somebody sends the claim or becomes its beneficiary.
    """
    tier = sa.case(*((condition, name.value) for name, condition in _ROLE_OF.items()), else_="")
    columns: tuple[Any, ...] = (tier, col(Person.id), col(Person.name), col(Person.email), col(Person.language))
    query = joined(sa.select(*columns)).join(Membership, sa.or_(*_ROLE_OF.values()))
    query = query.join(Person, col(Person.id) == col(Membership.person_id)).distinct()
    query = query.where(col(Claim.id) == claim_id, col(Person.removed_at).is_(None), ~_of_own_side(col(Person.id)))
    found: dict[ApproverTier, list[Approver]] = {}
    for name, *person in session.execute(query.order_by(col(Person.name), col(Person.id))):
        found.setdefault(ApproverTier(name), []).append(Approver(*person))
    return who_approves(found, involved)
