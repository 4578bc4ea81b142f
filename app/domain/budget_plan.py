"""Budget against actual: what was planned, what became of it, and what will be left at the end (DESIGN §7).

Everything is counted in cells: a side, a category, a year and perhaps a session. The forecast of a cell is what is
paid, what is set aside, and what is still to come of its plans; it is therefore never less than what is used.

Nothing counts twice:

- The estimate of a visit stays the plan of its session. Once it is approved, its money is set aside in the ledger, so
  nothing more is to come of it; what is then released or paid for less is saved.
- Any other plan for a session is to come, less what that session uses of the category beyond approved estimates, in
  whichever year: money is often set aside in the year before a visit.
- A plan without a session stands for all else of its side, category and year: it is to come less what sessions without
  a plan of their own, and entries without a session, use there.
- Nothing is to come in a year that was closed, nor once the budget was settled. A cancelled visit has no plan.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from app.domain.budget import Half
from app.domain.codes import Category, Side
from app.domain.errors import DomainError


class YearOutside(DomainError):
    """The programme has no such year: it runs from ``first_year`` to ``last_year``."""

    code: ClassVar[str] = "plan_year"


class PlanRemoved(DomainError):
    """Somebody took the plan out already, or it was never one of this partnership."""

    code: ClassVar[str] = "plan_removed"


@dataclass(frozen=True, slots=True)
class CellKey:
    """Where money counts: ``session_id`` is none for what belongs to no session."""

    side: Side
    category: Category
    year: int
    session_id: int | None = None

    @property
    def of_session(self) -> tuple[Side, Category, int | None]:
        """What plans and uses of a session are compared by, whatever the year."""
        return self.side, self.category, self.session_id

    @property
    def general(self) -> "CellKey":
        """The cell of a plan without a session that may stand for this one."""
        return CellKey(self.side, self.category, self.year)


@dataclass(frozen=True, slots=True)
class Plan:
    """An amount that is planned, in euro cents; ``is_set_aside``: an approved estimate, which is in the ledger."""

    key: CellKey
    amount_cents: int
    is_set_aside: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """What is paid and what is set aside in a cell, in euro cents."""

    key: CellKey
    paid_cents: int
    committed_cents: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was planned and what became of it, in euro cents."""

    planned_cents: int = 0
    paid_cents: int = 0
    committed_cents: int = 0
    to_come_cents: int = 0

    def __add__(self, other: Self) -> "Figures":
        return Figures(
            self.planned_cents + other.planned_cents,
            self.paid_cents + other.paid_cents,
            self.committed_cents + other.committed_cents,
            self.to_come_cents + other.to_come_cents,
        )

    @property
    def used_cents(self) -> int:
        """What is paid or set aside."""
        return self.paid_cents + self.committed_cents

    @property
    def forecast_cents(self) -> int:
        """What it will have cost at the end: what is used, and what is still to come of the plans."""
        return self.used_cents + self.to_come_cents

    @property
    def difference_cents(self) -> int:
        """By how much the forecast is above the plan; below nothing: under it."""
        return self.forecast_cents - self.planned_cents


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of a cell."""

    key: CellKey
    figures: Figures


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of what has the same category, year or session, per side; ``value`` is none for no session."""

    value: Category | int | None
    sides: Mapping[Side, Figures]

    @property
    def total(self) -> Figures:
        """Both sides together."""
        return total_of(self.sides.values())


@dataclass(frozen=True, slots=True)
class HalfForecast:
    """A half of the budget with the figures of its plans."""

    half: Half
    figures: Figures

    @property
    def rest_cents(self) -> int:
        """What will be left at the end: what is available less what is still to come; below nothing is a warning."""
        return self.half.available_cents - self.figures.to_come_cents

    @property
    def is_short(self) -> bool:
        """Whether the plans are more than what is left."""
        return self.rest_cents < 0


def check_year(year: int, *, first_year: int, last_year: int) -> None:
    """Refuse a year in which the programme does not run; both its ends belong to it.

    :raises YearOutside: with the years.
    """
    if not first_year <= year <= last_year:
        raise YearOutside(first_year=first_year, last_year=last_year)


def cells(
    plans: Iterable[Plan], used: Iterable[Used], *, closed_years: Collection[int] = (), is_settled: bool = False
) -> list[Cell]:
    """Bring plans and uses together, in the order of sides, categories, years and sessions; the last has no session."""
    planned = list(plans)
    found: dict[CellKey, Figures] = {}
    spent: dict[CellKey, int] = {}
    for plan in planned:
        found[plan.key] = found.get(plan.key, Figures()) + Figures(planned_cents=plan.amount_cents)
    for one in used:
        of_one = Figures(paid_cents=one.paid_cents, committed_cents=one.committed_cents)
        found[one.key] = found.get(one.key, Figures()) + of_one
        spent[one.key] = spent.get(one.key, 0) + of_one.used_cents
    coming = {} if is_settled else _to_come(planned, spent, closed_years)
    for key, cents in coming.items():
        found[key] += Figures(to_come_cents=cents)
    return [Cell(key, found[key]) for key in sorted(found, key=_order)]


def _to_come(plans: Sequence[Plan], spent: Mapping[CellKey, int], closed: Collection[int]) -> dict[CellKey, int]:
    """Give what is still to come of the plans of each cell."""
    of_session = {plan.key.of_session for plan in plans if plan.key.session_id is not None}
    uses: dict[object, int] = {}
    for key, cents in spent.items():
        name = key.of_session if key.of_session in of_session else key.general
        uses[name] = uses.get(name, 0) + cents
    open_plans: dict[CellKey, int] = {}
    for plan in plans:
        name = plan.key.general if plan.key.session_id is None else plan.key.of_session
        if plan.is_set_aside:
            uses[name] = uses.get(name, 0) - plan.amount_cents
        else:
            open_plans[plan.key] = open_plans.get(plan.key, 0) + plan.amount_cents
    return _less_uses(open_plans, uses, closed)


def _less_uses(
    open_plans: Mapping[CellKey, int], uses: dict[object, int], closed: Collection[int]
) -> dict[CellKey, int]:
    """Take what is used off the plans, the earliest year first."""
    coming: dict[CellKey, int] = {}
    for key in sorted(open_plans, key=_order):
        name = key.general if key.session_id is None else key.of_session
        covered = min(max(uses.get(name, 0), 0), open_plans[key])
        uses[name] = uses.get(name, 0) - covered
        coming[key] = 0 if key.year in closed else open_plans[key] - covered
    return coming


def groups(found: Iterable[Cell], by: Callable[[CellKey], Category | int | None]) -> list[Group]:
    """Add cells up by what ``by`` gives, in the order in which it first occurs, per side."""
    sums: dict[Category | int | None, dict[Side, Figures]] = {}
    for cell in found:
        sides = sums.setdefault(by(cell.key), {})
        sides[cell.key.side] = sides.get(cell.key.side, Figures()) + cell.figures
    return [Group(value, sides) for value, sides in sums.items()]


def total_of(figures: Iterable[Figures]) -> Figures:
    """Add figures up."""
    return sum(figures, Figures())


def forecast(half: Half, found: Iterable[Cell]) -> HalfForecast:
    """Give a half with the figures of its own cells."""
    return HalfForecast(half, total_of(cell.figures for cell in found if cell.key.side is half.side))


_SIDES = list(Side)
_CATEGORIES = list(Category)


def _order(key: CellKey) -> tuple[int, int, int, bool, int]:
    return (
        _SIDES.index(key.side),
        _CATEGORIES.index(key.category),
        key.year,
        key.session_id is None,
        key.session_id or 0,
    )
