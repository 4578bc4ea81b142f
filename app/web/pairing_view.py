"""The pairing board as templates need it: matrix, tiles, pairs, and the reasons of the pair that is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from app.domain.pairing import Difference, Ids, Pairing, difference
from app.domain.texts import title_of
from app.language.catalogues import N_, gettext
from app.language.clash_words import clash_lines, clash_opening
from app.language.formats import number
from app.language.reasons import Names, Vocabulary, reason_lines
from app.matching.build import province_group, track_group
from app.matching.clash import NoPairing
from app.queries.pairing_inputs import CandidateInput, Inputs
from app.services.pairing_board import Board

STEPS = 7
HERE = "_pair_"
BY_NAME, BY_REGION, BY_POINTS = "name", "region", "points"


@dataclass(frozen=True, slots=True)
class Looking:
    """Where a reader is: the page's address, what it shows of the board, and in which language."""

    path: str
    locale: str
    call: str = ""
    pair: Ids | None = None
    sort: str = BY_NAME

    def href(self, **changed: str) -> str:
        """Give the address of the same page with something changed."""
        pair = ",".join(self.pair) if self.pair else ""
        values = {"call": self.call, "pair": pair, "sort": self.sort if self.sort != BY_NAME else "", **changed}
        query = urlencode({name: value for name, value in values.items() if value}, safe=",")
        return f"{self.path}?{query}" if query else self.path


def read_pair(text: str) -> Ids | None:
    """Read ``11001,RW-karongi``; None if it is not a pair."""
    left, _, right = text.partition(",")
    return (left, right) if left and right else None


def matrix_of(board: Board, looking: Looking) -> dict[str, Any]:
    """Give what the matrix component shows: partners grouped by track, candidates sorted."""
    tracks = [one for one in board.inputs.tracks if any(p.profile.track == one.slug for p in board.inputs.partners)]
    known = [points for points in board.points.values() if points is not None]
    scale = (min(known, default=0), max(known, default=0))
    vetoes = set(board.settings.vetoes)
    href = looking.href(pair=HERE)
    columns = [one.profile.id for one in board.inputs.partners]
    return {
        "groups": [
            {
                "label": str(title_of(track, looking.locale)),
                "span": sum(one.profile.track == track.slug for one in board.inputs.partners),
            }
            for track in tracks
        ],
        "columns": [{"label": one.name, "href": looking.href(sort=one.profile.id)} for one in board.inputs.partners],
        "rows": [
            {
                "label": one.name,
                "detail": one.region,
                "cells": [_cell(board, (one.profile.id, code), looking, scale, vetoes, href) for code in columns],
            }
            for one in in_order(board, looking.sort)
        ],
    }


def in_order(board: Board, sort: str) -> Sequence[CandidateInput]:
    """Give the candidates by name, region, best points, or points with the partner that ``sort`` names."""
    candidates = board.inputs.candidates
    if sort == BY_REGION:
        return sorted(candidates, key=lambda one: (one.region, one.name, one.profile.id))
    if sort != BY_POINTS and sort not in board.partners:
        return candidates
    columns = list(board.partners) if sort == BY_POINTS else [sort]

    def best(one: CandidateInput) -> int:
        return max((board.points[one.profile.id, code] or -1 for code in columns), default=-1)

    return sorted(candidates, key=lambda one: (-best(one), one.name, one.profile.id))


def _cell(
    board: Board, pair: Ids, looking: Looking, scale: tuple[int, int], vetoes: set[Ids], href: str
) -> dict[str, Any]:
    points = board.points[pair]
    linked = pair[1] in board.candidates[pair[0]].profile.city_links
    if points is None or linked:
        state = "impossible"
    elif pair in vetoes:
        state = "vetoed"
    else:
        state = "chosen" if pair in board.chosen else ""
    return {
        "points": "" if points is None or linked else number(looking.locale, points),
        "level": _level(points or 0, scale),
        "state": state,
        "locked": pair in board.settings.locks and not linked,
        "href": href.replace(HERE, f"{quote(pair[0])},{quote(pair[1])}"),
        "current": pair == looking.pair,
    }


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


def tiles_of(board: Board) -> dict[str, Any]:
    """Give the numbers above the board."""
    places = sum(
        min(track.places, sum(one.profile.capacity for one in board.inputs.partners if one.profile.track == track.slug))
        for track in board.inputs.tracks
    )
    weakest = min(board.chosen, key=lambda pair: (board.chosen[pair], pair), default=None)
    return {
        "count": len(board.chosen),
        "places": places,
        "total": board.pairing.total,
        "weakest": board.pairing.weakest,
        "weakest_pair": None
        if weakest is None
        else [board.candidates[weakest[0]].name, board.partners[weakest[1]].name],
        "locks": len(board.settings.locks),
        "vetoes": len(board.settings.vetoes),
    }


def panel_of(
    board: Board, looking: Looking, words: Vocabulary, kept: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any] | None:
    """Give the reasons of the pair that is open; ``kept`` are those that a scenario keeps of its own pairs."""
    pair = looking.pair
    if pair is None or pair[0] not in board.candidates or pair[1] not in board.partners:
        return None
    criteria = (kept or {}).get(pair[0], {}).get(pair[1]) or board.reasons(pair)
    names = Names(board.candidates[pair[0]].name, board.partners[pair[1]].name)
    lines = reason_lines(words, names, criteria)
    return {
        "left": pair[0],
        "right": pair[1],
        "flemish": names.candidate,
        "partner": names.partner,
        "reference": board.candidates[pair[0]].reference,
        "profile_id": board.partners[pair[1]].profile_id,
        "points": sum(line.points for line in lines),
        "lines": lines,
        "unknown": [line.label for line in lines if line.unknown],
        "refusal": board.refusal(pair),
        "locked": pair in board.settings.locks,
        "vetoed": pair in board.settings.vetoes,
        "chosen": pair in board.chosen,
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
