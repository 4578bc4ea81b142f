"""The pair that is open on a board: its reasons, what it costs, how sure it is, and who would be better off."""

from collections.abc import Mapping
from typing import Any

from app.domain.pairing import Ids
from app.language.pairing_words import FORCE, LEAVE_OUT, LOCK, VETO, price_sentence, rather_sentence
from app.language.reasons import Names, Vocabulary, reason_lines
from app.services.pairing_board import Board
from app.web.pairing_view import Looking, cost_of


def panel_of(
    board: Board,
    looking: Looking,
    words: Vocabulary,
    kept: Mapping[str, Mapping[str, Any]] | None = None,
    conflicts: frozenset[int] = frozenset(),
) -> dict[str, Any] | None:
    """Give what is shown of the pair that is open; ``kept`` are the reasons that a scenario keeps of its own pairs.

    The reasons of a candidacy in ``conflicts`` stay closed: only the pair, its points and what is set on it are given.
    """
    pair = looking.pair
    if pair is None or pair[0] not in board.candidates or pair[1] not in board.partners:
        return None
    candidate, partner = board.candidates[pair[0]], board.partners[pair[1]]
    panel = {
        "left": pair[0],
        "right": pair[1],
        "flemish": candidate.name,
        "partner": partner.name,
        "profile_id": partner.profile_id,
        "refusal": board.refusal(pair),
        "locked": pair in board.settings.locks,
        "vetoed": pair in board.settings.vetoes,
        "chosen": pair in board.chosen,
        "closed": candidate.candidacy_id in conflicts,
        "price": _price(board, pair, looking.locale),
        "weakest_first": board.settings.objective != "total",
    }
    if panel["closed"]:
        return {**panel, "points": board.points[pair], "lines": []}
    criteria = (kept or {}).get(pair[0], {}).get(pair[1]) or board.reasons(pair)
    lines = reason_lines(words, Names(candidate.name, partner.name), criteria)
    return {
        **panel,
        "reference": candidate.reference,
        "points": sum(line.points for line in lines),
        "lines": lines,
        "unknown": [line.label for line in lines if line.unknown],
        "rather": _rather(board, pair, looking.locale),
        "blocking": pair in board.blocking,
    }


def _price(board: Board, pair: Ids, locale: str) -> str:
    """Say what the pair costs, or its lock or veto; nothing where no price is known."""
    if pair in board.settings.locks or pair in board.settings.vetoes:
        return cost_of(board, pair, LOCK if pair in board.settings.locks else VETO, locale)
    price = None if board.refusal(pair) else board.prices.get(pair)
    what = LEAVE_OUT if pair in board.chosen else FORCE
    return "" if price is None else price_sentence(locale, what, price.points, price.pairs)


def _rather(board: Board, pair: Ids, locale: str) -> list[str]:
    """Say whom each of a pair would rather have, by its own points."""
    found = board.better_off(pair)
    names = board.inputs.names()
    here = ((pair[0], found.left), (pair[1], found.right))
    return [
        rather_sentence(locale, names[who], names[one.other], one.more, mutual=one.blocks)
        for who, others in here
        for one in others
    ]
