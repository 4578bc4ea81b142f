"""What staff do on the board: lock and veto pairs, set weights and limits, keep a pairing as a scenario."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.access import Actor
from app.domain.pairing import (
    AlreadyPublished,
    BoardChanged,
    BoardSettings,
    Ids,
    Mark,
    NameTaken,
    NothingToKeep,
    Pairing,
    UnableToPair,
    check_weights,
)
from app.domain.programme import PairingRules
from app.domain.time import programme_day
from app.matching.json_format import problem_to_json, solution_to_json
from app.matching.problem import Options, Problem
from app.matching.solution import Solution
from app.models import PairingBoard, PairingScenario
from app.queries.pairing_inputs import Inputs, inputs_of, inputs_of_pair
from app.queries.pairings import StoredBoard, published_scenario_id, stored_board
from app.queries.programmes import ProgrammeFacts
from app.queries.readings import own_conflicts
from app.services.events import record
from app.services.pairing_board import Board, impossible, solve_again, solve_board, weights_of
from app.services.pairing_memory import solved

KEPT_ALTERNATIVES: Final = 10
PRICED_AT_MOST: Final = 4_000
"""A scenario of more pairs than this is kept without the price of each: its file would be large."""


@dataclass(frozen=True, slots=True)
class OpenBoard:
    """A board with what is stored of it; ``before`` is the pairing that the settings before the last change give."""

    board: Board
    stored: StoredBoard
    before: Pairing | None


def open_board(
    session: Session, programme: ProgrammeFacts, *, now: datetime, compare: Collection[int] = ()
) -> OpenBoard:
    """Solve the board of a programme's call as it is now; at the versions in ``compare`` tell what came before, too."""
    stored = stored_board(session, _call_id(programme))
    board = _solve(session, programme, stored, now)
    before = stored.settings.get("before") if stored.version in compare else None
    if before is None:
        return OpenBoard(board, stored, None)
    earlier = BoardSettings.from_data(before, programme.rules.pairing)
    return OpenBoard(board, stored, solve_again(board, earlier).pairing)


def mark_pair(
    session: Session, programme: ProgrammeFacts, pair: Ids, mark: Mark, *, actor: Actor, now: datetime
) -> int:
    """Lock or veto a pair, or take that back; give the new version of the board.

    :raises AlreadyPublished: nothing is changed after that.
    :raises UnableToPair: it can never be made, or ``actor`` has a conflict of interest on the candidacy.
    """
    stored = _locked(session, programme, now)
    inputs = inputs_of_pair(session, _call_id(programme), programme.id, pair)
    blocked = own_conflicts(session, actor, _call_id(programme))
    if any(one.candidacy_id in blocked for one in inputs.candidates):
        raise UnableToPair(reason="conflict")
    refusal = impossible(inputs, pair)
    if refusal is not None and mark is not Mark.FREE:
        raise refusal
    _store(session, programme, stored, _settings(programme, stored).marked(pair, mark), now)
    names = inputs.names()
    details = {"candidate": names.get(pair[0], pair[0]), "partner": names.get(pair[1], pair[1])}
    verbs = {Mark.LOCK: "pairing.locked", Mark.VETO: "pairing.vetoed", Mark.FREE: "pairing.freed"}
    record(session, actor, verbs[mark], subject=("call", _call_id(programme)), now=now, **details)
    return stored.version + 1


def set_rules(
    session: Session,
    programme: ProgrammeFacts,
    rules: PairingRules,
    *,
    version: int,
    actor: Actor,
    now: datetime,
    objective: str | None = None,
) -> int:
    """Set weights, limits and what is best on a board whose ``version`` was on the page; give the new one.

    Without ``objective`` that stays what it is. The same again changes nothing.

    :raises AlreadyPublished: nothing is changed after that.
    :raises WeightsDoNotSum: the criteria of fit do not sum to 100.
    :raises WeightsInvalid: one of the numbers makes no sense.
    :raises BoardChanged: somebody else changed it meanwhile.
    """
    check_weights(rules)
    stored = _locked(session, programme, now)
    before = _settings(programme, stored)
    after = replace(before, rules=rules, objective=objective or before.objective)
    if after == before:
        return stored.version
    if stored.version != version:
        raise BoardChanged
    weights_of(rules)
    _store(session, programme, stored, after, now)
    subject = ("call", _call_id(programme))
    details = {**_rules_data(rules), "objective": after.objective}
    record(session, actor, "pairing.weighed", subject=subject, now=now, **details)
    return stored.version + 1


