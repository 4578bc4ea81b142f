"""Look before deciding: what a lock or veto would change, the next best pairings, two pairings beside each other."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.pairing import BoardChanged, BoardSettings, Changed, Ids, Mark, changes
from app.domain.pairing_comparison import AlternativeGone, next_marks
from app.domain.programme import PairingRules
from app.matching.json_format import problem_sha256, problem_to_json
from app.matching.problem import Options
from app.matching.scoring import score
from app.matching.solution import Alternative, Solution
from app.queries.pairing_inputs import Inputs
from app.queries.pairings import Scenario
from app.queries.programmes import ProgrammeFacts
from app.services.pairing_board import Board, kept_board, problem_of, solve_again, weights_of
from app.services.pairing_memory import solved
from app.services.pairings import keep_scenario, reckon_ahead

ALTERNATIVES = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """An alternative that somebody chose: its rank (2 is the next best), among those of the problem on the page."""

    rank: int
    problem_sha256: str


def board_of(scenario: Scenario) -> Board:
    """Give a scenario as the board that it was: nothing is solved again."""
    inputs = Inputs.from_data(scenario.settings["inputs"])
    settings = BoardSettings.from_data(scenario.settings, PairingRules())
    return kept_board(inputs, settings, scenario.problem, scenario.solution)


def what_if(board: Board, pair: Ids, mark: Mark) -> Board:
    """Give the board as it would be with one more lock or veto, or one fewer; nothing is stored."""
    return solve_again(board, board.settings.marked(pair, mark))


def alternatives_of(board: Board) -> tuple[Alternative, ...]:
    """Give the ten next best pairings of a board, the best first; none where there is no pairing at all.

    A scenario has those that were kept with it; from one that kept none they are computed, and nothing is stored.
    """
    if board.solution is None:
        return ()
    if board.kept and board.solution.alternatives is not None:
        return board.solution.alternatives
    found = solved(replace(board.problem, options=Options(alternatives=ALTERNATIVES)))
    return (found.alternatives or ()) if isinstance(found, Solution) else ()


def made_best(board: Board, pairs: Collection[Ids]) -> Board:
    """Give the board with so many locks and vetoes more that ``pairs``, which can be made, is its best pairing."""
    while marks := next_marks(board.chosen, pairs):
        settings = board.settings
        for pair, mark in marks.items():
            settings = settings.marked(pair, mark)
        assert settings != board.settings  # noqa: S101 - else it would never end
        board = solve_again(board, settings)
    return board


def keep_alternative(
    session: Session, programme: ProgrammeFacts, wanted: Wanted, name: str, *, actor: Actor, now: datetime
) -> int:
    """Keep an alternative of the board as a scenario; give its id.

    The scenario holds the locks (where pairs must be left out, vetoes) that make it the best pairing of its problem, so
    that problem, solution and proof hold together like those of any other.

    :raises BoardChanged: the board is not that of the page any more.
    :raises AlternativeGone: it has no alternative of that rank.
    :raises NameTaken: another scenario of the call has that name.
    :raises AlreadyPublished: nothing is added after that.
    """
    return keep_scenario(session, programme, name, actor=actor, now=now, instead=_instead(wanted))


def reckon_alternative(session: Session, programme: ProgrammeFacts, wanted: Wanted, *, now: datetime) -> None:
    """Solve what ``keep_alternative`` would keep, before it holds the database; what it would refuse is left to it."""
    with suppress(BoardChanged, AlternativeGone):
        reckon_ahead(session, programme, now=now, instead=_instead(wanted))


def _instead(wanted: Wanted) -> Callable[[Board], Board]:
    def instead(board: Board) -> Board:
        if problem_sha256(board.problem) != wanted.problem_sha256:
            raise BoardChanged
        found = next((one for one in alternatives_of(board) if one.rank == wanted.rank), None)
        if found is None:
            raise AlternativeGone
        return made_best(board, [(pair.left, pair.right) for pair in found.pairs])

    return instead


def points_under(board: Board, rules: PairingRules) -> dict[Ids, int]:
    """Give the points that the pairs of a board have under other weights."""
    weights = weights_of(rules)
    return {
        (left, right): score(board.candidates[left].profile, board.partners[right].profile, weights).points
        for left, right in board.chosen
    }


def input_changes(older: Board, newer: Board) -> tuple[Changed, ...]:
    """Tell what changed in candidates, partners, places and answers, whatever staff set on either board."""
    settings = replace(older.settings, locks=(), vetoes=())
    before, after = (problem_to_json(problem_of(board.inputs, settings)) for board in (older, newer))
    return changes(before, after)
