"""Why the partners of the running programme are partners, from invented profiles; one still waits to be released."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.codes import Country
from app.matching.profiles import Candidate, Partner
from app.matching.scoring import score
from app.matching.weights import Weights
from app.models import MotivationText, PartnershipMotivation, Programme
from app.models.base import identity
from app.queries.pairings import NOT_THEIR_OWN
from app.queries.partnerships import PartnershipFacts, partnerships
from app.queries.reference import population_ranks
from app.services.demo.candidacies import levels
from app.services.demo.places import rows
from app.services.motivations import worded

WAITING = "DEMO-14"
Ranks = dict[int, tuple[int, int]]


def load(session: Session, programme: Programme) -> None:
    """Add the motivations of a programme's partnerships; their people must be there."""
    found = partnerships(session, identity(programme))
    ranks: Ranks = {}
    for country in Country:
        ranks |= population_ranks(session, country, programme.starts_on)
    for one in found:
        session.add(PartnershipMotivation(partnership_id=one.id, criteria=_criteria(one, ranks)))
    session.flush()
    decided_at = _decided_at(programme.starts_on)
    for decided in worded(session, [one for one in found if one.flemish.code != WAITING]):
        number = decided.partnership.id
        session.get_one(PartnershipMotivation, number).shown_at = decided_at
        for words in decided.wordings:
            kept = MotivationText(partnership_id=number, language=words.language, text=words.text, edited_at=decided_at)
            session.add(kept)
    session.flush()


def _decided_at(starts_on: date) -> datetime:
    return datetime(starts_on.year - 1, 12, 1, 9, 0, tzinfo=UTC)


def _criteria(one: PartnershipFacts, ranks: Ranks) -> list[dict[str, object]]:
    flemish = {row["code"]: row for row in rows("paired.csv")}[one.flemish.code]
    partner = {row["code"]: row for row in rows("partners.csv")}[one.partner.code]
    candidate = Candidate(
        **_profile(flemish, ranks.get(one.flemish.government_id)),
        subjects=frozenset(flemish["subjects"].split()),
        wishes=tuple(flemish["partners"].split()),
        tracks=(partner["track"],),
    )
    other = Partner(
        **_profile(partner, ranks.get(one.partner.government_id)),
        subjects=frozenset(f"{partner['track']}:{subject}" for subject in partner["subjects"].split()),
        wishes=tuple(partner["wishes"].split()),
        track=partner["track"],
    )
    return [asdict(of) for of in score(candidate, other, Weights()).criteria if of.code not in NOT_THEIR_OWN]


def _profile(row: dict[str, str], rank: tuple[int, int] | None) -> dict[str, Any]:
    return {
        "id": row["code"],
        "strengths": levels(row["strengths"]),
        "challenges": levels(row["challenges"]),
        "sdgs": frozenset(int(goal) for goal in row["goals"].split()),
        "population_rank": rank,
        "tags": frozenset(row["profiles"].split()),
        "languages": levels(row["languages"]),
    }
