"""The board of a call: its problem and the best pairing under what staff set, and the reasons of a pair.

Pure: the same inputs and settings give the same board. The engine's solver is loaded at the first board.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from app.domain.pairing import BoardSettings, Ids, Pairing, UnableToPair
from app.domain.programme import PairingRules
from app.matching.blocking import BetterOff, better_off
from app.matching.build import build_problem, chose_track
from app.matching.clash import NoPairing
from app.matching.json_format import problem_from_json, solution_from_json
from app.matching.problem import Places, Problem
from app.matching.scoring import score
from app.matching.solution import Price, Solution
from app.matching.weights import Weights
from app.queries.pairing_inputs import CandidateInput, Inputs, PartnerInput
from app.services.pairing_memory import bare_problem, priced, solved


@dataclass(frozen=True)
class Board:
    """A solved board; without a pairing, ``clash`` says why.

    ``set_aside`` are locks and vetoes that no longer apply: somebody of them is gone, or a lock has become impossible.
    ``kept`` says that it is a scenario: what was not kept with it is not computed again.
    """

    inputs: Inputs
    settings: BoardSettings
    problem: Problem
    solution: Solution | None
    clash: NoPairing | None
    set_aside: tuple[Ids, ...]
    kept: bool = field(default=False)

    @cached_property
    def candidates(self) -> dict[str, CandidateInput]:
        """Give the candidates by code."""
        return {one.profile.id: one for one in self.inputs.candidates}

    @cached_property
    def partners(self) -> dict[str, PartnerInput]:
        """Give the partners by code."""
        return {one.profile.id: one for one in self.inputs.partners}

    @cached_property
    def points(self) -> dict[Ids, int | None]:
        """Give the points of every pair, None where the candidate did not choose the track."""
        rows = self.problem.points or ()
        return {
            (left.id, right.id): points
            for left, row in zip(self.problem.left, rows, strict=True)
            for right, points in zip(self.problem.right, row, strict=True)
        }

    @cached_property
    def chosen(self) -> dict[Ids, int]:
        """Give the pairs of the pairing with their points."""
        return {(pair.left, pair.right): pair.points for pair in self.solution.pairs} if self.solution else {}

    @cached_property
    def pairing(self) -> Pairing:
        """Give the pairing in brief; without one it is empty."""
        if self.solution is None:
            return Pairing((), 0, None)
        return Pairing(tuple(self.chosen), self.solution.total, self.solution.weakest)

    @cached_property
    def prices(self) -> dict[Ids, Price]:
        """Give what every pair costs that may be made, a locked or vetoed one what taking its mark back would lose.

        Solves again with prices where that was not done yet; a scenario has those that were kept with it.
        """
        found = self.solution if self.kept or self.solution is None else priced(self.problem)
        if not isinstance(found, Solution):
            return {}
        return {(one.left, one.right): one for one in (*(found.prices or ()), *(found.marks or ()))}

    @cached_property
    def blocking(self) -> frozenset[Ids]:
        """Give the pairs in which both would rather have each other, by their own points."""
        return frozenset(self.solution.blocking) if self.solution else frozenset()

    def better_off(self, pair: Ids) -> BetterOff:
        """Tell whom each of a pair would rather have, by their own points; nobody where there is no pairing."""
        return better_off(self.problem, self.solution.pairs, pair) if self.solution else BetterOff()

    def unpaired(self) -> list[CandidateInput]:
        """Give the candidates without a pair."""
        paired = {left for left, _ in self.chosen}
        return [one for one in self.inputs.candidates if one.profile.id not in paired]

    def refusal(self, pair: Ids) -> UnableToPair | None:
        """Tell why a pair can never be made, or None."""
        return impossible(self.inputs, pair)

    def reasons(self, pair: Ids) -> list[dict[str, Any]]:
        """Give the criteria of a pair, each with its points, maximum, reason code and parameters."""
        candidate, partner = self.candidates[pair[0]], self.partners[pair[1]]
        scored = score(candidate.profile, partner.profile, weights_of(self.settings.rules))
        return [asdict(criterion) for criterion in scored.criteria]


def weights_of(rules: PairingRules) -> Weights:
    """Give the engine's weights."""
    return Weights(
        mutual_learning=rules.learning,
        theme=rules.theme,
        position=rules.position,
        language=rules.language,
        wishes=rules.wishes,
        assessment_share=rules.assessment_share,
    )


