"""Finding a moment: what somebody looks for, and the proposals in the reader's words and time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field
from starlette.datastructures import QueryParams

from app.domain.agenda import ZONES
from app.domain.codes import SessionKind
from app.domain.moment_facts import Circumstances, Place, Proposal, Reason, Why, Wish
from app.domain.moments import STEPS
from app.domain.time import readings, wall_in
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.language.moment_words import reason_text
from app.language.moments import clock_change_lines, date_with_weekday, hours, time_of_day, time_range, zone_name
from app.web.agenda import PlaceTime
from app.web.days import Day
from app.web.forms import FormModel

LENGTHS: Final = (30, 45, 60, 90, 120, 180, 240, 480)
FIRST_AFTER: Final = timedelta(days=7)
LAST_AFTER: Final = timedelta(days=34)
MOST_NAMED: Final = 40
SHOWN_FROM: Final = 6
SHOWN_UNTIL: Final = 21
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TIME: Final = re.compile(r"\d\d:\d\d")
_MINUTES: Final = (SHOWN_UNTIL - SHOWN_FROM) * 60


class FindForm(FormModel):
    """What is looked for; ``who`` are ids of people, nobody means everybody."""

    of: str = Field("", max_length=40)
    kind: SessionKind = SessionKind.BILATERAL
    first: Day
    last: Day
    minutes: int = Field(60, ge=15, le=480)
    step: int = Field(STEPS[1], ge=STEPS[0], le=STEPS[1])
    zone: str = Field(ZONES[0], pattern=f"^({'|'.join(ZONES)})$")
    who: list[int] = Field(default_factory=list, max_length=500)

    def wish(self, now: datetime) -> Wish:
        """Give what to look for; nothing that has begun by ``now``."""
        step = self.step if self.step in STEPS else STEPS[1]
        return Wish(self.first, self.last, ZoneInfo(self.zone), self.minutes, now, step)


def first_values(query: QueryParams, zone: str, today: date) -> dict[str, object]:
    """Give the values of a form that was not sent yet: the usual, and what the address says."""
    usual: dict[str, object] = {
        "kind": SessionKind.BILATERAL.value,
        "first": (today + FIRST_AFTER).isoformat(),
        "last": (today + LAST_AFTER).isoformat(),
        "minutes": "60",
        "zone": zone if zone in ZONES else ZONES[0],
        "who": [],
    }
    return usual | {name: query[name] for name in ("of", "kind", "minutes", "zone") if query.get(name)}


def proposed_values(query: QueryParams) -> dict[str, object]:
    """Give what an address says about a new session, for its form: day, times, clock and kind."""
    given = {name: query.get(name, "") for name in ("day", "starts", "ends", "zone", "kind")}
    fits = {
        "day": bool(_DAY.fullmatch(given["day"])),
        "starts": bool(_TIME.fullmatch(given["starts"])),
        "ends": bool(_TIME.fullmatch(given["ends"])),
        "zone": given["zone"] in ZONES,
        "kind": given["kind"] in list(SessionKind),
    }
    return {name: value for name, value in given.items() if fits[name]}


def length_choices(locale: str) -> list[tuple[str, str]]:
    """Give the lengths that can be chosen."""
    return [(str(minutes), hours(locale, timedelta(minutes=minutes))) for minutes in LENGTHS]


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """A reason in words; ``shape``: "good", "cost" or "no"."""

    text: str
    shape: str


@dataclass(frozen=True, slots=True)
class Band:
    """The working hours of a place on the day of a proposal, in percent of what is drawn, and in words."""

    place: str
    left: float
    width: float
    words: str
    works: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the day, in percent of what is drawn."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """A proposal in the reader's words: ``value`` is its time on the wall, as addresses carry it."""

    value: str
    day: str
    range: str
    times: tuple[PlaceTime, ...]
    changes: tuple[str, ...]
    reasons: tuple[ReasonShown, ...]
    bands: tuple[Band, ...]
    bar: Bar
    is_free: bool
    session: dict[str, str]


def proposal_shown(
    proposal: Proposal, circumstances: Circumstances, *, locale: str, reader: ZoneInfo, zone: ZoneInfo, now: datetime
) -> ProposalShown:
    """Put a proposal in words: the reader's own time first, then those of all places concerned."""
    zones = tuple(dict.fromkeys((reader, zone, *(place.zone for place in circumstances.places))))
    own = wall_in(proposal.starts_at, reader)
    ends = wall_in(proposal.ends_at, zone)
    return ProposalShown(
        value=proposal.wall.isoformat(timespec="minutes"),
        day=date_with_weekday(locale, own),
        range=time_range(locale, own, wall_in(proposal.ends_at, reader)),
        times=_times(proposal, locale, zones),
        changes=tuple(clock_change_lines(locale, proposal.starts_at, zones, now=now)),
        reasons=tuple(_reason(locale, reason) for reason in proposal.reasons),
        bands=tuple(_band(place, proposal, zone, locale) for place in circumstances.places),
        bar=_bar(proposal.wall, ends),
        is_free=not proposal.noes,
        session={
            "day": proposal.wall.date().isoformat(),
            "starts": f"{proposal.wall:%H:%M}",
            "ends": f"{ends:%H:%M}",
            "zone": str(zone),
        },
    )


def _times(proposal: Proposal, locale: str, zones: Sequence[ZoneInfo]) -> tuple[PlaceTime, ...]:
    return tuple(
        PlaceTime(
            place=zone_name(locale, reading.zone),
            time=time_of_day(locale, reading.wall),
            mine=reading.zone == zones[0],
            day=date_with_weekday(locale, reading.wall, year=False) if reading.day_offset else None,
        )
        for reading in readings(proposal.starts_at, zones)
    )


def _reason(locale: str, reason: Reason) -> ReasonShown:
    shape = "good" if reason.why is Why.WITHIN_HOURS else "no" if reason.is_no else "cost"
    return ReasonShown(reason_text(locale, reason), shape)


def _band(place: Place, proposal: Proposal, zone: ZoneInfo, locale: str) -> Band:
    """Draw when people of a place work, on the clock of ``zone``."""
    shift = wall_in(proposal.starts_at, zone) - wall_in(proposal.starts_at, place.zone)
    there = wall_in(proposal.starts_at, place.zone).date()
    starts, ends = (datetime.combine(there, clock) for clock in (place.hours.start, place.hours.end))
    bar = _bar(starts + shift, ends + shift)
    works = there.weekday() in place.hours.days and there not in place.holidays
    name = label(locale, place.country)
    words = gettext(
        locale,
        N_("%(place)s works from %(starts)s to %(ends)s, own time")
        if works
        else N_("%(place)s does not work that day"),
        place=name,
        starts=time_of_day(locale, starts),
        ends=time_of_day(locale, ends),
    )
    return Band(name, bar.left, bar.width, words, works)


def _bar(starts: datetime, ends: datetime) -> Bar:
    first, last = (_share(wall, starts.date()) for wall in (starts, ends))
    return Bar(first, round(last - first, 2))


def _share(wall: datetime, day: date) -> float:
    minutes = (wall - datetime.combine(day, time(SHOWN_FROM))).total_seconds() / 60
    return round(min(max(minutes / _MINUTES, 0), 1) * 100, 2)
