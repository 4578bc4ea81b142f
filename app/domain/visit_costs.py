"""What a visit is expected to cost: lines of a quantity at a price, proposed from the unit rates of the programme."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self

from app.domain.codes import Category, CostUnit, Country, Side
from app.domain.errors import DomainError
from app.domain.visit_rules import UnitRate

MOST_QUANTITY: Final = 10_000
MOST_CENTS: Final = 100_000_000
OWN: Final = "own"
EXPECTED: Final[Mapping[str, tuple[Category, CostUnit]]] = MappingProxyType(
    {
        "flight": (Category.TRAVEL, CostUnit.TRAVELLER),
        "night": (Category.STAY, CostUnit.TRAVELLER_NIGHT),
        "day": (Category.STAY, CostUnit.TRAVELLER_DAY),
        "visa": (Category.VISA_INSURANCE, CostUnit.TRAVELLER),
        "insurance": (Category.VISA_INSURANCE, CostUnit.TRAVELLER),
        "local_transport": (Category.LOCAL_TRANSPORT, CostUnit.DAY),
        "interpreter": (Category.INTERPRETATION, CostUnit.DAY),
    }
)
"""What every estimate has a line for (issue "Agenda, work visits and obligations"), with its category and unit."""


class RateMissing(DomainError):
    """An estimate cannot be approved while a line has no price; ``codes`` name the lines."""

    code: ClassVar[str] = "rate_missing"


class NoteMissing(DomainError):
    """A line differs from what was proposed, or has no price, without a note that says why; ``line`` names it."""

    code: ClassVar[str] = "line_note_missing"


class LineOutOfRange(DomainError):
    """A quantity or a price makes no sense; ``line`` names it."""

    code: ClassVar[str] = "line_out_of_range"


class OwnLineUnnamed(DomainError):
    """A line of one's own has no title; ``line`` names it."""

    code: ClassVar[str] = "own_line_unnamed"


class NothingEstimated(DomainError):
    """There is nothing to approve: the estimate is not saved, or comes to nothing."""

    code: ClassVar[str] = "nothing_estimated"


class EstimateApproved(DomainError):
    """The estimate was approved: it stands as it is."""

    code: ClassVar[str] = "estimate_approved"


class EstimateChanged(DomainError):
    """Somebody saved the estimate in the meantime; ``version`` is what is stored now."""

    code: ClassVar[str] = "estimate_changed"


@dataclass(frozen=True, slots=True)
class Party:
    """How many travel, for how long and where to: what quantities are proposed from."""

    travellers: int
    nights: int
    days: int
    country: Country

    def quantity(self, unit: CostUnit) -> int:
        """Give how many units this is."""
        return {
            CostUnit.TRAVELLER: self.travellers,
            CostUnit.TRAVELLER_NIGHT: self.travellers * self.nights,
            CostUnit.TRAVELLER_DAY: self.travellers * self.days,
            CostUnit.DAY: self.days,
            CostUnit.VISIT: 1,
        }[unit]


@dataclass(frozen=True, slots=True)
class CostLine:
    """A quantity at a price, paid by the half of ``side``.

    ``unit_cents`` is none where no rate is known: such a line is named, never counted as nothing in silence.
    ``proposed_quantity`` and ``proposed_cents`` are what the rates said; none for a line of one's own, which has the
    code "own" and no unit.
    """

    code: str
    title_nl: str
    title_fr: str
    title_en: str
    category: Category
    unit: CostUnit | None
    quantity: int
    unit_cents: int | None
    side: Side
    note: str = ""
    source: str = ""
    proposed_quantity: int | None = None
    proposed_cents: int | None = None

    @property
    def total_cents(self) -> int:
        """What the line costs as far as it is known."""
        return self.quantity * (self.unit_cents or 0)

    @property
    def is_missing(self) -> bool:
        """Whether something is needed whose price nobody knows."""
        return self.unit_cents is None and self.quantity > 0

    @property
    def is_own(self) -> bool:
        """Whether somebody added it to the lines that the rates propose."""
        return self.code == OWN

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what the rates proposed."""
        proposed = (self.proposed_quantity, self.proposed_cents)
        return not self.is_own and (self.quantity, self.unit_cents) != proposed

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a line as it was stored."""
        unit = CostUnit(data["unit"]) if data["unit"] else None
        category, side = Category(data["category"]), Side(data["side"])
        return cls(**{**data, "category": category, "unit": unit, "side": side})

    def to_data(self) -> dict[str, Any]:
        """Give plain values, to be stored."""
        return asdict(self)


