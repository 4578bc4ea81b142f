"""Reads of claims through the eyes of whoever asks: one with its lines and receipts, and lists.

A draft is its claimant's alone. Once it was sent it is read by its claimant and beneficiary, the coordinators of the
same side, the programme team, auditors and the association of the partner's country; by coordinators of the other side
only where they are the ones who decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.access import Actor
from app.domain.codes import ClaimState
from app.domain.programme import Rules
from app.models import (
    AgendaSession,
    Claim,
    ClaimEntry,
    ClaimLine,
    LedgerEntry,
    Partnership,
    Person,
    Programme,
    Receipt,
    StoredFile,
    Track,
)
from app.queries.claim_access import HERE, OWN, THERE, joined, may_see, waits_for
from app.queries.claim_facts import ClaimFacts, ClaimPage, ClaimRow, LineFacts, ReceiptFacts

PAGE_SIZE: Final = 40


def claim_of(session: Session, actor: Actor, slug: str, number: int) -> ClaimFacts | None:
    """Give a claim with its lines and receipts, if ``actor`` may see it (three queries)."""
    query = _CLAIMS.where(col(Partnership.slug) == slug, col(Claim.number) == number, may_see(actor))
    row = session.execute(query).first()
    return None if row is None else _claim(session, row)


def claim_by_id(session: Session, claim_id: int) -> ClaimFacts:
    """Give a claim whoever asks: for services, which decide over it, and mails (three queries).

    :raises sqlalchemy.exc.NoResultFound: there is none.
    """
    return _claim(session, session.execute(_CLAIMS.where(col(Claim.id) == claim_id)).one())


def claims_in(
    session: Session,
    actor: Actor,
    *,
    partnership_id: int | None = None,
    state: ClaimState | None = None,
    page: int = 1,
) -> ClaimPage:
    """Give a page of the claims that ``actor`` may see, of one partnership or of all (two queries)."""
    wanted = [may_see(actor)]
    if partnership_id is not None:
        wanted.append(col(Claim.partnership_id) == partnership_id)
    if state is not None:
        wanted.append(col(Claim.state) == state)
    count = session.execute(joined(sa.select(sa.func.count(col(Claim.id)))).where(*wanted)).scalar_one()
    pages = max(-(-int(count) // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    query = _LISTED.where(*wanted).order_by(*_WAITING_FIRST).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return ClaimPage(_rows(session, query), page, pages)


def claims_to_decide(session: Session, actor: Actor) -> list[ClaimRow]:
    """Give the claims that wait for this very person, the longest waiting first (one query)."""
    return _rows(session, _LISTED.where(waits_for(actor)).order_by(*_WAITING_FIRST))


def own_open_claims(session: Session, actor: Actor) -> list[ClaimRow]:
    """Give the drafts of a person and the own claims that were returned, the latest first (one query)."""
    own = col(Claim.claimant_id) == actor.person_id
    is_open = col(Claim.state).in_([ClaimState.DRAFT, ClaimState.RETURNED])
    return _rows(session, _LISTED.where(own, is_open).order_by(*_WAITING_FIRST))


def receipts_of(session: Session, claim_id: int) -> list[ReceiptFacts]:
    """Give the receipts of a claim, the oldest first (one query)."""
    columns: tuple[Any, ...] = (
        col(Receipt.id),
        col(Receipt.line_id),
        col(Receipt.file_id),
        col(Receipt.thumbnail_id),
        col(StoredFile.name),
        col(StoredFile.media_type),
        col(StoredFile.size),
        col(StoredFile.sha256),
        col(Receipt.added_at),
        col(Receipt.removed_at),
    )
    query = sa.select(*columns).join(StoredFile, col(StoredFile.id) == col(Receipt.file_id))
    rows = session.execute(query.where(col(Receipt.claim_id) == claim_id).order_by(col(Receipt.id)))
    return [ReceiptFacts(*row) for row in rows]


def lines_of(session: Session, claim_id: int, receipts: Iterable[ReceiptFacts]) -> list[LineFacts]:
    """Give the lines of a claim in their order, each with its receipts (one query)."""
    commitment = aliased(LedgerEntry)
    booked = (
        sa.select(sa.func.min(col(ClaimEntry.entry_id)))
        .where(col(ClaimEntry.line_id) == col(ClaimLine.id))
        .correlate(ClaimLine)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        col(ClaimLine.id),
        col(ClaimLine.position),
        col(ClaimLine.category),
        col(ClaimLine.description),
        col(ClaimLine.spent_on),
        col(ClaimLine.currency),
        col(ClaimLine.amount_minor),
        col(ClaimLine.rate),
        col(ClaimLine.rate_source),
        col(ClaimLine.rate_date),
        col(ClaimLine.amount_cents),
        col(ClaimLine.commitment_id),
        col(commitment.description),
        col(ClaimLine.per_diem),
        booked,
    )
    query = sa.select(*columns).outerjoin(commitment, col(commitment.id) == col(ClaimLine.commitment_id))
    query = query.where(col(ClaimLine.claim_id) == claim_id).order_by(col(ClaimLine.position), col(ClaimLine.id))
    by_line: dict[int | None, list[ReceiptFacts]] = {}
    for receipt in receipts:
        by_line.setdefault(receipt.line_id, []).append(receipt)
    rows: Iterable[Any] = session.execute(query)
    return [_line(row, by_line.get(row[0], [])) for row in rows]


def _line(row: Any, receipts: Sequence[ReceiptFacts]) -> LineFacts:  # noqa: ANN401 - a row of ``lines_of``
    return replace(LineFacts(*row), receipts=tuple(receipts))


def _claim(session: Session, row: Any) -> ClaimFacts:  # noqa: ANN401 - a row of ``_CLAIMS``
    values = row._asdict()
    rules = Rules.from_data(values.pop("rules")).budget
    claim = ClaimFacts(**values, rules=rules)
    receipts = receipts_of(session, claim.id)
    return replace(claim, lines=tuple(lines_of(session, claim.id, receipts)), receipts=tuple(receipts))


_CLAIMANT, _BENEFICIARY = aliased(Person, name="claimant"), aliased(Person, name="beneficiary")
_DECIDER, _PAYER = aliased(Person, name="decider"), aliased(Person, name="payer")
_NAMED: Final[Mapping[str, Any]] = {
    "slug": col(Partnership.slug),
    "country": col(Track.country),
    "starts_on": col(Programme.starts_on),
    "ends_on": col(Programme.ends_on),
    "rules": col(Programme.rules),
    "side": col(OWN.side),
    "government_id": col(HERE.id),
    "government_name": col(HERE.name),
    "other_government_id": col(THERE.id),
    "other_government_name": col(THERE.name),
    "title_nl": col(AgendaSession.title_nl),
    "title_fr": col(AgendaSession.title_fr),
    "title_en": col(AgendaSession.title_en),
    "claimant_name": col(_CLAIMANT.name),
    "beneficiary_name": col(_BENEFICIARY.name),
    "decider_name": col(_DECIDER.name),
    "payer_name": col(_PAYER.name),
    "total_cents": sa.select(sa.func.coalesce(sa.func.sum(col(ClaimLine.amount_cents)), 0))
    .where(col(ClaimLine.claim_id) == col(Claim.id))
    .correlate(Claim)
    .scalar_subquery(),
    "lines_count": sa.select(sa.func.count(col(ClaimLine.id)))
    .where(col(ClaimLine.claim_id) == col(Claim.id))
    .correlate(Claim)
    .scalar_subquery(),
}


def _columns(facts: type[Any]) -> list[Any]:
    """Give the columns of a read-model by the names of its fields; what is read by other queries is left out."""
    names = [one.name for one in fields(facts) if one.name not in ("lines", "receipts")]
    found = {name: _NAMED[name] if name in _NAMED else col(getattr(Claim, name)) for name in names}
    return [column.label(name) for name, column in found.items()]


def _with_people(query: sa.Select[Any]) -> sa.Select[Any]:
    return (
        joined(query)
        .join(_CLAIMANT, col(_CLAIMANT.id) == col(Claim.claimant_id))
        .outerjoin(_BENEFICIARY, col(_BENEFICIARY.id) == col(Claim.beneficiary_id))
    )


_CLAIMS: Final = (
    _with_people(sa.select(*_columns(ClaimFacts)))
    .outerjoin(_DECIDER, col(_DECIDER.id) == col(Claim.decided_by))
    .outerjoin(_PAYER, col(_PAYER.id) == col(Claim.paid_out_by))
    .outerjoin(AgendaSession, col(AgendaSession.id) == col(Claim.session_id))
)
_LISTED: Final = _with_people(sa.select(*_columns(ClaimRow)))
_WAITING_FIRST: Final = (
    sa.case((col(Claim.state) == ClaimState.SUBMITTED, 0), else_=1),
    sa.case((col(Claim.state) == ClaimState.SUBMITTED, col(Claim.submitted_at)), else_=None),
    col(Claim.id).desc(),
)


def _rows(session: Session, query: sa.Select[Any]) -> list[ClaimRow]:
    return [ClaimRow(**row._asdict()) for row in session.execute(query)]
