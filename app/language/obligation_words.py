"""The words for obligations: what is expected, how far a side is, what the agenda lacks and what to do about it."""

from collections.abc import Mapping
from typing import Final

from app.domain.codes import Side
from app.domain.obligations import AgendaClash, Expected, Obligation
from app.language.catalogues import N_, NN_, gettext, ngettext

NAMES: Final[Mapping[Expected, str]] = {
    Expected.DIGITAL: N_("Digital sessions"),
    Expected.MEETINGS: N_("Half-day meetings"),
    Expected.EXCHANGE: N_("Exchange among the Flemish governments"),
    Expected.VISIT_WEEK: N_("Week of visit"),
    Expected.VISIT_MADE: N_("Visit made"),
    Expected.VISIT_RECEIVED: N_("Visit received"),
}
_CLASHES: Final[Mapping[Expected, tuple[str, str]]] = {
    Expected.DIGITAL: NN_(
        "Year %(nth_year)s: %(planned)s digital session in the agenda, %(needed)s expected.",
        "Year %(nth_year)s: %(planned)s digital sessions in the agenda, %(needed)s expected.",
    ),
    Expected.MEETINGS: NN_(
        "Year %(nth_year)s: %(planned)s half-day meeting in the agenda, %(needed)s expected.",
        "Year %(nth_year)s: %(planned)s half-day meetings in the agenda, %(needed)s expected.",
    ),
    Expected.EXCHANGE: NN_(
        "Year %(nth_year)s: %(planned)s exchange among the Flemish governments in the agenda, %(needed)s expected.",
        "Year %(nth_year)s: %(planned)s exchanges among the Flemish governments in the agenda, %(needed)s expected.",
    ),
    Expected.VISIT_WEEK: NN_(
        "Year %(nth_year)s: %(planned)s work visit in the agenda, %(needed)s expected.",
        "Year %(nth_year)s: %(planned)s work visits in the agenda, %(needed)s expected.",
    ),
}
_TO_DO: Final[Mapping[Expected, str]] = {
    Expected.DIGITAL: N_("Plan another digital session, or expect fewer in the rules of the programme."),
    Expected.MEETINGS: N_("Plan another session, or ask the two to plan an exchange of their own."),
    Expected.EXCHANGE: N_("Plan the exchange for the Flemish governments."),
    Expected.VISIT_WEEK: N_("Ask the coordinators of both sides to agree on a week."),
}
_ONE_SIDE: Final = {
    Side.FLEMISH: N_("Counted for the Flemish side."),
    Side.PARTNER: N_("Counted for the partner side; sessions among the Flemish governments do not count for it."),
}


def expected_name(locale: str, expected: Expected) -> str:
    """Return what is expected, in a few words."""
    return gettext(locale, NAMES[expected])


def how_far(locale: str, obligation: Obligation) -> str:
    """Return how much is done and planned: "2 of 3, 1 more planned"."""
    shown = min(obligation.counted, obligation.needed)
    done = gettext(locale, N_("%(counted)s of %(needed)s"), counted=shown, needed=obligation.needed)
    if not (obligation.planned and obligation.lacking):
        return done
    return gettext(locale, N_("%(done)s, %(planned)s more planned"), done=done, planned=obligation.planned)


def clash_sentence(locale: str, clash: AgendaClash) -> str:
    """Return what the agenda of a year lacks."""
    return ngettext(
        locale,
        *_CLASHES[clash.expected],
        clash.planned,
        nth_year=clash.year,
        planned=clash.planned,
        needed=clash.needed,
    )


def clash_side(locale: str, side: Side) -> str:
    """Return for which side only a clash holds."""
    return gettext(locale, _ONE_SIDE[side])


def clash_to_do(locale: str, clash: AgendaClash) -> str:
    """Return what to do about a clash."""
    return gettext(locale, _TO_DO[clash.expected])
