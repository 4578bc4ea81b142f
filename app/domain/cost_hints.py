"""Which rules about eligible costs (``Rules.budget.hints``) count for a line of a claim, and which it breaks.

A rule that warns never stops anybody; one that refuses stops the claim where a program can tell that it is broken:
the receipt, offers above a limit, a category that is not paid. The period of the programme always refuses, whatever its
rule says: the ledger itself takes no entry of another day. All others are for people to judge.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from app.domain.budget_rules import CostHint
from app.domain.codes import Category, HintForce, HintKind
from app.domain.errors import DomainError

OFFERS_NEEDED: Final = 3
"""Source: DGD, annex 4 of a call for development education: at least three offers."""


class CostRefused(DomainError):
    """A rule about eligible costs stops the claim: ``hint`` is its code; the reason is its kind."""

    code: ClassVar[str] = "cost_refused"


@dataclass(frozen=True, slots=True)
class CostFacts:
    """What the rules look at: a line, how many receipts it has, and the programme's period (both ends included)."""

    category: Category | None
    amount_cents: int
    spent_on: date | None
    receipts: int
    starts_on: date
    ends_on: date
    is_day_allowance: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """A rule that counts for a line: ``is_broken`` where a program can tell that the line is against it."""

    hint: CostHint
    is_broken: bool

    @property
    def stops(self) -> bool:
        """Whether the claim cannot be sent like this."""
        return self.is_broken and (self.hint.force is HintForce.REFUSES or self.hint.kind is HintKind.PERIOD)


def advice_for(hints: Iterable[CostHint], facts: CostFacts) -> list[Advice]:
    """Give the rules that count for a line, in their order; what is kept and can be checked is left out."""
    found = [Advice(hint, _is_broken(hint, facts)) for hint in hints if _is_about(hint, facts)]
    return [one for one in found if one.is_broken or one.hint.kind not in _CHECKED or one.hint.force is _WARNS]


def stopping(advice: Iterable[Advice]) -> list[CostHint]:
    """Give the rules that stop the claim."""
    return [one.hint for one in advice if one.stops]


def check_costs(hints: Sequence[CostHint], lines: Iterable[CostFacts]) -> None:
    """Refuse lines that break a rule that refuses.

    :raises CostRefused: the first such rule, with the number of its line from 1.
    """
    for number, facts in enumerate(lines, start=1):
        for hint in stopping(advice_for(hints, facts)):
            raise CostRefused(hint=hint.code, line=number, reason=hint.kind.value)


_WARNS: Final = HintForce.WARNS
_CHECKED: Final = frozenset({HintKind.PERIOD, HintKind.RECEIPT})


def _is_about(hint: CostHint, facts: CostFacts) -> bool:
    if hint.category is not None and hint.category is not facts.category:
        return False
    if facts.is_day_allowance and hint.kind in (HintKind.RECEIPT, HintKind.KEEP, HintKind.OFFERS):
        return False
    return facts.amount_cents > hint.above_cents or hint.above_cents == 0


def _is_broken(hint: CostHint, facts: CostFacts) -> bool:
    if hint.kind is HintKind.PERIOD:
        return facts.spent_on is not None and not facts.starts_on <= facts.spent_on <= facts.ends_on
    if hint.kind is HintKind.RECEIPT:
        return facts.receipts == 0
    if hint.kind is HintKind.OFFERS:
        return facts.receipts < OFFERS_NEEDED
    return hint.kind is HintKind.NOT_ELIGIBLE and hint.category is not None
