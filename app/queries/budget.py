"""Reads of the equal ledger: halves, entries, open commitments, sums. Find the budget through the actor first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.domain.access import PUBLIC, Actor
from app.domain.agenda import BY_COORDINATORS
from app.domain.budget import Half
from app.domain.codes import Category, Country, Currency, EntryKind, SessionStatus, Side
from app.models import (
    AgendaSession,
    Allotment,
    BudgetSum,
    CommitmentBalance,
    LedgerEntry,
    LocalGovernment,
    Partnership,
    PartnershipSide,
    Person,
    Programme,
    Track,
)

PAGE_SIZE: Final = 25


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """The budget of a partnership as its reader may see it: both halves, the period and the country of the partner."""

    partnership_id: int
    slug: str
    country: Country
    starts_on: date
    ends_on: date
    flemish: Half
    partner: Half

    @property
    def name(self) -> str:
        """Both names, the Flemish side first."""
        return f"{self.flemish.government_name} & {self.partner.government_name}"

    @property
    def halves(self) -> tuple[Half, Half]:
        """Both halves in the order in which they are always shown."""
        return self.flemish, self.partner


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry of the ledger; ids follow the order of booking. ``available_cents``: left of its half after it."""

    id: int
    number: int
    side: Side
    kind: EntryKind
    category: Category | None
    entry_date: date
    description: str
    reason: str
    corrects_id: int | None
    replaces_id: int | None
    transfer_id: int | None
    currency: Currency
    amount_minor: int
    rate: str
    rate_source: str
    rate_date: date | None
    amount_cents: int
    settled_cents: int
    available_cents: int
    commitment_id: int | None
    commitment: str | None
    created_at: datetime
    person_name: str | None
    session_id: int | None
    title_nl: str | None
    title_fr: str | None
    title_en: str | None

    @property
    def key(self) -> str:
        """How the address of its page names it, such as "flemish-12"."""
        return f"{self.side.value}-{self.number}"

    @property
    def rate_value(self) -> Decimal:
        """The rate as a number: units of the currency for one euro."""
        return Decimal(self.rate)

    @property
    def rate_decimals(self) -> int:
        """How many decimals the rate was entered with."""
        return len(self.rate.partition(".")[2])


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of entries, the last booked first."""

    rows: Sequence[EntryFacts]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class OpenCommitment:
    """A commitment with what is still open on it."""

    id: int
    side: Side
    category: Category
    session_id: int | None
    entry_date: date
    description: str
    amount_cents: int
    open_cents: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What is paid and what is committed, in euro cents."""

    paid_cents: int = 0
    committed_cents: int = 0


@dataclass(frozen=True, slots=True)
class CategorySums:
    """What both sides use for a category."""

    category: Category
    sides: Mapping[Side, Sum]


@dataclass(frozen=True, slots=True)
class SessionSums:
    """What both sides use for a session; the session is ``None`` for what belongs to none."""

    sides: Mapping[Side, Sum]
    session_id: int | None
    starts_at: datetime | None
    title_nl: str | None
    title_fr: str | None
    title_en: str | None


@dataclass(frozen=True, slots=True)
class SessionChoice:
    """A session of the partnership that money can be booked for; ``title_of`` gives its title."""

    id: int
    starts_at: datetime
    title_nl: str
    title_fr: str
    title_en: str


def budget_of(session: Session, actor: Actor, slug: str) -> BudgetFacts | None:
    """Give the budget of a partnership, if it is there and ``actor`` may see it (two queries).

    Read by the people of both sides, the association of the partner's country, staff and auditors (DESIGN §10).
    """
    columns: tuple[Any, ...] = (Partnership.slug, Track.country, Programme.starts_on, Programme.ends_on)
    query = (
        sa.select(col(Partnership.id).label("partnership_id"), *columns)
        .join(Programme, col(Programme.id) == col(Partnership.programme_id))
        .join(Track, col(Track.id) == col(Partnership.track_id))
        .where(col(Partnership.slug) == slug, _may_read(actor))
    )
    row = session.execute(query).first()
    halves = None if row is None else halves_of(session, [row.partnership_id]).get(row.partnership_id)
    if row is None or halves is None:
        return None
    return BudgetFacts(**row._asdict(), flemish=halves[0], partner=halves[1])


