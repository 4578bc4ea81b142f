from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.time import DifferenceChange, difference_changes, zones_for
from app.language import moments

BRUSSELS, KIGALI, PORTO_NOVO = zones_for("BE"), zones_for("RW"), zones_for("BJ")
DAY = date(2027, 1, 18)
WINTER = datetime(2027, 1, 18, 13, 5, tzinfo=UTC)
WALL = datetime(2027, 1, 18, 14, 5)  # noqa: DTZ001 – a wall time
LOCALES = ("nl", "fr", "en")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def in_all(write: object, *values: object, **options: object) -> list[str]:
    assert callable(write)
    return [plain(write(locale, *values, **options)) for locale in LOCALES]


def test_days_are_written_long_medium_and_with_their_name() -> None:
    assert in_all(moments.date_long, DAY) == ["18 januari 2027", "18 janvier 2027", "18 January 2027"]
    assert in_all(moments.date_long, DAY, year=False) == ["18 januari", "18 janvier", "18 January"]
    assert in_all(moments.date_medium, DAY) == ["18 jan 2027", "18 janv. 2027", "18 Jan 2027"]
    assert in_all(moments.date_medium, DAY, year=False) == ["18 jan", "18 janv.", "18 Jan"]
    assert in_all(moments.date_with_weekday, DAY) == [
        "maandag 18 januari 2027",
        "lundi 18 janvier 2027",
        "Monday 18 January 2027",
    ]


def test_french_writes_the_first_of_a_month_as_an_ordinal() -> None:
    assert in_all(moments.date_long, date(2027, 2, 1)) == ["1 februari 2027", "1er février 2027", "1 February 2027"]


def test_days_do_not_break_over_lines() -> None:
    assert " " not in moments.date_long("nl", DAY)


def test_months_and_weekdays_have_short_names() -> None:
    assert in_all(moments.month_short, 8) == ["aug", "août", "Aug"]
    assert in_all(moments.month_name, 8) == ["augustus", "août", "August"]
    assert in_all(moments.weekday_short, 0) == ["ma", "lun.", "Mon"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (DAY, DAY, ["18 januari 2027", "18 janvier 2027", "18 January 2027"]),
        (DAY, date(2027, 1, 24), ["18–24 januari 2027", "18–24 janvier 2027", "18–24 January 2027"]),
        (
            date(2027, 1, 1),
            date(2027, 2, 7),
            ["1 januari – 7 februari 2027", "1er janvier – 7 février 2027", "1 January – 7 February 2027"],
        ),
        (
            date(2026, 12, 28),
            date(2027, 1, 3),
            [
                "28 december 2026 – 3 januari 2027",
                "28 décembre 2026 – 3 janvier 2027",
                "28 December 2026 – 3 January 2027",
            ],
        ),
    ],
)
def test_ranges_of_days_say_each_part_once(first: date, last: date, expected: list[str]) -> None:
    assert in_all(moments.date_range, first, last) == expected


def test_times_are_written_as_each_language_does() -> None:
    assert in_all(moments.time_of_day, WALL) == ["14.05 uur", "14:05", "14:05"]
    assert in_all(moments.time_of_day, WALL, compact=True) == ["14:05"] * 3
    assert in_all(moments.time_range, WALL, WALL + timedelta(hours=1)) == [
        "14.05–15.05 uur",
        "14:05–15:05",
        "14:05–15:05",
    ]
    assert in_all(moments.time_in, WINTER, BRUSSELS) == ["14.05 uur (Brussel)", "14:05 (Bruxelles)", "14:05 (Brussels)"]
    assert in_all(moments.moment_in, WINTER, KIGALI) == [
        "maandag 18 januari 2027, 15.05 uur (Kigali)",
        "lundi 18 janvier 2027, 15:05 (Kigali)",
        "Monday 18 January 2027, 15:05 (Kigali)",
    ]


def test_times_in_several_places_name_the_day_when_it_differs() -> None:
    assert moments.times_in("en", WINTER, [BRUSSELS, KIGALI, PORTO_NOVO]) == [
        "14:05 (Brussels)",
        "15:05 (Kigali)",
        "14:05 (Porto-Novo)",
    ]
    late = datetime(2027, 1, 18, 22, 30, tzinfo=UTC)
    assert [plain(text) for text in moments.times_in("en", late, [BRUSSELS, KIGALI])] == [
        "23:30 (Brussels)",
        "19 Jan 2027, 00:30 (Kigali)",
    ]


