"""The decisions of a call as staff see them: per track the ranking with its cut, and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.decisions import (
    RESERVE,
    SELECTED,
    Chosen,
    DecisionOpeningMissing,
    DecisionReasonMissing,
    Proposal,
)
from app.domain.errors import DomainError
from app.domain.standing import Standing
from app.domain.texts import title_of
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.language.messages import message
from app.queries.decision_table import DecisionTable
from app.services.decisions import shown_as
from app.web.assessment_view import points_text

Hidden = Mapping[int, str]
"""Candidacies that somebody may not decide on, each with why: "blocked" (a conflict of interest) or "own_first"."""
WORDS: Final = (DecisionOpeningMissing, DecisionReasonMissing)


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A row of a track: ``value`` is the outcome as the form sends it, ``said`` the same in words.

    ``differs`` is what the ranking proposes where staff chose otherwise, ``words`` how many texts are there of how
    many, ``hidden`` why somebody may not decide on it.
    """

    reference: str
    government: str
    rank: int | None
    tied: bool
    points: str
    wishes: str
    choices: tuple[tuple[str, str], ...]
    value: str
    position: int | None
    was: str
    said: str
    differs: str
    words: tuple[int, int]
    waits: str
    hidden: str


@dataclass(frozen=True, slots=True)
class ShownTrack:
    """A track with who stands in it, the most points first; ``cut_after`` is the row after which the places end."""

    title: str
    places: int
    selected: int
    rows: tuple[ShownDecision, ...]
    cut_after: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that stands in the way of sending; ``reference`` is where it can be mended."""

    text: str
    reference: str = ""


def shown_tracks(locale: str, table: DecisionTable, hidden: Hidden) -> list[ShownTrack]:
    """Give every track that has places or candidacies; those of no track form a last one without a title."""
    proposal = table.proposal(anew=True)
    titles = titles_of(locale, table)
    placed: dict[str, list[Standing]] = {slug: [] for slug in (*titles, "")}
    for one in _by_points(table):
        placed[_track_of(table, one)].append(one)
    return [
        _track(locale, table, slug, found, proposal, hidden)
        for slug, found in placed.items()
        if found or table.places.get(slug, 0)
    ]


def titles_of(locale: str, table: DecisionTable) -> dict[str, str]:
    """Give the title of each track."""
    return {track.slug: str(title_of(track, locale)) for track in table.tracks}


def missing(locale: str, table: DecisionTable, faults: Sequence[DomainError]) -> list[Missing]:
    """Put in words what stands in the way of sending; the words that lack are told once for each candidacy."""
    references = {one.government_name: one.reference for one in table.waiting}
    lacking: dict[str, list[str]] = {}
    found: list[Missing] = []
    for fault in faults:
        government = str(fault.params.get("government", ""))
        if not isinstance(fault, WORDS):
            found.append(Missing(fault_words(locale, table, fault)))
            continue
        if government not in lacking:
            found.append(Missing(government, references.get(government, "")))
        lacking.setdefault(government, []).append(_part(locale, table, fault))
    return [
        Missing(_lacks(locale, table, one.text, lacking[one.text]), one.reference) if one.reference else one
        for one in found
    ]


def fault_words(locale: str, table: DecisionTable, fault: DomainError) -> str:
    """Put a refusal in words, its track and its criterion by their titles."""
    params = dict(fault.params)
    if "criterion" in params:
        params["criterion"] = _part(locale, table, fault)
    if "track" in params:
        params["track"] = titles_of(locale, table).get(str(params["track"]), str(params["track"]))
    return message(locale, fault.code, params)


def outcome_text(locale: str, table: DecisionTable, chosen: Chosen | None) -> str:
    """Give an outcome in a few words."""
    if chosen is None:
        return gettext(locale, N_("No outcome yet"))
    words = {"track": titles_of(locale, table).get(chosen.track, chosen.track), "position": str(chosen.position or "–")}
    if chosen.outcome is SELECTED:
        return gettext(locale, N_("Selected: %(track)s"), **words)
    if chosen.outcome is RESERVE:
        return gettext(locale, N_("Reserve %(position)s: %(track)s"), **words)
    return label(locale, chosen.outcome)


def ties(locale: str, table: DecisionTable) -> list[dict[str, Any]]:
    """Give the ties that people must decide before the rest can be proposed."""
    names = {one.candidacy_id: one.government_name for one in table.waiting}
    titles = titles_of(locale, table)
    return [
        {"track": titles[tie.track], "places": tie.places, "names": [names[number] for number in tie.candidacies]}
        for tie in table.proposal().ties
    ]


def _lacks(locale: str, table: DecisionTable, government: str, parts: list[str]) -> str:
    if len(parts) > len(table.criteria):
        whole = N_("%(government)s: the opening and all reasons are still to be confirmed.")
        return gettext(locale, whole, government=government)
    words = N_("%(government)s: still to be written or confirmed: %(parts)s.")
    return gettext(locale, words, government=government, parts=", ".join(parts))


def _part(locale: str, table: DecisionTable, fault: DomainError) -> str:
    code = fault.params.get("criterion")
    criteria = {one.code: str(title_of(one, locale)) for one in table.programme.rules.assessment.criteria}
    return criteria.get(str(code), gettext(locale, N_("Opening")))


def _by_points(table: DecisionTable) -> list[Standing]:
    place = {one.candidacy_id: one.place for one in table.among}
    return sorted(table.waiting, key=lambda one: place.get(one.candidacy_id, len(place)))


def _track_of(table: DecisionTable, one: Standing) -> str:
    chosen = table.decided.get(one.candidacy_id)
    if chosen is not None and chosen.track in table.places:
        return chosen.track
    return next((slug for slug in one.tracks if slug in table.places), "")


def _track(
    locale: str,
    table: DecisionTable,
    slug: str,
    found: Sequence[Standing],
    proposal: Proposal,
    hidden: Hidden,
) -> ShownTrack:
    taken = [one for one in (*table.decided.values(), *table.taken.values()) if one.outcome is SELECTED]
    places = table.places.get(slug, 0)
    points = [one.points for one in found if one.points is not None]
    return ShownTrack(
        titles_of(locale, table).get(slug, ""),
        places,
        sum(one.track == slug for one in taken),
        tuple(_row(locale, table, one, points, proposal, hidden) for one in found),
        places if slug and 0 < places < len(points) else None,
    )


def _row(
    locale: str,
    table: DecisionTable,
    one: Standing,
    points: Sequence[int],
    proposal: Proposal,
    hidden: Hidden,
) -> ShownDecision:
    chosen = table.decided.get(one.candidacy_id)
    proposed = proposal.chosen.get(one.candidacy_id)
    why = hidden.get(one.candidacy_id, "")
    differs = chosen is not None and proposed is not None and proposed.key != chosen.key and not why
    ranked = one.points is not None and not why
    return ShownDecision(
        reference=one.reference,
        government=one.government_name,
        rank=points.index(one.points) + 1 if ranked and one.points is not None else None,
        tied=ranked and points.count(one.points or 0) > 1,
        points="" if why else points_text(locale, one.points),
        wishes=_wishes(locale, table, one),
        choices=_choices(locale, table, one),
        value=chosen.key if chosen else "",
        position=chosen.position if chosen else None,
        was=shown_as(chosen),
        said=outcome_text(locale, table, chosen),
        differs=outcome_text(locale, table, proposed) if differs else "",
        words=_written(table, one),
        waits="" if _is_able(table, one) else label(locale, one.state),
        hidden=why,
    )


def _is_able(table: DecisionTable, one: Standing) -> bool:
    return any(able.candidacy_id == one.candidacy_id for able in table.among)


def _wishes(locale: str, table: DecisionTable, one: Standing) -> str:
    titles = titles_of(locale, table)
    return ", ".join(titles[slug] for slug in one.tracks if slug in titles)


def _choices(locale: str, table: DecisionTable, one: Standing) -> tuple[tuple[str, str], ...]:
    """Give the outcomes that a candidacy can have, as the form sends them."""
    titles = titles_of(locale, table)
    tracks = [slug for slug in one.tracks if slug in titles]
    selected = [Chosen(SELECTED, slug).key for slug in tracks]
    reserve = [Chosen(RESERVE, slug).key for slug in tracks]
    return (
        *_named(locale, N_("Selected: %(track)s"), zip(selected, tracks, strict=True), titles),
        *_named(locale, N_("Reserve list: %(track)s"), zip(reserve, tracks, strict=True), titles),
        ("not_selected", gettext(locale, N_("Not selected"))),
    )


def _named(
    locale: str, words: str, keys: Iterable[tuple[str, str]], titles: Mapping[str, str]
) -> list[tuple[str, str]]:
    return [(key, gettext(locale, words, track=titles[slug])) for key, slug in keys]


def _written(table: DecisionTable, one: Standing) -> tuple[int, int]:
    record = table.records.get(one.candidacy_id)
    texts = [record.opening, *(record.reasons.get(code, "") for code in table.criteria)] if record else []
    return sum(bool(text.strip()) for text in texts), 1 + len(table.criteria)
