"""The sentences for refusals about sessions and what is inside them: series, replies, documents, minutes."""

from typing import Final

from app.language.catalogues import N_

SESSIONS: Final[dict[str, str | tuple[str, str]]] = {
    "series_length_missing": N_("Write how many sessions there are in all, or until which day: one of the two."),
    "series_too_short": N_("A series has at least two sessions. Choose a later last day, or a larger number."),
    "series_too_long": N_("A series has at most %(most)s sessions. Choose an earlier last day, or a smaller number."),
    "series_time_skipped": N_(
        "The session of %(day)s cannot take place at this time: the clocks in %(zone)s go forward then. Choose another "
        "time for the series, or make this session by hand."
    ),
    "series_time_twice": N_(
        "The time of the session of %(day)s comes twice: the clocks in %(zone)s go back then. Choose another time for "
        "the series, or make this session by hand."
    ),
    "unable_to_reply": N_("There is nothing to answer any more: the session has begun, is over or was cancelled."),
    "not_invited": N_("This session does not invite you, so there is nothing to answer."),
    "minutes_changed": N_(
        "%(name)s saved the minutes while you were writing. What is stored now stands above. Bring both together, "
        "then save."
    ),
    "minutes_too_early": N_("This is a draft: minutes can be written once the session is announced."),
    "session.replied": N_("An invitation was answered: %(reply)s"),
    "session.minutes_saved": N_("The minutes were saved (version %(version)s)."),
    "session.document_added": N_("The document “%(name)s” was added."),
    "session.document_removed": N_("The document “%(name)s” was removed."),
}
