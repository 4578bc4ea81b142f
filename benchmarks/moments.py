"""How long it takes to find a moment for 12 people over 60 days, beside the limit of issue 5."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Final

from app.domain.agenda_rules import AgendaRules
from app.domain.codes import Country, PollAnswer
from app.domain.moment_facts import Circumstances, Engagement, NamedDays, Place, Wish
from app.domain.moments import propose
from app.domain.texts import Words
from app.domain.time import zones_for

LIMIT_SECONDS: Final = 0.2
PEOPLE: Final = 12
DAYS: Final = 60
TRIES: Final = 7
FIRST: Final = date(2027, 3, 1)


def measure_moments() -> None:
    """Print the best of a few tries, with half hours and with quarters of an hour, beside the limit."""
    print(f"{'find a moment':58}{'reached':>12}{'limit':>12}{'ratio':>8}")
    for step in (30, 15):
        seconds = _best(step)
        name = f"{PEOPLE} people, {DAYS} days, every {step} minutes"
        print(f"{name:58}{seconds * 1000:>9.0f} ms{LIMIT_SECONDS * 1000:>9.0f} ms{seconds / LIMIT_SECONDS:>8.2f}")


def _best(step: int) -> float:
    found = []
    for _ in range(TRIES):
        wish, circumstances = problem(step)
        start = time.perf_counter()
        propose(wish, circumstances)
        found.append(time.perf_counter() - start)
    return min(found)


def problem(step: int) -> tuple[Wish, Circumstances]:
    """Make 12 people in three countries with holidays, named weeks, 60 other sessions and answers."""
    hours = AgendaRules().working_hours
    holiday = {FIRST + timedelta(days=day): Words("Feestdag") for day in range(0, DAYS, 9)}
    places = tuple(
        Place(country, zones_for(country), hours[country], frozenset(range(number, PEOPLE, 3)), holiday)
        for number, country in enumerate(Country)
    )
    named = tuple(
        NamedDays(
            FIRST + timedelta(days=5 * person),
            FIRST + timedelta(days=5 * person + 4),
            places[person % 3].zone,
            Words("Week"),
            "X",
            frozenset({person}),
        )
        for person in range(PEOPLE)
    )
    opening = datetime(2027, 3, 1, 8, tzinfo=UTC)
    engagements = tuple(
        Engagement(opening + timedelta(days=day), opening + timedelta(days=day, hours=2), frozenset({day % PEOPLE}))
        for day in range(DAYS)
    )
    answers = {
        person: {opening + timedelta(days=day): PollAnswer.NO for day in range(person, DAYS, PEOPLE)}
        for person in range(PEOPLE)
    }
    last = FIRST + timedelta(days=DAYS - 1)
    wish = Wish(FIRST, last, places[0].zone, 90, opening - timedelta(days=7), step)
    return wish, Circumstances(places, named, engagements, answers)


if __name__ == "__main__":
    measure_moments()
