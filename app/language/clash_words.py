"""Locks, vetoes and places that cannot all hold, said in a sentence.

A clash is a list of plain mappings, as the pairing format has them (``app.matching.clash``): of each its ``kind``, and
``left`` and ``right``, or ``scope``, ``of`` and one of ``min`` and ``max``. ``names`` gives the name of an id of a side
or of a group; without one the id stands for itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.formats import join, number

Member = Mapping[str, Any]
Clash = Sequence[Member]
Names = Mapping[str, str]

SHOWN = 8
"""So many names stand in a list in a sentence, half as many pairs; the others are counted."""
APART = 12
"""Up to so many members are listed one by one; of more, those alike share a line."""

_TOGETHER: dict[str, str | tuple[str, str]] = {
    "lock": N_("%(of)s is locked with %(others)s"),
    "veto": NN_("for %(of)s, %(others)s is excluded", "for %(of)s, %(others)s are excluded"),
}
_PAIRS = {"lock": N_("%(pairs)s are locked"), "veto": N_("%(pairs)s are excluded")}
_ONE = {
    "max": NN_("at most %(number)s place for %(of)s", "at most %(number)s places for %(of)s"),
    "min": NN_("at least %(number)s pair for %(of)s", "at least %(number)s pairs for %(of)s"),
}
_EACH = {
    "max": NN_("at most %(number)s place for each of %(of)s", "at most %(number)s places for each of %(of)s"),
    "min": NN_("at least %(number)s pair for each of %(of)s", "at least %(number)s pairs for each of %(of)s"),
}
_TOTAL = {
    "max": NN_("at most %(number)s pair in all", "at most %(number)s pairs in all"),
    "min": NN_("at least %(number)s pair in all", "at least %(number)s pairs in all"),
}
_NONE = {"places": N_("no place for %(of)s"), "total": N_("no pair at all")}
_LOCKED_ONE = NN_(
    "%(of)s is locked with %(others)s, but has only %(number)s place. Take back a lock or give more places.",
    "%(of)s is locked with %(others)s, but has only %(number)s places. Take back a lock or give more places.",
)
_LOCKED_GROUP = NN_(
    "%(pairs)s are locked, but there is only %(number)s place for %(of)s. Take back a lock or give more places.",
    "%(pairs)s are locked, but there are only %(number)s places for %(of)s. Take back a lock or give more places.",
)
_LOCKED_TOTAL = NN_(
    "%(pairs)s are locked, but only %(number)s pair may be made in all. Take back a lock or allow more pairs.",
    "%(pairs)s are locked, but only %(number)s pairs may be made in all. Take back a lock or allow more pairs.",
)
_EXCLUDED = NN_(
    "%(of)s must be in at least %(number)s pair, but too many pairs are excluded: those with %(others)s. "
    "Take back one of them or ask for less.",
    "%(of)s must be in at least %(number)s pairs, but too many pairs are excluded: those with %(others)s. "
    "Take back one of them or ask for less.",
)


def clash_sentence(locale: str, clash: Clash, names: Names | None = None) -> str:
    """Return what clashes, each condition named, and what to do about it."""
    if not clash:
        return clash_opening(locale, clash, names)
    words = _Words(locale, names or {})
    general = N_("These conditions cannot all hold at once: %(conditions)s. Take back or loosen any one of them.")
    return words.shape(clash) or gettext(locale, general, conditions=words.in_a_row(clash))


def clash_opening(locale: str, clash: Clash, names: Names | None = None) -> str:
    """Return a sentence to stand above ``clash_lines``: it names the conditions only where it can do so well."""
    general = N_("These conditions cannot all hold at once. Take back or loosen any one of them.")
    return _Words(locale, names or {}).shape(clash) or gettext(locale, general)


def clash_lines(locale: str, clash: Clash, names: Names | None = None) -> list[str]:
    """Return the conditions as lines of a list, one each, or fewer lines where there are many."""
    words = _Words(locale, names or {})
    if len(clash) > APART:
        return words.conditions(clash)
    return [line for member in clash for line in words.conditions([member])]


class _Words:
    """The words of one language about one clash."""

    def __init__(self, locale: str, names: Names) -> None:
        self.locale = locale
        self.names = names

    def conditions(self, members: Clash) -> list[str]:
        """Return conditions as parts of a sentence: locks, vetoes, then places, those of the same value together."""
        found = [self._marks(kind, ids) for kind in ("lock", "veto") if (ids := _pairs(members, kind))]
        alike: dict[tuple[str, str, int], list[str]] = {}
        for member in members:
            if member["kind"] == "places":
                alike.setdefault((member["scope"], *_bound(member)), []).append(member["of"])
        return found + [self._places(*key, of) for key, of in alike.items()]

    def in_a_row(self, members: Clash) -> str:
        """Return conditions as one part of a sentence."""
        both = N_("%(conditions)s; %(other)s")
        first, *others = self.conditions(members)
        for other in others:
            first = gettext(self.locale, both, conditions=first, other=other)
        return first

    def shape(self, clash: Clash) -> str:
        """Return a sentence for a clash of a usual shape, else nothing."""
        places = [member for member in clash if member["kind"] == "places"]
        if len(places) != 1:
            return ""
        place, (bound, value) = places[0], _bound(places[0])
        locks, vetoes = _pairs(clash, "lock"), _pairs(clash, "veto")
        if len(clash) == 1:
            return self._out_of_reach(clash)
        if bound == "max" and value and not vetoes:
            return self._locked(place, value, locks)
        if bound == "min" and not locks and _others(vetoes, place):
            return self._counted(
                _EXCLUDED, value, of=self._name(place["of"]), others=self._list(_others(vetoes, place))
            )
        return ""

    def _out_of_reach(self, clash: Clash) -> str:
        return gettext(
            self.locale,
            N_("Fewer pairs are possible than this asks for: %(condition)s. Ask for less."),
            condition=self.conditions(clash)[0],
        )

    def _locked(self, place: Member, value: int, locks: list[tuple[str, str]]) -> str:
        if others := _others(locks, place):
            return self._counted(_LOCKED_ONE, value, of=self._name(place["of"]), others=self._list(others))
        forms = _LOCKED_TOTAL if place["scope"] == "total" else _LOCKED_GROUP
        return self._counted(forms, value, of=self._name(place["of"]), pairs=self._pair_list(locks))

    def _marks(self, kind: str, pairs: list[tuple[str, str]]) -> str:
        for end in (0, 1):
            if len({pair[end] for pair in pairs}) == 1:
                return self._together(kind, pairs[0][end], [pair[1 - end] for pair in pairs])
        return gettext(self.locale, _PAIRS[kind], pairs=self._pair_list(pairs))

    def _together(self, kind: str, of: str, others: list[str]) -> str:
        forms, named = _TOGETHER[kind], {"of": self._name(of), "others": self._list(others)}
        if isinstance(forms, tuple):
            return ngettext(self.locale, *forms, len(others), **named)
        return gettext(self.locale, forms, **named)

    def _places(self, scope: str, bound: str, value: int, of: list[str]) -> str:
        if not value:
            return gettext(self.locale, _NONE["total" if scope == "total" else "places"], of=self._list(of))
        if scope == "total":
            return self._counted(_TOTAL[bound], value)
        if len(of) == 1:
            return self._counted(_ONE[bound], value, of=self._name(of[0]))
        return self._counted(_EACH[bound], value, of=self._list(of))

    def _counted(self, forms: tuple[str, str], value: int, **named: str) -> str:
        return ngettext(self.locale, *forms, value, number=number(self.locale, value), **named)

    def _pair_list(self, pairs: Iterable[tuple[str, str]]) -> str:
        pattern = N_("%(left)s with %(right)s")
        named = [gettext(self.locale, pattern, left=self._name(left), right=self._name(right)) for left, right in pairs]
        return self._listed(named, shown=SHOWN // 2)

    def _list(self, ids: Iterable[str]) -> str:
        return self._listed([self._name(one) for one in ids])

    def _listed(self, names: list[str], shown: int = SHOWN) -> str:
        more = len(names) - shown
        if more < 2:
            return join(self.locale, names)
        forms = NN_("%(names)s and %(number)s more", "%(names)s and %(number)s more")
        return self._counted(forms, more, names=", ".join(names[:shown]))

    def _name(self, of: str) -> str:
        return self.names.get(of, of)


def _pairs(members: Clash, kind: str) -> list[tuple[str, str]]:
    return [(member["left"], member["right"]) for member in members if member["kind"] == kind]


def _bound(member: Member) -> tuple[str, int]:
    bound = "max" if "max" in member else "min"
    return bound, member[bound]


def _others(pairs: list[tuple[str, str]], place: Member) -> list[str]:
    """Return whom one id of a side stands in these pairs with; nothing if any of them is without it."""
    end = {"left": 0, "right": 1}.get(place["scope"])
    if end is None or any(pair[end] != place["of"] for pair in pairs):
        return []
    return [pair[1 - end] for pair in pairs]
