"""Reads of motivations: why the two sides of a partnership were paired, and whom that concerns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.models import Membership, MotivationText, Partnership, PartnershipMotivation, PartnershipSide, Person
from app.queries.circles import circle_of
from app.queries.pairing_people import Reader
from app.queries.partnerships import PartnershipFacts, partnership_by_slug


@dataclass(frozen=True, slots=True)
class StoredText:
    """The words in one language as they are stored; empty: what is proposed counts."""

    language: str
    text: str
    version: int
    edited_at: datetime
    editor: str


@dataclass(frozen=True, slots=True)
class Motivation:
    """What is kept of why two were paired; ``criteria`` without the assessment, as the published pairing has them."""

    partnership: PartnershipFacts
    made_at: datetime
    criteria: tuple[Mapping[str, Any], ...]
    shown_at: datetime | None
    stored: Mapping[str, StoredText]


def motivations_of(session: Session, found: Sequence[PartnershipFacts]) -> list[Motivation]:
    """Give the motivations of partnerships, in their order (two queries)."""
    ids = [one.id for one in found]
    columns: tuple[Any, ...] = (
        Partnership.id,
        Partnership.created_at,
        PartnershipMotivation.criteria,
        PartnershipMotivation.shown_at,
    )
    query = (
        sa.select(*columns)
        .outerjoin(PartnershipMotivation, col(PartnershipMotivation.partnership_id) == col(Partnership.id))
        .where(col(Partnership.id).in_(ids))
        .order_by(col(Partnership.id))
    )
    rows = {row.id: row for row in session.execute(query)}
    texts = _texts(session, ids)
    return [
        Motivation(
            one,
            rows[one.id].created_at,
            tuple(rows[one.id].criteria or ()),
            rows[one.id].shown_at,
            texts.get(one.id, {}),
        )
        for one in found
    ]


def motivation_by_slug(session: Session, actor: Actor, slug: str) -> Motivation | None:
    """Give the motivation of a partnership to whom it may concern (up to four queries).

    To the programme team at any time; once it was released also to the people of both sides, to the association of
    the country and to an auditor.
    """
    partnership = partnership_by_slug(session, slug)
    if partnership is None:
        return None
    found = motivations_of(session, [partnership])[0]
    if actor.is_staff:
        return found
    if found.shown_at is None:
        return None
    is_theirs = actor.is_auditor or partnership.id in circle_of(session, actor).partnerships
    return found if is_theirs else None


def released(session: Session, partnership_ids: Collection[int]) -> frozenset[int]:
    """Give which of these partnerships have a motivation that was released (one query)."""
    query = sa.select(col(PartnershipMotivation.partnership_id)).where(
        col(PartnershipMotivation.partnership_id).in_(sorted(partnership_ids)),
        col(PartnershipMotivation.shown_at).is_not(None),
    )
    return frozenset(session.scalars(query))


def people_of_sides(session: Session, partnership_ids: Collection[int]) -> dict[int, dict[int, list[Reader]]]:
    """Give the people of both sides of each partnership: by local government, by name, each once (one query)."""
    columns: tuple[Any, ...] = (
        PartnershipSide.partnership_id,
        PartnershipSide.local_government_id,
        Person.id,
        Person.name,
        Person.email,
        Person.language,
    )
    query = (
        sa.select(*columns)
        .join(Membership, col(Membership.local_government_id) == col(PartnershipSide.local_government_id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(PartnershipSide.partnership_id).in_(sorted(partnership_ids)))
        .distinct()
        .order_by(
            col(PartnershipSide.partnership_id),
            col(PartnershipSide.local_government_id),
            col(Person.name),
            col(Person.id),
        )
    )
    found: dict[int, dict[int, list[Reader]]] = {}
    for partnership_id, government_id, *person in session.execute(query):
        found.setdefault(partnership_id, {}).setdefault(government_id, []).append(Reader(*person))
    return found


def _texts(session: Session, partnership_ids: Collection[int]) -> dict[int, dict[str, StoredText]]:
    columns: tuple[Any, ...] = (
        MotivationText.partnership_id,
        MotivationText.language,
        MotivationText.text,
        MotivationText.version,
        MotivationText.edited_at,
        sa.func.coalesce(col(Person.name), ""),
    )
    query = (
        sa.select(*columns)
        .outerjoin(Person, col(Person.id) == col(MotivationText.edited_by))
        .where(col(MotivationText.partnership_id).in_(sorted(partnership_ids)))
        .order_by(col(MotivationText.partnership_id), col(MotivationText.language))
    )
    found: dict[int, dict[str, StoredText]] = {}
    for partnership_id, *text in session.execute(query):
        stored = StoredText(*text)
        found.setdefault(partnership_id, {})[stored.language] = stored
    return found
