"""The rules of a programme: numbers and promises that staff edit, read from the programme's own data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that a candidate confirms, in three languages."""

    code: str
    title_nl: str
    title_fr: str
    title_en: str


@dataclass(frozen=True, slots=True)
class PairingRules:
    """How a pair is scored and what limits a pairing: weights in percent, a limit of 0 is no limit."""

    learning: int = 35
    theme: int = 25
    position: int = 15
    language: int = 10
    wishes: int = 15
    assessment_share: int = 30
    province_limit: int = 2


@dataclass(frozen=True, slots=True)
class Rules:
    """What the programme expects and organises each year. The defaults are those of the pilot.

    Source: VVSG, call for SDG partnerships 2024-2025: at least 3 digital sessions a year are expected,
    2 to 3 are organised;
    5 half-day meetings a year; one visit a year of about a week by about 3 people; one physical exchange a year.
    """

    digital_sessions_expected: int = 3
    digital_sessions_organised: int = 3
    meetings_expected: int = 5
    physical_exchanges: int = 1
    visit_days: int = 7
    delegation_size: int = 3
    promises: tuple[Promise, ...] = ()
    pairing: PairingRules = field(default_factory=PairingRules)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the rules from a programme's ``rules``; what is not there has its default."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        promises = tuple(Promise(**promise) for promise in known.pop("promises", ()))
        pairing = PairingRules(**known.pop("pairing", {}))
        return cls(**known, promises=promises, pairing=pairing)

    def to_data(self) -> dict[str, Any]:
        """Give the rules as plain values, to be stored."""
        data = asdict(self)
        data["promises"] = [asdict(promise) for promise in self.promises]
        return data
