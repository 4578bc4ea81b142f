"""A budget as plain numbers: what may be done with it, why not, and what it comes to. It knows nothing of the code.

``LedgerModel`` gives for each deed the words of every reason against it: where there is none the deed is done, else
the refusal is one of them.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from app.domain.codes import Category, ConsentParty, EntryKind, Side

OTHER = {Side.FLEMISH: Side.PARTNER, Side.PARTNER: Side.FLEMISH}
TEAM = frozenset({"officer", "both"})
COORDINATORS = {Side.FLEMISH: frozenset({"gamma", "both"}), Side.PARTNER: frozenset({"karongi"})}
OWN = {Side.FLEMISH: COORDINATORS[Side.FLEMISH], Side.PARTNER: COORDINATORS[Side.PARTNER] | {"participant"}}
SPEAKERS = {
    ConsentParty.FLEMISH: COORDINATORS[Side.FLEMISH],
    ConsentParty.PARTNER: COORDINATORS[Side.PARTNER],
    ConsentParty.STAFF: TEAM,
}
PEOPLE = ("officer", "both", "gamma", "karongi", "participant")
"""An officer of the programme team, one who is a coordinator of Gamma too, and people of both sides."""
Key = tuple[int, Category]


@dataclass(frozen=True)
class Line:
    """What is spent: euro cents on a day, perhaps out of a commitment."""

    cents: int
    day: date
    category: Category
    commitment: int | None = None

    @property
    def key(self) -> Key:
        """Under which year and category it counts."""
        return self.day.year, self.category


@dataclass
class Booked:
    """A commitment, a release or a payment; ``settled``: what a payment took of its commitment.

    ``released_on``: a release counts under the day of its commitment, and was booked on this day.
    """

    kind: EntryKind
    side: Side
    line: Line
    settled: int = 0
    involved: frozenset[str] = frozenset()
    released_on: date | None = None

    @property
    def day(self) -> date:
        """The day on which it was booked."""
        return self.released_on or self.line.day


@dataclass
class Asked:
    """A claim that was sent; ``waits`` for a decision, or was returned."""

    side: Side
    lines: list[Line]
    claimant: str
    involved: frozenset[str]
    waits: bool = True


@dataclass
class Moving:
    """A transfer, and who agreed for which party; it is open until it is ``ended``."""

    giver: Side
    cents: int
    agreed: dict[ConsentParty, str]
    ended: bool = False


@dataclass
class LedgerModel:
    """Both halves, and all that happened to them."""

    budget: int
    odd: Side
    moved: Counter[Side] = field(default_factory=Counter)
    paid: Counter[tuple[Side, Key]] = field(default_factory=Counter)
    live: dict[int, Booked] = field(default_factory=dict)
    gone: dict[int, Booked] = field(default_factory=dict)
    open: dict[int, int] = field(default_factory=dict)
    claims: dict[int, Asked] = field(default_factory=dict)
    transfers: dict[int, Moving] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)

    def share(self, side: Side, budget: int | None = None) -> int:
        """Give what the programme gives a side: half, and a cent that is left over where the rule says."""
        whole = self.budget if budget is None else budget
        return whole // 2 + (whole % 2 if side is self.odd else 0)

    def given(self, side: Side) -> int:
        """Give what a half came to."""
        return self.share(side) + self.moved[side]

    def commitment(self, key: int) -> Booked:
        """Give a commitment, also one that was taken back."""
        return self.live.get(key) or self.gone[key]

    def committed(self, side: Side) -> Counter[Key]:
        """Give what is set aside by year and category."""
        found: Counter[Key] = Counter()
        for key, cents in self.open.items():
            one = self.commitment(key)
            if one.side is side and cents:
                found[one.line.key] += cents
        return found

    def paid_of(self, side: Side) -> Counter[Key]:
        """Give what is paid by year and category; below nothing where it was taken back in another year."""
        return Counter({key: cents for (of, key), cents in self.paid.items() if of is side and cents})

    def available(self, side: Side) -> int:
        """Give what is left of a half."""
        return self.given(side) - sum(self.paid_of(side).values()) - sum(self.committed(side).values())

    def open_on(self, side: Side) -> list[int]:
        """Give the commitments of a side of which something is open."""
        return [key for key, cents in sorted(self.open.items()) if cents and self.commitment(key).side is side]

    def against_booking(self, name: str, side: Side) -> set[str]:
        """Give why somebody may not set aside or release."""
        return set() if name in TEAM | COORDINATORS[side] else {"not_allowed"}

    def against_day(self, *days: date) -> set[str]:
        """Give why nothing is booked on days."""
        return {"year_closed"} if any(day.year in self.closed for day in days) else set()

    def against_spending(self, side: Side, *lines: Line, code: str = "allotment_exceeded") -> set[str]:
        """Give why lines do not fit together in what is left and in the commitments that they are paid from."""
        needed = sum(line.cents for line in lines) - sum(self.settled_by(lines))
        fits = self.available(side) + sum(self.settled_by(lines))
        return {_exceeded(code, sum(line.cents for line in lines), fits)} if needed > self.available(side) else set()

    def settled_by(self, lines: tuple[Line, ...] | list[Line]) -> list[int]:
        """Give what each line takes of its commitment, one after the other."""
        left, found = dict(self.open), []
        for line in lines:
            taken = min(line.cents, left.get(line.commitment or 0, 0))
            if line.commitment is not None:
                left[line.commitment] -= taken
            found.append(taken)
        return found

    def against_release(self, key: int, cents: int) -> set[str]:
        """Give why a commitment cannot be released by so much."""
        if not self.open[key]:
            return {"nothing_to_release"}
        if cents > self.open[key]:
            return {f"commitment_exceeded by {cents - self.open[key]} of {self.open[key]}"}
        return set()

    def deciders(self, claim: Asked) -> frozenset[str]:
        """Give who decides over a claim: the team, or where all of it have a part in it the other side."""
        a_part_in_it = claim.involved | OWN[claim.side]
        return (TEAM - a_part_in_it) or (COORDINATORS[OTHER[claim.side]] - a_part_in_it)

    def against_deciding(self, name: str, claim: Asked) -> set[str]:
        """Give why somebody may not decide over a claim."""
        found = {"own_claim"} if name in claim.involved else set()
        if name not in self.deciders(claim):
            found.add("not_approver")
        return found if claim.waits else found | {"unable_to_move_claim"}

    def against_correcting(self, key: int, name: str, day: date) -> set[str]:
        """Give why somebody may not take an entry back on a day."""
        wrong = self.commitment(key)
        found = self.against_day(day)
        if name in wrong.involved:
            found.add("cannot_correct: own_claim")
        elif name not in TEAM and (wrong.kind is EntryKind.PAYMENT or name not in COORDINATORS[wrong.side]):
            found.add("not_allowed")
        if key in self.gone:
            return found | {"cannot_correct: corrected"}
        if day < wrong.day:
            found.add("cannot_correct: early")
        if wrong.kind is EntryKind.COMMITMENT and self.open[key] != wrong.line.cents:
            found.add("cannot_correct: used")
        if wrong.kind is EntryKind.RELEASE:
            found |= self.against_spending(wrong.side, Line(wrong.line.cents, day, wrong.line.category))
        return found

    def against_replacing(self, wrong: Booked, new: Line) -> set[str]:
        """Give why ``new`` cannot stand in the place of what was taken back, which is not there any more."""
        found = self.against_day(new.day)
        if wrong.kind is EntryKind.RELEASE:
            return found | self.against_release(wrong.line.commitment or 0, new.cents)
        if wrong.kind is EntryKind.PAYMENT and new.cents > wrong.line.cents:
            found.add("cannot_correct: higher")
        return found | self.against_spending(wrong.side, new)

    def against_transfer(self, giver: Side, cents: int) -> set[str]:
        """Give why a side cannot give so much."""
        left = self.available(giver)
        return {_exceeded("transfer_exceeded", cents, left)} if cents > left else set()

    def against_answer(self, transfer: Moving, party: ConsentParty, name: str, *, agrees: bool) -> set[str]:
        """Give why somebody may not answer for a party."""
        found = set() if name in SPEAKERS[party] else {"not_allowed"}
        if transfer.ended:
            return found | {"transfer_closed"}
        if party in transfer.agreed:
            found.add("transfer_answered: ")
        if name in transfer.agreed.values():
            found.add("transfer_answered: person")
        is_last = agrees and len(set(transfer.agreed) | {party}) == len(ConsentParty)
        return found | (self.against_transfer(transfer.giver, transfer.cents) if is_last else set())

    def against_budget(self, budget: int) -> set[str]:
        """Give why the programme cannot give so little."""
        short = [self.share(side) - self.available(side) - self.share(side, budget) for side in Side]
        return {"budget_below_use"} if max(short) > 0 else set()

    def against_closing(self, name: str, year: int, today: date) -> set[str]:
        """Give why somebody may not close a year."""
        found = set() if name in TEAM else {"not_allowed"}
        if year in self.closed:
            found.add("year_already_closed")
        if year >= today.year:
            found.add("year_not_over")
        if any(line.day.year == year for claim in self.claims.values() if claim.waits for line in claim.lines):
            found.add("year_has_claims")
        return found

    def book(self, made: int, one: Booked) -> None:
        """Take note of an entry."""
        self.live[made] = one
        line = one.line
        if one.kind is EntryKind.COMMITMENT:
            self.open[made] = line.cents
        elif one.kind is EntryKind.RELEASE:
            self.open[line.commitment or 0] -= line.cents
        else:
            one.settled = self.settled_by([line])[0]
            self.paid[one.side, line.key] += line.cents
            if line.commitment is not None:
                self.open[line.commitment] -= one.settled

    def take_back(self, key: int, day: date) -> None:
        """Take note that an entry was taken back on a day."""
        wrong = self.gone[key] = self.live.pop(key)
        line = wrong.line
        if wrong.kind is EntryKind.COMMITMENT:
            self.open[key] = 0
        elif wrong.kind is EntryKind.RELEASE:
            self.open[line.commitment or 0] += line.cents
        else:
            self.paid[wrong.side, (day.year, line.category)] -= line.cents
            if line.commitment is not None:
                self.open[line.commitment] += wrong.settled


def _exceeded(code: str, asked: int, fits: int) -> str:
    return f"{code} by {asked - fits} of {fits}"
