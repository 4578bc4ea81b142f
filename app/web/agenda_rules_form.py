"""The form of the rules about moments: working hours by country, reminders before a session, the weekly overview."""

import re
from typing import Annotated, Any, Final

from pydantic import Field, create_model

from app.domain.agenda_rules import WEEK, AgendaRules, WorkingHours
from app.domain.codes import Country
from app.domain.programme import Rules
from app.language.labels import label
from app.language.moments import weekday_name
from app.web.days import TimeOfDay
from app.web.programme_forms import SettingsForm

Weekday = Annotated[int, Field(ge=0, le=6)]


class _Fields(SettingsForm):
    session_reminder_days: Annotated[str, Field(pattern=r"^\d{1,3}([\s,;]+\d{1,3}){0,5}$")] = ""
    digest_weekday: Weekday


_HOURS: Final[dict[str, Any]] = {
    f"{name}_{country}": field
    for country in Country
    for name, field in {
        "hours_start": (TimeOfDay, ...),
        "hours_end": (TimeOfDay, ...),
        "hours_days": (list[Weekday], Field(default_factory=list, max_length=7)),
    }.items()
}
AgendaRulesForm: type[_Fields] = create_model("AgendaRulesForm", __base__=_Fields, **_HOURS)


def agenda_values(rules: Rules) -> dict[str, Any]:
    """Give what the form shows."""
    own = rules.agenda
    values: dict[str, Any] = {
        "session_reminder_days": ", ".join(map(str, own.reminder_days)),
        "digest_weekday": str(own.digest_weekday),
    }
    for country, hours in own.working_hours.items():
        values[f"hours_start_{country}"] = hours.starts
        values[f"hours_end_{country}"] = hours.ends
        values[f"hours_days_{country}"] = [str(day) for day in hours.days]
    return values


def agenda_of(cleaned: _Fields) -> AgendaRules:
    """Read the form."""
    typed = cleaned.model_dump()
    hours = {
        country: WorkingHours(
            f"{typed[f'hours_start_{country}']:%H:%M}",
            f"{typed[f'hours_end_{country}']:%H:%M}",
            tuple(sorted(set(typed[f"hours_days_{country}"]))),
        )
        for country in Country
    }
    days = sorted({int(day) for day in re.findall(r"\d+", cleaned.session_reminder_days)}, reverse=True)
    return AgendaRules(hours, tuple(days), cleaned.digest_weekday)


def agenda_choices(locale: str) -> dict[str, Any]:
    """Give the countries and the days of the week in words."""
    weekdays = [(str(day), weekday_name(locale, day)) for day in WEEK]
    return {
        "hours_of": [(country.value, label(locale, country)) for country in Country],
        "weekdays": weekdays,
        "working_days": [{"value": day, "label": name} for day, name in weekdays],
    }
