"""Days and times in a form: as browsers send them, or as people write them where the browser has no field for them."""

import re
from datetime import date, time
from typing import Annotated, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

WRITTEN_DAY = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})")
WRITTEN_TIME = re.compile(r"(\d{1,2})[:.h](\d{2})(?::00)?")
YEARS: Final = range(2000, 2101)


def read_day(typed: object) -> date:
    """Read a day as browsers send it or as people write it (31/3/2027), in a year that can be meant."""
    text = str(typed).strip()
    written = WRITTEN_DAY.fullmatch(text)
    try:
        day = date(int(written[3]), int(written[2]), int(written[1])) if written else date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise PydanticCustomError("date_parsing", "no day")
    return day


def read_time(typed: object) -> time:
    """Read a time as browsers send it or as people write it (14.00)."""
    written = WRITTEN_TIME.fullmatch(str(typed).strip())
    if written is None or int(written[1]) > 23 or int(written[2]) > 59:
        raise PydanticCustomError("time_parsing", "no time")
    return time(int(written[1]), int(written[2]))


Day = Annotated[date, BeforeValidator(read_day)]
TimeOfDay = Annotated[time, BeforeValidator(read_time)]
