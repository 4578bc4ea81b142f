"""The budgets of a programme side by side, ordered by what needs attention, with their sums per track and in all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.domain.budget import Half, elapsed_permille, pace_of
from app.domain.budget_attention import Circumstances, Period, Reason, reasons, urgency
from app.domain.budget_plan import Figures, HalfForecast, forecast, total_of
from app.domain.codes import BudgetPace, Side
from app.domain.texts import Text, title_of
from app.queries import budget as ledger
from app.queries.budget_attention import claims_waiting, findings_by_partnership, transfers_waiting
from app.queries.budget_plan import BudgetPlan, budget_plans
from app.queries.partnerships import PartnershipFacts
from app.queries.programmes import ProgrammeFacts, TrackFacts


@dataclass(frozen=True, slots=True)
class Sums:
    """Halves added up, in euro cents: one, those of a side, or all."""

    allotment: int
    returned: int
    figures: Figures

    @property
    def paid(self) -> int:
        """What is paid."""
        return self.figures.paid_cents

    @property
    def committed(self) -> int:
        """What is set aside."""
        return self.figures.committed_cents

    @property
    def available(self) -> int:
        """What is left now."""
        return self.allotment - self.figures.used_cents - self.returned

    @property
    def rest(self) -> int:
        """What will be left at the end."""
        return self.available - self.figures.to_come_cents


@dataclass(frozen=True, slots=True)
class SideRow:
    """A half of a partnership, and how it keeps up with the calendar."""

    half: Half
    sums: Sums
    pace: BudgetPace


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """Both halves of a partnership, and why it needs attention."""

    slug: str
    name: str
    sides: tuple[SideRow, SideRow]
    total: Sums
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class TrackSums:
    """The sums of a track per side and together; ``title`` is none for the whole programme."""

    title: Text | None
    sides: Mapping[Side, Sums]
    total: Sums
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The budgets of a programme at a day: ``elapsed_permille`` of its time has passed.

    ``findings``: how much the last check found that belongs to none of them.
    """

    rows: Sequence[BudgetRow]
    tracks: Sequence[TrackSums]
    whole: TrackSums
    elapsed_permille: int
    findings: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was read of the budgets that are shown."""

    listed: Sequence[PartnershipFacts]
    halves: Mapping[int, tuple[Half, Half]]
    plans: Mapping[int, BudgetPlan]
    known: Mapping[int, Circumstances]
    findings: int


def read(session: Session, listed: Sequence[PartnershipFacts], programme: ProgrammeFacts, *, now: datetime) -> Facts:
    """Read the budgets of partnerships (eight queries, however many there are)."""
    ids = [one.id for one in listed]
    plans = budget_plans(session, ids)
    since = now - timedelta(days=programme.rules.budget.approval_days)
    claims, transfers = claims_waiting(session, ids, since=since), transfers_waiting(session, ids)
    findings = findings_by_partnership(session)
    known = {
        one.id: Circumstances(
            claims=claims.get(one.id, 0),
            transfers=transfers.get(one.id, 0),
            findings=findings[one.name],
            closed_years=plans[one.id].closed_years,
            is_settled=plans[one.id].is_settled,
        )
        for one in listed
    }
    return Facts(listed, ledger.halves_of(session, ids), plans, known, findings[""])


def overview(
    facts: Facts, tracks: Sequence[TrackFacts], programme: ProgrammeFacts, *, locale: str, today: date
) -> Overview:
    """Put the budgets in order, see ``domain.budget_attention``, and add them up."""
    elapsed = elapsed_permille(today, starts_on=programme.starts_on, ends_on=programme.ends_on)
    period = Period(programme.starts_on, programme.ends_on, today, elapsed)
    ended = {
        one.id: [forecast(half, facts.plans[one.id].cells) for half in facts.halves[one.id]]
        for one in facts.listed
        if one.id in facts.halves
    }
    shown = [one for one in facts.listed if one.id in ended]
    found = {one.id: reasons(ended[one.id], facts.known[one.id], period) for one in shown}
    shown.sort(key=lambda one: (urgency(ended[one.id], found[one.id], one.name, period), one.slug))
    groups = [
        _sums_of(title_of(track, locale), [ended[one.id] for one in shown if one.track_id == track.id])
        for track in tracks
    ]
    return Overview(
        [_row(one, ended[one.id], found[one.id], elapsed) for one in shown],
        [group for group in groups if group.count],
        _sums_of(None, list(ended.values())),
        elapsed,
        facts.findings,
    )


def _row(
    partnership: PartnershipFacts, halves: Sequence[HalfForecast], found: Sequence[Reason], elapsed: int
) -> BudgetRow:
    flemish, partner = (SideRow(one.half, _sums([one]), pace_of(one.half, elapsed_permille=elapsed)) for one in halves)
    return BudgetRow(partnership.slug, partnership.name, (flemish, partner), _sums(halves), found)


def _sums_of(title: Text | None, pairs: Sequence[Sequence[HalfForecast]]) -> TrackSums:
    every = [one for pair in pairs for one in pair]
    sides = {side: _sums([one for one in every if one.half.side is side]) for side in Side}
    return TrackSums(title, sides, _sums(every), len(pairs))


def _sums(halves: Sequence[HalfForecast]) -> Sums:
    return Sums(
        sum(one.half.amount_cents for one in halves),
        sum(one.half.returned_cents for one in halves),
        total_of(one.figures for one in halves),
    )
