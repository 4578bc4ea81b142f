"""What can be chosen in a candidacy, and why something cannot."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from app.domain.errors import DomainError


class TracksNotOpen(DomainError):
    """The draft chose ``tracks``, which cannot be chosen any more."""

    code: ClassVar[str] = "tracks_not_open"


def why_not(*, is_open: bool, places: int, taken: int = 0) -> str | None:
    """Give the code of the sentence why a track cannot be chosen, ``None`` where it can: closed, or no place is left.

    ``taken`` are the places that sent decisions have given away.
    """
    if not is_open:
        return "track_closed"
    return None if places > taken else "track_full"


def check_tracks(chosen: Collection[str], closed: Mapping[str, str]) -> None:
    """Refuse a draft that chose a track (its slug) that cannot be chosen any more; ``closed`` has their titles.

    :raises TracksNotOpen: it did.
    """
    titles = tuple(closed[slug] for slug in chosen if slug in closed)
    if titles:
        raise TracksNotOpen(tracks=titles)
