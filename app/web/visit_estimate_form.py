"""The form of a visit's estimate: a row for each proposed line, a few for lines of one's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from pydantic import Field, create_model

from app.domain.codes import Category, Currency, Side
from app.domain.errors import DomainError
from app.domain.money import AmountIsZero, parse_amount
from app.domain.visit_costs import MOST_QUANTITY, OWN, CostLine, line_faults
from app.queries.visit_costs import EstimateFacts
from app.services.visit_estimates import Draft
from app.web.forms import Form, FormModel

MOST_LINES: Final = 40
OWN_LINES: Final = 6
_Quantity = Annotated[int, Field(ge=0, le=MOST_QUANTITY)]
_FIELDS: Final[Mapping[str, str]] = {
    "line_out_of_range": "price",
    "own_line_unnamed": "title",
    "line_note_missing": "note",
}


class _EstimateFields(FormModel):
    version: Annotated[int, Field(ge=0)] = 0
    travel_class: Literal["economy", "business"] = "economy"


def _slots() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in (*(f"line_{number}" for number in range(1, MOST_LINES + 1)), *own_names()):
        fields[f"{name}_quantity"] = (_Quantity, 0)
        fields[f"{name}_price"] = (Annotated[str, Field(max_length=40)], "")
        fields[f"{name}_side"] = (Side | None, None)
        fields[f"{name}_note"] = (Annotated[str, Field(max_length=300)], "")
    for number in range(1, MOST_LINES + 1):
        fields[f"line_{number}_code"] = (Annotated[str, Field(max_length=32)], "")
    for name in own_names():
        fields[f"{name}_title"] = (Annotated[str, Field(max_length=160)], "")
        fields[f"{name}_category"] = (Category, Category.OTHER)
    return fields


def own_names() -> list[str]:
    """Give the names of the rows for lines of one's own."""
    return [f"own_{number}" for number in range(1, OWN_LINES + 1)]


EstimateForm: type[_EstimateFields] = create_model("EstimateForm", __base__=_EstimateFields, **_slots())


class ApprovalForm(FormModel):
    """Approve what was read: the estimate of this version."""

    version: Annotated[int, Field(ge=1)]


def rows_of(proposal: Sequence[CostLine], stored: EstimateFacts | None) -> list[CostLine]:
    """Give the proposed lines as they were saved; saved ones that the rates do not propose any more stay, at the end.

    What the rates say now is kept with each line, so that a change of theirs is seen.
    """
    saved = {line.code: line for line in stored.lines if not line.is_own} if stored else {}
    now = [_as_saved(line, saved.pop(line.code, None)) for line in proposal]
    return [*now, *saved.values()][:MOST_LINES]


def _as_saved(line: CostLine, saved: CostLine | None) -> CostLine:
    if saved is None:
        return line
    return replace(line, quantity=saved.quantity, unit_cents=saved.unit_cents, side=saved.side, note=saved.note)


def estimate_values(rows: Sequence[CostLine], stored: EstimateFacts | None) -> dict[str, Any]:
    """Give what the form shows."""
    own = [line for line in stored.lines if line.is_own] if stored else []
    values: dict[str, Any] = {"version": stored.version if stored else 0}
    emission = stored.emission if stored else None
    values["travel_class"] = emission.factor.travel_class if emission else "economy"
    for number, line in enumerate(rows, start=1):
        values |= _row_values(f"line_{number}", line) | {f"line_{number}_code": line.code}
    for name, line in zip(own_names(), own, strict=False):
        values |= _row_values(name, line)
        values |= {f"{name}_title": line.title_nl, f"{name}_category": line.category.value}
    return values


def _row_values(name: str, line: CostLine) -> dict[str, Any]:
    return {
        f"{name}_quantity": str(line.quantity),
        f"{name}_price": price_text(line.unit_cents),
        f"{name}_side": line.side.value,
        f"{name}_note": line.note,
    }


def price_text(cents: int | None) -> str:
    """Write a price as it can be typed; nothing where it is not known."""
    if cents is None:
        return ""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02}" if rest else str(whole)


def draft_of(form: Form[Any], rows: Sequence[CostLine], *, side: Side) -> Draft | None:
    """Read the form over the proposed ``rows``; faults go to their fields. ``side`` pays where none is chosen."""
    if form.cleaned is None:
        return None
    typed = form.cleaned.model_dump()
    read = [*_proposed(form, typed, rows), *_own(form, typed, side)]
    for fault in line_faults([line for _, line in read]):
        name = read[int(str(fault.params["line"])) - 1][0]
        form.refuse(fault, f"{name}_{_FIELDS[fault.code]}")
    if form.errors:
        form.cleaned = None
        return None
    return Draft(tuple(line for _, line in read), typed["travel_class"], typed["version"])


def _proposed(form: Form[Any], typed: Mapping[str, Any], rows: Sequence[CostLine]) -> Iterator[tuple[str, CostLine]]:
    names = {typed[f"line_{number}_code"]: f"line_{number}" for number in range(1, MOST_LINES + 1)}
    for line in rows:
        name = names.get(line.code)
        if name is None:
            yield line.code, line
            continue
        cents = _cents(form, typed, name)
        yield (
            name,
            replace(
                line,
                quantity=typed[f"{name}_quantity"],
                unit_cents=cents,
                side=typed[f"{name}_side"] or line.side,
                note=typed[f"{name}_note"],
            ),
        )


def _own(form: Form[Any], typed: Mapping[str, Any], side: Side) -> Iterator[tuple[str, CostLine]]:
    for name in own_names():
        title, price = typed[f"{name}_title"], typed[f"{name}_price"]
        if not (title or price):
            continue
        yield (
            name,
            CostLine(
                code=OWN,
                title_nl=title,
                title_fr="",
                title_en="",
                category=typed[f"{name}_category"],
                unit=None,
                quantity=typed[f"{name}_quantity"] or 1,
                unit_cents=_cents(form, typed, name),
                side=typed[f"{name}_side"] or side,
                note=typed[f"{name}_note"],
            ),
        )


def _cents(form: Form[Any], typed: Mapping[str, Any], name: str) -> int | None:
    text = typed[f"{name}_price"]
    if not text:
        return None
    try:
        return parse_amount(text, Currency.EUR)
    except AmountIsZero:
        return 0
    except DomainError as refusal:
        form.refuse(refusal, f"{name}_price")
        return None
