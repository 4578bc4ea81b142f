"""A stretch of time by the reader's locale."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.time import wall_days, wall_in
from app.language.catalogues import N_, gettext
from app.language.moments import date_range, date_with_weekday, time_of_day, time_range, zone_name

_NO_BREAK = "\u00a0"


def period_in(locale: str, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Return day, times and city of a period (aware): "maandag 18 januari 2027, 14.00–15.30 uur (Brussel)".

    Over several days: "19–23 april 2027, van 9.00 uur tot 17.00 uur (Brussel)".
    """
    starts, ends = wall_in(starts_at, zone), wall_in(ends_at, zone)
    first, last = wall_days(starts, ends)
    if last == first:
        day, times = date_with_weekday(locale, starts), time_range(locale, starts, ends)
    else:
        day = date_range(locale, first, last)
        hours = {"starts": time_of_day(locale, starts), "ends": time_of_day(locale, ends)}
        times = gettext(locale, N_("from %(starts)s to %(ends)s"), **hours)
    text = gettext(locale, N_("%(day)s, %(time)s"), day=day, time=times)
    return f"{text}{_NO_BREAK}({zone_name(locale, zone)})"
