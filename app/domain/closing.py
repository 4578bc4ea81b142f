"""When a year of a budget may be closed, and when the budget of a partnership may be settled (DESIGN §7)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.domain.codes import RestRule
from app.domain.errors import DomainError


class BudgetNotOpen(DomainError):
    """The halves of the partnership's budget were never opened."""

    code: ClassVar[str] = "budget_not_open"


class YearNotOver(DomainError):
    """The ``year`` is not over: it can be closed from 1 January of the next one."""

    code: ClassVar[str] = "year_not_over"


class YearElsewhere(DomainError):
    """The ``year`` is none of the programme's."""

    code: ClassVar[str] = "year_elsewhere"


class YearAlreadyClosed(DomainError):
    """The ``year`` was closed before."""

    code: ClassVar[str] = "year_already_closed"


class YearHasClaims(DomainError):
    """Claims with lines dated in the ``year`` wait for an approval: ``count`` of them, their ids in ``claims``."""

    code: ClassVar[str] = "year_has_claims"


class TooEarlyToSettle(DomainError):
    """A budget is settled from the programme's last day on (``ends_on``)."""

    code: ClassVar[str] = "too_early_to_settle"


class NotReadyToSettle(DomainError):
    """Something is still open; ``obstacles`` says what (``Obstacles``)."""

    code: ClassVar[str] = "not_ready_to_settle"


class RestReasonMissing(DomainError):
    """The rest goes another way than the programme's rule says, and nobody says why."""

    code: ClassVar[str] = "rest_reason"


class NoSuccessor(DomainError):
    """There is no later partnership of the same two governments with an open budget to carry the rest to."""

    code: ClassVar[str] = "no_successor"


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What keeps a budget from being settled: ids of open commitments, claims, transfers and visits."""

    commitments: tuple[int, ...] = ()
    claims: tuple[int, ...] = ()
    transfers: tuple[int, ...] = ()
    visits: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.commitments) + len(self.claims) + len(self.transfers) + len(self.visits)


def check_can_close(
    year: int, *, today: date, starts_on: date, ends_on: date, closed: frozenset[int], claims: tuple[int, ...]
) -> None:
    """Refuse to close a year that is not over, not the programme's, closed already, or in which claims wait.

    ``claims``: ids of the submitted claims that have a line dated in the year.

    :raises YearElsewhere, YearAlreadyClosed, YearNotOver, YearHasClaims: which it is.
    """
    if not starts_on.year <= year <= ends_on.year:
        raise YearElsewhere(year=year)
    if year in closed:
        raise YearAlreadyClosed(year=year)
    if today.year <= year:
        raise YearNotOver(year=year)
    if claims:
        raise YearHasClaims(year=year, count=len(claims), claims=claims)


def check_can_settle(*, today: date, ends_on: date, obstacles: Obstacles) -> None:
    """Refuse to settle a budget before the programme's last day, or while something is open.

    :raises TooEarlyToSettle: the programme goes on.
    :raises NotReadyToSettle: with what is open.
    """
    if today < ends_on:
        raise TooEarlyToSettle(ends_on=ends_on)
    if obstacles.count:
        raise NotReadyToSettle(count=obstacles.count, obstacles=obstacles)


def check_rest(chosen: RestRule, *, rule: RestRule, reason: str) -> None:
    """Refuse to let the rest go another way than the rule says without a reason.

    :raises RestReasonMissing: nobody says why.
    """
    if chosen is not rule and not reason.strip():
        raise RestReasonMissing
