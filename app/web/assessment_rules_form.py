"""The form of the criteria: in three languages, with a weight; ways to and from the rules."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, create_model

from app.domain.assessment import CITY_LINKS, CRITERIA_LIMIT, READERS_LIMIT, AssessmentRules, Criterion
from app.domain.programme import Rules
from app.domain.slugs import slug
from app.web.programme_forms import LANGUAGES, SettingsForm

CODE_LENGTH = 28
_NUMBERS = range(1, CRITERIA_LIMIT + 1)
_TEXTS = {**dict.fromkeys(LANGUAGES, 120), **{f"help_{code}": 500 for code in LANGUAGES}}


class _AssessmentFields(SettingsForm):
    readers: Annotated[int, Field(ge=1, le=READERS_LIMIT)]


def _slots() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for number in _NUMBERS:
        fields[f"criterion_{number}_code"] = (Annotated[str, Field(max_length=32)], "")
        fields[f"criterion_{number}_weight"] = (Annotated[int, Field(ge=0, le=100)], 0)
        for name, length in _TEXTS.items():
            fields[f"criterion_{number}_{name}"] = (Annotated[str, Field(max_length=length)], "")
    return fields


AssessmentForm: type[_AssessmentFields] = create_model("AssessmentForm", __base__=_AssessmentFields, **_slots())


def assessment_values(rules: Rules) -> dict[str, Any]:
    """Give what the form of the criteria shows."""
    values: dict[str, Any] = dict.fromkeys(_slots(), "")
    for number, one in enumerate(rules.assessment.criteria, 1):
        named = {"code": one.code, "weight": str(one.weight)}
        named |= {code: getattr(one, f"title_{code}") for code in LANGUAGES}
        named |= {f"help_{code}": getattr(one, f"help_{code}") for code in LANGUAGES}
        values |= {f"criterion_{number}_{name}": text for name, text in named.items()}
    return values | {"readers": str(rules.assessment.readers)}


def assessment_of(cleaned: _AssessmentFields) -> AssessmentRules:
    """Read the form of the criteria; one without any title is removed, a new one gets its code from its title."""
    typed = cleaned.model_dump()
    slots = [{name: typed[f"criterion_{number}_{name}"] for name in ("code", "weight", *_TEXTS)} for number in _NUMBERS]
    filled = [slot for slot in slots if any(slot[code] for code in LANGUAGES)]
    taken = {slot["code"] for slot in filled}
    return AssessmentRules(tuple(_criterion(slot, taken) for slot in filled), cleaned.readers)


def _criterion(slot: Mapping[str, Any], taken: set[str]) -> Criterion:
    code = slot["code"] or _free(slug(slot["en"] or slot["nl"] or slot["fr"])[:CODE_LENGTH].replace("-", "_"), taken)
    taken.add(code)
    titles = {f"title_{name}": slot[name] for name in LANGUAGES}
    titles["title_nl"] = slot["nl"] or slot["en"] or slot["fr"]
    helps = {f"help_{name}": slot[f"help_{name}"] for name in LANGUAGES}
    return Criterion(code, **titles, **helps, weight=slot["weight"], computed=code == CITY_LINKS)


def _free(wish: str, taken: set[str]) -> str:
    found, number = wish or "criterion", 1
    while found in taken:
        number += 1
        found = f"{wish or 'criterion'}_{number}"
    return found
