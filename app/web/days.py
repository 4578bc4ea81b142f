"""A day in a form: as browsers send it, or as people write it where the browser has no date field."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

WRITTEN = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})")


def read_day(typed: object) -> object:
    """Read ``31/3/2027``, ``31.03.2027`` or ``31-03-2027`` as the day; leave everything else to the date type."""
    if isinstance(typed, str) and (found := WRITTEN.fullmatch(typed.strip())):
        day, month, year = map(int, found.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return typed
    return typed


Day = Annotated[date, BeforeValidator(read_day)]
