"""What staff set on the pairing board, what a change moved, who gets which outcome, and when publishing is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final, Self

from app.domain.codes import CandidacyState
from app.domain.errors import DomainError
from app.domain.programme import PairingRules

Ids = tuple[str, str]
"""The code of a candidate's local government and that of a partner's."""

WHOLE: Final = 100
FIT_WEIGHTS: Final = ("learning", "theme", "position", "language", "wishes")
UNPAIRED: Final = (CandidacyState.RESERVE, CandidacyState.NOT_SELECTED)
PAIRABLE: Final = frozenset({CandidacyState.SUBMITTED, CandidacyState.IN_ASSESSMENT})
"""The states of the candidacies that are on the board while no decisions were sent; see ``pairable``."""


class WeightsDoNotSum(DomainError):
    """The weights of the criteria together are ``sum``, not 100."""

    code = "weights_do_not_sum"


class UnableToPair(DomainError):
    """A pair cannot be locked: ``reason`` is ``not_chosen`` (the track), ``city_link``, ``not_here`` or ``conflict``.

    ``conflict``: whoever asks has a conflict of interest on the candidacy.
    """

    code = "unable_to_pair"


class BoardChanged(DomainError):
    """Somebody changed the board since the page was made."""

    code = "board_changed"


class NameTaken(DomainError):
    """The call has a scenario of that name."""

    code = "scenario_name_taken"


class NothingToKeep(DomainError):
    """There are no pairs."""

    code = "nothing_to_keep"


class AlreadyPublished(DomainError):
    """A pairing of this call has been published."""

    code = "pairing_published"


class PublicationChanged(DomainError):
    """Other mails would go out than the page listed."""

    code = "publication_changed"


class ScenarioStale(DomainError):
    """Things changed since the scenario was kept; ``changes`` says which."""

    code = "scenario_stale"


class OutcomeMissing(DomainError):
    """The candidate ``name`` has no pair and no outcome."""

    code = "outcome_missing"


class Mark(StrEnum):
    """What staff ask for one pair."""

    LOCK = "lock"
    VETO = "veto"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """Weights and limits, and the pairs that must be in or stay out. A pair is never in both."""

    rules: PairingRules = field(default_factory=PairingRules)
    objective: str = "total"
    locks: tuple[Ids, ...] = ()
    vetoes: tuple[Ids, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any], rules: PairingRules) -> Self:
        """Read stored settings; ``rules`` are those of the programme, for what has not been set."""
        known = {one.name for one in fields(PairingRules)}
        own = {name: value for name, value in dict(data.get("rules") or {}).items() if name in known}
        return cls(
            rules=replace(rules, **own),
            objective=data.get("objective", "total"),
            locks=_pairs(data.get("locks", ())),
            vetoes=_pairs(data.get("vetoes", ())),
        )

    def to_data(self) -> dict[str, Any]:
        """Give the settings as plain values, to be stored."""
        return {
            "rules": asdict(self.rules),
            "objective": self.objective,
            "locks": [list(pair) for pair in self.locks],
            "vetoes": [list(pair) for pair in self.vetoes],
        }

    def marked(self, pair: Ids, mark: Mark) -> Self:
        """Give the settings with one pair locked, vetoed, or neither."""
        locks = [other for other in self.locks if other != pair]
        vetoes = [other for other in self.vetoes if other != pair]
        if mark is Mark.LOCK:
            locks.append(pair)
        elif mark is Mark.VETO:
            vetoes.append(pair)
        return replace(self, locks=tuple(sorted(locks)), vetoes=tuple(sorted(vetoes)))


@dataclass(frozen=True, slots=True)
class Pairing:
    """A pairing in brief: its pairs, total and weakest points."""

    pairs: tuple[Ids, ...]
    total: int
    weakest: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """One candidate that changed partner; None where it had none, or has none now."""

    candidate: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What one pairing has different from an earlier one."""

    total_before: int
    total_after: int
    count_before: int
    count_after: int
    moves: tuple[Move, ...]
    weakest_before: int | None = None
    weakest_after: int | None = None


