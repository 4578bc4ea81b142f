"""What a pairing is computed from: the candidates, partners and tracks of a call, as the engine sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import Country
from app.domain.pairing import Ids, pairable
from app.matching.profiles import Candidate, Partner
from app.models import LocalGovernment, PartnerProfile, Track
from app.queries.candidacies import Answered, answers_of
from app.queries.decisions import tracks_of_selected, were_sent
from app.queries.programmes import TrackFacts, tracks_of
from app.queries.reference import city_link_pairs, population_ranks

Ranks = Mapping[int, tuple[int, int]]
PRIORITIES = frozenset({1, 2, 3})


@dataclass(frozen=True, slots=True)
class CandidateInput:
    """A candidate on the board: its names here, and what the engine knows of it."""

    candidacy_id: int
    reference: str
    government_id: int
    name: str
    region: str
    profile: Candidate


@dataclass(frozen=True, slots=True)
class PartnerInput:
    """A partner on the board."""

    profile_id: int
    government_id: int
    name: str
    region: str
    profile: Partner


@dataclass(frozen=True, slots=True)
class TrackInput:
    """A track on the board, with its places and its title in three languages."""

    id: int
    slug: str
    country: Country
    places: int
    title_nl: str
    title_fr: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a pairing of a call is computed from, by name and code."""

    candidates: tuple[CandidateInput, ...]
    partners: tuple[PartnerInput, ...]
    tracks: tuple[TrackInput, ...]

    def names(self) -> dict[str, str]:
        """Give the name of everybody by the id that the engine uses."""
        left = {one.profile.id: one.name for one in self.candidates}
        return left | {one.profile.id: one.name for one in self.partners}

    def to_data(self) -> dict[str, Any]:
        """Give the inputs as plain values, to be kept with a scenario."""
        return {
            "candidates": [_candidate_data(one) for one in self.candidates],
            "partners": [_partner_data(one) for one in self.partners],
            "tracks": [{name: getattr(one, name) for name in TrackInput.__slots__} for one in self.tracks],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read inputs that were kept."""
        return cls(
            tuple(_kept_candidate(one) for one in data["candidates"]),
            tuple(_kept_partner(one) for one in data["partners"]),
            tuple(TrackInput(**{**one, "country": Country(one["country"])}) for one in data["tracks"]),
        )


def inputs_of(session: Session, call_id: int, programme_id: int, day: date) -> Inputs:
    """Give the inputs of a call as they are on ``day``, candidates by name, partners by track and name.

    Once decisions of the call were sent, the candidates are those who are selected, each in the track of its place.
    Queries: nine, ten once decisions were sent, and one per further country of the tracks.
    """
    tracks = tracks_of(session, programme_id)
    ranks: dict[int, tuple[int, int]] = {}
    for country in sorted({Country.BELGIUM, *(track.country for track in tracks)}):
        ranks |= population_ranks(session, country, day)
    return _inputs(session, call_id, tracks, ranks)


def inputs_of_pair(session: Session, call_id: int, programme_id: int, pair: Ids) -> Inputs:
    """Give what tells whether a pair can be made: the two of it, if they are there, without their population ranks."""
    return _inputs(session, call_id, tracks_of(session, programme_id), {}, pair)


def _inputs(
    session: Session, call_id: int, tracks: list[TrackFacts], ranks: Ranks, pair: Ids | tuple[None, None] = (None, None)
) -> Inputs:
    links = city_link_pairs(session)
    decided = were_sent(session, call_id)
    places = tracks_of_selected(session, call_id) if decided else {}
    answered = answers_of(session, call_id, pairable(decided=decided), code=pair[0])
    return Inputs(
        tuple(_candidate(one, ranks, links, places.get(one.id)) for one in answered if not decided or one.id in places),
        tuple(_partners(session, tracks, ranks, pair[1])),
        tuple(TrackInput(**{name: getattr(one, name) for name in TrackInput.__slots__}) for one in tracks),
    )


def _candidate(
    one: Answered, ranks: Ranks, links: frozenset[tuple[str, str]], place: str | None = None
) -> CandidateInput:
    """Give a candidate as the engine sees it; ``place`` is the track in which it is selected, if that is decided."""
    answers = one.answers
    profile = Candidate(
        id=one.government_code,
        **_common(answers),
        population_rank=ranks.get(one.government_id),
        wishes=tuple(answers.get("partners") or ()),
        tracks=(place,) if place else tuple(answers.get("tracks") or ()),
        province=one.region or None,
        assessment=one.assessment_points,
        city_links=frozenset(partner for code, partner in links if code == one.government_code),
    )
    return CandidateInput(one.id, one.reference, one.government_id, one.government_name, one.region, profile)


def _partners(session: Session, tracks: list[TrackFacts], ranks: Ranks, only: str | None = None) -> list[PartnerInput]:
    """Give the partners with places, by track and name (one query); one in a second track has that track in its id.

    With ``only``, an id, those of the same local government.
    """
    columns: tuple[Any, ...] = (
        PartnerProfile.id,
        PartnerProfile.track_id,
        PartnerProfile.capacity,
        PartnerProfile.answers,
        PartnerProfile.local_government_id,
        LocalGovernment.code,
        LocalGovernment.name,
        LocalGovernment.region,
    )
    query = (
        sa.select(*columns)
        .join(Track, col(Track.id) == col(PartnerProfile.track_id))
        .join(LocalGovernment, col(LocalGovernment.id) == col(PartnerProfile.local_government_id))
        .where(col(PartnerProfile.track_id).in_([track.id for track in tracks]), col(PartnerProfile.capacity) > 0)
        .order_by(col(Track.position), col(Track.id), col(LocalGovernment.name), col(PartnerProfile.id))
    )
    if only is not None:
        query = query.where(col(LocalGovernment.code) == only.partition("/")[0])
    slugs = {track.id: track.slug for track in tracks}
    found: dict[str, PartnerInput] = {}
    for row in session.execute(query):
        code = row.code if row.code not in found else f"{row.code}/{slugs[row.track_id]}"
        profile = Partner(
            id=code,
            **_common(row.answers),
            population_rank=ranks.get(row.local_government_id),
            wishes=tuple(row.answers.get("wishes") or ()),
            track=slugs[row.track_id],
            capacity=row.capacity,
        )
        found[code] = PartnerInput(row.id, row.local_government_id, row.name, row.region, profile)
    return list(found.values())


def _common(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Give what both sides answer alike; what is not on the scale counts as not answered."""
    return {
        "strengths": _priorities(answers.get("strengths")),
        "challenges": _priorities(answers.get("challenges")),
        "subjects": frozenset(answers.get("subjects") or ()),
        "sdgs": frozenset(int(goal) for goal in answers.get("goals") or ()),
        "tags": frozenset(answers.get("profiles") or ()),
        "languages": {
            code: int(level) for code, level in (answers.get("languages") or {}).items() if level in PRIORITIES
        },
    }


def _priorities(chosen: Mapping[str, Mapping[str, Any]] | None) -> dict[str, int]:
    rows = {code: row.get("priority") for code, row in (chosen or {}).items()}
    return {code: int(priority) for code, priority in rows.items() if priority in PRIORITIES}


_SETS = ("subjects", "sdgs", "tags")
_MAPS = ("strengths", "challenges", "languages")


def _profile_data(profile: Candidate | Partner) -> dict[str, Any]:
    return {
        "id": profile.id,
        **{name: sorted(getattr(profile, name)) for name in _SETS},
        **{name: dict(getattr(profile, name)) for name in _MAPS},
        "population_rank": list(profile.population_rank) if profile.population_rank else None,
        "wishes": list(profile.wishes),
    }


def _candidate_data(one: CandidateInput) -> dict[str, Any]:
    profile = {
        **_profile_data(one.profile),
        "tracks": list(one.profile.tracks),
        "province": one.profile.province,
        "assessment": one.profile.assessment,
        "city_links": sorted(one.profile.city_links),
    }
    own = {name: getattr(one, name) for name in CandidateInput.__slots__ if name != "profile"}
    return {**own, "profile": profile}


def _partner_data(one: PartnerInput) -> dict[str, Any]:
    profile = {**_profile_data(one.profile), "track": one.profile.track, "capacity": one.profile.capacity}
    own = {name: getattr(one, name) for name in PartnerInput.__slots__ if name != "profile"}
    return {**own, "profile": profile}


def _kept_profile(data: Mapping[str, Any]) -> dict[str, Any]:
    rank = data["population_rank"]
    return {
        **data,
        **{name: frozenset(data[name]) for name in _SETS},
        "population_rank": (rank[0], rank[1]) if rank else None,
        "wishes": tuple(data["wishes"]),
    }


def _kept_candidate(data: Mapping[str, Any]) -> CandidateInput:
    profile = _kept_profile(data["profile"])
    profile |= {"tracks": tuple(profile["tracks"]), "city_links": frozenset(profile["city_links"])}
    return CandidateInput(**{**data, "profile": Candidate(**profile)})


def _kept_partner(data: Mapping[str, Any]) -> PartnerInput:
    return PartnerInput(**{**data, "profile": Partner(**_kept_profile(data["profile"]))})
