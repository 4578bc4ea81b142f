"""Mails about transfers between the sides: who must answer is asked, and all three parties hear what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import ConsentParty
from app.models import Transfer
from app.queries.transfers import Speaker, TransferFacts, speakers_of, transfer_by_id
from app.services.mail import Recipient, enqueue


@dataclass(frozen=True, slots=True)
class _Told:
    """A person and the party for which the mail speaks to this person."""

    party: ConsentParty
    person: Speaker


def ask(session: Session, row: Transfer, *, actor: Actor, now: datetime) -> int:
    """Mail everybody who may consent for a party that did not answer yet; give how many."""
    facts = transfer_by_id(session, row.id or 0)
    waiting = [party for party in ConsentParty if party not in facts.answers]
    return _send(session, "transfer_asked", facts, _people(session, facts, waiting), actor=actor, now=now)


def tell(session: Session, row: Transfer, *, actor: Actor, now: datetime) -> int:
    """Mail all three parties what came of a transfer, but not who just ended it; give how many."""
    facts = transfer_by_id(session, row.id or 0)
    return _send(session, "transfer_ended", facts, _people(session, facts, ConsentParty), actor=actor, now=now)


def _people(session: Session, facts: TransferFacts, parties: Iterable[ConsentParty]) -> list[_Told]:
    """Give the people of ``parties``; who speaks for two is told once."""
    speakers: Mapping[ConsentParty, list[Speaker]] = speakers_of(session, facts)
    told = {one.person_id: _Told(party, one) for party in parties for one in speakers[party]}
    return [told[number] for number in sorted(told)]


def _send(
    session: Session, kind: str, facts: TransferFacts, people: Iterable[_Told], *, actor: Actor, now: datetime
) -> int:
    count = 0
    for one in people:
        if one.person.person_id == actor.person_id:
            continue
        values = {
            "transfer": facts,
            "state": facts.state.value,
            "path": f"/partnerships/{facts.slug}/transfers/{facts.id}",
            "party": one.party,
        }
        person = one.person
        recipient = Recipient(person.email, person.name, person.language, person.person_id)
        key = f"transfer:{facts.id}:{facts.state.value}:{person.person_id}"
        count += enqueue(session, kind, to=recipient, values=values, now=now, unique_key=key)
    return count
