"""Decisions on candidacies: what the ranking proposes, and what must be there before they are sent together.

Places are given by points, the most first. Each candidacy gets a place in the track that it wants most among those that
still have one: so nobody has two places, and nobody with more points would rather have the place of another. Whoever
gets none stands on the reserve list of the track that it wants most, or is not selected.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any, ClassVar, Final, Self

from app.domain.assessment import AssessmentRules
from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.standing import FULL_POINTS, Standing, ranking

OPENING_LIMIT: Final = 4000
REASON_LIMIT: Final = 4000
EXCEED_LIMIT: Final = 1000
RESERVES_LIMIT: Final = 99
SELECTED: Final = CandidacyState.SELECTED
RESERVE: Final = CandidacyState.RESERVE
NOT_SELECTED: Final = CandidacyState.NOT_SELECTED
# What waits for a decision; only what is in assessment can get one.
WAITING: Final = frozenset({CandidacyState.SUBMITTED, CandidacyState.RETURNED, CandidacyState.IN_ASSESSMENT})


class DecisionRuleOutOfRange(DomainError):
    """A number of the rules lies between 0 and ``most``; ``rule`` names it."""

    code: ClassVar[str] = "decision_rule"


class DecisionMissing(DomainError):
    """The candidacy of ``government`` has no outcome yet."""

    code: ClassVar[str] = "decision_missing"


class NotAssessedYet(DomainError):
    """The candidacy of ``government`` stands at ``state``: it is not in assessment, so nothing can be decided."""

    code: ClassVar[str] = "decision_not_assessed"


class DecisionOpeningMissing(DomainError):
    """The decision on ``government`` has no opening."""

    code: ClassVar[str] = "decision_opening_missing"


class DecisionReasonMissing(DomainError):
    """The decision on ``government`` gives no reason for ``criterion``."""

    code: ClassVar[str] = "decision_reason_missing"


class DecisionTrackMissing(DomainError):
    """The place or the reserve list of ``government`` is in no track that it chose."""

    code: ClassVar[str] = "decision_track_missing"


class ReserveTwice(DomainError):
    """The reserve list of ``track`` has number ``position`` twice."""

    code: ClassVar[str] = "reserve_twice"


class ReserveGap(DomainError):
    """The reserve list of ``track`` lacks number ``position``."""

    code: ClassVar[str] = "reserve_gap"


class PlacesExceeded(DomainError):
    """``selected`` candidacies are selected for the ``places`` places of ``track``, and nobody said why."""

    code: ClassVar[str] = "places_exceeded"


class NothingToSend(DomainError):
    """There is no decision that waits to be sent."""

    code: ClassVar[str] = "nothing_to_send"


class SendMomentPassed(DomainError):
    """Decisions are sent at a moment that lies ahead."""

    code: ClassVar[str] = "send_moment_passed"


class DecisionsScheduled(DomainError):
    """The decisions stand still until ``send_at``, when they are sent: cancel that first."""

    code: ClassVar[str] = "decisions_scheduled"


class DecisionSent(DomainError):
    """The decision was sent: it stands as it is."""

    code: ClassVar[str] = "decision_sent"


class DecisionChanged(DomainError):
    """Somebody else changed the decision on ``government`` in the meantime."""

    code: ClassVar[str] = "decision_changed"


class RoundChanged(DomainError):
    """What would be sent is no longer what the page showed."""

    code: ClassVar[str] = "round_changed"


class RoundGone(DomainError):
    """No sending is planned (any more)."""

    code: ClassVar[str] = "round_gone"


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """Who stands on a reserve list: from ``least_points`` on, at most ``reserves`` per track, where 0 is no limit."""

    reserves: int = 0
    least_points: int = 5_000

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the rules from plain values; what is not there has its default."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def to_data(self) -> dict[str, Any]:
        """Give the rules as plain values, to be stored."""
        return asdict(self)


def check_decision_rules(rules: DecisionRules) -> None:
    """Refuse numbers that make no sense.

    :raises DecisionRuleOutOfRange: ``rule`` names the field, ``most`` is its highest value.
    """
    for rule, most in (("reserves", RESERVES_LIMIT), ("least_points", FULL_POINTS)):
        if not 0 <= getattr(rules, rule) <= most:
            raise DecisionRuleOutOfRange(rule=rule, most=most)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An outcome: selected and on the reserve list in a track, there with a ``position`` from 1."""

    outcome: CandidacyState
    track: str = ""
    position: int | None = None

    @property
    def key(self) -> str:
        """The outcome as one word, for a form: ``selected:rwanda``, ``reserve:benin``, ``not_selected``."""
        return f"{self.outcome.value}:{self.track}" if self.track else self.outcome.value

    @classmethod
    def of_key(cls, key: str, position: int | None = None) -> Self:
        """Read what ``key`` gave; only a reserve keeps a position.

        :raises ValueError: no outcome of a candidacy begins so.
        """
        word, _, track = key.partition(":")
        outcome = CandidacyState(word)
        return cls(outcome, track, position if outcome is RESERVE else None)


