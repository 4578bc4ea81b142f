"""The pairing problems that are measured: seeded, so that every run has the same ones."""

from random import Random

from app.matching.problem import Group, Node, PairPoints, Places, Problem
from app.matching.profiles import Candidate, Partner

TRACKS, PROVINCES = 6, 5
FIELDS = tuple(f"field-{number}" for number in range(12))
HIGHEST = 10_001


def flanders() -> Problem:
    """Give 285 candidates and 107 partners in 6 tracks of 8 places, at most 12 candidates of a province."""
    random = Random(1)
    return Problem(
        left=tuple(Node(f"c{number:04}", (f"province:{number % PROVINCES}",)) for number in range(285)),
        right=tuple(Node(f"p{number:04}", (f"track:{number % TRACKS}",)) for number in range(107)),
        points=tuple(tuple(random.randrange(HIGHEST) for _ in range(107)) for _ in range(285)),
        groups=(
            *(Group(f"province:{number}", Places(0, 12)) for number in range(PROVINCES)),
            *(Group(f"track:{number}", Places(0, 8)) for number in range(TRACKS)),
        ),
    )


def sparse(size: int, allowed: int) -> Problem:
    """Give two sides of ``size``, each left id with ``allowed`` possible partners."""
    random = Random(2)
    return Problem(
        left=tuple(Node(f"c{number:05}") for number in range(size)),
        right=tuple(Node(f"p{number:05}") for number in range(size)),
        pairs=tuple(
            PairPoints(f"c{row:05}", f"p{column:05}", random.randrange(HIGHEST))
            for row in range(size)
            for column in sorted(random.sample(range(size), allowed))
        ),
    )


def dense(size: int) -> Problem:
    """Give two sides of ``size`` in which every pair is allowed."""
    random = Random(3)
    return Problem(
        left=tuple(Node(f"c{number:05}") for number in range(size)),
        right=tuple(Node(f"p{number:05}") for number in range(size)),
        points=tuple(tuple(random.choices(range(HIGHEST), k=size)) for _ in range(size)),
    )


def profiles(candidates: int, partners: int) -> tuple[list[Candidate], list[Partner]]:
    """Give candidates and partners who answered everything."""
    random = Random(4)

    def common(number: int) -> dict[str, object]:
        chosen = random.sample(FIELDS, 6)
        return {
            "strengths": {code: random.randint(1, 3) for code in chosen[:3]},
            "challenges": {code: random.randint(1, 3) for code in chosen[3:]},
            "subjects": frozenset(random.sample(FIELDS, 4)),
            "sdgs": frozenset(random.sample(range(1, 18), 4)),
            "population_rank": (number + 1, candidates + partners),
            "tags": frozenset(random.sample(("urban", "rural", "coast", "border"), 2)),
            "languages": {code: random.randint(1, 3) for code in ("fr", "en")},
        }

    return (
        [
            Candidate(
                id=f"c{number:03}",
                tracks=("rwanda", "benin"),
                province=f"province-{number % PROVINCES}",
                assessment=random.randrange(HIGHEST),
                **common(number),  # type: ignore[arg-type]
            )
            for number in range(candidates)
        ],
        [
            Partner(
                id=f"p{number:03}",
                track=("rwanda", "benin")[number % 2],
                **common(number),  # type: ignore[arg-type]
            )
            for number in range(partners)
        ],
    )
