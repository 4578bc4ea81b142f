"""The sentences for refusals about the agenda: sessions, moments, polls, replies, attendance."""

from typing import Final

from app.language.catalogues import N_, NN_

AGENDA: Final[dict[str, str | tuple[str, str]]] = {
    "working_hours": N_("The working hours in %(country)s must end after they start, on at least one day of the week."),
    "session_reminder_days": N_("Choose at most three different numbers of days, from 1 to %(most)s."),
    "attendance_none": N_("This session does not take place, so it has no attendance."),
    "attendance_not_yet": N_("Attendance can be registered from %(opens_at)s."),
    "attendance_over": N_(
        "You could register your own attendance until %(closed_at)s. Were you there? Ask the host of the session."
    ),
    "attendance_reason": N_("The list was open until %(closed_at)s. Write why you correct it now, in a few words."),
    "attendance_not_cleared": N_("A correction says present or absent. Choose one of the two."),
    "attendance_by_host": N_("The host of the session wrote this. Ask the host to change it."),
    "attendance_government": N_("Choose the local government for which you take part."),
    "attendance_not_expected": N_("This session does not concern that person or that local government."),
    "attendance.attended": N_("Somebody registered as present."),
    "attendance.undone": N_("Somebody took the own registration as present back."),
    "attendance.marked": NN_(
        "The attendance of %(count)s person was recorded.", "The attendance of %(count)s people was recorded."
    ),
    "attendance.corrected": NN_(
        "The attendance of %(count)s person was corrected afterwards. Reason: %(reason)s",
        "The attendance of %(count)s people was corrected afterwards. Reason: %(reason)s",
    ),
    "session.reminded": NN_(
        "%(count)s person was reminded of the session.", "%(count)s people were reminded of the session."
    ),
    "digest_weekday": N_("Choose a day of the week for the overview."),
    "moments_range": N_("Choose a last day that comes after the first, at most %(most)s days later."),
    "moments_length": N_("A moment lasts from %(least)s to %(most)s minutes."),
    "busy_title_missing": N_("Say in at least one language what these days are for."),
    "busy_days": N_("The last day comes after the first, at most %(most)s days later."),
    "busy_period_gone": N_("These days were removed in the meantime."),
    "busy_period.added": N_("Days that do not suit were added."),
    "busy_period.removed": N_("Days that do not suit were removed."),
}