def _may_read(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.is_staff or actor.is_auditor:
        return sa.true()
    if not actor.is_known:
        return sa.false()
    takes_part = sa.exists().where(
        col(PartnershipSide.partnership_id) == col(Partnership.id),
        col(PartnershipSide.local_government_id).in_(actor.participates),
    )
    return sa.or_(takes_part, col(Track.country).in_(actor.countries))


def halves_of(session: Session, partnership_ids: Iterable[int]) -> dict[int, tuple[Half, Half]]:
    """Give the Flemish and the partner half of each partnership whose budget is opened (one query)."""
    query = (
        sa.select(
            col(PartnershipSide.partnership_id),
            col(PartnershipSide.side),
            col(PartnershipSide.id),
            col(Allotment.id),
            col(LocalGovernment.id),
            col(LocalGovernment.name),
            col(Allotment.amount_cents),
            col(Allotment.paid_cents),
            col(Allotment.committed_cents),
            col(Allotment.returned_cents),
        )
        .join(Allotment, col(Allotment.side_id) == col(PartnershipSide.id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(PartnershipSide.local_government_id))
        .where(col(PartnershipSide.partnership_id).in_(sorted(set(partnership_ids))))
        .order_by(col(PartnershipSide.partnership_id), col(PartnershipSide.id))
    )
    found: dict[int, dict[Side, Half]] = {}
    rows: Iterable[Any] = session.execute(query)
    for partnership_id, *facts in rows:
        half = Half(*facts)
        found.setdefault(partnership_id, {})[half.side] = half
    return {
        partnership_id: (sides[Side.FLEMISH], sides[Side.PARTNER])
        for partnership_id, sides in found.items()
        if len(sides) == len(Side)
    }


def entries(
    session: Session, partnership_id: int, *, side: Side | None = None, page: int = 1, size: int = PAGE_SIZE
) -> Entries:
    """Give a page of the entries of both sides or of one, the last booked first (two queries).

    What is read grows with ``page``, not with how many entries there are.
    """
    halves = sa.select(col(Allotment.id), col(Allotment.last_number)).where(
        col(Allotment.id).in_(_allotments(partnership_id, side))
    )
    last = {row.id: row.last_number for row in session.execute(halves.order_by(col(Allotment.id)))}
    pages = max(-(-sum(last.values()) // size), 1)
    page = min(max(page, 1), pages)
    newest: list[sa.Select[Any]] = [
        sa.select(col(LedgerEntry.id).label("id")).where(
            col(LedgerEntry.allotment_id) == number, col(LedgerEntry.number) > count - page * size
        )
        for number, count in last.items()
    ]
    if not newest:
        return Entries([], page, pages)
    of_page = sa.union_all(*newest).order_by(sa.desc("id")).limit(size).offset((page - 1) * size).subquery()
    query = _entries(col(LedgerEntry.id).in_(sa.select(of_page.c.id))).order_by(col(LedgerEntry.id).desc())
    return Entries([EntryFacts(*row) for row in session.execute(query)], page, pages)


def all_entries(session: Session, partnership_id: int) -> list[EntryFacts]:
    """Give every entry of a partnership in the order of booking (one query)."""
    query = _entries(_of(partnership_id)).order_by(col(LedgerEntry.id))
    return [EntryFacts(*row) for row in session.execute(query)]


def entry(session: Session, partnership_id: int, entry_id: int) -> EntryFacts | None:
    """Give one entry of a partnership (one query)."""
    row = session.execute(_entries(_of(partnership_id), col(LedgerEntry.id) == entry_id)).first()
    return None if row is None else EntryFacts(*row)


def entry_numbered(session: Session, partnership_id: int, side: Side, entry_number: int) -> EntryFacts | None:
    """Give the entry of a half with this number (one query)."""
    numbered = col(LedgerEntry.number) == entry_number, col(PartnershipSide.side) == side
    row = session.execute(_entries(_of(partnership_id), *numbered)).first()
    return None if row is None else EntryFacts(*row)


def entries_where(session: Session, partnership_id: int, *conditions: sa.ColumnElement[bool]) -> list[EntryFacts]:
    """Give the entries of a partnership for which ``conditions`` hold, in the order of booking (one query)."""
    query = _entries(_of(partnership_id), *conditions).order_by(col(LedgerEntry.id))
    return [EntryFacts(*row) for row in session.execute(query)]


def open_commitments(session: Session, partnership_id: int, *, side: Side | None = None) -> list[OpenCommitment]:
    """Give all commitments on which something is open, by day (one query)."""
    query = _open_commitments().where(
        col(CommitmentBalance.open_cents) > 0,
        col(CommitmentBalance.allotment_id).in_(_allotments(partnership_id, side)),
    )
    rows: Iterable[Any] = session.execute(query.order_by(col(LedgerEntry.entry_date), col(LedgerEntry.id)))
    return [OpenCommitment(*row) for row in rows]


def first_commitments(
    session: Session, halves: Sequence[Half], *, after: int = 0, size: int = PAGE_SIZE
) -> tuple[list[OpenCommitment], int]:
    """Give open commitments of halves in the order of booking, at most ``size``, and after which more follow (or 0).

    One query, which reads as much however many are open; ``after``: the id of the last one that was shown.
    """
    balance = CommitmentBalance
    of_each = [
        sa.select(col(balance.entry_id).label("id"))
        .where(
            col(balance.allotment_id) == half.allotment_id, col(balance.open_cents) > 0, col(balance.entry_id) > after
        )
        .order_by(col(balance.entry_id))
        .limit(size + 1)
        .subquery()
        for half in halves
    ]
    first = sa.union_all(*(sa.select(one.c.id) for one in of_each)).order_by("id").limit(size + 1).subquery()
    query = _open_commitments().where(col(balance.entry_id).in_(sa.select(first.c.id)))
    rows: Iterable[Any] = session.execute(query.order_by(col(LedgerEntry.id)))
    found = [OpenCommitment(*row) for row in rows]
    return found[:size], found[size - 1].id if len(found) > size else 0


def open_commitment(session: Session, partnership_id: int, entry_id: int) -> OpenCommitment | None:
    """Give a commitment of the partnership on which something is open (one query)."""
    query = _open_commitments().where(
        col(CommitmentBalance.entry_id) == entry_id,
        col(CommitmentBalance.open_cents) > 0,
        col(CommitmentBalance.allotment_id).in_(_allotments(partnership_id)),
    )
    row: Any = session.execute(query).first()
    return None if row is None else OpenCommitment(*row)


def _open_commitments() -> sa.Select[Any]:
    columns: list[Any] = [
        col(LedgerEntry.id),
        col(PartnershipSide.side),
        col(LedgerEntry.category),
        col(LedgerEntry.session_id),
        col(LedgerEntry.entry_date),
        col(LedgerEntry.description),
        col(LedgerEntry.amount_cents),
        col(CommitmentBalance.open_cents),
    ]
    return (
        sa.select(*columns)
        .select_from(CommitmentBalance)
        .join(LedgerEntry, col(LedgerEntry.id) == col(CommitmentBalance.entry_id))
        .join(Allotment, col(Allotment.id) == col(CommitmentBalance.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
    )


def sums_by_category(session: Session, partnership_id: int) -> list[CategorySums]:
    """Give what both sides use per category, in the order of the categories (one query)."""
    found: dict[Category, dict[Side, Sum]] = {}
    for key, side, *totals in session.execute(_sums(partnership_id, BudgetSum.category)):
        found.setdefault(key, {})[side] = Sum(*totals)
    return [CategorySums(category, _both(found[category])) for category in Category if category in found]


def sums_by_session(session: Session, partnership_id: int) -> list[SessionSums]:
    """Give what both sides use per session, in the order of the agenda; what belongs to none comes last (one query)."""
    titles = [col(getattr(AgendaSession, name)) for name in ("starts_at", "title_nl", "title_fr", "title_en")]
    query = (
        _sums(partnership_id, AgendaSession.id, *titles)
        .outerjoin(AgendaSession, col(AgendaSession.id) == col(BudgetSum.session_key))
        .order_by(col(AgendaSession.starts_at).is_(None), col(AgendaSession.starts_at), col(AgendaSession.id))
    )
    found: dict[Any, dict[Side, Sum]] = {}
    for *key, side, paid_cents, committed_cents in session.execute(query):
        found.setdefault(tuple(key), {})[side] = Sum(paid_cents, committed_cents)
    return [SessionSums(_both(sides), *key) for key, sides in found.items()]


def is_known_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Tell which sessions of an own partnership may be named to ``actor``: a draft only to those who may make it."""
    if actor.is_staff:
        return sa.true()
    announced = col(AgendaSession.status) != SessionStatus.DRAFT
    own = col(AgendaSession.kind).in_(BY_COORDINATORS)
    return sa.or_(announced, own) if actor.coordinates else announced


def sessions_to_book_on(session: Session, partnership_id: int, actor: Actor = PUBLIC) -> list[SessionChoice]:
    """Give the partnership's own sessions that ``actor`` may know of, in the order of the agenda (one query)."""
    columns = [col(getattr(AgendaSession, field.name)) for field in fields(SessionChoice)]
    query = sa.select(*columns).where(col(AgendaSession.partnership_id) == partnership_id, is_known_to(actor))
    rows = session.execute(query.order_by(col(AgendaSession.starts_at), col(AgendaSession.id)))
    return [SessionChoice(*row) for row in rows]


def _allotments(partnership_id: int, side: Side | None = None) -> sa.Select[Any]:
    query = sa.select(col(Allotment.id)).join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
    query = query.where(col(PartnershipSide.partnership_id) == partnership_id)
    return query if side is None else query.where(col(PartnershipSide.side) == side)


def _of(partnership_id: int) -> sa.ColumnElement[bool]:
    return col(LedgerEntry.allotment_id).in_(_allotments(partnership_id))


def _entries(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    commitment = aliased(LedgerEntry)
    elsewhere = {
        "side": col(PartnershipSide.side),
        "commitment": col(commitment.description),
        "person_name": col(Person.name),
        "title_nl": col(AgendaSession.title_nl),
        "title_fr": col(AgendaSession.title_fr),
        "title_en": col(AgendaSession.title_en),
    }
    names = [field.name for field in fields(EntryFacts)]
    columns = [elsewhere[name] if name in elsewhere else col(getattr(LedgerEntry, name)) for name in names]
    return (
        sa.select(*columns)
        .select_from(LedgerEntry)
        .join(Allotment, col(Allotment.id) == col(LedgerEntry.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .outerjoin(commitment, col(commitment.id) == col(LedgerEntry.commitment_id))
        .outerjoin(Person, col(Person.id) == col(LedgerEntry.person_id))
        .outerjoin(AgendaSession, col(AgendaSession.id) == col(LedgerEntry.session_id))
        .where(*conditions)
    )


def _sums(partnership_id: int, *keys: Any) -> sa.Select[Any]:  # noqa: ANN401 - columns of any type
    """Add up the running sums of a partnership by ``keys`` and side; keys that use nothing are left out."""
    paid, committed = (
        sa.cast(sa.func.sum(getattr(BudgetSum, name)), sa.BigInteger) for name in ("paid_cents", "committed_cents")
    )
    side = col(PartnershipSide.side)
    return (
        sa.select(*keys, side, paid, committed)
        .select_from(BudgetSum)
        .join(Allotment, col(Allotment.id) == col(BudgetSum.allotment_id))
        .join(PartnershipSide, col(PartnershipSide.id) == col(Allotment.side_id))
        .where(col(PartnershipSide.partnership_id) == partnership_id)
        .group_by(*keys, side)
        .having(sa.or_(paid != 0, committed != 0))
    )


def _both(sides: Mapping[Side, Sum]) -> Mapping[Side, Sum]:
    return {side: sides.get(side, Sum()) for side in Side}
