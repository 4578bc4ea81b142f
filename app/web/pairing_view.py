"""The pairing board as templates need it: matrix, tiles, pairs, what is set, and what a change moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import quote, urlencode

from app.domain.pairing import Difference, Ids, Pairing, difference
from app.domain.texts import title_of
from app.language.catalogues import N_, gettext
from app.language.clash_words import clash_lines, clash_opening
from app.language.formats import number
from app.language.messages import message
from app.language.pairing_words import LOCK, VETO, price_sentence
from app.matching.build import province_group, track_group
from app.matching.clash import NoPairing
from app.queries.pairing_inputs import CandidateInput, Inputs, TrackInput
from app.services.pairing_board import Board

STEPS = 7
ROWS = 40
HERE = "_pair_"
BY_NAME, BY_REGION, BY_POINTS, BY_PAIR = "name", "region", "points", "pair"


@dataclass(frozen=True, slots=True)
class Looking:
    """Where a reader is: the page's address, what it shows of the board, and in which language."""

    path: str
    locale: str
    call: str = ""
    pair: Ids | None = None
    sort: str = BY_NAME
    page: int = 1

    def href(self, **changed: str) -> str:
        """Give the address of the same page with something changed; another order starts at its first page."""
        values = {**self.kept(), **({"page": ""} if "sort" in changed else {}), **changed}
        if values["sort"] == BY_NAME:
            values["sort"] = ""
        query = urlencode({name: value for name, value in values.items() if value}, safe=",")
        return f"{self.path}?{query}" if query else self.path

    def kept(self) -> dict[str, str]:
        """Give what an address must say so that the reader stays where they are."""
        return {
            "call": self.call,
            "pair": ",".join(self.pair) if self.pair else "",
            "sort": self.sort if self.sort != BY_NAME else "",
            "page": str(self.page) if self.page > 1 else "",
        }


def read_pair(text: str) -> Ids | None:
    """Read ``11001,RW-karongi``; None if it is not a pair."""
    left, _, right = text.partition(",")
    return (left, right) if left and right else None


def matrix_of(board: Board, looking: Looking) -> dict[str, Any]:
    """Give what the matrix component shows: partners grouped by track, so many candidates of the order at a time."""
    order = in_order(board, looking.sort)
    pages = max(1, ceil(len(order) / ROWS))
    page = min(looking.page, pages)
    known = [points for points in board.points.values() if points is not None]
    cells = _Cells(board, looking, (min(known, default=0), max(known, default=0)))
    columns = [one.profile.id for one in board.inputs.partners]
    return {
        "groups": _groups(board, looking.locale),
        "columns": [
            {
                "label": one.name,
                "href": looking.href(sort=one.profile.id),
                "sorted": looking.sort == one.profile.id,
            }
            for one in board.inputs.partners
        ],
        "rows": [
            {
                "label": one.name,
                "detail": one.region,
                "cells": [cells.cell((one.profile.id, code)) for code in columns],
            }
            for one in order[(page - 1) * ROWS : page * ROWS]
        ],
        "page": page,
        "pages": pages,
        "count": len(order),
        "previous_href": looking.href(page=str(page - 1)) if page > 1 else None,
        "next_href": looking.href(page=str(page + 1)) if page < pages else None,
    }


def _groups(board: Board, locale: str) -> list[dict[str, Any]]:
    """Give the tracks that have partners, each with its places and how many are taken."""
    of_track = {one.profile.id: one.profile.track for one in board.inputs.partners}
    taken = [of_track[right] for _, right in board.chosen]
    return [
        {
            "label": str(title_of(track, locale)),
            "span": list(of_track.values()).count(track.slug),
            "detail": gettext(
                locale,
                N_("%(taken)s of %(places)s places"),
                taken=number(locale, taken.count(track.slug)),
                places=number(locale, _places(board, track)),
            ),
        }
        for track in board.inputs.tracks
        if track.slug in of_track.values()
    ]


def _places(board: Board, track: TrackInput) -> int:
    """Give the places of a track: never more than its partners have together."""
    capacity = sum(one.profile.capacity for one in board.inputs.partners if one.profile.track == track.slug)
    return min(track.places, capacity)


def in_order(board: Board, sort: str) -> Sequence[CandidateInput]:
    """Give the candidates by name, region, best points, paired first, or points with the partner that is named."""
    candidates = board.inputs.candidates
    if sort == BY_REGION:
        return sorted(candidates, key=lambda one: (one.region, one.name, one.profile.id))
    if sort == BY_PAIR:
        paired = {left for left, _ in board.chosen}
        return sorted(candidates, key=lambda one: one.profile.id not in paired)
    if sort != BY_POINTS and sort not in board.partners:
        return candidates
    columns = list(board.partners) if sort == BY_POINTS else [sort]

    def best(one: CandidateInput) -> int:
        return max((board.points[one.profile.id, code] or -1 for code in columns), default=-1)

    return sorted(candidates, key=lambda one: (-best(one), one.name, one.profile.id))


