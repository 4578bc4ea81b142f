"""What the public pages say of a programme: its texts, its call, its tracks, its plan."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.agenda_template import TemplateRow, day_of
from app.domain.codes import SessionKind
from app.domain.programme import years_of
from app.domain.texts import Text, summary_of, title_of
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.labels import label
from app.language.moments import moment_in
from app.queries import programmes as read
from app.queries.partnerships import PartnershipFacts
from app.queries.programmes import ProgrammeFacts, TrackFacts
from app.queries.reference import goals

OPEN, SOON, CLOSED, NONE = "open", "soon", "closed", "none"
_DAYS_LEFT = NN_("%(num)s day left", "%(num)s days left")
_YEARS = NN_("%(num)s year together", "%(num)s years together")


@dataclass(frozen=True, slots=True)
class CallView:
    """The call as a reader meets it: ``state`` is open, soon, closed or none; the words say until when."""

    state: str
    headline: str
    detail: str


@dataclass(frozen=True, slots=True)
class TrackView:
    """A track in the reader's language."""

    facts: TrackFacts
    title: Text
    summary: Text
    country: str
    association: str
    subjects: tuple[Text, ...]
    goals: tuple[str, ...]


def call_view(programme: ProgrammeFacts, now: datetime, locale: str) -> CallView:
    """Say where the call of a programme stands."""
    call = programme.call
    if call is None:
        return CallView(NONE, gettext(locale, N_("No call is open")), "")
    opens, closes = moment_in(locale, call.opens_at, PROGRAMME_ZONE), moment_in(locale, call.closes_at, PROGRAMME_ZONE)
    if now < call.opens_at:
        return CallView(
            SOON, gettext(locale, N_("The call opens soon")), gettext(locale, N_("Opens on %(when)s"), when=opens)
        )
    if now >= call.closes_at:
        closed = gettext(locale, N_("Closed since %(when)s"), when=closes)
        return CallView(CLOSED, gettext(locale, N_("No call is open")), closed)
    days = (wall_in(call.closes_at, PROGRAMME_ZONE).date() - wall_in(now, PROGRAMME_ZONE).date()).days
    headline = ngettext(locale, *_DAYS_LEFT, days) if days else gettext(locale, N_("Closes today"))
    return CallView(OPEN, headline, gettext(locale, N_("Open until %(when)s"), when=closes))


def track_views(session: Session, programme: ProgrammeFacts, locale: str) -> list[TrackView]:
    """Give the tracks of a programme with their subjects and goals in words (three queries)."""
    subjects = read.subjects_of(session, programme.id)
    titles = {goal.number: f"{goal.number}. {goal.title}" for goal in goals(session, locale)}
    return [
        TrackView(
            facts=track,
            title=title_of(track, locale),
            summary=summary_of(track, locale),
            country=label(locale, track.country),
            association=track.association_code.upper(),
            subjects=tuple(title_of(subject, locale) for subject in subjects.get(track.id, ())),
            goals=tuple(titles.get(number, str(number)) for number in track.goals),
        )
        for track in read.tracks_of(session, programme.id)
    ]


def years_together(programme: ProgrammeFacts, locale: str) -> str:
    """Say how long a partnership lasts: "2 years together"."""
    return ngettext(locale, *_YEARS, years_of(programme.starts_on, programme.ends_on))


def either(words: Sequence[str], locale: str) -> str:
    """Give words as a choice in a sentence: "Rwanda or Benin"."""
    if len(words) < 2:
        return "".join(words)
    return gettext(locale, N_("%(first)s or %(last)s"), first=", ".join(words[:-1]), last=words[-1])


def timeline(programme: ProgrammeFacts, template: list[TemplateRow], locale: str) -> list[dict[str, Any]]:
    """Give the plan of the programme by calendar year, each session of the template at its month."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in template:
        day = day_of(row.year, row.month, row.day, starts_on=programme.starts_on)
        if day <= programme.ends_on:
            entry = {"day": day, "title": title_of(row, locale), "kind": label(locale, row.kind)}
            found.setdefault(day.year, []).append(entry)
    by_day = {year: sorted(entries, key=lambda entry: entry["day"]) for year, entries in found.items()}
    return [{"year": year, "entries": by_day[year]} for year in sorted(by_day)]


def kinds_in(template: list[TemplateRow]) -> Counter[SessionKind]:
    """Count the sessions of the template by kind, over all years."""
    return Counter(row.kind for row in template)


def pairs(partnerships: list[PartnershipFacts], address: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - url_for
    """Give partnerships as the map of pairs wants them."""
    return [
        {
            "flemish": {"name": one.flemish.name, "lat": one.flemish.latitude, "lon": one.flemish.longitude},
            "partner": {
                "name": one.partner.name,
                "lat": one.partner.latitude,
                "lon": one.partner.longitude,
                "country": one.partner.country.value,
            },
            "href": address("partnerships.detail", slug=one.slug),
        }
        for one in partnerships
    ]
