"""A session as a calendar shows it, apart from ``documents.calendar``: what writes calendars takes long to load."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class CalendarEntry:
    """One session as a calendar shows it.

    ``starts_at`` (aware, UTC) is the instant of ``wall_starts_at``, which with ``wall_ends_at`` (both naive) is what
    the clock shows in ``zone``. ``sequence`` grows with each change; ``uid`` never changes. ``other_zones`` are the
    places whose time is written in the description. ``languages`` are ISO 639 codes. ``stamped_at``: when this form of
    it was written, else ``last_modified``, so that a feed of equal data has equal bytes.
    """

    uid: str
    sequence: int
    status: Literal["confirmed", "tentative", "cancelled"]
    starts_at: datetime
    zone: ZoneInfo
    wall_starts_at: datetime
    wall_ends_at: datetime
    title: str
    last_modified: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    other_zones: tuple[ZoneInfo, ...] = ()
    stamped_at: datetime | None = None
