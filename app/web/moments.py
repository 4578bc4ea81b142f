"""A moment in a form: a day and a time on the wall in Brussels."""

from datetime import datetime

from app.domain.time import PROGRAMME_ZONE, instant, wall_in
from app.web.days import Day, TimeOfDay
from app.web.forms import FormModel


class UntilForm(FormModel):
    """A moment until which something is possible."""

    until_day: Day
    until_time: TimeOfDay

    @property
    def until(self) -> datetime:
        """The instant (UTC).

        :raises SkippedHour, AmbiguousHour: the clocks in Brussels never show it, or show it twice.
        """
        return instant(datetime.combine(self.until_day, self.until_time), PROGRAMME_ZONE)


def until_values(moment: datetime) -> dict[str, object]:
    """Give what the form shows for a moment (aware)."""
    wall = wall_in(moment, PROGRAMME_ZONE)
    return {"until_day": wall.date().isoformat(), "until_time": f"{wall:%H:%M}"}


def until_field(code: str) -> str:
    """Give the field at which a refusal with ``code`` is shown, empty where it is not about the moment."""
    return {"skipped_hour": "until_time", "ambiguous_hour": "until_time"}.get(
        code, "until_day" if code in ("until_passed", "admission_not_later") else ""
    )
