"""The sentences for refusals about the agenda: sessions, moments, polls, replies, attendance."""

from typing import Final

from app.language.catalogues import N_

AGENDA: Final[dict[str, str | tuple[str, str]]] = {
    "working_hours": N_("The working hours in %(country)s must end after they start, on at least one day of the week."),
    "session_reminder_days": N_("Choose at most three different numbers of days, from 1 to %(most)s."),
    "digest_weekday": N_("Choose a day of the week for the overview."),
}
