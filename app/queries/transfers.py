"""Reads of transfers between the sides, and of who speaks for each of the three parties.

Find the budget through the actor first (``queries.budget.budget_of``): who may read it reads its transfers for ever.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.codes import ConsentParty, Role, Side, TransferState
from app.models import (
    LocalGovernment,
    Membership,
    Partnership,
    PartnershipSide,
    Person,
    Transfer,
    TransferConsent,
)

LONGEST_LIST = 200
"""More transfers than any partnership has: a list need not be turned."""


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What was answered for a party, by whom and when."""

    party: ConsentParty
    person_id: int
    person_name: str
    agreed: bool
    words: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer with its answers; ``names`` are those of both governments."""

    id: int
    partnership_id: int
    slug: str
    from_side: Side
    amount_cents: int
    reason: str
    state: TransferState
    proposed_at: datetime
    proposed_by: int
    proposer: str
    ended_at: datetime | None
    flemish_id: int
    flemish_name: str
    partner_id: int
    partner_name: str
    answers: Mapping[ConsentParty, AnswerFacts]

    @property
    def governments(self) -> dict[Side, int]:
        """The local government of each side."""
        return {Side.FLEMISH: self.flemish_id, Side.PARTNER: self.partner_id}

    @property
    def giver(self) -> str:
        """The name of the side that gives."""
        return self.flemish_name if self.from_side is Side.FLEMISH else self.partner_name

    @property
    def receiver(self) -> str:
        """The name of the side that gets."""
        return self.partner_name if self.from_side is Side.FLEMISH else self.flemish_name

    @property
    def waiting(self) -> list[ConsentParty]:
        """The parties that did not answer, none once it is not open any more."""
        is_open = self.state is TransferState.OPEN
        return [party for party in ConsentParty if is_open and party not in self.answers]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who may answer for a party."""

    person_id: int
    name: str
    email: str
    language: str


def transfers_of(session: Session, partnership_id: int) -> list[TransferFacts]:
    """Give the transfers of a partnership, the last proposed first (two queries)."""
    query = _transfers().where(col(Transfer.partnership_id) == partnership_id)
    return _read(session, query.order_by(col(Transfer.id).desc()).limit(LONGEST_LIST))


def transfer_of(session: Session, partnership_id: int, transfer_id: int) -> TransferFacts | None:
    """Give a transfer of a partnership (two queries)."""
    query = _transfers().where(col(Transfer.id) == transfer_id, col(Transfer.partnership_id) == partnership_id)
    return next(iter(_read(session, query)), None)


def transfer_by_id(session: Session, transfer_id: int) -> TransferFacts:
    """Give a transfer (two queries).

    :raises StopIteration: there is none.
    """
    return next(iter(_read(session, _transfers().where(col(Transfer.id) == transfer_id))))


def open_transfers(session: Session, government_ids: Iterable[int] | None = None) -> list[TransferFacts]:
    """Give the open transfers of all partnerships, or of those of some governments, the oldest first (two queries)."""
    query = _transfers().where(col(Transfer.state) == TransferState.OPEN)
    if government_ids is not None:
        ids = sorted(set(government_ids))
        query = query.where(
            sa.or_(col(_FLEMISH.local_government_id).in_(ids), col(_PARTNER.local_government_id).in_(ids))
        )
    return _read(session, query.order_by(col(Transfer.id)))


def speakers_of(session: Session, transfer: TransferFacts) -> dict[ConsentParty, list[Speaker]]:
    """Give who may answer for each party, by name: the coordinators of each side, and the programme team (one query).

    Nobody answers for two: who answered for a party is left out of the others.
    """
    found = speakers(session, transfer.flemish_id, transfer.partner_id)
    taken = {answer.person_id: party for party, answer in transfer.answers.items()}
    return {
        party: [one for one in people if taken.get(one.person_id, party) is party] for party, people in found.items()
    }


