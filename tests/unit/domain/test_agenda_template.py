from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.agenda import Scope
from app.domain.agenda_template import (
    PlannedPartnership,
    PlannedSession,
    PlannedTrack,
    TemplateRow,
    day_of,
    host_of_visit,
    lay_out,
    working_day,
)
from app.domain.codes import Country, Direction, SessionKind, Side

RWANDA = PlannedTrack(1, Country.RWANDA, "en")
BENIN = PlannedTrack(2, Country.BENIN, "fr")
PAIRS = (
    PlannedPartnership(10, 1, Direction.FLEMISH_TRAVELS),
    PlannedPartnership(11, 2, Direction.PARTNER_TRAVELS),
    PlannedPartnership(12, 2),
)
ROW = TemplateRow(
    id=1,
    scope=Scope.PROGRAMME,
    kind=SessionKind.EVALUATION,
    year=1,
    month=3,
    day=18,
    time="10:00",
    duration_minutes=90,
    zone_of=Side.FLEMISH,
    title_nl="Sessie",
)
VISIT = replace(
    ROW, id=2, scope=Scope.PARTNERSHIP, kind=SessionKind.WORK_VISIT, month=10, day=12, duration_minutes=6240
)


def plan(*rows: TemplateRow, ends_on: date = date(2027, 12, 31)) -> tuple[PlannedSession, ...]:
    return lay_out(rows, starts_on=date(2026, 1, 1), ends_on=ends_on, tracks=(RWANDA, BENIN), partnerships=PAIRS)


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 – a wall time carries no zone


def test_each_row_becomes_a_session_for_each_that_it_is_for() -> None:
    planned = plan(ROW, replace(ROW, id=3, scope=Scope.TRACK), VISIT)
    assert [(one.row.id, one.track_id, one.partnership_id) for one in planned] == [
        (1, None, None),
        (3, 1, None),
        (3, 2, None),
        (2, None, 10),
        (2, None, 11),
        (2, None, 12),
    ]


def test_a_row_is_in_the_zone_and_language_of_its_side() -> None:
    planned = plan(
        replace(ROW, scope=Scope.TRACK, kind=SessionKind.JOINT_DIGITAL, zone_of=Side.PARTNER),
        replace(ROW, scope=Scope.TRACK, kind=SessionKind.PHYSICAL_EXCHANGE),
        replace(ROW, zone_of=Side.PARTNER),
    )
    assert [(one.zone, one.languages) for one in planned] == [
        ("Africa/Kigali", ("en",)),
        ("Africa/Porto-Novo", ("fr",)),
        ("Europe/Brussels", ("nl",)),
        ("Europe/Brussels", ("nl",)),
        ("Europe/Brussels", ("en", "fr")),
    ]


def test_visits_follow_the_wish_and_take_place_where_the_host_is() -> None:
    planned = plan(VISIT, replace(VISIT, id=3, year=2))
    assert [(one.partnership_id, one.row.year, one.host_side, one.zone) for one in planned] == [
        (10, 1, Side.PARTNER, "Africa/Kigali"),
        (11, 1, Side.FLEMISH, "Europe/Brussels"),
        (12, 1, Side.PARTNER, "Africa/Porto-Novo"),
        (10, 2, Side.FLEMISH, "Europe/Brussels"),
        (11, 2, Side.PARTNER, "Africa/Porto-Novo"),
        (12, 2, Side.FLEMISH, "Europe/Brussels"),
    ]


@given(st.sampled_from(Direction), st.integers(min_value=1, max_value=9))
def test_the_next_year_goes_the_other_way(direction: Direction, year: int) -> None:
    assert host_of_visit(direction, year) is not host_of_visit(direction, year + 1)
    assert host_of_visit(direction, year) is host_of_visit(direction, year + 2)


def test_a_two_day_event_lies_inside_the_visit() -> None:
    event = replace(VISIT, id=3, kind=SessionKind.THEMATIC, day=14, duration_minutes=1920)
    inside = plan(VISIT, event)[-1]
    assert (inside.wall_starts_at, inside.host_side, inside.zone) == (
        wall(2026, 10, 14, 10),
        Side.PARTNER,
        "Africa/Porto-Novo",
    )
    outside = plan(VISIT, replace(event, month=11))[-1]
    assert outside.wall_starts_at == wall(2026, 10, 13, 10)
    assert plan(event)[-1].wall_starts_at == wall(2026, 10, 14, 10)


@given(st.dates(min_value=date(2024, 1, 1), max_value=date(2031, 12, 31)))
def test_a_weekend_becomes_the_next_working_day(day: date) -> None:
    moved = working_day(day)
    assert moved.weekday() < 5
    assert timedelta(0) <= moved - day <= timedelta(days=2)
    assert day.weekday() > 4 or moved == day


def test_the_last_weekend_becomes_the_friday_before() -> None:
    sunday = date(2027, 12, 26)
    assert working_day(sunday, last=date(2027, 12, 26)) == date(2027, 12, 24)
    assert working_day(sunday, last=date(2027, 12, 27)) == date(2027, 12, 27)


def test_a_year_of_the_programme_begins_on_its_anniversary() -> None:
    july = date(2026, 7, 1)
    assert day_of(1, 9, 15, starts_on=july) == date(2026, 9, 15)
    assert day_of(1, 3, 15, starts_on=july) == date(2027, 3, 15)
    assert day_of(2, 6, 30, starts_on=july) == date(2028, 6, 30)
    assert day_of(1, 2, 31, starts_on=date(2026, 1, 1)) == date(2026, 2, 28)


def test_a_year_that_the_programme_does_not_have_is_left_out() -> None:
    assert plan(replace(ROW, year=3)) == ()


rows = st.builds(
    TemplateRow,
    id=st.integers(min_value=1, max_value=99),
    scope=st.sampled_from(Scope),
    kind=st.sampled_from(SessionKind),
    year=st.integers(min_value=1, max_value=3),
    month=st.integers(min_value=1, max_value=12),
    day=st.integers(min_value=1, max_value=31),
    time=st.sampled_from(["09:00", "13:30"]),
    duration_minutes=st.sampled_from([90, 1920, 6240]),
    zone_of=st.sampled_from(Side),
    title_nl=st.just("Sessie"),
)


@given(st.lists(rows, max_size=6, unique_by=lambda row: row.id))
def test_plans_stay_in_the_programme_and_nothing_is_planned_twice(template: list[TemplateRow]) -> None:
    planned = plan(*template)
    keys = [(one.row.id, one.track_id, one.partnership_id) for one in planned]
    assert len(set(keys)) == len(keys)
    assert planned == plan(*template)
    for one in planned:
        assert one.row.kind is SessionKind.THEMATIC or one.wall_starts_at.weekday() < 5
        assert date(2026, 1, 1) <= one.wall_starts_at.date() <= date(2028, 1, 1)
