"""How the own sides stand, for somebody's list of what to do."""

from dataclasses import dataclass

from app.domain.obligations import ProgrammeYear
from app.queries.obligations import Running, running_standings
from app.queries.own_reads import OwnReads
from app.queries.partnerships import PartnershipFacts, SideFacts
from app.web.obligations import Shown, shown


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """What is expected of a side this year, in words."""

    partnership: PartnershipFacts
    side: SideFacts
    year: ProgrammeYear
    found: tuple[Shown, ...]


def own_standings(reads: OwnReads, locale: str) -> list[OwnStanding]:
    """Say how the sides of the reader stand in the running year of each programme."""
    return [
        OwnStanding(one.standing.partnership, side, one.year, tuple(_words(locale, one, side)))
        for one in running_standings(reads, today=reads.today)
        for side in one.standing.partnership.sides
        if side.government_id in reads.actor.participates
    ]


def _words(locale: str, one: Running, side: SideFacts) -> list[Shown]:
    return shown(locale, one.standing, one.standing.of(side.side, one.year.number))
