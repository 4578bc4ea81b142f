"""Obligations in the reader's words: the cells of the overview, the list of a side, clashes, and a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.codes import ObligationStatus, Side
from app.domain.obligations import (
    ATTENTION,
    VISITS,
    AgendaClash,
    Expected,
    Obligation,
    ProgrammeYear,
    agenda_clashes,
    programme_years,
    worst,
)
from app.domain.texts import Text, title_of
from app.language.formats import join
from app.language.labels import label
from app.language.moments import date_medium
from app.language.obligation_words import clash_sentence, clash_side, clash_to_do, expected_name, how_far
from app.queries.obligations import ProgrammeSession, Standing
from app.queries.partnerships import PartnershipFacts, SideFacts
from app.queries.programmes import ProgrammeFacts


@dataclass(frozen=True, slots=True)
class Listed:
    """A session in a list: its title, day and address."""

    number: int
    title: Text
    day: date


@dataclass(frozen=True, slots=True)
class Shown:
    """An obligation in words, with the sessions behind it; ``is_visit``: they are work visits."""

    name: str
    is_visit: bool
    far: str
    status: ObligationStatus
    deadline: date
    year: int | None
    counting: tuple[Listed, ...]
    coming: tuple[Listed, ...]
    unmarked: tuple[Listed, ...]

    @property
    def opens(self) -> bool:
        """Whether there are sessions to list."""
        return bool(self.counting or self.coming or self.unmarked)


@dataclass(frozen=True, slots=True)
class SideRow:
    """A side of a partnership in the overview: what is expected of it, by kind."""

    side: SideFacts
    status: ObligationStatus
    cells: Mapping[Expected, Shown]


@dataclass(frozen=True, slots=True)
class Row:
    """A partnership in the overview."""

    partnership: PartnershipFacts
    status: ObligationStatus
    sides: tuple[SideRow, ...]


@dataclass(frozen=True, slots=True)
class ClashShown:
    """What the agenda lacks, for whom, and what to do about it."""

    sentence: str
    who: str
    to_do: str


def shown(locale: str, standing: Standing, found: Iterable[Obligation]) -> list[Shown]:
    """Put obligations of a partnership in words."""
    by_id = {one.id: one for one in standing.sessions}
    return [_shown(locale, one, by_id) for one in found]


def _shown(locale: str, one: Obligation, by_id: Mapping[int, ProgrammeSession]) -> Shown:
    def listed(numbers: Iterable[int]) -> tuple[Listed, ...]:
        return tuple(Listed(number, title_of(by_id[number], locale), by_id[number].first) for number in numbers)

    return Shown(
        name=expected_name(locale, one.expected),
        is_visit=one.expected in VISITS,
        far=how_far(locale, one),
        status=one.status,
        deadline=one.deadline,
        year=one.year,
        counting=listed(one.counting),
        coming=listed(one.coming),
        unmarked=listed(one.unmarked),
    )


def rows(
    locale: str, found: Sequence[Standing], year: ProgrammeYear, *, status: ObligationStatus | None = None
) -> list[Row]:
    """Give the overview of a year: what needs attention first, then by name; only where ``status`` occurs, if given."""
    made = [_row(locale, standing, year) for standing in found if status is None or _has(standing, year, status)]
    return sorted(made, key=lambda row: (ATTENTION.index(row.status), row.partnership.name))


def _has(standing: Standing, year: ProgrammeYear, status: ObligationStatus) -> bool:
    return any(one.status is status for side in Side for one in standing.of(side, year.number))


def _row(locale: str, standing: Standing, year: ProgrammeYear) -> Row:
    by_id = {one.id: one for one in standing.sessions}
    sides = []
    for side in standing.partnership.sides:
        own = standing.of(side.side, year.number)
        sides.append(SideRow(side, worst(own), {one.expected: _shown(locale, one, by_id) for one in own}))
    together = min((side.status for side in sides), key=ATTENTION.index)
    return Row(standing.partnership, together, tuple(sides))


def columns(locale: str, found: Sequence[Row]) -> list[tuple[Expected, str]]:
    """Give the kinds of obligations that occur, with their names."""
    known = {expected for row in found for side in row.sides for expected in side.cells}
    return [(expected, expected_name(locale, expected)) for expected in Expected if expected in known]


def chosen_year(years: Sequence[ProgrammeYear], number: int | None, today: date) -> ProgrammeYear:
    """Give the year with that number; else the one that ``today`` lies in, or the nearest."""
    own = next((one for one in years if one.number == number), None)
    return own or next((one for one in years if today <= one.last), years[-1])


def clashes_shown(
    locale: str, programme: ProgrammeFacts, found: Sequence[Standing], tracks: Mapping[int, str], *, today: date
) -> list[ClashShown]:
    """Say what the agenda lacks: once for all partnerships for which it lacks the same.

    ``tracks``: the titles of the tracks by id; a track whose partnerships all lack it is named instead of them.
    """
    years = programme_years(programme.starts_on, programme.ends_on)
    lacking: dict[AgendaClash, list[PartnershipFacts]] = {}
    for standing in found:
        held = [one.held for one in standing.sessions]
        for clash in agenda_clashes(programme.rules, years, held, today=today):
            lacking.setdefault(clash, []).append(standing.partnership)
    everybody = [standing.partnership for standing in found]
    ordered = sorted(lacking.items(), key=lambda item: (item[0].year, list(Expected).index(item[0].expected)))
    return [
        ClashShown(_sentence(locale, clash, lacking), _who(locale, who, everybody, tracks), clash_to_do(locale, clash))
        for clash, who in ordered
        if not (clash.side is Side.PARTNER and lacking.get(_other(clash)) == who)
    ]


def _other(clash: AgendaClash) -> AgendaClash:
    other = Side.FLEMISH if clash.side is Side.PARTNER else Side.PARTNER
    return AgendaClash(clash.expected, other, clash.year, clash.planned, clash.needed)


def _sentence(locale: str, clash: AgendaClash, lacking: Mapping[AgendaClash, Sequence[PartnershipFacts]]) -> str:
    sentence = clash_sentence(locale, clash)
    if clash.expected is Expected.EXCHANGE or lacking.get(_other(clash)) == lacking[clash]:
        return sentence
    return f"{sentence} {clash_side(locale, clash.side)}"


def _who(
    locale: str, who: Sequence[PartnershipFacts], everybody: Sequence[PartnershipFacts], tracks: Mapping[int, str]
) -> str:
    names = []
    for track_id, title in tracks.items():
        own = [one for one in who if one.track_id == track_id]
        is_whole = own and len(own) == sum(one.track_id == track_id for one in everybody)
        names += [title] if is_whole else [one.name for one in own]
    return join(locale, names)


HEADER = (
    "programme",
    "track",
    "partnership",
    "side",
    "government",
    "year",
    "obligation",
    "status",
    "needed",
    "counted",
    "planned",
    "until",
    "sessions_counted",
    "sessions_planned",
)


def file_rows(
    locale: str, programme: ProgrammeFacts, found: Sequence[Standing], tracks: Mapping[int, str]
) -> list[list[str | int | date | None]]:
    """Give every obligation as a line of a file, in the order of the overview of the partnerships."""
    lines: list[list[str | int | date | None]] = []
    for standing in found:
        names = {side.side: side.name for side in standing.partnership.sides}
        for one in standing.obligations:
            words = _shown(locale, one, {each.id: each for each in standing.sessions})
            lines.append(
                [
                    programme.slug,
                    tracks[standing.partnership.track_id],
                    standing.partnership.name,
                    label(locale, one.side),
                    names[one.side],
                    one.year,
                    words.name,
                    label(locale, one.status),
                    one.needed,
                    one.counted,
                    one.planned,
                    one.deadline,
                    _titles(locale, words.counting),
                    _titles(locale, words.coming),
                ]
            )
    return lines


def _titles(locale: str, found: Sequence[Listed]) -> str:
    return "; ".join(f"{date_medium(locale, one.day)} {one.title}" for one in found)
