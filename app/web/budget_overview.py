"""The budgets of a programme side by side, ordered by what needs attention, with their totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.budget import Half, distance_permille, elapsed_permille, pace_of
from app.domain.codes import BudgetPace, Side
from app.queries.partnerships import PartnershipFacts
from app.queries.programmes import ProgrammeFacts


@dataclass(frozen=True, slots=True)
class HalfInTime:
    """A half and how it keeps up with the calendar."""

    half: Half
    pace: BudgetPace


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """Both halves of a partnership."""

    slug: str
    name: str
    flemish: HalfInTime
    partner: HalfInTime
    distance_permille: int


@dataclass(frozen=True, slots=True)
class Total:
    """All halves of one side together, in euro cents."""

    side: Side
    allotment: int
    paid: int
    committed: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The budgets of a programme at a day: ``elapsed_permille`` of its time has passed."""

    rows: Sequence[BudgetRow]
    totals: Sequence[Total]
    elapsed_permille: int


def overview(
    listed: Sequence[PartnershipFacts],
    halves: Mapping[int, tuple[Half, Half]],
    programme: ProgrammeFacts,
    *,
    today: date,
) -> Overview:
    """Put the budgets in order: the further apart money and time, the earlier; then by name."""
    elapsed = elapsed_permille(today, starts_on=programme.starts_on, ends_on=programme.ends_on)
    rows = [_row(one, halves[one.id], elapsed) for one in listed if one.id in halves]
    rows.sort(key=lambda row: (-row.distance_permille, row.name, row.slug))
    every = [half for pair in halves.values() for half in pair]
    return Overview(rows, [_total(side, every) for side in Side], elapsed)


def _row(partnership: PartnershipFacts, pair: tuple[Half, Half], elapsed: int) -> BudgetRow:
    flemish, partner = (HalfInTime(half, pace_of(half, elapsed_permille=elapsed)) for half in pair)
    distance = max(distance_permille(half, elapsed_permille=elapsed) for half in pair)
    return BudgetRow(partnership.slug, partnership.name, flemish, partner, distance)


def _total(side: Side, halves: Sequence[Half]) -> Total:
    own = [half for half in halves if half.side is side]
    return Total(
        side,
        allotment=sum(half.amount_cents for half in own),
        paid=sum(half.paid_cents for half in own),
        committed=sum(half.committed_cents for half in own),
    )
