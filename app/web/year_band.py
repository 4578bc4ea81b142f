"""The year as a band, in the reader's words: sessions, visits, public holidays, days that do not suit."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.agenda import Scope
from app.domain.codes import Country, SessionKind, SessionStatus
from app.domain.texts import Text, title_of
from app.domain.time import wall_in
from app.language.formats import join
from app.language.labels import label
from app.queries.agenda import SessionRow, Wanted, sessions_of
from app.queries.circles import Circle
from app.queries.partnerships import PartnershipFacts
from app.queries.year_band import BusyDays, busy_days
from app.services.public_holidays import public_holidays
from app.web import agenda as words


@dataclass(frozen=True, slots=True)
class Dot:
    """A session: its day for the reader; ``done``: it took place."""

    day: date
    label: Text
    done: bool
    number: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A visit, or days that do not suit (``whose``); drawn from ``left`` to ``right``, which lie in the year."""

    first: date
    last: date
    left: date
    right: date
    label: Text
    number: int | None = None
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday of one country or more that call it alike."""

    day: date
    label: Text
    places: str


@dataclass(frozen=True, slots=True)
class Band:
    """What a calendar year holds; ``today`` where it lies in the year."""

    year: int
    sessions: tuple[Dot, ...]
    visits: tuple[Bar, ...]
    holidays: tuple[Holiday, ...] = ()
    busy: tuple[Bar, ...] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the band, in which language and on which day of the own calendar."""

    actor: Actor
    locale: str
    today: date
    circle: Circle

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days are counted."""
        return words.reader_zone(self.actor)


def sessions_band(
    session: Session,
    reader: Reader,
    wanted: Wanted,
    year: int,
    *,
    keep: Callable[[SessionRow], bool] = lambda _row: True,
    named: bool = False,
) -> Band:
    """Give the announced sessions and visits of a calendar year, as far as the reader sees them (one query).

    Only those for which ``keep`` holds; ``named``: visits bear the names of their partnership, sessions their country.
    """
    starts, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    asked = replace(wanted, ends_after=starts, starts_before=ends, status=SessionStatus.PUBLISHED)
    rows = [row for row in sessions_of(session, reader.actor, asked, circle=reader.circle) if keep(row)]
    dots = (_dot(row, reader, named=named) for row in rows if row.kind is not SessionKind.WORK_VISIT)
    return Band(
        year,
        tuple(dot for dot in dots if dot.day.year == year),
        tuple(_visit(row, reader.locale, year, named=named) for row in rows if row.kind is SessionKind.WORK_VISIT),
        today=reader.today if reader.today.year == year else None,
    )


def band_of_partnership(session: Session, reader: Reader, pair: PartnershipFacts, year: int) -> Band:
    """Give a year of a partnership, with the holidays and the unsuitable days of both sides (two queries)."""

    def concerns(row: SessionRow) -> bool:
        own = row.partnership_id == pair.id
        return own or (row.partnership_id is None and row.track_id in (None, pair.track_id))

    wanted = Wanted(programme_id=pair.programme_id)
    band = sessions_band(session, reader, wanted, year, keep=concerns)
    return _with_days(session, reader, band, [pair], {side.government_id for side in pair.sides})


def band_of_programme(
    session: Session, reader: Reader, programme_id: int, year: int, pairs: Sequence[PartnershipFacts]
) -> Band:
    """Give a year of a programme: what is for several partnerships, and the visits of each (two queries)."""

    def is_shared(row: SessionRow) -> bool:
        return row.kind is SessionKind.WORK_VISIT or row.scope is not Scope.PARTNERSHIP

    wanted = Wanted(programme_id=programme_id)
    band = sessions_band(session, reader, wanted, year, keep=is_shared, named=True)
    return _with_days(session, reader, band, pairs, set())


def _with_days(
    session: Session, reader: Reader, band: Band, pairs: Sequence[PartnershipFacts], governments: Collection[int]
) -> Band:
    first, last = date(band.year, 1, 1), date(band.year, 12, 31)
    countries = {side.country for pair in pairs for side in pair.sides}
    busy = busy_days(session, countries, governments, first, last)
    return replace(
        band,
        holidays=_holidays(reader.locale, countries, first, last),
        busy=tuple(_busy(one, reader.locale, band.year) for one in busy),
    )


def _dot(row: SessionRow, reader: Reader, *, named: bool) -> Dot:
    day = wall_in(row.starts_at, reader.zone).date()
    title = title_of(row, reader.locale)
    if named and row.track_id is not None and row.country is not None:
        title = Text(f"{title} ({label(reader.locale, row.country)})", title.language)
    return Dot(day, title, day < reader.today, row.id)


def _visit(row: SessionRow, locale: str, year: int, *, named: bool) -> Bar:
    title = title_of(row, locale)
    label = Text(words.for_whom(row, locale), locale) if named else title
    return _bar(*words.days_there(row), year, label, number=row.id)


def _busy(one: BusyDays, locale: str, year: int) -> Bar:
    whose = one.government_name or (label(locale, one.country) if one.country else "")
    return _bar(one.starts_on, one.ends_on, year, title_of(one, locale), whose=whose)


def _bar(first: date, last: date, year: int, label: Text, *, number: int | None = None, whose: str = "") -> Bar:
    left, right = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
    return Bar(first, last, left, right, label, number, whose)


def _holidays(locale: str, countries: Collection[Country], first: date, last: date) -> tuple[Holiday, ...]:
    places: dict[tuple[date, Text], list[str]] = {}
    for one in public_holidays(countries, first, last):
        places.setdefault((one.day, one.words.said(locale)), []).append(label(locale, one.country))
    return tuple(Holiday(day, name, join(locale, where)) for (day, name), where in places.items())
