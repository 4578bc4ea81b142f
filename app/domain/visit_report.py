"""The report of a work visit: what it holds, and when it is handed in or opened again."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from app.domain.access import Actor, NotAllowed
from app.domain.errors import DomainError
from app.domain.visits import Parties, check_can_prepare

FIELDS: Final = ("held", "met", "agreements", "lesson_one", "lesson_two")


class ReportIncomplete(DomainError):
    """A report that is handed in has all its parts; ``fields`` names those that lack."""

    code: ClassVar[str] = "visit_report_incomplete"


class ReportSent(DomainError):
    """A report that was handed in stays as it is, unless the programme team opens it again."""

    code: ClassVar[str] = "visit_report_sent"


class ReportNotSent(DomainError):
    """Only a report that was handed in is opened again."""

    code: ClassVar[str] = "visit_report_not_sent"


class VisitNotOver(DomainError):
    """The report of a visit is handed in once the visit has ended."""

    code: ClassVar[str] = "visit_not_over"


class VisitCancelled(DomainError):
    """Nothing more is prepared for a visit that was called off."""

    code: ClassVar[str] = "visit_cancelled"


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a report says, in the ``language`` in which it is written."""

    language: str
    held: str = ""
    met: str = ""
    agreements: str = ""
    lesson_one: str = ""
    lesson_two: str = ""


def lacking(facts: ReportFacts) -> tuple[str, ...]:
    """Give the parts that are not filled in."""
    return tuple(name for name in FIELDS if not getattr(facts, name).strip())


def check_can_report(actor: Actor, parties: Parties, *, sent_at: datetime | None) -> None:
    """Refuse unless ``actor`` may write the report.

    :raises NotAllowed: it is somebody else's to do.
    :raises ReportSent: it was handed in.
    """
    check_can_prepare(actor, parties)
    if sent_at is not None:
        raise ReportSent


def check_can_hand_in(
    actor: Actor, parties: Parties, facts: ReportFacts, *, sent_at: datetime | None, ends_at: datetime, now: datetime
) -> None:
    """Refuse unless ``actor`` may hand the report in at ``now`` (aware).

    :raises VisitNotOver: the visit goes on until ``ends_at``.
    :raises ReportIncomplete: parts lack; the other refusals are those of ``check_can_report``.
    """
    check_can_report(actor, parties, sent_at=sent_at)
    if now < ends_at:
        raise VisitNotOver
    if missing := lacking(facts):
        raise ReportIncomplete(fields=missing)


def check_can_reopen(actor: Actor, *, sent_at: datetime | None) -> None:
    """Refuse unless ``actor`` may open the report again: the programme team.

    :raises NotAllowed: it is somebody else's to do.
    :raises ReportNotSent: it is open.
    """
    if not actor.is_staff:
        raise NotAllowed
    if sent_at is None:
        raise ReportNotSent
