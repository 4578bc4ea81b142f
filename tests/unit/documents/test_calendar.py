from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from icalendar.timezone import TZP

from app.documents.calendar import calendar_bytes
from app.documents.calendar_entry import CalendarEntry
from app.documents.zones import zone_component
from app.domain.time import instant, wall_in, zones_for

BRUSSELS, KIGALI, PORTO_NOVO = zones_for("BE"), zones_for("RW"), zones_for("BJ")
ODD = ZoneInfo("Australia/Lord_Howe")


def entry(uid: str, *start: int, zone: ZoneInfo = BRUSSELS, **changes: object) -> CalendarEntry:
    wall = datetime(*start)  # type: ignore[arg-type]  # noqa: DTZ001 – a wall time carries no zone
    values: dict[str, object] = {
        "uid": uid,
        "sequence": 2,
        "status": "confirmed",
        "starts_at": instant(wall, zone),
        "zone": zone,
        "wall_starts_at": wall,
        "wall_ends_at": wall + timedelta(hours=2),
        "title": "Samen; plannen, één",
        "last_modified": datetime(2026, 11, 1, 8, tzinfo=UTC),
    }
    return CalendarEntry(**{**values, **changes})  # type: ignore[arg-type]


def written(*entries: CalendarEntry, locale: str = "nl") -> bytes:
    return calendar_bytes(entries, name="Agenda van Tandem", locale=locale, refresh=timedelta(hours=6))


def events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


@pytest.mark.parametrize("zone", [BRUSSELS, KIGALI, PORTO_NOVO, ODD])
@pytest.mark.parametrize("month", [1, 7])
def test_the_time_in_the_file_is_the_instant_in_winter_and_summer(zone: ZoneInfo, month: int) -> None:
    one = entry("a@tandem", 2027, month, 18, 14, 0, zone=zone)
    (event,) = events(written(one))
    assert event.errors == []
    assert event.DTSTART.astimezone(UTC) == one.starts_at
    assert event.DTEND.astimezone(UTC) == one.starts_at + timedelta(hours=2)
    assert event["DTSTART"].params["TZID"] == str(zone)


@pytest.mark.parametrize(
    "zone", [BRUSSELS, KIGALI, PORTO_NOVO, ODD, ZoneInfo("Africa/Casablanca"), ZoneInfo("Asia/Jerusalem")]
)
def test_the_definition_of_a_zone_agrees_with_the_zone_at_every_hour(zone: ZoneInfo) -> None:
    tz = zone_component(zone, 2027, 2028).to_tz(TZP("zoneinfo"), lookup_tzid=False)
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    while moment.year < 2029:
        wall = wall_in(moment, zone)
        expected = {wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
        assert wall.replace(tzinfo=tz).utcoffset() in expected, moment
        moment += timedelta(hours=1)


def test_the_definition_of_brussels_is_a_rule_with_names_and_onsets_in_the_old_offset() -> None:
    assert zone_component(BRUSSELS, 2027, 2027).to_ical(sorted=False).decode().split() == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Brussels",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def test_the_calendar_says_what_programs_need_to_subscribe() -> None:
    calendar = Calendar.from_ical(written(entry("a@tandem", 2027, 1, 18, 14), entry("b", 2027, 1, 19, 9, zone=KIGALI)))
    assert {key: calendar[key].to_ical() for key in calendar} == {
        "PRODID": b"-//Tandem//SDG partnerships//EN",
        "VERSION": b"2.0",
        "METHOD": b"PUBLISH",
        "NAME": b"Agenda van Tandem",
        "X-WR-CALNAME": b"Agenda van Tandem",
        "REFRESH-INTERVAL": b"PT6H",
        "X-PUBLISHED-TTL": b"PT6H",
    }
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Africa/Kigali", "Europe/Brussels"]


def test_an_entry_carries_all_that_a_program_needs_to_move_it() -> None:
    one = entry(
        "a@tandem", 2027, 1, 18, 14, location="Leuven", url="https://tandem.example/agenda/a", categories=("x,y", "z")
    )
    (event,) = events(written(one))
    assert event["UID"] == "a@tandem"
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "Samen; plannen, één"
    assert event["LOCATION"] == "Leuven"
    assert event["URL"] == "https://tandem.example/agenda/a"
    assert event["CATEGORIES"].cats == ["x,y", "z"]
    assert event.DTSTAMP == event.LAST_MODIFIED == one.last_modified


def test_the_description_tells_the_time_in_all_places_and_the_languages() -> None:
    one = entry(
        "a", 2027, 1, 18, 14, description="Breng je plan mee.", languages=("nl", "fr"),
        other_zones=(BRUSSELS, KIGALI, PORTO_NOVO), url="https://tandem.example/a",
    )  # fmt: skip
    assert events(written(one))[0]["DESCRIPTION"].split("\n") == [
        "Breng je plan mee.",
        "",
        "14.00 uur (Brussel)",
        "15.00 uur (Kigali)",
        "14.00 uur (Porto-Novo)",
        "Talen: Nederlands en Frans",
        "",
        "https://tandem.example/a",
    ]


@pytest.mark.parametrize(
    ("locale", "summary"),
    [("nl", "Geannuleerd: Plan"), ("fr", "Annulé : Plan"), ("en", "Cancelled: Plan")],
)
def test_a_cancelled_entry_stays_and_says_so(locale: str, summary: str) -> None:
    (event,) = events(written(entry("a", 2027, 1, 18, 14, title="Plan", status="cancelled"), locale=locale))
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"].replace("\u00a0", " ") == summary


def test_the_same_entries_give_the_same_bytes_in_any_order() -> None:
    first, second = entry("a", 2027, 1, 18, 14), entry("b", 2027, 1, 18, 14)
    assert written(first, second) == written(second, first)
    assert written(first) != written(entry("a", 2027, 1, 18, 15))


def test_lines_are_folded_at_75_bytes_and_end_as_the_standard_says() -> None:
    content = written(entry("a", 2027, 1, 18, 14, title="Été " * 60))
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert events(content)[0]["SUMMARY"] == "Été " * 60


def test_an_empty_calendar_is_still_a_calendar() -> None:
    assert events(written()) == []