def speakers(session: Session, flemish_id: int, partner_id: int) -> dict[ConsentParty, list[Speaker]]:
    """Give who speaks for each party of two governments, by name (one query)."""
    columns: tuple[Any, ...] = (
        Membership.role,
        Membership.local_government_id,
        Person.id,
        Person.name,
        Person.email,
        Person.language,
    )
    coordinates = sa.and_(
        col(Membership.role) == Role.COORDINATOR, col(Membership.local_government_id).in_((flemish_id, partner_id))
    )
    query = (
        sa.select(*columns)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(sa.or_(coordinates, col(Membership.role) == Role.STAFF))
        .order_by(col(Person.name), col(Person.id))
    )
    party_of = {flemish_id: ConsentParty.FLEMISH, partner_id: ConsentParty.PARTNER}
    found: dict[ConsentParty, list[Speaker]] = {party: [] for party in ConsentParty}
    for role, government_id, *person in session.execute(query):
        party = ConsentParty.STAFF if role is Role.STAFF else party_of[government_id]
        found[party].append(Speaker(*person))
    return found


_FLEMISH, _PARTNER = aliased(PartnershipSide, name="flemish"), aliased(PartnershipSide, name="partner")
_HERE, _THERE = aliased(LocalGovernment, name="here"), aliased(LocalGovernment, name="there")


def _transfers() -> sa.Select[Any]:
    columns: list[Any] = [
        col(Transfer.id),
        col(Transfer.partnership_id),
        col(Partnership.slug),
        *(col(getattr(Transfer, name)) for name in ("from_side", "amount_cents", "reason", "state")),
        col(Transfer.proposed_at),
        col(Transfer.proposed_by),
        col(Person.name),
        col(Transfer.ended_at),
        col(_FLEMISH.local_government_id),
        col(_HERE.name),
        col(_PARTNER.local_government_id),
        col(_THERE.name),
    ]
    return (
        sa.select(*columns)
        .select_from(Transfer)
        .join(Partnership, col(Partnership.id) == col(Transfer.partnership_id))
        .join(Person, col(Person.id) == col(Transfer.proposed_by))
        .join(_FLEMISH, sa.and_(_of_partnership(_FLEMISH), col(_FLEMISH.side) == Side.FLEMISH))
        .join(_PARTNER, sa.and_(_of_partnership(_PARTNER), col(_PARTNER.side) == Side.PARTNER))
        .join(_HERE, col(_HERE.id) == col(_FLEMISH.local_government_id))
        .join(_THERE, col(_THERE.id) == col(_PARTNER.local_government_id))
    )


def _of_partnership(side: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 - an alias of PartnershipSide
    return col(side.partnership_id) == col(Partnership.id)


def _read(session: Session, query: sa.Select[Any]) -> list[TransferFacts]:
    rows: Sequence[Any] = session.execute(query).all()
    answers = _answers(session, [row[0] for row in rows])
    return [TransferFacts(*(*row, answers.get(row[0], {}))) for row in rows]


def _answers(session: Session, transfer_ids: Sequence[int]) -> dict[int, dict[ConsentParty, AnswerFacts]]:
    if not transfer_ids:
        return {}
    columns: tuple[Any, ...] = (
        TransferConsent.transfer_id,
        TransferConsent.party,
        TransferConsent.person_id,
        Person.name,
        TransferConsent.agreed,
        TransferConsent.words,
        TransferConsent.given_at,
    )
    query = (
        sa.select(*columns)
        .join(Person, col(Person.id) == col(TransferConsent.person_id))
        .where(col(TransferConsent.transfer_id).in_(transfer_ids))
        .order_by(col(TransferConsent.transfer_id), col(TransferConsent.given_at))
    )
    found: dict[int, dict[ConsentParty, AnswerFacts]] = {}
    for transfer_id, *facts in session.execute(query):
        one = AnswerFacts(*facts)
        found.setdefault(transfer_id, {})[one.party] = one
    return found