@dataclass(frozen=True, slots=True)
class Contender:
    """A candidacy that waits for its outcome; ``tracks`` are those that there are, most wanted first.

    ``place`` is where the ranking over all tracks lists it; equal points are a tie all the same.
    """

    candidacy_id: int
    points: int | None
    tracks: tuple[str, ...]
    place: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Candidacies with equal points that want more than the ``places`` that are left in a track: people decide."""

    track: str
    places: int
    candidacies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Outcomes that follow from the ranking, by candidacy.

    ``open``: nothing follows yet, for want of points or of a track, or because a tie must be decided first: everything
    below a tie waits for it.
    """

    chosen: Mapping[int, Chosen]
    ties: tuple[Tie, ...]
    open: tuple[int, ...]


def contenders(
    standings: Collection[Standing], slugs: Collection[str], rules: AssessmentRules
) -> tuple[Contender, ...]:
    """List candidacies over all tracks, the best first, those without points last; the order given plays no part."""
    together = [replace(one, tracks=("",)) for one in standings]
    listed = ranking(together, {"": 0}, rules)[0]
    tracks = {one.candidacy_id: tuple(slug for slug in one.tracks if slug in slugs) for one in standings}
    ordered = (*(one.standing for one in listed.ranked), *listed.unscored)
    return tuple(
        Contender(one.candidacy_id, one.points, tracks[one.candidacy_id], place) for place, one in enumerate(ordered)
    )


def propose(
    among: Collection[Contender],
    places: Mapping[str, int],
    rules: DecisionRules,
    decided: Mapping[int, Chosen],
) -> Proposal:
    """Propose an outcome for each of ``among`` that is not ``decided``: what is decided keeps its place or position.

    ``decided`` may hold others than ``among``: the places of an earlier round are taken too.
    """
    left = places_left(places, decided.values())
    waiting = sorted((one for one in among if one.candidacy_id not in decided), key=lambda one: one.place)
    able = [one for one in waiting if one.points is not None and one.tracks]
    selected, ties = _give_places(able, left)
    chosen = dict(selected)
    if not ties:
        chosen |= _reserves([one for one in able if one.candidacy_id not in selected], rules, decided)
    return Proposal(chosen, ties, tuple(one.candidacy_id for one in waiting if one.candidacy_id not in chosen))


def places_left(places: Mapping[str, int], decided: Iterable[Chosen]) -> dict[str, int]:
    """Give the places that nobody has yet, by track; never below none."""
    taken = Counter(one.track for one in decided if one.outcome is SELECTED)
    return {track: max(0, number - taken[track]) for track, number in places.items()}


def _give_places(able: Sequence[Contender], left: dict[str, int]) -> tuple[dict[int, Chosen], tuple[Tie, ...]]:
    """Give the places that are ``left`` by points, up to the first tie that people have to decide."""
    given: dict[int, Chosen] = {}
    for _, group in groupby(able, key=lambda one: one.points):
        wishes = {one.candidacy_id: track for one in group if (track := _wish(one, left))}
        ties = _ties(wishes, left)
        if ties:
            return given, ties
        for candidacy_id, track in wishes.items():
            given[candidacy_id] = Chosen(SELECTED, track)
            left[track] -= 1
    return given, ()


def _wish(one: Contender, left: Mapping[str, int]) -> str:
    return next((track for track in one.tracks if left.get(track, 0) > 0), "")


def _ties(wishes: Mapping[int, str], left: Mapping[str, int]) -> tuple[Tie, ...]:
    wanting: dict[str, list[int]] = {}
    for candidacy_id, track in wishes.items():
        wanting.setdefault(track, []).append(candidacy_id)
    return tuple(
        Tie(track, left[track], tuple(sorted(tied)))
        for track, tied in sorted(wanting.items())
        if len(tied) > left[track]
    )


def _reserves(rest: Sequence[Contender], rules: DecisionRules, decided: Mapping[int, Chosen]) -> dict[int, Chosen]:
    """Put the rest on the reserve list of the track that each wants most, after who stands there already."""
    chosen = {one.candidacy_id: Chosen(NOT_SELECTED) for one in rest}
    for track in dict.fromkeys(one.tracks[0] for one in rest):
        there = [one.position or 0 for one in decided.values() if one.outcome is RESERVE and one.track == track]
        able = [one for one in rest if one.tracks[0] == track and (one.points or 0) >= rules.least_points]
        first = max(there, default=0) + 1
        for position, one in enumerate(_first_of(able, rules.reserves, len(there)), first):
            chosen[one.candidacy_id] = Chosen(RESERVE, track, position)
    return chosen


