"""What speaks for or against a moment, in words."""

from datetime import timedelta
from typing import Final

from app.domain.codes import Country
from app.domain.moment_facts import Reason, Why
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.labels import label
from app.language.moments import hours

_SENTENCES: Final = {
    Why.WITHIN_HOURS: N_("Within the working hours of all."),
    Why.BEFORE_HOURS: N_("%(place)s: it starts %(time)s before working hours."),
    Why.AFTER_HOURS: N_("%(place)s: it ends %(time)s after working hours."),
    Why.LUNCH: N_("%(place)s: over lunch."),
    Why.WEEK_EDGE: N_("On a Monday or a Friday."),
    Why.DAY_OFF: N_("%(place)s: no working day."),
    Why.HOLIDAY: N_("%(place)s: public holiday (%(title)s)."),
    Why.NAMED_DAYS: N_("%(by)s: these days do not suit (%(title)s)."),
}
_COUNTED: Final = {
    Why.OTHER_SESSION: NN_(
        "%(num)s person takes part in another session then.", "%(num)s people take part in another session then."
    ),
    Why.ANSWERED_NO: NN_("%(num)s person answered no.", "%(num)s people answered no."),
    Why.IF_NEED_BE: NN_("%(num)s person answered: if need be.", "%(num)s people answered: if need be."),
}
_LEAST_BAD: Final = NN_(
    "No moment in these days suits everybody. These are the least bad: to the first, %(num)s person cannot come.",
    "No moment in these days suits everybody. These are the least bad: to the first, %(num)s people cannot come.",
)


def reason_text(locale: str, reason: Reason) -> str:
    """Say one reason as a sentence, in the words that there are for a holiday or for named days."""
    if reason.why in _COUNTED:
        return ngettext(locale, *_COUNTED[reason.why], len(reason.people))
    return gettext(
        locale,
        _SENTENCES[reason.why],
        place=label(locale, reason.place.country) if reason.place else "",
        time=hours(locale, timedelta(minutes=reason.minutes)),
        title=reason.title.said(locale).words if reason.title else "",
        by=_who(locale, reason.by),
    )


def _who(locale: str, by: str | Country | None) -> str:
    return label(locale, by) if isinstance(by, Country) else by or ""


def least_bad_text(locale: str, absent: int) -> str:
    """Say that no moment is free, and how many people cannot come to the least bad; none is known by name for 0."""
    if not absent:
        return gettext(locale, N_("No moment in these days is free of obstacles. These are the least bad."))
    return ngettext(locale, *_LEAST_BAD, absent)