def keep_scenario(
    session: Session,
    programme: ProgrammeFacts,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    instead: Callable[[Board], Board] | None = None,
) -> int:
    """Keep the pairing that the board shows as a scenario with all its own data; give its id.

    ``instead`` gives another board to keep, made from the one that is shown. Problem and solution hold the ten next
    best pairings as well, and the price of every pair if the board is small.

    :raises NothingToKeep: there is no pair.
    :raises NameTaken: another scenario of the call has that name.
    :raises AlreadyPublished: nothing is added after that.
    """
    board = _wanted(session, programme, _locked(session, programme, now), now, instead)
    problem = _kept_problem(board)
    solution = solved(problem) if board.solution else None
    if not isinstance(solution, Solution) or not solution.pairs:
        raise NothingToKeep
    reasons: dict[str, Any] = {}
    for left, right in board.chosen:
        reasons.setdefault(left, {})[right] = board.reasons((left, right))
    made = PairingScenario(
        call_id=_call_id(programme),
        name=name,
        settings={**board.settings.to_data(), "inputs": board.inputs.to_data()},
        problem=problem_to_json(problem),
        solution=solution_to_json(solution, problem),
        reasons=reasons,
        created_at=now,
        person_id=actor.person_id,
    )
    _insert(session, made)
    assert made.id is not None  # noqa: S101 - flushed
    record(session, actor, "pairing.kept", subject=("pairing_scenario", made.id), now=now, name=name)
    return made.id


def reckon_ahead(
    session: Session, programme: ProgrammeFacts, *, now: datetime, instead: Callable[[Board], Board] | None = None
) -> None:
    """Solve what ``keep_scenario`` would keep, for it to find: it holds the database, and must not take seconds there.

    Call it outside a transaction. Nothing is stored; what ``instead`` refuses, it refuses here already.
    """
    board = _wanted(session, programme, stored_board(session, _call_id(programme)), now, instead)
    if board.solution is not None:
        solved(_kept_problem(board))


def _wanted(
    session: Session,
    programme: ProgrammeFacts,
    stored: StoredBoard,
    now: datetime,
    instead: Callable[[Board], Board] | None,
) -> Board:
    """Give the board that is shown, or another one that is made from it."""
    board = _solve(session, programme, stored, now)
    return board if instead is None else instead(board)


def _kept_problem(board: Board) -> Problem:
    small = len(board.problem.left) * len(board.problem.right) <= PRICED_AT_MOST
    return replace(board.problem, options=Options(alternatives=KEPT_ALTERNATIVES, prices=small))


def _insert(session: Session, made: PairingScenario) -> None:
    session.add(made)
    try:
        session.flush()
    except IntegrityError as violation:
        if not _is_name(violation):
            raise
        raise NameTaken(name=made.name) from violation


def _is_name(violation: IntegrityError) -> bool:
    """Recognise the constraint: PostgreSQL names it, SQLite names its columns."""
    words = str(violation.orig)
    return "uq_pairing_scenario_call_id_name" in words or "pairing_scenario.call_id, pairing_scenario.name" in words


def _call_id(programme: ProgrammeFacts) -> int:
    assert programme.call is not None  # noqa: S101 - boards are those of programmes with a call
    return programme.call.id


def _settings(programme: ProgrammeFacts, stored: StoredBoard) -> BoardSettings:
    return BoardSettings.from_data(stored.settings, programme.rules.pairing)


def _solve(session: Session, programme: ProgrammeFacts, stored: StoredBoard, now: datetime) -> Board:
    return solve_board(_inputs(session, programme, now), _settings(programme, stored))


def _inputs(session: Session, programme: ProgrammeFacts, now: datetime) -> Inputs:
    return inputs_of(session, _call_id(programme), programme.id, programme_day(now))


def _locked(session: Session, programme: ProgrammeFacts, now: datetime) -> StoredBoard:
    """Lock the board to the end of the transaction, made if need be, and give what is stored."""
    call_id = _call_id(programme)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    empty = insert(PairingBoard).values(call_id=call_id, settings={}, version=0, updated_at=now)
    session.execute(empty.on_conflict_do_nothing())
    locked = sa.select(col(PairingBoard.call_id)).where(col(PairingBoard.call_id) == call_id)
    session.execute(locked.with_for_update())
    if published_scenario_id(session, call_id) is not None:
        raise AlreadyPublished
    return stored_board(session, call_id)


def _store(
    session: Session,
    programme: ProgrammeFacts,
    stored: StoredBoard,
    settings: BoardSettings,
    now: datetime,
) -> None:
    data = {**settings.to_data(), "before": _settings(programme, stored).to_data()}
    statement = sa.update(PairingBoard).where(col(PairingBoard.call_id) == _call_id(programme))
    session.execute(statement.values(settings=data, version=stored.version + 1, updated_at=now))


def _rules_data(rules: PairingRules) -> dict[str, int]:
    return {name: getattr(rules, name) for name in PairingRules.__slots__}