def proposed_lines(rates: Sequence[UnitRate], party: Party, *, side: Side) -> tuple[CostLine, ...]:
    """Propose a line for each expected cost and for each further rate, in the order of ``EXPECTED``, then as they come.

    A rate for the country of the visit goes before the one for everywhere. An expected cost without a rate has a line
    without a price. ``side`` pays, by default the one that travels.
    """
    chosen = _chosen(rates, party.country)
    known = (_line(chosen[code], party, side) if code in chosen else _unpriced(code, party, side) for code in EXPECTED)
    further = (_line(rate, party, side) for code, rate in chosen.items() if code not in EXPECTED)
    return (*known, *further)


def _chosen(rates: Sequence[UnitRate], country: Country) -> dict[str, UnitRate]:
    everywhere = {rate.code: rate for rate in rates if rate.country is None}
    here = {rate.code: rate for rate in rates if rate.country is country}
    return everywhere | here


def _line(rate: UnitRate, party: Party, side: Side) -> CostLine:
    quantity = party.quantity(rate.unit)
    return CostLine(
        code=rate.code,
        title_nl=rate.title_nl,
        title_fr=rate.title_fr,
        title_en=rate.title_en,
        category=rate.category,
        unit=rate.unit,
        quantity=quantity,
        unit_cents=rate.amount_cents,
        side=side,
        source=rate.source,
        proposed_quantity=quantity,
        proposed_cents=rate.amount_cents,
    )


def _unpriced(code: str, party: Party, side: Side) -> CostLine:
    category, unit = EXPECTED[code]
    quantity = party.quantity(unit)
    return CostLine(code, "", "", "", category, unit, quantity, None, side, proposed_quantity=quantity)


def missing(lines: Iterable[CostLine]) -> tuple[CostLine, ...]:
    """Give the lines whose price nobody knows."""
    return tuple(line for line in lines if line.is_missing)


def total_cents(lines: Iterable[CostLine]) -> int:
    """Give what the lines with a price cost together."""
    return sum(line.total_cents for line in lines)


def by_category(lines: Sequence[CostLine]) -> dict[Category, int]:
    """Give the sum per category, in the order of the categories; those that come to nothing are left out."""
    sums = {category: total_cents(one for one in lines if one.category is category) for category in Category}
    return {category: cents for category, cents in sums.items() if cents}


def commitments(lines: Sequence[CostLine]) -> dict[tuple[Side, Category], int]:
    """Give what an approval books: one sum per side and category, in their order, none of nothing."""
    sides = {side: by_category([line for line in lines if line.side is side]) for side in Side}
    return {(side, category): cents for side, sums in sides.items() for category, cents in sums.items()}


def check_lines(lines: Sequence[CostLine]) -> None:
    """Refuse lines that nobody can follow later; ``line`` is the position, from 1.

    :raises LineOutOfRange: a quantity or price is below nothing or beyond reason.
    :raises OwnLineUnnamed: a line of one's own has no title.
    :raises NoteMissing: it differs from what was proposed and nobody said why.
    """
    for refusal in line_faults(lines):
        raise refusal


def line_faults(lines: Sequence[CostLine]) -> Iterator[DomainError]:
    """Give what is wrong with each line, the first fault of each."""
    for position, line in enumerate(lines, start=1):
        if not (0 <= line.quantity <= MOST_QUANTITY and 0 <= (line.unit_cents or 0) <= MOST_CENTS):
            yield LineOutOfRange(line=position)
        elif line.is_own and not line.title_nl.strip():
            yield OwnLineUnnamed(line=position)
        elif line.is_changed and not line.note.strip():
            yield NoteMissing(line=position)


def check_can_approve(lines: Sequence[CostLine], *, approved: bool) -> None:
    """Refuse to approve what is approved, comes to nothing, or has a line without a price.

    :raises EstimateApproved, RateMissing, NothingEstimated: in this order.
    """
    if approved:
        raise EstimateApproved
    if without := missing(lines):
        raise RateMissing(codes=tuple(line.code for line in without))
    if total_cents(lines) == 0:
        raise NothingEstimated


def check_can_save(*, approved: bool, version: int, stored: int) -> None:
    """Refuse to change what was approved, or what somebody else saved meanwhile.

    :raises EstimateApproved, EstimateChanged: in this order.
    """
    if approved:
        raise EstimateApproved
    if version != stored:
        raise EstimateChanged(version=stored)
