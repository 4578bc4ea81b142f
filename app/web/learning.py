"""Strengths and challenges in a form: a few rows, each a policy field with a priority and a short text.

Candidacies and partner profiles share these rows; the markup is ``templates/candidacies/_learning.html``. The fields of
a row are ``<kind>_field_<n>``, ``<kind>_priority_<n>`` and ``<kind>_text_<n>``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData

from app.domain.candidacy_answers import LEARNING_ROWS, LEARNING_TEXT_LIMIT
from app.domain.errors import DomainError
from app.web.forms import FieldRefused, clean_text

Chosen = dict[str, dict[str, Any]]
PRIORITIES: Final = ("1", "2", "3")


@dataclass
class Rows:
    """Rows that were sent: ``values`` as typed, ``chosen`` as it is stored, ``errors`` by field."""

    values: dict[str, str] = field(default_factory=dict)
    chosen: Chosen = field(default_factory=dict)
    errors: dict[str, DomainError] = field(default_factory=dict)


def read_rows(
    data: FormData, kind: str, codes: Collection[str], stored: Mapping[str, Mapping[str, Any]] | None = None
) -> Rows:
    """Read the rows of ``kind`` ("strengths" or "challenges"); ``codes`` are the policy fields that can be chosen.

    Where a text is too long, the row keeps the text that ``stored`` has for its policy field.
    """
    rows = Rows()
    for number in range(1, LEARNING_ROWS + 1):
        code, priority, text = (_typed(data, f"{kind}_{part}_{number}") for part in ("field", "priority", "text"))
        typed = {"field": code, "priority": priority, "text": text}
        rows.values |= {f"{kind}_{part}_{number}": value for part, value in typed.items()}
        fault = _fault(rows, code, text, codes)
        if fault is not None:
            rows.errors[f"{kind}_{fault[0]}_{number}"] = fault[1]
        if fault is None or fault[0] == "text":
            earlier = ((stored or {}).get(code) or {}).get("text", "")
            words = text if fault is None else earlier
            if code:
                rows.chosen[code] = {"priority": _priority(priority, number), "text": words}
    return rows


def row_values(chosen: Mapping[str, Mapping[str, Any]] | None, kind: str) -> dict[str, str]:
    """Give the values of the rows for what is stored, the highest priority first."""
    ordered = sorted((chosen or {}).items(), key=lambda item: item[1]["priority"])
    values: dict[str, str] = {}
    for number, (code, row) in enumerate(ordered[:LEARNING_ROWS], 1):
        values[f"{kind}_field_{number}"] = code
        values[f"{kind}_priority_{number}"] = str(row["priority"])
        values[f"{kind}_text_{number}"] = str(row.get("text") or "")
    return values


def _fault(rows: Rows, code: str, text: str, codes: Collection[str]) -> tuple[str, DomainError] | None:
    if not code:
        return ("field", FieldRefused("learning_field_missing")) if text else None
    if code not in codes:
        return "field", FieldRefused("not_a_choice")
    if code in rows.chosen:
        return "field", FieldRefused("learning_field_twice")
    if len(text) > LEARNING_TEXT_LIMIT:
        return "text", FieldRefused("too_long", max_length=LEARNING_TEXT_LIMIT)
    return None


def _priority(typed: str, number: int) -> int:
    return int(typed) if typed in PRIORITIES else min(number, 3)


def _typed(data: FormData, name: str) -> str:
    value = data.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""
