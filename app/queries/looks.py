"""Who looked at personal data, and when: for the team, and for the people whose data they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.models import Candidacy, CandidacyMember, Claim, Event, Mail, Person, Traveller

AT_PERSON = ("person.looked_at", "person.exported")
MOST = 200


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at ``about``: reference of a candidacy, subject of a mail, title of a claim, or ""."""

    happened_at: datetime
    person_name: str
    verb: str
    about: str


def looks_at_person(session: Session, person_id: int) -> Sequence[Look]:
    """Give who looked at a person's data, mails, candidacies and passport, the latest first, at most 200 (one query).

    The person's own looks are left out.
    """
    kind, subject, verb = col(Event.subject_kind), col(Event.subject_id), col(Event.verb)
    parts = (
        _looks(sa.literal("")).where(kind == "person", subject == person_id, verb.in_(AT_PERSON)),
        _looks(col(Mail.subject))
        .join(Mail, col(Mail.id) == subject)
        .where(kind == "mail", verb == "mail.looked_at", _mails_to(person_id)),
        _looks(col(Candidacy.reference))
        .join(Candidacy, col(Candidacy.id) == subject)
        .where(kind == "candidacy", verb == "candidacy.looked_at", _written_by(person_id)),
        _looks(col(Candidacy.reference))
        .join(Candidacy, col(Candidacy.call_id) == subject)
        .where(
            kind == "call",
            verb == "candidacies.exported",
            col(Event.happened_at) >= col(Candidacy.created_at),
            _written_by(person_id),
        ),
        _looks(sa.literal(""))
        .join(Traveller, col(Traveller.id) == subject)
        .where(kind == "traveller", verb == "traveller.looked_at", col(Traveller.person_id) == person_id),
        _looks(col(Claim.title))
        .join(Claim, col(Claim.id) == subject)
        .where(kind == "claim", verb == "receipt.looked_at", col(Claim.claimant_id) == person_id),
        _looks(col(Claim.title))
        .join(Claim, col(Claim.partnership_id) == subject)
        .where(
            kind == "partnership",
            verb == "receipts.exported",
            col(Event.happened_at) >= col(Claim.submitted_at),
            col(Claim.claimant_id) == person_id,
        ),
    )
    not_own = sa.or_(col(Event.person_id).is_(None), col(Event.person_id) != person_id)
    found = sa.union_all(*(part.where(not_own) for part in parts)).subquery()
    query = sa.select(found.c.happened_at, found.c.person_name, found.c.verb, found.c.about)
    return [Look(*row) for row in session.execute(query.order_by(found.c.id.desc(), found.c.about).limit(MOST))]


def _looks(about: Any) -> sa.Select[Any]:  # noqa: ANN401 - a column or a literal
    return sa.select(
        col(Event.id).label("id"),
        col(Event.happened_at).label("happened_at"),
        col(Event.person_name).label("person_name"),
        col(Event.verb).label("verb"),
        about.label("about"),
    )


def _mails_to(person_id: int) -> sa.ColumnElement[bool]:
    address = sa.select(col(Person.email)).where(col(Person.id) == person_id).scalar_subquery()
    return (col(Mail.person_id) == person_id) | (col(Mail.recipient) == address)


def _written_by(person_id: int) -> sa.ColumnElement[bool]:
    own = sa.select(col(CandidacyMember.candidacy_id)).where(col(CandidacyMember.person_id) == person_id)
    return col(Candidacy.id).in_(own)
