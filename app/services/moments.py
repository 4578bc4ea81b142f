"""Gather what a moment for a session must suit: people, working hours, holidays, named days, other sessions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.domain.agenda_rules import AgendaRules
from app.domain.codes import Country
from app.domain.moment_facts import Circumstances, NamedDays, Place, Wish
from app.domain.texts import Words
from app.domain.time import zones_for
from app.queries.busy_periods import BusyRow, periods_for
from app.queries.circles import Place as Scope
from app.queries.moments import (
    Concerned,
    countries_concerned,
    engagements_of,
    governments_concerned,
    people_concerned,
)
from app.queries.programmes import rules_of
from app.services.public_holidays import public_holidays

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Surroundings:
    """Whom a session would concern (``people``), and what a moment for the chosen of them must suit."""

    people: tuple[Concerned, ...]
    circumstances: Circumstances


def surroundings(session: Session, scope: Scope, wish: Wish, *, chosen: Collection[int] = ()) -> Surroundings:
    """Gather what is known around a session of that scope; of ``chosen`` people only, where any are (eight queries)."""
    governments = governments_concerned(session, scope)
    everybody = people_concerned(session, scope, governments)
    people = [one for one in everybody if one.person_id in chosen] or everybody
    countries = countries_concerned(session, scope)
    rules = rules_of(session, scope.programme_id).agenda
    first, last = wish.first - _DAY, wish.last + _DAY
    rows = periods_for(session, countries, governments, first, last)
    midnight = datetime.combine(first, time(), UTC)
    engagements = engagements_of(session, people, midnight, datetime.combine(last + _DAY, time(), UTC))
    circumstances = Circumstances(
        places=_places(countries, people, rules, _holidays(countries, first, last)),
        named=tuple(_named(row, people) for row in rows),
        engagements=tuple(engagements),
    )
    return Surroundings(tuple(everybody), circumstances)


def _holidays(countries: Sequence[Country], first: date, last: date) -> dict[Country, dict[date, Words]]:
    found: dict[Country, dict[date, Words]] = {country: {} for country in countries}
    for one in public_holidays(countries, first, last):
        found[one.country][one.day] = one.words
    return found


def _places(
    countries: Sequence[Country],
    people: Sequence[Concerned],
    rules: AgendaRules,
    holidays: Mapping[Country, Mapping[date, Words]],
) -> tuple[Place, ...]:
    return tuple(
        Place(
            country=country,
            zone=zones_for(country),
            hours=rules.working_hours[country],
            people=frozenset(one.person_id for one in people if one.country is country),
            holidays=holidays[country],
        )
        for country in countries
    )


def _named(row: BusyRow, people: Sequence[Concerned]) -> NamedDays:
    whole = row.country is not None
    who = (
        one.person_id
        for one in people
        if (one.country is row.country if whole else row.government_id in one.government_ids)
    )
    return NamedDays(
        first=row.starts_on,
        last=row.ends_on,
        zone=zones_for(row.of_country),
        title=Words(row.title_nl, row.title_fr, row.title_en),
        by=row.country or row.government_name,
        people=frozenset(who),
    )
