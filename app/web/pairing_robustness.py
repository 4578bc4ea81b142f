"""How much the pairs of a board depend on the exact weights, as pages show it."""

from typing import Any

from app.language.pairing_words import share_sentence
from app.matching.robustness import SPREAD
from app.services.pairing_board import Board, weights_of
from app.services.pairing_memory import known_shares, shares, variations_of
from app.web.pairing_view import Looking


def robustness_view(board: Board, looking: Looking, *, known_only: bool = False) -> dict[str, Any]:
    """Give in how many variations of the weights each pair is in the best pairing, the surest first.

    ``sentence`` is about the pair that is open. ``ready`` is false while the variations of another board are tried, and
    with ``known_only`` where nobody asked for this one yet.

    Takes seconds the first time on a large board.
    """
    if board.solution is None:
        return {"ready": False, "possible": False}
    weights = weights_of(board.settings.rules)
    found = (known_shares if known_only else shares)(board.inputs, weights, board.problem)
    of = variations_of(board.problem)
    facts = {"ready": found is not None, "possible": True, "of": of, "spread": SPREAD, "sentence": "", "rows": []}
    if found is None:
        return facts
    if looking.pair is not None:
        facts["sentence"] = share_sentence(looking.locale, found.get(looking.pair, 0), of)
    names = board.inputs.names()
    facts["rows"] = [
        {
            "flemish": names[left],
            "partner": names[right],
            "count": count,
            "share": count / of,
            "chosen": (left, right) in board.chosen,
            "href": looking.href(pair=f"{left},{right}"),
        }
        for (left, right), count in sorted(found.items(), key=lambda item: (-item[1], names[item[0][0]], item[0]))
    ]
    return facts