def _first_of(able: Sequence[Contender], limit: int, there: int) -> Sequence[Contender]:
    """Cut a list at the limit, if there is one; whoever has the points of the last one within it is within it too."""
    room = max(0, limit - there)
    if not limit or len(able) <= room:
        return able
    return [one for one in able if one.points >= able[room - 1].points] if room else ()  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is decided on a candidacy so far; ``tracks`` are those that it chose."""

    candidacy_id: int
    government: str
    state: CandidacyState
    chosen: Chosen | None
    tracks: tuple[str, ...] = ()
    opening: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


def faults(
    prepared: Sequence[Prepared],
    places: Mapping[str, int],
    taken: Sequence[Chosen],
    criteria: Iterable[str],
    *,
    exceeding: str = "",
) -> tuple[DomainError, ...]:
    """Name everything that stands in the way of sending, candidacy by candidacy, then track by track.

    ``prepared`` are all candidacies of the call that wait for a decision, ``taken`` the outcomes of earlier rounds that
    still hold, ``exceeding`` is why staff select more than there are places.
    """
    if not prepared:
        return (NothingToSend(),)
    codes = tuple(criteria)
    chosen = [one.chosen for one in prepared if one.chosen is not None]
    return (
        *(fault for one in prepared for fault in _faults_of(one, codes)),
        *order_faults([*chosen, *taken]),
        *(() if exceeding.strip() else exceeded([*chosen, *taken], places)),
    )


def check_sendable(found: Sequence[DomainError]) -> None:
    """Refuse with the first of ``faults``, if there is one.

    :raises DomainError: something is missing.
    """
    for fault in found:
        raise fault


def _faults_of(one: Prepared, criteria: Sequence[str]) -> Iterator[DomainError]:
    if one.state is not CandidacyState.IN_ASSESSMENT:
        yield NotAssessedYet(government=one.government, state=one.state)
        return
    if one.chosen is None:
        yield DecisionMissing(government=one.government)
        return
    if one.chosen.outcome is not NOT_SELECTED and one.chosen.track not in one.tracks:
        yield DecisionTrackMissing(government=one.government)
    if not one.opening.strip():
        yield DecisionOpeningMissing(government=one.government)
    for criterion in criteria:
        if not one.reasons.get(criterion, "").strip():
            yield DecisionReasonMissing(government=one.government, criterion=criterion)


def order_faults(chosen: Iterable[Chosen]) -> Iterator[DomainError]:
    """Name the numbers that the reserve list of a track has twice or lacks."""
    by_track: dict[str, list[int]] = {}
    for one in chosen:
        if one.outcome is RESERVE:
            by_track.setdefault(one.track, []).append(one.position or 0)
    for track, positions in sorted(by_track.items()):
        counts = Counter(positions)
        yield from (ReserveTwice(track=track, position=number) for number in sorted(counts) if counts[number] > 1)
        yield from (
            ReserveGap(track=track, position=number) for number in range(1, max(positions) + 1) if number not in counts
        )


def exceeded(chosen: Sequence[Chosen], places: Mapping[str, int]) -> tuple[PlacesExceeded, ...]:
    """Name the tracks for which more are selected than there are places."""
    taken = Counter(one.track for one in chosen if one.outcome is SELECTED)
    return tuple(
        PlacesExceeded(track=track, places=places.get(track, 0), selected=number)
        for track, number in sorted(taken.items())
        if number > places.get(track, 0)
    )


def renumbered(chosen: Mapping[int, Chosen], first: Mapping[str, int]) -> dict[int, Chosen]:
    """Close the gaps in the reserve lists, the order kept; ``first`` is with what number each track goes on.

    Equal numbers, and none, keep the order of the ids: refuse numbers that are there twice before.
    """
    done = dict(chosen)
    counts = dict(first)
    waiting = [(number, one) for number, one in chosen.items() if one.outcome is RESERVE]
    last = len(chosen) + max((one.position or 0 for _, one in waiting), default=0) + 1
    for candidacy_id, one in sorted(waiting, key=lambda pair: (pair[1].position or last, pair[0])):
        position = counts.get(one.track, 1)
        done[candidacy_id] = replace(one, position=position)
        counts[one.track] = position + 1
    return done


def check_can_prepare(*, sent: bool, send_at: datetime | None) -> None:
    """Refuse unless a decision may be changed; ``send_at`` is when it will be sent, if that is planned.

    :raises DecisionSent: it was sent.
    :raises DecisionsScheduled: its sending is planned.
    """
    if sent:
        raise DecisionSent
    if send_at is not None:
        raise DecisionsScheduled(send_at=send_at)


def check_send_at(send_at: datetime, now: datetime) -> None:
    """Refuse a moment (aware) that does not lie ahead.

    :raises SendMomentPassed: it does not.
    """
    if send_at <= now:
        raise SendMomentPassed
