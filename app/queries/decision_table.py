"""Everything that the decisions of a call are made of, read at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from app.domain.codes import CandidacyState
from app.domain.decisions import (
    RESERVE,
    SELECTED,
    WAITING,
    Chosen,
    Contender,
    Prepared,
    Proposal,
    contenders,
    propose,
    renumbered,
)
from app.domain.standing import Standing
from app.models import Call
from app.queries.assessment import standings
from app.queries.decisions import DecisionRecord, Round, decisions_of, planned_round
from app.queries.programmes import ProgrammeFacts, TrackFacts, programme_by_id, tracks_of


@dataclass(frozen=True)
class DecisionTable:
    """The candidacies of a call with what is decided on them so far; ``round`` is the sending that is planned."""

    call_id: int
    programme: ProgrammeFacts
    tracks: tuple[TrackFacts, ...]
    standings: tuple[Standing, ...]
    records: Mapping[int, DecisionRecord]
    round: Round | None

    @cached_property
    def places(self) -> dict[str, int]:
        """The places of each track, by slug."""
        return {track.slug: track.places for track in self.tracks}

    @cached_property
    def criteria(self) -> tuple[str, ...]:
        """The codes of the criteria, each of which needs a reason."""
        return tuple(one.code for one in self.programme.rules.assessment.criteria)

    @cached_property
    def waiting(self) -> tuple[Standing, ...]:
        """The candidacies that wait for a decision, by local government."""
        return tuple(one for one in self.standings if one.state in WAITING)

    @cached_property
    def among(self) -> tuple[Contender, ...]:
        """Those of them that are in assessment, the best first."""
        able = [one for one in self.waiting if one.state is CandidacyState.IN_ASSESSMENT]
        return contenders(able, tuple(self.places), self.programme.rules.assessment)

    @cached_property
    def sent(self) -> tuple[DecisionRecord, ...]:
        """The decisions that were sent."""
        return tuple(one for one in self.records.values() if one.sent_at is not None)

    @cached_property
    def taken(self) -> dict[int, Chosen]:
        """The places and reserve lists of those whose decision was sent, as they stand now."""
        now = {
            one.candidacy_id: Chosen(one.state, one.track, one.position if one.state is RESERVE else None)
            for one in self.sent
            if one.state in (SELECTED, RESERVE)
        }
        return renumbered(now, {})

    @cached_property
    def decided(self) -> dict[int, Chosen]:
        """The outcomes of those who wait, the numbers of reserve lists without gaps, after those that were sent."""
        here = {one.candidacy_id for one in self.waiting}
        stored = {number: one.chosen for number, one in self.records.items() if number in here and one.sent_at is None}
        first = dict.fromkeys(self.places, 1)
        for one in self.taken.values():
            if one.outcome is RESERVE:
                first[one.track] = first.get(one.track, 1) + 1
        return renumbered(stored, first)

    @cached_property
    def withdrawn(self) -> tuple[DecisionRecord, ...]:
        """Decisions that are not needed any more: their candidacies were withdrawn before the sending."""
        gone = CandidacyState.WITHDRAWN
        return tuple(one for one in self.records.values() if one.sent_at is None and one.state is gone)

    @cached_property
    def prepared(self) -> tuple[Prepared, ...]:
        """What is decided on each of those who wait."""
        return tuple(self._prepared(one) for one in self.waiting)

    def proposal(self, *, anew: bool = False) -> Proposal:
        """Propose the outcomes that lack, or ``anew`` those of everybody who waits."""
        decided = self.taken if anew else {**self.taken, **self.decided}
        return propose(self.among, self.places, self.programme.rules.decision, decided)

    def _prepared(self, one: Standing) -> Prepared:
        record = self.records.get(one.candidacy_id)
        return Prepared(
            one.candidacy_id,
            one.government_name,
            one.state,
            self.decided.get(one.candidacy_id),
            one.tracks,
            record.opening if record else "",
            record.reasons if record else {},
        )


def decision_table(session: Session, call_id: int) -> DecisionTable:
    """Read the decisions of a call (thirteen queries)."""
    call = session.get_one(Call, call_id)
    programme = programme_by_id(session, call.programme_id)
    assert programme is not None  # noqa: S101 - a foreign key says so
    return DecisionTable(
        call_id,
        programme,
        tuple(tracks_of(session, programme.id)),
        tuple(standings(session, call_id)),
        decisions_of(session, call_id),
        planned_round(session, call_id),
    )
