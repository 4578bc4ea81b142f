"""The programme team's view of a call's assessment: what somebody may see of it, sorted and filtered, and ranked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.assessment import AssessmentRules
from app.domain.standing import Ranked, Ranking, Standing, ranking
from app.language.labels import label
from app.queries.readings import own_conflicts
from app.web.assessment_view import points_text, share_text

SORTS: Final = ("disagreement", "points", "spread", "government", "progress")
APART: Final = "apart"
WAITING: Final = "waiting"
SHOWN: Final = ("", APART, WAITING)


@dataclass(frozen=True, slots=True)
class WantedRows:
    """What is looked for; ``sort`` is one of ``SORTS``, with a minus before it for the reverse."""

    call_id: int
    track: str = ""
    show: str = ""
    sort: str = "-disagreement"


@dataclass(frozen=True, slots=True)
class Visible:
    """What somebody may see: standings in full, those that wait for the own scores, and those with a conflict."""

    open: tuple[Standing, ...]
    own_first: tuple[Standing, ...]
    blocked: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the list; ``why`` says why the scores are not shown: "own_first", "blocked", or nothing."""

    reference: str
    government: str
    track: str
    state: str
    finished: int
    readers: int
    points: str
    spread: str
    disagreement: str
    apart: bool
    reopened: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShownRanking:
    """The ranking of a track: rows in order, the cut after ``places``, and what is not in it."""

    title: str
    places: int
    rows: tuple[tuple[Ranked, str], ...]
    cut_after: int | None
    unscored: tuple[Standing, ...]
    tie_at_cut: bool


def visible(session: Session, actor: Actor, call_id: int, found: Sequence[Standing]) -> Visible:
    """Divide standings by what ``actor`` may see of them (one query)."""
    blocked = own_conflicts(session, actor, call_id)
    waiting = {one.candidacy_id for one in found if _own_scores_first(one, actor)}
    return Visible(
        tuple(one for one in found if one.candidacy_id not in blocked | waiting),
        tuple(one for one in found if one.candidacy_id in waiting - blocked),
        tuple(one for one in found if one.candidacy_id in blocked),
    )


def shown_rows(locale: str, seen: Visible, wanted: WantedRows, tracks: Mapping[str, str]) -> list[ShownRow]:
    """Give the list as it is asked for; what may not be seen stands last."""
    chosen = [one for one in seen.open if _is_wanted(one, wanted)]
    name, reverse = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    ordered = sorted(chosen, key=lambda one: (one.government_name, one.candidacy_id))
    known = [one for one in ordered if _value(one, name) is not None]
    known.sort(key=lambda one: _value(one, name), reverse=reverse)  # type: ignore[arg-type, return-value]
    rows = [*known, *(one for one in ordered if _value(one, name) is None)]
    return [
        *(_row(locale, one, tracks) for one in rows),
        *(_hidden(locale, one, tracks, "own_first") for one in seen.own_first if _in_track(one, wanted)),
        *(_hidden(locale, one, tracks, "blocked") for one in seen.blocked if _in_track(one, wanted)),
    ]


def shown_rankings(
    locale: str,
    standings: Collection[Standing],
    places: Mapping[str, int],
    tracks: Mapping[str, str],
    rules: AssessmentRules,
) -> list[ShownRanking]:
    """Give the ranking of each track with the cut at its places."""
    return [_shown_ranking(locale, one, tracks) for one in ranking(standings, places, rules)]


def _own_scores_first(standing: Standing, actor: Actor) -> bool:
    return any(one.person_id == actor.person_id and not one.finished for one in standing.readings)


def _in_track(standing: Standing, wanted: WantedRows) -> bool:
    return wanted.track in ("", standing.first_track)


def _is_wanted(standing: Standing, wanted: WantedRows) -> bool:
    if not _in_track(standing, wanted):
        return False
    if wanted.show == APART:
        return _is_apart(standing)
    if wanted.show == WAITING:
        return not standing.readings or not all(one.finished for one in standing.readings)
    return True


def _is_apart(standing: Standing) -> bool:
    return any(one.clearly for one in standing.summary.apart.values())


def _value(standing: Standing, name: str) -> int | str | None:
    if name == "government":
        return standing.government_name
    if name == "progress":
        return sum(one.finished for one in standing.readings) - len(standing.readings)
    values = {"points": standing.points, "spread": standing.spread, "disagreement": standing.disagreement}
    return values[name]


def _row(locale: str, one: Standing, tracks: Mapping[str, str]) -> ShownRow:
    return ShownRow(
        reference=one.reference,
        government=one.government_name,
        track=tracks.get(one.first_track, "–"),
        state=label(locale, one.state),
        finished=sum(reading.finished for reading in one.readings),
        readers=len(one.readings),
        points=points_text(locale, one.points),
        spread=points_text(locale, one.spread),
        disagreement=share_text(locale, one.disagreement),
        apart=_is_apart(one),
        reopened=any(reading.reopened for reading in one.readings),
    )


def _hidden(locale: str, one: Standing, tracks: Mapping[str, str], why: str) -> ShownRow:
    track = tracks.get(one.first_track, "–") if why != "blocked" else ""
    state = label(locale, one.state)
    finished = sum(reading.finished for reading in one.readings)
    return ShownRow(
        one.reference, one.government_name, track, state, finished, len(one.readings), "", "", "", False, False, why
    )


def _shown_ranking(locale: str, one: Ranking, tracks: Mapping[str, str]) -> ShownRanking:
    inside = sum(row.inside for row in one.ranked)
    return ShownRanking(
        title=tracks.get(one.track, ""),
        places=one.places,
        rows=tuple((row, points_text(locale, row.standing.points)) for row in one.ranked),
        cut_after=inside if one.track and inside < len(one.ranked) else None,
        unscored=one.unscored,
        tie_at_cut=one.tie_at_cut,
    )
