"""What another budget of a programme means for the halves that are open (DESIGN §7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.budget import divide_equally
from app.domain.codes import Side
from app.domain.errors import DomainError


class BudgetReasonMissing(DomainError):
    """The budget changes while halves are open, and nobody says why."""

    code: ClassVar[str] = "budget_reason"


class BudgetPlanUnseen(DomainError):
    """What the new budget changes was not shown yet, or it has changed since: ``count`` partnerships."""

    code: ClassVar[str] = "budget_plan_unseen"


class BudgetBelowUse(DomainError):
    """Halves use more than the new budget gives them: ``shortfalls``; ``lowest_cents`` is the lowest possible."""

    code: ClassVar[str] = "budget_below_use"


@dataclass(frozen=True, slots=True)
class OpenHalf:
    """A half that is open: what the programme gave it so far, transfers and carried money aside, and what is left."""

    side: Side
    given_cents: int
    available_cents: int

    @property
    def needed_cents(self) -> int:
        """What the programme must at least give for all to stay paid and set aside."""
        return self.given_cents - self.available_cents


@dataclass(frozen=True, slots=True)
class OpenBudget:
    """Both halves of a partnership that is not settled."""

    partnership_id: int
    name: str
    halves: tuple[OpenHalf, ...]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A half that has ``over_cents`` too little to be lowered."""

    partnership: str
    side: Side
    over_cents: int


@dataclass(frozen=True, slots=True)
class Change:
    """By how many cents each half of a partnership is raised, or lowered below nothing."""

    partnership_id: int
    name: str
    cents: Mapping[Side, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a new budget changes in open halves."""

    budget_cents: int
    changes: tuple[Change, ...]
    shortfalls: tuple[Shortfall, ...]
    lowest_cents: int
    settled: int = 0

    @property
    def key(self) -> str:
        """What a person has seen when this plan was shown: the budget, and who gets how much."""
        amounts = sorted({tuple(one.cents.get(side, 0) for side in Side) for one in self.changes})
        return f"{self.budget_cents}:{len(self.changes)}:{self.settled}:{amounts}"

    @property
    def groups(self) -> list[tuple[int, int, int]]:
        """How many partnerships get how much on the Flemish and on the partner side, most first."""
        counted: dict[tuple[int, int], int] = {}
        for one in self.changes:
            amounts = (one.cents.get(Side.FLEMISH, 0), one.cents.get(Side.PARTNER, 0))
            counted[amounts] = counted.get(amounts, 0) + 1
        return sorted(((count, *amounts) for amounts, count in counted.items()), reverse=True)


def plan_budget(budget_cents: int, budgets: Sequence[OpenBudget], *, odd_cent: Side, settled: int = 0) -> Plan:
    """Give what a new budget changes: the difference of its equal division and of what was given.

    The odd cent goes by the rule of today; what was booked stays. ``settled``: how many partnerships stay as they are.

    :raises NothingToDivide: the budget is below nothing.
    """
    target = divide_equally(budget_cents, list(Side), odd_cent=odd_cent)
    changes, shortfalls, lowest = [], [], 0
    for budget in budgets:
        cents = {half.side: target[half.side] - half.given_cents for half in budget.halves}
        changes.append(Change(budget.partnership_id, budget.name, cents))
        for half in budget.halves:
            over = half.needed_cents - target[half.side]
            lowest = max(lowest, 2 * half.needed_cents - (half.side is odd_cent))
            if over > 0:
                shortfalls.append(Shortfall(budget.name, half.side, over))
    return Plan(budget_cents, tuple(changes), tuple(shortfalls), max(lowest, 0), settled)


def check_plan(plan: Plan, *, reason: str, seen: str | None) -> None:
    """Refuse a new budget that open halves cannot bear, that has no reason, or whose plan was not shown.

    ``seen``: the key of the plan that the person saw; ``None`` where there is no page to show one.

    :raises BudgetBelowUse: with the halves and the lowest budget that is possible.
    :raises BudgetReasonMissing: nobody says why.
    :raises BudgetPlanUnseen: the plan is another one than the person saw.
    """
    if plan.shortfalls:
        raise BudgetBelowUse(
            shortfalls=plan.shortfalls,
            lowest_cents=plan.lowest_cents,
            over_cents=max(one.over_cents for one in plan.shortfalls),
            count=len(plan.shortfalls),
        )
    if not plan.changes:
        return
    if not reason.strip():
        raise BudgetReasonMissing
    if seen is not None and seen != plan.key:
        raise BudgetPlanUnseen(count=len(plan.changes))
