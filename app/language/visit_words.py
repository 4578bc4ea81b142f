"""The words of work visits: the skeleton of a programme, and what the language of the hosts calls its points."""

from typing import Final

from app.domain.visit_programme import Point
from app.language.catalogues import N_, gettext

_POINTS: Final[dict[Point, str]] = {
    Point.ARRIVAL: N_("Arrival and transfer to the hotel"),
    Point.WELCOME: N_("Welcome, and a walk through the programme of the week"),
    Point.OFFICIALS: N_("Meeting with the mayor and the council"),
    Point.SERVICES: N_("Working session with the services on the theme"),
    Point.FIELD: N_("Field visit"),
    Point.EVENT: N_("Two-day thematic event"),
    Point.CIVIL_SOCIETY: N_("Meeting with civil society"),
    Point.FREE: N_("Free day"),
    Point.AGREEMENTS: N_("What we agree, and what comes next"),
    Point.DEPARTURE: N_("Departure"),
}


def point_title(language: str, point: Point) -> str:
    """Give the title of a point of the skeleton."""
    return gettext(language, _POINTS[point])