class _Cells:
    """The cells of a board: what does not differ between them is looked up once."""

    def __init__(self, board: Board, looking: Looking, scale: tuple[int, int]) -> None:
        self._board, self._looking, self._scale = board, looking, scale
        self._locks, self._vetoes = set(board.settings.locks), set(board.settings.vetoes)
        self._before, _, self._after = looking.href(pair=HERE).partition(HERE)
        self._quoted = {code: quote(code) for code in (*board.candidates, *board.partners)}
        self._why = {
            reason: message(looking.locale, f"unable_to_pair.{reason}", {}) for reason in ("not_chosen", "city_link")
        }

    def cell(self, pair: Ids) -> dict[str, Any]:
        points = self._board.points[pair]
        linked = pair[1] in self._board.candidates[pair[0]].profile.city_links
        state = "impossible" if points is None or linked else self._state(pair)
        return {
            "points": "" if state == "impossible" else number(self._looking.locale, points or 0),
            "level": _level(points or 0, self._scale),
            "state": state,
            "why": "" if state != "impossible" else self._why["city_link" if linked else "not_chosen"],
            "locked": pair in self._locks and state != "impossible",
            "href": f"{self._before}{self._quoted[pair[0]]},{self._quoted[pair[1]]}{self._after}",
            "current": pair == self._looking.pair,
        }

    def _state(self, pair: Ids) -> str:
        if pair in self._vetoes:
            return "vetoed"
        return "chosen" if pair in self._board.chosen else ""


def _level(points: int, scale: tuple[int, int]) -> int:
    low, high = scale
    return 1 + (STEPS - 1) * (points - low) // max(high - low, 1) if points >= low else 1


def pairs_of(board: Board, looking: Looking) -> list[dict[str, Any]]:
    """Give the chosen pairs by the candidate's name, each with the address of its reasons."""
    order = {one.profile.id: place for place, one in enumerate(board.inputs.candidates)}
    return [
        {
            "flemish": board.candidates[left].name,
            "partner": board.partners[right].name,
            "points": points,
            "locked": (left, right) in board.settings.locks,
            "href": looking.href(pair=f"{left},{right}"),
        }
        for (left, right), points in sorted(board.chosen.items(), key=lambda item: order[item[0][0]])
    ]


def marks_of(board: Board, looking: Looking) -> list[dict[str, Any]]:
    """Give every lock, then every veto, in names, with the address of its reasons and what it costs.

    Without a pairing, or for a mark that does not apply, nothing is said of the cost.
    """
    names = board.inputs.names()
    marks = [(pair, LOCK) for pair in board.settings.locks] + [(pair, VETO) for pair in board.settings.vetoes]
    return [
        {
            "left": pair[0],
            "right": pair[1],
            "kind": kind,
            "flemish": names.get(pair[0], pair[0]),
            "partner": names.get(pair[1], pair[1]),
            "cost": cost_of(board, pair, kind, looking.locale),
            "href": looking.href(pair=",".join(pair)),
        }
        for pair, kind in marks
    ]


def cost_of(board: Board, pair: Ids, kind: str, locale: str) -> str:
    """Say what a lock or veto costs; nothing where that is not known, or where it has no effect."""
    price = None if board.refusal(pair) else board.prices.get(pair)
    if price is None:
        return ""
    return price_sentence(locale, kind, None if price.points is None else -price.points, -price.pairs)


def tiles_of(board: Board) -> dict[str, Any]:
    """Give the numbers above the board."""
    weakest = min(board.chosen, key=lambda pair: (board.chosen[pair], pair), default=None)
    return {
        "count": len(board.chosen),
        "places": sum(_places(board, track) for track in board.inputs.tracks),
        "total": board.pairing.total,
        "weakest": board.pairing.weakest,
        "weakest_pair": None
        if weakest is None
        else [board.candidates[weakest[0]].name, board.partners[weakest[1]].name],
        "locks": len(board.settings.locks),
        "vetoes": len(board.settings.vetoes),
    }


def difference_of(board: Board, before: Pairing | None) -> dict[str, Any] | None:
    """Give what the last change moved, in names."""
    if before is None:
        return None
    changed: Difference = difference(before, board.pairing)
    names = board.inputs.names()
    return {
        "changed": changed,
        "moves": [
            {
                "candidate": names.get(move.candidate, move.candidate),
                "before": names.get(move.before, move.before) if move.before else None,
                "after": names.get(move.after, move.after) if move.after else None,
            }
            for move in changed.moves
        ],
    }


def clash_sentences(locale: str, clash: NoPairing, inputs: Inputs) -> list[str]:
    """Say what clashes in a sentence, then each lock, veto and bound of places that plays a part in it."""
    names = inputs.names() | _group_names(locale, inputs)
    members = clash.to_data()
    return [clash_opening(locale, members, names), *clash_lines(locale, members, names)]


def _group_names(locale: str, inputs: Inputs) -> dict[str, str]:
    """Give the names of tracks and provinces by the ids of their groups."""
    province = N_("%(name)s (province)")
    regions = {one.profile.province for one in inputs.candidates if one.profile.province is not None}
    return {track_group(track.slug): str(title_of(track, locale)) for track in inputs.tracks} | {
        province_group(name): gettext(locale, province, name=name) for name in regions
    }