def impossible(inputs: Inputs, pair: Ids) -> UnableToPair | None:
    """Tell why a pair cannot be made whatever staff set: not on the board, another track, an existing city link."""
    candidate = next((one.profile for one in inputs.candidates if one.profile.id == pair[0]), None)
    partner = next((one.profile for one in inputs.partners if one.profile.id == pair[1]), None)
    if candidate is None or partner is None:
        return UnableToPair(reason="not_here")
    if not chose_track(candidate, partner):
        return UnableToPair(reason="not_chosen")
    return UnableToPair(reason="city_link") if partner.id in candidate.city_links else None


def problem_of(inputs: Inputs, settings: BoardSettings) -> Problem:
    """Lay out the problem of a call under what staff set; locks and vetoes that do not apply are left out.

    The points are kept in this process: they are computed once for the same inputs and rules.
    """
    bare = bare_problem(inputs, settings.rules, lambda: _bare(inputs, settings.rules))
    locks, vetoes = applicable(inputs, settings)
    return replace(
        bare,
        objective=settings.objective,
        locks=tuple(sorted(set(locks))),
        vetoes=tuple(sorted({*bare.vetoes, *vetoes})),
    )


def _bare(inputs: Inputs, rules: PairingRules) -> Problem:
    return build_problem(
        [one.profile for one in inputs.candidates],
        [one.profile for one in inputs.partners],
        weights_of(rules),
        places_per_track={track.slug: Places(0, track.places) for track in inputs.tracks},
        province_limit=rules.province_limit or None,
    )


def applicable(inputs: Inputs, settings: BoardSettings) -> tuple[list[Ids], list[Ids]]:
    """Give the locks and vetoes of pairs that can be made."""
    locks = [pair for pair in settings.locks if impossible(inputs, pair) is None]
    return locks, [pair for pair in settings.vetoes if impossible(inputs, pair) is None]


def solve_board(inputs: Inputs, settings: BoardSettings) -> Board:
    """Find the best pairing of a call under what staff set."""
    return _solved(inputs, settings, problem_of(inputs, settings))


def solve_again(board: Board, settings: BoardSettings) -> Board:
    """Find the best pairing of the same call under other settings; the same weights need no points anew."""
    if settings.rules != board.settings.rules:
        return solve_board(board.inputs, settings)
    locks, vetoes = applicable(board.inputs, settings)
    linked = {(one.profile.id, partner) for one in board.inputs.candidates for partner in one.profile.city_links}
    kept = linked.intersection(board.problem.vetoes)
    vetoed = tuple(sorted(kept.union(vetoes)))
    problem = replace(board.problem, objective=settings.objective, locks=tuple(locks), vetoes=vetoed)
    return _solved(board.inputs, settings, problem)


def _solved(inputs: Inputs, settings: BoardSettings, problem: Problem) -> Board:
    found = solved(problem)
    solution, clash = (found, None) if isinstance(found, Solution) else (None, found)
    applied = {pair for group in applicable(inputs, settings) for pair in group}
    set_aside = tuple(pair for pair in (*settings.locks, *settings.vetoes) if pair not in applied)
    return Board(inputs, settings, problem, solution, clash, set_aside)


def kept_board(
    inputs: Inputs, settings: BoardSettings, problem: Mapping[str, Any], solution: Mapping[str, Any]
) -> Board:
    """Give a scenario as the board that it was: its pairs are those that were kept, nothing is solved again."""
    kept = solution_from_json(dict(solution))
    return Board(inputs, settings, problem_from_json(dict(problem)), kept, None, (), kept=True)