def pairable(*, decided: bool) -> frozenset[CandidacyState]:
    """Give the states of the candidacies that are on the board: once decisions were sent, only who is selected."""
    return frozenset({CandidacyState.SELECTED}) if decided else PAIRABLE


def check_weights(rules: PairingRules) -> None:
    """Refuse weights of the criteria of fit that do not sum to 100.

    :raises WeightsDoNotSum: with their sum.
    """
    total = sum(getattr(rules, name) for name in FIT_WEIGHTS)
    if total != WHOLE:
        raise WeightsDoNotSum(sum=total)


def difference(before: Pairing, after: Pairing) -> Difference:
    """Tell what changed between two pairings; moves are in the order of the candidates' codes."""
    old, new = dict(before.pairs), dict(after.pairs)
    moved = [code for code in sorted(old.keys() | new.keys()) if old.get(code) != new.get(code)]
    return Difference(
        before.total,
        after.total,
        len(before.pairs),
        len(after.pairs),
        tuple(Move(code, old.get(code), new.get(code)) for code in moved),
        before.weakest,
        after.weakest,
    )


def check_outcomes(
    unpaired: Iterable[tuple[str, str]], chosen: Mapping[str, CandidacyState]
) -> dict[str, CandidacyState]:
    """Give the outcome of each candidate without a pair, given as (code, name): what staff chose.

    :raises OutcomeMissing: none was chosen, or one that only a pair gives.
    """
    outcomes: dict[str, CandidacyState] = {}
    for code, name in unpaired:
        outcome = chosen.get(code)
        if outcome not in UNPAIRED:
            raise OutcomeMissing(name=name)
        outcomes[code] = outcome
    return outcomes


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that differs between a kept problem and today's: ``kind`` is a code, ``of`` the id concerned.

    Kinds: ``candidate_gone``, ``candidate_added``, ``partner_gone``, ``partner_added``, ``places_changed``,
    ``answers_changed`` (other points for this candidate), ``no_longer_possible`` (a pair).
    """

    kind: str
    of: str
    with_other: str = ""


def changes(kept: Mapping[str, Any], today: Mapping[str, Any]) -> tuple[Changed, ...]:
    """Tell what changed between two problems of the pairing file format with ``points``, in canonical order.

    Only what both hold is compared further; each candidate whose points changed is told once.
    """
    found = [
        *_gone(kept["left"], today["left"], "candidate_gone"),
        *_gone(today["left"], kept["left"], "candidate_added"),
        *_gone(kept["right"], today["right"], "partner_gone"),
        *_gone(today["right"], kept["right"], "partner_added"),
        *_places(kept, today),
    ]
    return (*found, *_points(kept, today))


def _gone(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], kind: str) -> list[Changed]:
    there = {node["id"] for node in after}
    return [Changed(kind, node["id"]) for node in before if node["id"] not in there]


def _places(kept: Mapping[str, Any], today: Mapping[str, Any]) -> list[Changed]:
    found = []
    for name in ("right", "groups"):
        now = {entry["id"]: entry["places"] for entry in today[name]}
        found += [
            Changed("places_changed", entry["id"])
            for entry in kept[name]
            if entry["id"] in now and now[entry["id"]] != entry["places"]
        ]
    return found


def _points(kept: Mapping[str, Any], today: Mapping[str, Any]) -> list[Changed]:
    before, after = _cells(kept), _cells(today)
    found: dict[str, Changed] = {}
    for left, right in sorted(before.keys() & after.keys()):
        old, new = before[left, right], after[left, right]
        if old is not None and new is None:
            found[f"{left} {right}"] = Changed("no_longer_possible", left, right)
        elif old != new:
            found.setdefault(left, Changed("answers_changed", left))
    return list(found.values())


def _cells(problem: Mapping[str, Any]) -> dict[Ids, int | None]:
    vetoed = {tuple(pair) for pair in problem["vetoes"]}
    return {
        (left["id"], right["id"]): None if (left["id"], right["id"]) in vetoed else points
        for left, row in zip(problem["left"], problem["points"], strict=True)
        for right, points in zip(problem["right"], row, strict=True)
    }


def _pairs(data: Iterable[Sequence[str]]) -> tuple[Ids, ...]:
    return tuple((str(left), str(right)) for left, right in data)
