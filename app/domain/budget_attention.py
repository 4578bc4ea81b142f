"""Which budgets need attention first, and why (the overview of the programme team).

The reasons in their order; a budget comes where its first reason stands, then those with more reasons come first, then
those where money and calendar are further apart, then by name:

1. its plans are more than what is left of a half;
2. a half is spent, or used much faster than time passes;
3. a half is used much slower than time passes;
4. a claim waits longer for an approval than the programme's rules say;
5. a transfer between the sides waits for a consent;
6. the programme is over and the budget is not settled;
7. a year that ended a quarter of a year ago or longer is not closed;
8. the daily check found something that does not hold.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.domain.budget import distance_permille, pace_of, used_permille
from app.domain.budget_plan import HalfForecast
from app.domain.codes import BudgetPace

YEAR_CLOSED_AFTER: Final = timedelta(days=90)


class Attention(StrEnum):
    """Why a budget needs attention, the most urgent first."""

    SHORT = "short"
    AHEAD = "ahead"
    BEHIND = "behind"
    CLAIMS = "claims"
    TRANSFER = "transfer"
    NOT_SETTLED = "not_settled"
    YEAR_OPEN = "year_open"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with what its sentence needs: a government, euro cents, thousandths, a number of things or a year."""

    kind: Attention
    name: str = ""
    cents: int = 0
    used_permille: int = 0
    count: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a budget beside its halves: how many claims wait too long, transfers wait, and so on."""

    claims: int = 0
    transfers: int = 0
    findings: int = 0
    closed_years: Collection[int] = ()
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """The programme's period, both ends in it, and the day that it is; ``elapsed_permille`` of it has passed."""

    starts_on: date
    ends_on: date
    today: date
    elapsed_permille: int


def reasons(halves: Sequence[HalfForecast], known: Circumstances, period: Period) -> list[Reason]:
    """Say why a budget needs attention, the most urgent reason first; a settled one only for what does not hold."""
    found = [Reason(Attention.CHECK, count=known.findings)] if known.findings else []
    if not known.is_settled:
        found += [*_of_halves(halves, period), *_waiting(known), *_to_be_ended(known, period)]
    order = list(Attention)
    return sorted(found, key=lambda one: order.index(one.kind))


def urgency(
    halves: Sequence[HalfForecast], found: Sequence[Reason], name: str, period: Period
) -> tuple[int, int, int, str]:
    """Give what budgets are ordered by, see above."""
    order = list(Attention)
    first = order.index(found[0].kind) if found else len(order)
    apart = max(distance_permille(one.half, elapsed_permille=period.elapsed_permille) for one in halves)
    return first, -len(found), -apart, name


def _of_halves(halves: Sequence[HalfForecast], period: Period) -> list[Reason]:
    found = [Reason(Attention.SHORT, one.half.government_name, cents=-one.rest_cents) for one in halves if one.is_short]
    for one in halves:
        pace = pace_of(one.half, elapsed_permille=period.elapsed_permille)
        kind = _PACES.get(pace)
        if kind is not None:
            found.append(Reason(kind, one.half.government_name, used_permille=used_permille(one.half)))
    return found


def _waiting(known: Circumstances) -> list[Reason]:
    waiting = ((Attention.CLAIMS, known.claims), (Attention.TRANSFER, known.transfers))
    return [Reason(kind, count=count) for kind, count in waiting if count]


def _to_be_ended(known: Circumstances, period: Period) -> list[Reason]:
    over = period.today > period.ends_on
    years = range(period.starts_on.year, period.ends_on.year + 1)
    late = [
        year
        for year in years
        if year not in known.closed_years and period.today > date(year, 12, 31) + YEAR_CLOSED_AFTER
    ]
    return [
        *([Reason(Attention.NOT_SETTLED)] if over else []),
        *(Reason(Attention.YEAR_OPEN, year=year) for year in late),
    ]


_PACES: Final = {
    BudgetPace.SPENT: Attention.AHEAD,
    BudgetPace.AHEAD: Attention.AHEAD,
    BudgetPace.BEHIND: Attention.BEHIND,
}
