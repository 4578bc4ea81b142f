"""Pairings beside each other as templates need them: what if, the alternatives, and two scenarios."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.domain.pairing import Ids, Mark, Pairing
from app.domain.pairing_comparison import Beside, beside, loss, mark_changes, rule_changes, same_weights
from app.language.catalogues import N_, gettext
from app.language.formats import number
from app.language.pairing_words import OBJECTIVES, RULES, change_sentence, rule_words
from app.matching.json_format import problem_sha256
from app.matching.solution import Alternative
from app.queries.pairings import Scenario
from app.services.pairing_board import Board
from app.services.pairing_comparison import input_changes, points_under

NOW = "board"
"""Stands for the board as it is now, where a scenario is chosen."""


class Compared:
    """One of two pairings that are compared: a scenario, or the board as it is now."""

    def __init__(self, board: Board, scenario: Scenario | None = None) -> None:
        self.board = board
        self.scenario = scenario

    @property
    def kept_at(self) -> datetime | None:
        """Give when it was kept, None for the board of now."""
        return self.scenario.created_at if self.scenario else None


def signed(locale: str, value: int) -> str:
    """Give a difference with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(locale, abs(value))}"


def beside_of(boards: Sequence[Board], others: Sequence[Mapping[Ids, int]] = ()) -> dict[str, Any]:
    """Align the pairs of boards by the candidate's name; ``others`` are their points under other weights."""
    names = _names(boards)
    rows = [_row(row, boards, others, names) for row in beside([board.chosen for board in boards], _order(boards))]
    paired = {left for board in boards for left, _ in board.chosen}
    return {
        "moved": [row for row in rows if row["differs"]],
        "same": [row for row in rows if not row["differs"]],
        "nobody": [names[code] for code in _order(boards) if code not in paired],
    }


def _names(boards: Sequence[Board]) -> dict[str, str]:
    return {code: name for board in reversed(boards) for code, name in board.inputs.names().items()}


def _order(boards: Sequence[Board]) -> list[str]:
    """Give the candidates of all boards by name."""
    found = {one.profile.id: one.name for board in boards for one in board.inputs.candidates}
    return sorted(found, key=lambda code: (found[code], code))


def _row(
    row: Beside, boards: Sequence[Board], others: Sequence[Mapping[Ids, int]], names: Mapping[str, str]
) -> dict[str, Any]:
    cells = []
    for place, (board, partner) in enumerate(zip(boards, row.partners, strict=True)):
        pair = (row.candidate, partner or "")
        cells.append(
            {
                "partner": names[partner] if partner else None,
                "points": board.chosen.get(pair),
                "other": others[place].get(pair) if others else None,
                "locked": pair in board.settings.locks,
            }
        )
    return {"candidate": names[row.candidate], "cells": cells, "differs": any(row.differs), "change": _change(row)}


def _change(row: Beside) -> str:
    """Name what differs between the first and the last: ``same``, ``gains``, ``loses`` a partner, or has ``other``."""
    first, last = row.partners[0], row.partners[-1]
    if first == last:
        return "same"
    if first is None:
        return "gains"
    return "loses" if last is None else "other"


def numbers_of(before: Pairing, after: Pairing) -> list[dict[str, Any]]:
    """Give count, total and weakest of two pairings, each with what the second has more."""
    lost = loss(before, after)
    return [
        {"key": "count", "before": len(before.pairs), "after": len(after.pairs), "more": -lost.pairs},
        {"key": "total", "before": before.total, "after": after.total, "more": -lost.points},
        {
            "key": "weakest",
            "before": before.weakest,
            "after": after.weakest,
            "more": None if lost.weakest is None else -lost.weakest,
        },
    ]


def pair_of(board: Board, pair: Ids) -> dict[str, Any]:
    """Give the pair in question: its names, its points, and what is set on it."""
    marks = {Mark.LOCK: board.settings.locks, Mark.VETO: board.settings.vetoes}
    return {
        "left": pair[0],
        "right": pair[1],
        "flemish": board.candidates[pair[0]].name,
        "partner": board.partners[pair[1]].name,
        "points": board.points[pair],
        "mark": next((mark for mark, pairs in marks.items() if pair in pairs), Mark.FREE),
        "chosen": pair in board.chosen,
    }


