"""The reciprocity meter: what each side of a partnership did, beside each other (DESIGN §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.domain.budget import Half
from app.domain.codes import Side
from app.domain.obligations import Reciprocity, reciprocity
from app.language.catalogues import N_, gettext
from app.language.formats import money, number
from app.queries.budget import halves_of
from app.queries.obligations import attended_of, presences, sessions_in
from app.queries.partnerships import PartnershipFacts


@dataclass(frozen=True, slots=True)
class MeterRow:
    """One line: words of both sides, and how long their bars are, in percent of the longer one."""

    label: str
    flemish: str
    partner: str
    flemish_percent: int
    partner_percent: int


def meter_of(session: Session, pair: PartnershipFacts, locale: str, *, today: date, with_money: bool) -> list[MeterRow]:
    """Give the meter of a partnership's own sessions on ``today`` (two queries, three with the money)."""
    own = [one for one in sessions_in(session, pair.programme_id) if one.partnership_id == pair.id]
    attended = attended_of(pair, own, presences(session, [one.id for one in own]))
    halves = halves_of(session, [pair.id]).get(pair.id, ()) if with_money else ()
    return meter(locale, reciprocity([one.held for one in own], attended, today=today), halves)


def meter(locale: str, found: Reciprocity, halves: Sequence[Half] = ()) -> list[MeterRow]:
    """Give the lines of the meter; that of the money only where ``halves`` (the Flemish first) may be shown."""
    rows = [
        _row(gettext(locale, N_("Visits made")), _words(locale, found.visits), found.visits),
        _row(gettext(locale, N_("Sessions hosted")), _words(locale, found.hosted), found.hosted),
    ]
    if halves:
        paid = {half.side: half.paid_cents for half in halves}
        words = {side: money(locale, cents) for side, cents in paid.items()}
        rows.append(_row(gettext(locale, N_("Money spent")), words, paid))
    return rows


def _words(locale: str, counts: Mapping[Side, int]) -> dict[Side, str]:
    return {side: number(locale, count) for side, count in counts.items()}


def _row(label: str, words: Mapping[Side, str], values: Mapping[Side, int]) -> MeterRow:
    longest = max(*values.values(), 1)
    shares = {side: value * 100 // longest for side, value in values.items()}
    return MeterRow(label, words[Side.FLEMISH], words[Side.PARTNER], shares[Side.FLEMISH], shares[Side.PARTNER])
