"""Random candidates and partners over short lists of codes, so that they often share something."""

from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from app.matching.profiles import Candidate, Partner, Profile
from app.matching.weights import Weights

FIELDS, SUBJECTS, TAGS, LANGUAGES, TRACKS = (
    "abcd",
    "pqrs",
    ("urban", "rural", "coast"),
    ("fr", "en", "nl"),
    ("rw", "bj"),
)


def _ranked(codes: str | tuple[str, ...]) -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(codes), st.integers(1, 3))


ANSWERS: dict[str, st.SearchStrategy[object]] = {
    "strengths": _ranked(FIELDS),
    "challenges": _ranked(FIELDS),
    "subjects": st.frozensets(st.sampled_from(SUBJECTS)),
    "sdgs": st.frozensets(st.integers(1, 4)),
    "population_rank": st.none()
    | st.tuples(st.integers(1, 20), st.integers(1, 20)).map(lambda pair: (min(pair), max(pair))),
    "tags": st.frozensets(st.sampled_from(TAGS)),
    "languages": _ranked(LANGUAGES),
}

candidates = st.builds(
    Candidate,
    id=st.just("F"),
    wishes=st.lists(st.sampled_from(("P", *TAGS)), unique=True).map(tuple),
    tracks=st.lists(st.sampled_from(TRACKS), unique=True).map(tuple),
    assessment=st.none() | st.integers(0, 10_000),
    **ANSWERS,
)
partners = st.builds(
    Partner,
    id=st.just("P"),
    wishes=st.lists(st.sampled_from(("F", *TAGS)), unique=True).map(tuple),
    track=st.sampled_from(TRACKS),
    **ANSWERS,
)
weights = st.builds(
    Weights,
    mutual_learning=st.integers(1, 100),
    theme=st.integers(0, 100),
    position=st.integers(0, 100),
    language=st.integers(0, 100),
    wishes=st.integers(0, 100),
    assessment_share=st.integers(0, 100),
)

P = TypeVar("P", bound=Profile)
WHOLE_PROFILE = ("strengths", "challenges", "subjects", "sdgs", "population_rank", "tags", "languages", "wishes")


def swapped(candidate: Candidate, partner: Partner) -> tuple[Candidate, Partner]:
    """Return a candidate and a partner who answered as the other did."""
    ours = {name: getattr(candidate, name) for name in WHOLE_PROFILE}
    theirs = {name: getattr(partner, name) for name in WHOLE_PROFILE}
    return replace(candidate, **theirs), replace(partner, **ours)


def reordered(profile: P) -> P:
    """Return the same profile, with its answers given in the opposite order; what is ranked keeps its ranks."""
    maps = {name: dict(reversed(getattr(profile, name).items())) for name in ("strengths", "challenges", "languages")}
    sets = {name: frozenset(sorted(getattr(profile, name), reverse=True)) for name in ("subjects", "sdgs", "tags")}
    return replace(profile, **maps, **sets)  # type: ignore[arg-type]