def alternatives_view(board: Board, found: Sequence[Alternative], locale: str) -> dict[str, Any]:
    """Give the best pairing and the next best ones: a column each, a row per candidate, and what differs in words."""
    pairings = [board.pairing, *(_brief(one) for one in found)]
    names = board.inputs.names()
    rows = beside([one.pairs for one in pairings], _order([board]))
    return {
        "fingerprint": problem_sha256(board.problem),
        "columns": [_column(rank, one, board, locale) for rank, one in enumerate(pairings, start=1)],
        "moved": [_spread(row, board, names) for row in rows if any(row.differs)],
        "same": [_spread(row, board, names) for row in rows if not any(row.differs)],
        "lists": [_differing(rows, place, names) for place in range(len(pairings))],
    }


def _brief(one: Alternative) -> Pairing:
    return Pairing(tuple((pair.left, pair.right) for pair in one.pairs), one.total, one.weakest)


def _column(rank: int, one: Pairing, board: Board, locale: str) -> dict[str, Any]:
    lost = loss(board.pairing, one)
    return {
        "rank": rank,
        "count": len(one.pairs),
        "total": one.total,
        "weakest": one.weakest,
        "more": signed(locale, -lost.points),
        "lost": lost,
    }


def _spread(row: Beside, board: Board, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "candidate": names[row.candidate],
        "cells": [
            {
                "partner": names[partner] if partner else None,
                "differs": differs,
                "locked": (row.candidate, partner) in board.settings.locks,
            }
            for partner, differs in zip(row.partners, row.differs, strict=True)
        ],
    }


def _differing(rows: Sequence[Beside], place: int, names: Mapping[str, str]) -> list[dict[str, str | None]]:
    """Give who has whom instead of whom in the pairing at ``place``."""
    return [
        {
            "candidate": names[row.candidate],
            "partner": names.get(row.partners[place] or ""),
            "instead": names.get(row.partners[0] or ""),
        }
        for row in rows
        if row.differs[place]
    ]


def compared_view(first: Compared, second: Compared, locale: str) -> dict[str, Any]:
    """Give all that differs between two pairings."""
    boards = (first.board, second.board)
    rules = [board.settings.rules for board in boards]
    alike = same_weights(rules[0], rules[1])
    others = [] if alike else [points_under(boards[0], rules[1]), points_under(boards[1], rules[0])]
    reverse = _is_newer(first, second)
    return {
        "sides": (first.scenario, second.scenario),
        "numbers": numbers_of(first.board.pairing, second.board.pairing),
        "pairs": beside_of(boards, others),
        "same_weights": alike,
        "totals": [] if alike else _totals(boards, others),
        "settings": _settings(boards, locale),
        "marks": _marks(boards),
        "reverse": reverse,
        "changes": _change_sentences(boards[::-1] if reverse else boards, locale),
    }


def _is_newer(first: Compared, second: Compared) -> bool:
    """Tell whether the first was made after the second; the board is of now."""
    if first.kept_at is None or second.kept_at is None:
        return first.kept_at is None
    return first.kept_at > second.kept_at


def _totals(boards: Sequence[Board], others: Sequence[Mapping[Ids, int]]) -> list[list[int]]:
    """Give both totals under the first weights, then both under the second."""
    own = [board.pairing.total for board in boards]
    return [[own[0], sum(others[1].values())], [sum(others[0].values()), own[1]]]


def _settings(boards: Sequence[Board], locale: str) -> list[dict[str, str]]:
    """Give what was set differently, in words: objective, weights, limits."""
    first, second = (board.settings for board in boards)
    changed = []
    if first.objective != second.objective:
        words = [gettext(locale, OBJECTIVES.get(one.objective, one.objective)) for one in (first, second)]
        changed.append({"label": gettext(locale, N_("Objective")), "first": words[0], "second": words[1]})
    changed += [
        {
            "label": gettext(locale, RULES.get(one.name, one.name)),
            "first": rule_words(locale, one.name, one.first),
            "second": rule_words(locale, one.name, one.second),
        }
        for one in rule_changes(first.rules, second.rules)
    ]
    return changed


def _marks(boards: Sequence[Board]) -> list[dict[str, Any]]:
    names = _names(boards)
    return [
        {
            "flemish": names.get(one.pair[0], one.pair[0]),
            "partner": names.get(one.pair[1], one.pair[1]),
            "first": one.first,
            "second": one.second,
        }
        for one in mark_changes(boards[0].settings, boards[1].settings)
    ]


def _change_sentences(boards: Sequence[Board], locale: str) -> list[str]:
    """Say what changed in what both were computed from, the older of ``boards`` first."""
    names = _names(boards)
    return [change_sentence(locale, one, names) for one in input_changes(boards[0], boards[1])]
