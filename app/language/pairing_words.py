"""What a pair costs, how sure it is and whom somebody would rather have, in sentences; every number with its unit."""

from collections.abc import Mapping

from app.domain.pairing import Changed
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.formats import number, percent
from app.language.messages import message

RULES: Mapping[str, str] = {
    "learning": N_("Learning from each other"),
    "theme": N_("Theme"),
    "position": N_("Comparable places"),
    "language": N_("Working language"),
    "wishes": N_("Wishes of both sides"),
    "assessment_share": N_("Share of the assessment, in percent"),
    "province_limit": N_("At most this many candidates of a province"),
}
OBJECTIVES: Mapping[str, str] = {
    "total": N_("As many pairs as possible, then the highest total"),
    "weakest-first": N_("As many pairs as possible, then the highest weakest pair, then the highest total"),
}

LEAVE_OUT, FORCE, LOCK, VETO = "leave_out", "force", "lock", "veto"

_COSTS = {
    LEAVE_OUT: N_("Leaving this pair out would cost %(loss)s."),
    FORCE: N_("Forcing this pair would cost %(loss)s."),
    LOCK: N_("This lock costs %(loss)s: without it the pairing would be that much better."),
    VETO: N_("This exclusion costs %(loss)s: without it the pairing would be that much better."),
}
_NOTHING = {
    LEAVE_OUT: N_("Leaving this pair out would cost nothing: another pairing is as good."),
    FORCE: N_("Forcing this pair would cost nothing: another pairing is as good."),
    LOCK: N_("This lock costs nothing."),
    VETO: N_("This exclusion costs nothing."),
}
_UNABLE = {
    LEAVE_OUT: N_("This pair cannot be left out under the locks and limits that are set."),
    FORCE: N_("This pair cannot be forced under the locks and limits that are set."),
    LOCK: N_("Without this lock the pair could not be left out under the other locks and limits; it costs nothing."),
    VETO: N_("Without this exclusion the pair could not be made under the locks and limits; it costs nothing."),
}
_OF_HUNDRED = N_("%(num)s of 100")
_POINTS = NN_("%(num)s point", "%(num)s points")
_PAIRS = NN_("%(num)s pair", "%(num)s pairs")
_BOTH = N_("%(pairs)s and %(points)s")
_SHARE = N_("In %(count)s of %(of)s variations of the weights (%(share)s) this pair is in the best pairing.")
_RATHER = {
    (True, False): N_("%(who)s would rather have %(other)s: %(points)s more by its own count, of 10,000."),
    (True, True): N_(
        "%(who)s would rather have %(other)s: %(points)s more by its own count, of 10,000. "
        "%(other)s would rather have %(who)s as well."
    ),
    (False, False): N_("%(who)s would rather have %(other)s."),
    (False, True): N_("%(who)s would rather have %(other)s, and %(other)s would rather have %(who)s as well."),
}


def rule_words(locale: str, name: str, value: int) -> str:
    """Give a weight of the fit with what all of them are together, another rule as it is, no limit as words."""
    if name == "province_limit" and value == 0:
        return gettext(locale, N_("no limit"))
    if name in {"assessment_share", "province_limit"}:
        return number(locale, value)
    return gettext(locale, _OF_HUNDRED, num=number(locale, value))


def price_sentence(locale: str, what: str, points: int | None, pairs: int = 0) -> str:
    """Say what it costs to leave a pair out or to force it, or what its lock or veto costs: points and pairs lost.

    ``points`` None says that it cannot be done.
    """
    if points is None:
        return gettext(locale, _UNABLE[what])
    if (pairs, points) <= (0, 0):
        return gettext(locale, _NOTHING[what])
    return gettext(locale, _COSTS[what], loss=loss_words(locale, points, pairs))


def loss_words(locale: str, points: int, pairs: int = 0) -> str:
    """Give a loss in words: pairs, points, or both."""
    lost = [_counted(locale, _PAIRS, pairs)] if pairs > 0 else []
    if points > 0:
        lost.append(_counted(locale, _POINTS, points))
    return lost[0] if len(lost) == 1 else gettext(locale, _BOTH, pairs=lost[0], points=lost[1])


def share_sentence(locale: str, count: int, of: int) -> str:
    """Say in how many of so many variations of the weights a pair is in the best pairing."""
    values = {"count": number(locale, count), "of": number(locale, of), "share": percent(locale, count / of)}
    return gettext(locale, _SHARE, **values)


def rather_sentence(locale: str, who: str, other: str, more: int | None, *, mutual: bool) -> str:
    """Say whom somebody would rather have, by how many own points more, and whether that one agrees."""
    points = "" if more is None else _counted(locale, _POINTS, more)
    return gettext(locale, _RATHER[more is not None, mutual], who=who, other=other, points=points)


def _counted(locale: str, words: tuple[str, str], count: int) -> str:
    return ngettext(locale, *words, count, num=number(locale, count))


def change_sentence(locale: str, one: Changed, names: Mapping[str, str]) -> str:
    """Say what changed in what a pairing is computed from; a group of places is named by what follows its kind."""
    of = names.get(one.of, one.of.partition(":")[2] or one.of)
    params = {"of": of, "with_other": names.get(one.with_other, one.with_other)}
    return message(locale, f"scenario_change.{one.kind}", params)
