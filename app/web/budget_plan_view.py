"""Budget against actual in the reader's words: groups with their subtotals, both halves, and the picture of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import Any, Final

from app.domain.budget import Half
from app.domain.budget_plan import Figures, Group, HalfForecast, forecast, groups, total_of
from app.domain.codes import Category, Country, Currency, SessionStatus, Side
from app.domain.money import DECIMALS, FIXED_RATES, LOCAL_CURRENCY, Rate
from app.domain.texts import Text, title_of
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.queries.budget_plan import BudgetPlan, PlannedSession

WAYS: Final[Mapping[str, str]] = {
    "category": N_("Per category"),
    "year": N_("Per year"),
    "session": N_("Per session or visit"),
}
_KEYS: Final = {
    "category": attrgetter("category"),
    "year": attrgetter("year"),
    "session": attrgetter("session_id"),
}
_CATEGORIES: Final = list(Category)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A category, year or session with the figures of each side; ``number`` is the session's, where it has a page."""

    words: Text
    sides: Sequence[tuple[str, Figures]]
    total: Figures
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page shows: groups, the figures per side and together, and both halves at the end."""

    groups: Sequence[ShownGroup]
    sides: Sequence[tuple[str, Figures]]
    total: Figures
    halves: Sequence[HalfForecast]


@dataclass(frozen=True, slots=True)
class FixedRate:
    """The partner's own currency, where its rate is fixed; no other rate is made up for amounts in euro."""

    currency: Currency
    rate: Rate

    def minor(self, cents: int) -> int:
        """Give euro cents in the smallest unit of the currency, rounded once, half to even."""
        return round(Fraction(cents * 10 ** DECIMALS[self.currency], 100) * Fraction(self.rate.value))


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a column of the picture: what it is, where it starts from the top and how tall it is."""

    kind: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A half as a column of the picture: its parts from the ground up, and where its allotment ends."""

    side: str
    segments: Sequence[Segment]
    line: float


def shown(
    locale: str,
    plan: BudgetPlan,
    halves: Sequence[Half],
    way: str,
    side: Side | None,
    sessions: Sequence[PlannedSession],
) -> Shown:
    """Group the cells of both sides, or of one, in ``way``."""
    wanted = [one for one in Side if side in (None, one)]
    found = [cell for cell in plan.cells if cell.key.side in wanted]
    kept = _in_order(groups(found, _KEYS[way]), way, sessions)
    known = {one.id: one for one in sessions}
    forecasts = [forecast(half, plan.cells) for half in halves if half.side in wanted]
    return Shown(
        [_shown_group(locale, one, way, known) for one in kept],
        [(one.half.side.value, one.figures) for one in forecasts],
        total_of(one.figures for one in forecasts),
        forecasts,
    )


def fixed_rate(country: Country) -> FixedRate | None:
    """Give the currency of a country, if it has a fixed rate."""
    currency = LOCAL_CURRENCY[country]
    return FixedRate(currency, FIXED_RATES[currency]) if currency in FIXED_RATES else None


def sessions_in(plan: BudgetPlan) -> set[int]:
    """Give the ids of the sessions that cells belong to."""
    return {cell.key.session_id for cell in plan.cells if cell.key.session_id is not None}


def named_for(sessions: Sequence[PlannedSession], *, sees_drafts: bool) -> list[PlannedSession]:
    """Take the title from sessions that were not announced, for those who may not know of them yet."""
    if sees_drafts:
        return list(sessions)
    return [
        PlannedSession(one.id, one.status, one.wall_starts_at, "", "", "") if one.status is SessionStatus.DRAFT else one
        for one in sessions
    ]


def columns(forecasts: Sequence[HalfForecast], *, height: int) -> list[Column]:
    """Give both halves as columns on one scale, ``height`` tall together with what goes beyond an allotment."""
    tallest = max(*(max(one.half.amount_cents, _sum(one)) for one in forecasts), 1)
    return [_column(one, height / tallest, height) for one in forecasts]


def _column(one: HalfForecast, scale: float, height: int) -> Column:
    segments: list[Segment] = []
    top = float(height)
    for kind, cents in _parts(one).items():
        if cents > 0:
            top -= cents * scale
            segments.append(Segment(kind, round(top, 2), round(cents * scale, 2)))
    return Column(one.half.side.value, segments, round(height - one.half.amount_cents * scale, 2))


def _parts(one: HalfForecast) -> dict[str, int]:
    half = one.half
    return {
        "paid": half.paid_cents,
        "committed": half.committed_cents,
        "returned": half.returned_cents,
        "coming": one.figures.to_come_cents,
        "left": max(one.rest_cents, 0),
    }


def _sum(one: HalfForecast) -> int:
    return sum(_parts(one).values())


def _in_order(found: Sequence[Group], way: str, sessions: Sequence[PlannedSession]) -> list[Group]:
    """Put categories in their order, years in theirs, sessions in that of the agenda; what has none comes last."""
    places: dict[Any, int] = {one.id: place for place, one in enumerate(sessions)}
    if way == "category":
        places = {category: place for place, category in enumerate(_CATEGORIES)}
    if way == "year":
        places = {one.value: int(str(one.value)) for one in found}
    return sorted(found, key=lambda one: (one.value is None, places.get(one.value, 0)))


def _shown_group(locale: str, group: Group, way: str, sessions: Mapping[int, PlannedSession]) -> ShownGroup:
    of_session = sessions.get(group.value) if way == "session" and isinstance(group.value, int) else None
    is_public = of_session is not None and of_session.status is not SessionStatus.DRAFT
    return ShownGroup(
        _words(locale, group, way, of_session),
        [(side.value, group.sides[side]) for side in Side if side in group.sides],
        group.total,
        of_session.id if of_session is not None and is_public else None,
    )


def _words(locale: str, group: Group, way: str, of_session: PlannedSession | None) -> Text:
    if isinstance(group.value, Category):
        return Text(label(locale, group.value), locale)
    if way == "year":
        return Text(str(group.value), locale)
    if of_session is None:
        return Text(gettext(locale, N_("Belongs to no session")), locale)
    if not of_session.title_nl:
        return Text(gettext(locale, N_("A session that is not announced yet")), locale)
    return title_of(of_session, locale)
