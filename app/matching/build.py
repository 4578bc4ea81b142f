"""The pairing problem of a call: candidates on the left, partners on the right."""

from collections.abc import Iterable, Mapping, Sequence

from app.matching.own_points import own_points_matrices
from app.matching.problem import Group, Ids, Node, Places, Problem
from app.matching.profiles import Candidate, Partner
from app.matching.scoring import points_matrix
from app.matching.weights import Weights


def build_problem(
    candidates: Sequence[Candidate],
    partners: Sequence[Partner],
    weights: Weights,
    *,
    places_per_track: Mapping[str, Places],
    province_limit: int | None = None,
    total: Places | None = None,
    locks: Iterable[Ids] = (),
    vetoes: Iterable[Ids] = (),
) -> Problem:
    """Lay out who may be paired with whom, with what points and within which places.

    A candidate has one place, a partner its capacity. Groups are ``track:<slug>`` for the tracks with places, and
    ``province:<name>`` for the candidates' provinces where there is a limit. Locks and vetoes are (candidate, partner).
    An existing city link with one of the partners is a veto. What a pair is worth to either side alone goes with it.

    Nothing is refused here: a lock of somebody who is not among those given is refused by ``solve.solve``.
    """
    present = {partner.id for partner in partners}
    left_points, right_points = own_points_matrices(candidates, partners, weights, chose_track)
    linked = {(candidate.id, partner) for candidate in candidates for partner in candidate.city_links & present}
    return Problem(
        left=tuple(Node(candidate.id, _province(candidate, province_limit)) for candidate in candidates),
        right=tuple(
            Node(partner.id, _track(partner, places_per_track), Places(0, partner.capacity)) for partner in partners
        ),
        points=tuple(tuple(row) for row in points_matrix(candidates, partners, weights, chose_track)),
        left_points=left_points,
        right_points=right_points,
        groups=(*_track_groups(places_per_track), *_province_groups(candidates, province_limit)),
        total=total,
        locks=tuple(sorted(set(locks))),
        vetoes=tuple(sorted(linked.union(vetoes))),
    )


def chose_track(candidate: Candidate, partner: Partner) -> bool:
    """Return whether the candidate chose the partner's track."""
    return partner.track in candidate.tracks


def track_group(slug: str) -> str:
    """Return the id of the group of a track's partners."""
    return f"track:{slug}"


def province_group(name: str) -> str:
    """Return the id of the group of a province's candidates."""
    return f"province:{name}"


def _track(partner: Partner, places: Mapping[str, Places]) -> tuple[str, ...]:
    return (track_group(partner.track),) if partner.track in places else ()


def _province(candidate: Candidate, limit: int | None) -> tuple[str, ...]:
    return () if limit is None or candidate.province is None else (province_group(candidate.province),)


def _track_groups(places: Mapping[str, Places]) -> list[Group]:
    return [Group(track_group(slug), places[slug]) for slug in sorted(places)]


def _province_groups(candidates: Sequence[Candidate], limit: int | None) -> list[Group]:
    if limit is None:
        return []
    names = sorted({candidate.province for candidate in candidates if candidate.province is not None})
    return [Group(province_group(name), Places(0, limit)) for name in names]
