"""What is read of claims: one with its lines and receipts, and the rows of lists."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.domain.budget_rules import BudgetRules
from app.domain.claims import Involved
from app.domain.codes import Category, ClaimState, Country, Currency, Side
from app.domain.cost_hints import CostFacts


def stamp_of(*values: object) -> str:
    """Give a short mark of some values: others have another."""
    return hashlib.sha256(repr([str(value) for value in values]).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """A receipt of a claim as it is listed; ``line_id``: the line that it proves, perhaps none yet."""

    id: int
    line_id: int | None
    file_id: int
    thumbnail_id: int | None
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of a claim; ``entry_id`` is the payment that its approval booked."""

    id: int
    position: int
    category: Category
    description: str
    spent_on: date
    currency: Currency
    amount_minor: int
    rate: str
    rate_source: str
    rate_date: date | None
    amount_cents: int
    commitment_id: int | None
    commitment: str | None
    per_diem: dict[str, Any] | None
    entry_id: int | None = None
    receipts: tuple[ReceiptFacts, ...] = ()

    @property
    def is_day_allowance(self) -> bool:
        """Whether it was computed by day rates, and so needs no receipt."""
        return self.per_diem is not None

    @property
    def rate_value(self) -> Decimal:
        """The rate as a number: units of the currency for one euro."""
        return Decimal(self.rate)

    @property
    def rate_decimals(self) -> int:
        """How many decimals the rate was entered with."""
        return len(self.rate.partition(".")[2])

    @property
    def stamp(self) -> str:
        """What was on the page: a form that carries another one was opened before somebody changed the line."""
        return stamp_of(
            self.category, self.description, self.spent_on, self.currency, self.amount_minor, self.rate,
            self.rate_source, self.rate_date, self.commitment_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim as its reader may see it; ``number`` counts those of its partnership, ``id`` is the row's.

    No ``beneficiary_id``: the local government itself gets the money. ``rules``: those of its programme's budget.
    """

    id: int
    number: int
    state: ClaimState
    title: str
    version: int
    partnership_id: int
    slug: str
    country: Country
    starts_on: date
    ends_on: date
    allotment_id: int
    side: Side
    government_id: int
    government_name: str
    other_government_id: int
    other_government_name: str
    session_id: int | None
    title_nl: str | None
    title_fr: str | None
    title_en: str | None
    claimant_id: int
    claimant_name: str
    beneficiary_id: int | None
    beneficiary_name: str | None
    submitted_by: int | None
    submitted_at: datetime | None
    decided_by: int | None
    decider_name: str | None
    decided_at: datetime | None
    decision_reason: str
    paid_out_on: date | None
    payer_name: str | None
    created_at: datetime
    rules: BudgetRules
    lines: tuple[LineFacts, ...] = ()
    receipts: tuple[ReceiptFacts, ...] = ()

    @property
    def involved(self) -> Involved:
        """Who may not decide over it."""
        return Involved(self.claimant_id, self.submitted_by, self.beneficiary_id)

    @property
    def total_cents(self) -> int:
        """All lines together in euro cents."""
        return sum(line.amount_cents for line in self.lines)

    @property
    def partnership_name(self) -> str:
        """Both names, the Flemish side first."""
        names = [self.government_name, self.other_government_name]
        return " & ".join(names if self.side is Side.FLEMISH else reversed(names))

    @property
    def stamp(self) -> str:
        """What was on the page of its heading, see ``LineFacts.stamp``."""
        return stamp_of(self.title, self.session_id, self.beneficiary_id)

    def line(self, line_id: int) -> LineFacts | None:
        """Give one of its lines."""
        return next((one for one in self.lines if one.id == line_id), None)

    def cost_facts(self, line: LineFacts) -> CostFacts:
        """Give what the rules about costs look at."""
        return CostFacts(
            line.category,
            line.amount_cents,
            line.spent_on,
            len(line.receipts),
            self.starts_on,
            self.ends_on,
            line.is_day_allowance,
        )


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in a list."""

    id: int
    number: int
    state: ClaimState
    title: str
    slug: str
    side: Side
    government_name: str
    other_government_name: str
    claimant_id: int
    claimant_name: str
    beneficiary_name: str | None
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    paid_out_on: date | None
    total_cents: int
    lines_count: int

    @property
    def partnership_name(self) -> str:
        """Both names, the Flemish side first."""
        names = [self.government_name, self.other_government_name]
        return " & ".join(names if self.side is Side.FLEMISH else reversed(names))


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A page of a list: the claims that wait first, the longest waiting on top, then the others, the latest first."""

    rows: Sequence[ClaimRow]
    page: int
    pages: int
