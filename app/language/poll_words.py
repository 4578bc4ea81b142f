"""Polls in words: how a moment suits people, and why it stands where it stands."""

from collections.abc import Mapping
from typing import Final

from app.domain.polls import Tally
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.formats import join

POLLS: Final[dict[str, str | tuple[str, str]]] = {
    "poll_fixed": N_("A moment was chosen already."),
    "poll_closed": N_("This poll was closed without a moment."),
    "poll_over": N_("The time to answer is over."),
    "poll_moments_missing": N_("Propose %(fewest)s to %(most)s moments, each with a day and a time."),
    "poll_moments_too_many": N_("Propose at most %(most)s moments."),
    "poll_moment_twice": N_("This moment is in the poll already."),
    "poll_moment_too_early": N_("This moment comes before the poll closes. Choose a later one."),
    "poll_moment_over": N_("This moment is over. Choose another one."),
    "poll_moment_unknown": N_("This moment is not in the poll any more."),
    "poll_moment_incomplete": N_("A moment needs a day and a time."),
    "poll_closes_in_past": N_("Choose a last moment for answers that is still to come."),
    "poll_nobody": N_("Nobody with an account belongs to this yet. First add people."),
    "poll_answer_missing": N_("Say for each moment whether it suits you."),
    "poll_reminded": N_("People were reminded less than a day ago. Wait a day."),
    "poll_everybody_answered": N_("Everybody has answered. There is nobody to remind."),
    "poll_unknown": N_("This poll does not exist."),
    "poll.opened": N_("A poll for a moment was opened."),
    "poll.answered": N_("The poll was answered."),
    "poll.moment_added": N_("A moment was added to the poll."),
    "poll.moment_removed": N_("A moment was taken out of the poll."),
    "poll.reminded": NN_(
        "%(count)s person was reminded to answer the poll.", "%(count)s people were reminded to answer the poll."
    ),
    "poll.fixed": N_("A moment was chosen, and the session was put in the agenda."),
    "poll.closed": N_("The poll was closed without a moment. Reason: %(reason)s"),
}
"""The sentences for refusals about polls, and for what happens to them in the event log."""

_YES: Final = NN_("%(num)s yes", "%(num)s yes")
_IF_NEED_BE: Final = NN_("%(num)s if need be", "%(num)s if need be")
_NO: Final = NN_("%(num)s no", "%(num)s no")
_SILENT: Final = NN_("%(num)s has not answered", "%(num)s have not answered")


def counts(locale: str, tally: Tally) -> str:
    """Count the answers in words: "3 yes, 1 if need be, 2 have not answered"; what nobody said is left out."""
    groups = ((_YES, tally.yes), (_IF_NEED_BE, tally.if_need_be), (_NO, tally.no), (_SILENT, tally.silent))
    found = [ngettext(locale, *forms, len(who)) for forms, who in groups if who]
    return ", ".join(found)


def reason(locale: str, tally: Tally, names: Mapping[int, str]) -> str:
    """Say why a moment stands where it stands; ``names`` are those of the members."""
    if tally.no:
        return gettext(locale, N_("Does not suit %(names)s."), names=_named(locale, tally.no, names))
    if not (tally.yes or tally.if_need_be):
        return gettext(locale, N_("Nobody has answered yet."))
    if tally.silent:
        return gettext(locale, N_("Nobody said no so far."))
    if tally.if_need_be:
        named = _named(locale, tally.if_need_be, names)
        return gettext(locale, N_("Possible for everybody; not ideal for %(names)s."), names=named)
    return gettext(locale, N_("Suits everybody."))


def _named(locale: str, who: frozenset[int], names: Mapping[int, str]) -> str:
    removed = gettext(locale, N_("somebody whose data were removed"))
    return join(locale, sorted((names.get(one) or removed for one in who), key=str.casefold))
