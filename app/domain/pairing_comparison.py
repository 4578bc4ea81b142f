"""Two or more pairings beside each other: who has whom in each, what differs, and what one loses against another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from app.domain.errors import DomainError
from app.domain.pairing import BoardSettings, Ids, Mark, Pairing
from app.domain.programme import PairingRules


class AlternativeGone(DomainError):
    """The board has no such alternative any more, or never had."""

    code = "alternative_gone"


@dataclass(frozen=True, slots=True)
class Beside:
    """One candidate in several pairings: its partner in each, None where it has none."""

    candidate: str
    partners: tuple[str | None, ...]

    @property
    def differs(self) -> tuple[bool, ...]:
        """Tell for each pairing whether the candidate has somebody else there than in the first."""
        return tuple(partner != self.partners[0] for partner in self.partners)


@dataclass(frozen=True, slots=True)
class Loss:
    """What a second pairing has less than a first: points of the total, pairs, points of the weakest pair.

    Below zero it has more. ``weakest`` is None where one of them has no pair.
    """

    points: int
    pairs: int
    weakest: int | None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A weight or limit that differs; ``name`` is its field in ``PairingRules``."""

    name: str
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class MarkChange:
    """A pair on which different things are set; None is nothing."""

    pair: Ids
    first: Mark | None
    second: Mark | None


def beside(pairings: Sequence[Iterable[Ids]], order: Iterable[str]) -> tuple[Beside, ...]:
    """Align pairings by candidate, in ``order``; candidates that it lacks follow by their code.

    A candidate has one partner in a pairing. Who has none in any pairing is left out.
    """
    partners = [{left: right for left, right in pairs} for pairs in pairings]  # noqa: C416 - a mapping goes by its keys
    paired = set().union(*partners)
    wanted = [code for code in dict.fromkeys(order) if code in paired]
    rest = sorted(paired.difference(wanted))
    return tuple(Beside(code, tuple(one.get(code) for one in partners)) for code in (*wanted, *rest))


def loss(before: Pairing, after: Pairing) -> Loss:
    """Tell what ``after`` has less than ``before``."""
    return Loss(
        before.total - after.total,
        len(before.pairs) - len(after.pairs),
        None if before.weakest is None or after.weakest is None else before.weakest - after.weakest,
    )


def rule_changes(first: PairingRules, second: PairingRules) -> tuple[RuleChange, ...]:
    """Tell which weights and limits differ, in the order of their fields."""
    other = asdict(second)
    return tuple(RuleChange(name, value, other[name]) for name, value in asdict(first).items() if value != other[name])


def same_weights(first: PairingRules, second: PairingRules) -> bool:
    """Tell whether a pair has the same points under both; limits give no points."""
    return {change.name for change in rule_changes(first, second)} <= {"province_limit"}


def mark_changes(first: BoardSettings, second: BoardSettings) -> tuple[MarkChange, ...]:
    """Tell on which pairs something else is set, sorted by pair."""
    old, new = marks_of(first), marks_of(second)
    return tuple(
        MarkChange(pair, old.get(pair), new.get(pair))
        for pair in sorted(old.keys() | new.keys())
        if old.get(pair) != new.get(pair)
    )


def marks_of(settings: BoardSettings) -> dict[Ids, Mark]:
    """Give what is set on each pair."""
    return dict.fromkeys(settings.locks, Mark.LOCK) | dict.fromkeys(settings.vetoes, Mark.VETO)


def next_marks(found: Iterable[Ids], wanted: Iterable[Ids]) -> Mapping[Ids, Mark]:
    """Tell what to set so that the best pairing, which is ``found`` now, comes closer to ``wanted``; nothing if it is.

    Pairs that it lacks are locked; if it lacks none, those that it has beyond are excluded. Solving and asking again
    ends at ``wanted``, if that can be made: every turn sets something on a pair that had nothing.
    """
    missing = set(wanted).difference(found)
    if missing:
        return dict.fromkeys(sorted(missing), Mark.LOCK)
    return dict.fromkeys(sorted(set(found).difference(wanted)), Mark.VETO)