def test_zones_are_named_by_their_city() -> None:
    assert in_all(moments.zone_name, BRUSSELS) == ["Brussel", "Bruxelles", "Brussels"]
    assert in_all(moments.zone_name, "America/New_York") == ["New York"] * 3
    assert moments.zone_name("nl", "UTC") == "UTC"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-2, ["2 dagen geleden", "il y a 2 jours", "2 days ago"]),
        (-1, ["gisteren", "hier", "yesterday"]),
        (0, ["vandaag", "aujourd’hui", "today"]),
        (1, ["morgen", "demain", "tomorrow"]),
        (5, ["over 5 dagen", "dans 5 jours", "in 5 days"]),
    ],
)
def test_near_days_are_told_from_today(days: int, expected: list[str]) -> None:
    assert in_all(moments.relative_day, DAY + timedelta(days=days), DAY) == expected


def changed(zone_a: ZoneInfo, zone_b: ZoneInfo, now: datetime, then: datetime) -> DifferenceChange:
    change = difference_changes(zone_a, zone_b, now, then)
    assert change is not None
    return change


SUMMER_NOON = datetime(2027, 7, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("places", [(BRUSSELS, KIGALI), (KIGALI, BRUSSELS)])
def test_a_changing_difference_of_time_starts_from_who_turns_the_clock(places: tuple[ZoneInfo, ZoneInfo]) -> None:
    change = changed(*places, SUMMER_NOON, datetime(2027, 1, 18, 13, tzinfo=UTC))
    assert in_all(moments.difference_change_text, change) == [
        "Brussel verzet de klok tussen nu en dan: 14.00 uur daar is 15.00 uur in Kigali in plaats van 14.00 uur.",
        "Bruxelles change d’heure d’ici là : à 14:00 là-bas, il sera 15:00 à Kigali au lieu de 14:00.",
        ("Brussels changes its clock between now and then: 14:00 there will be 15:00 in Kigali instead of 14:00."),
    ]


def test_a_changing_difference_names_days_that_differ() -> None:
    change = changed(BRUSSELS, KIGALI, SUMMER_NOON, datetime(2027, 1, 18, 22, 30, tzinfo=UTC))
    assert plain(moments.difference_change_text("en", change)) == (
        "Brussels changes its clock between now and then: 18 Jan 2027, 23:30 there will be 19 Jan 2027, 00:30 in "
        "Kigali instead of 18 Jan 2027, 23:30."
    )


def test_two_places_that_both_turn_their_clocks_are_both_named() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    change = changed(BRUSSELS, lord_howe, SUMMER_NOON, datetime(2027, 1, 18, 8, tzinfo=UTC))
    assert plain(moments.difference_change_text("en", change)) == (
        "Brussels and Lord Howe change their clocks between now and then: 09:00 in Brussels will be 19:00 in Lord Howe "
        "instead of 17:30."
    )


def test_every_place_that_will_differ_has_its_line_and_what_is_over_none() -> None:
    zones, then = [BRUSSELS, KIGALI, PORTO_NOVO], datetime(2027, 1, 18, 13, tzinfo=UTC)
    lines = moments.clock_change_lines("en", then, zones, now=datetime(2026, 7, 5, 12, tzinfo=UTC))
    assert [("Kigali" in line, "Porto-Novo" in line) for line in lines] == [(True, False), (False, True)]
    assert moments.clock_change_lines("en", then, zones, now=then) == []


def test_differences_of_time_are_told_in_a_sentence() -> None:
    assert plain(moments.difference_text("en", KIGALI, PORTO_NOVO, timedelta(hours=-1))) == (
        "In Porto-Novo it is 1 hour earlier than in Kigali"
    )


def test_durations_are_written_in_hours_and_minutes() -> None:
    assert in_all(moments.hours, timedelta(hours=2, minutes=30)) == [
        "2 uur 30 minuten",
        "2 heures 30 minutes",
        "2 hours 30 minutes",
    ]
    assert plain(moments.hours("en", timedelta(0))) == "0 minutes"
    assert plain(moments.hours("en", timedelta(hours=1))) == "1 hour"
