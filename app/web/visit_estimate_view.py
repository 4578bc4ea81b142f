"""A visit's estimate in the reader's words: lines, sums, emission, and what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import Side
from app.domain.emissions import Emission
from app.domain.texts import Text
from app.domain.time import programme_day
from app.domain.visit_costs import CostLine, by_category, commitments, missing
from app.language.catalogues import gettext
from app.language.labels import label
from app.language.visit_cost_words import CLASSES, line_title
from app.queries.visit_costs import EstimateFacts, allotments_of, estimate_of, open_of_visit
from app.queries.visits import VisitFacts
from app.services.visit_estimates import may_propose, party_of


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of an estimate in words."""

    title: Text
    unit: str
    line: CostLine
    payer: str


def shown_lines(locale: str, visit: VisitFacts, lines: Sequence[CostLine]) -> list[ShownLine]:
    """Put lines in words."""
    names = names_of(visit)
    return [
        ShownLine(line_title(locale, line), label(locale, line.unit) if line.unit else "", line, names[line.side])
        for line in lines
    ]


def names_of(visit: VisitFacts) -> dict[Side, str]:
    """Give the names of both governments by side."""
    return {visit.travelling.side: visit.travelling.name, visit.hosting.side: visit.hosting.name}


def shown_estimate(session: Session, actor: Actor, visit: VisitFacts, locale: str) -> dict[str, Any]:
    """Give what the block and the page of an estimate need (at most four queries)."""
    stored = estimate_of(session, visit.id)
    left = allotments_of(session, visit.partnership.id) if stored and not stored.is_approved else {}
    remaining = open_of_visit(session, visit.id, visit.partnership.id) if stored and visit.is_cancelled else []
    return {
        "stored": stored,
        "saved_on": programme_day(stored.saved_at) if stored else None,
        "approved_on": programme_day(stored.approved_at) if stored and stored.approved_at else None,
        "lines": shown_lines(locale, visit, stored.lines) if stored else [],
        "sums": [(label(locale, category), cents) for category, cents in by_category(stored.lines).items()]
        if stored
        else [],
        "shares": _shares(visit, stored, {side: cents for side, (_, cents) in left.items()}),
        "missing": [line_title(locale, line).words for line in missing(stored.lines)] if stored else [],
        "emission": shown_emission(locale, stored.emission) if stored else None,
        "party": party_of(visit),
        "may_propose": may_propose(actor, visit) and not visit.is_cancelled,
        "may_approve": actor.is_staff and not visit.is_cancelled,
        "open_cents": sum(one.open_cents for one in remaining),
        "may_release": actor.is_staff and visit.is_cancelled,
    }


def _shares(visit: VisitFacts, stored: EstimateFacts | None, left: dict[Side, int]) -> list[dict[str, Any]]:
    """Give what each side pays, the Flemish side first, with what is left of its half before the approval."""
    if stored is None:
        return []
    wanted = commitments(stored.lines)
    names = names_of(visit)
    return [
        {
            "side": side.value,
            "name": names[side],
            "cents": sum(cents for (of, _), cents in wanted.items() if of is side),
            "left_cents": left.get(side),
        }
        for side in Side
    ]


def shown_emission(locale: str, emission: Emission | None) -> dict[str, Any] | None:
    """Put an emission in words, with everything that it was computed from."""
    if emission is None:
        return None
    return {
        "facts": emission,
        "travel_class": gettext(locale, CLASSES[emission.factor.travel_class]),
        "tonnes": f"{emission.whole_kg / 1000:.2f}",
    }
