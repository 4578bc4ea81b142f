"""Who may read a candidacy: conditions for queries, so that what is not somebody's to read is never fetched.

A conflict of interest is declared, or known from who somebody is: has a role at the local government that applies (or
at one that merged into it), or writes the candidacy. It blocks the programme team and readers alike. Who writes a
candidacy goes on reading it as its author.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain.access import Actor
from app.models import Candidacy, CandidacyMember, ConflictOfInterest, LocalGovernment, Membership, Reading

Condition = sa.ColumnElement[bool]
Who = int | sa.SQLColumnExpression[Any] | None


def readable_by(actor: Actor) -> Condition:
    """Tell of each candidacy whether ``actor`` may read its answers, in whatever way."""
    return sa.or_(written_by(actor), open_to_staff(actor), given_to(actor))


def written_by(actor: Actor) -> Condition:
    """Tell whether ``actor`` is one of its authors; a browser that only started a candidacy has that one alone."""
    own = _there_is(CandidacyMember, actor.person_id)
    return own if actor.candidacy_id is None else sa.and_(own, col(Candidacy.id) == actor.candidacy_id)


def open_to_staff(actor: Actor) -> Condition:
    """Tell whether ``actor`` reads it as the programme team: never with a conflict."""
    return sa.not_(in_conflict(actor.person_id)) if actor.is_staff else sa.false()


def given_to(actor: Actor) -> Condition:
    """Tell whether it is given to ``actor`` to be assessed, and without a conflict."""
    if not actor.is_known:
        return sa.false()
    return sa.and_(_there_is(Reading, actor.person_id), sa.not_(in_conflict(actor.person_id)))


def in_conflict(person_id: Who) -> Condition:
    """Tell whether a person (an id, or a column with ids) has a conflict of interest, declared or known."""
    return sa.or_(_there_is(ConflictOfInterest, person_id), known_conflict(person_id))


def known_conflict(person_id: Who) -> Condition:
    """Tell whether a conflict follows from who the person is."""
    return sa.or_(_there_is(CandidacyMember, person_id), _is_of_government(person_id))


def _there_is(model: Any, person_id: Who) -> Condition:  # noqa: ANN401 - tables with a candidacy and a person
    rows = sa.select(sa.literal(1)).select_from(model).where(model.candidacy_id == col(Candidacy.id))
    return rows.where(model.person_id == person_id).correlate_except(model).exists()


def _is_of_government(person_id: Who) -> Condition:
    own, applying = sa.orm.aliased(LocalGovernment), sa.orm.aliased(LocalGovernment)
    rows = (
        sa.select(sa.literal(1))
        .select_from(Membership)
        .join(own, own.id == col(Membership.local_government_id))  # type: ignore[arg-type]
        .join(applying, sa.or_(applying.code == own.code, applying.code == own.successor_code))  # type: ignore[arg-type]
        .where(col(Membership.person_id) == person_id, applying.id == col(Candidacy.local_government_id))  # type: ignore[arg-type]
    )
    return rows.correlate_except(Membership, own, applying).exists()
