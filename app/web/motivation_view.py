"""A motivation as pages and files show it: the words in the reader's language, and what was weighed, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.documents.motivation_pdf import CriterionOf, MotivationPaper, SideOf
from app.domain.access import Actor
from app.domain.motivation import LANGUAGE_OF
from app.language.labels import label
from app.language.motivations import strength, strongest_first
from app.language.reasons import Names, reason_lines
from app.queries.motivations import Motivation
from app.queries.pairings import vocabulary
from app.queries.partnerships import SideFacts
from app.services.motivations import Worded, Wording


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion with its bar (``points`` of ``maximum``, none where it is not known) and its words."""

    label: str
    points: int
    maximum: int
    strength: str
    sentence: str


def chosen_wording(actor: Actor, locale: str, found: Worded, wanted: str = "") -> Wording | None:
    """Choose the words that somebody reads: those asked for, in the reader's language, or of the reader's side.

    Empty ones are not shown; who belongs to neither side gets the first that there are.
    """
    side = found.partnership.partner
    own = LANGUAGE_OF[side.country] if side.government_id in actor.participates else ""
    by_language = {one.language: one for one in found.wordings if one.text}
    order = (wanted, locale, own, *by_language)
    return next((by_language[language] for language in order if language in by_language), None)


def weighed(session: Session, found: Motivation, locale: str) -> list[Weighed]:
    """Give what was weighed, the strongest first, without what only the programme team sees (five queries)."""
    words = vocabulary(session, locale, found.partnership.programme_id)
    names = Names(found.partnership.flemish.name, found.partnership.partner.name)
    ordered: list[Mapping[str, Any]] = strongest_first(found.criteria)
    return [
        Weighed(
            line.label, 0 if line.unknown else line.points, line.maximum, strength(locale, criterion), line.sentence
        )
        for criterion, line in zip(ordered, reason_lines(words, names, ordered), strict=True)
    ]


def paper_of(
    found: Worded, wording: Wording, lines: list[Weighed], *, programme: str, now: datetime
) -> MotivationPaper:
    """Give what the document says, in the language of ``wording``; ``programme`` and ``lines`` are in it too."""
    flemish, partner = (_side(side, wording.language) for side in found.partnership.sides)
    return MotivationPaper(
        language=wording.language,
        programme=programme,
        flemish=flemish,
        partner=partner,
        text=wording.text,
        criteria=tuple(CriterionOf(line.label, line.strength, line.sentence) for line in lines),
        made_at=now,
        shown_at=found.motivation.shown_at,
    )


def _side(side: SideFacts, locale: str) -> SideOf:
    return SideOf(side.name, f"{label(locale, side.kind)}, {side.region}, {label(locale, side.country)}")
