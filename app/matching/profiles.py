"""The two sides as the criteria see them: codes and numbers, no names of people or places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

HIGHEST_ASSESSMENT = 10_000


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a local government brings, seeks and is. What is empty or None has not been answered.

    - ``strengths``, ``challenges``: policy field → priority, 1 (first) to 3
    - ``subjects``: codes within the theme, those of one track alone written ``track:code``; ``sdgs``: their numbers
    - ``population_rank``: (rank, count) within the own country, 1 = the most people
    - ``tags``: what kind of place it is (urban, rural, coast …)
    - ``languages``: code → level, 1 basic, 2 good enough to work in, 3 fluent
    - ``wishes``: ids or tags of the other side, the dearest first

    :raises ValueError: a priority, level or rank that does not exist.
    """

    id: str
    strengths: Mapping[str, int] = field(default_factory=dict)
    challenges: Mapping[str, int] = field(default_factory=dict)
    subjects: frozenset[str] = frozenset()
    sdgs: frozenset[int] = frozenset()
    population_rank: tuple[int, int] | None = None
    tags: frozenset[str] = frozenset()
    languages: Mapping[str, int] = field(default_factory=dict)
    wishes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        scales = (*self.strengths.values(), *self.challenges.values(), *self.languages.values())
        if not set(scales) <= {1, 2, 3}:
            raise ValueError(f"{self.id}: priorities and levels are 1, 2 or 3")
        if self.population_rank is not None and not 1 <= self.population_rank[0] <= self.population_rank[1]:
            raise ValueError(f"{self.id}: the rank lies from 1 to the count")

    @cached_property
    def offers(self) -> dict[str, int]:
        """Return the weight of each strength, 3 for priority 1, and so on."""
        return {code: 4 - priority for code, priority in self.strengths.items()}

    @cached_property
    def seeks(self) -> dict[str, int]:
        """Return the weight of each challenge, 3 for priority 1, and so on."""
        return {code: 4 - priority for code, priority in self.challenges.items()}

    @cached_property
    def seeks_at_most(self) -> int:
        """Return what full help with every challenge weighs: see ``criteria.help_given``."""
        return 3 * sum(self.seeks.values())


@dataclass(frozen=True, kw_only=True)
class Candidate(Profile):
    """A candidate: the tracks that it chose, the dearest first, and what it is bound by.

    ``assessment`` counts 0 to 10,000. ``city_links`` are ids of partners with which a link exists.

    :raises ValueError: also for an assessment that is out of bounds.
    """

    tracks: tuple[str, ...] = ()
    province: str | None = None
    assessment: int | None = None
    city_links: frozenset[str] = frozenset()

    def subjects_in(self, track: str) -> frozenset[str]:
        """Return the subjects that count in ``track``: not those that the candidate chose for another of its tracks."""
        return self._subjects_by_track.get(track, self._subjects_of_any_track)

    @cached_property
    def _subjects_of_any_track(self) -> frozenset[str]:
        return frozenset(code for code in self.subjects if ":" not in code)

    @cached_property
    def _subjects_by_track(self) -> dict[str, frozenset[str]]:
        tracks = {code.partition(":")[0] for code in self.subjects if ":" in code}
        own = {track: {code for code in self.subjects if code.startswith(f"{track}:")} for track in tracks}
        return {track: self._subjects_of_any_track | codes for track, codes in own.items()}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.assessment is not None and not 0 <= self.assessment <= HIGHEST_ASSESSMENT:
            raise ValueError(f"{self.id}: an assessment counts 0 to {HIGHEST_ASSESSMENT}")


@dataclass(frozen=True, kw_only=True)
class Partner(Profile):
    """A partner of a track; ``capacity``: with how many candidates it can be paired."""

    track: str
    capacity: int = 1
