"""Claims in the reader's words: what the rules about costs say, who decides, whether it fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.budget import Half
from app.domain.claims import (
    EDITABLE,
    TRANSITIONS,
    Approvers,
    ApproverTier,
    Involved,
    may_edit,
    may_mark_paid_out,
    over_cents,
)
from app.domain.codes import Category, ClaimState, Currency, Side
from app.domain.cost_hints import Advice, CostFacts, advice_for
from app.domain.money import LOCAL_CURRENCY
from app.domain.texts import Text, title_of
from app.language.catalogues import N_
from app.language.labels import choices
from app.queries.budget import BudgetFacts, open_commitments, sessions_to_book_on
from app.queries.claim_access import approvers_of
from app.queries.claim_facts import ClaimFacts, LineFacts
from app.queries.visit_people import members_of_government
from app.services.claim_lines import asked, open_cents
from app.web.budget_lists import commitment_choices, session_choices
from app.web.claim_forms import GOVERNMENT

SHAPES: Final = {
    ClaimState.DRAFT: "todo",
    ClaimState.SUBMITTED: "doing",
    ClaimState.RETURNED: "attention",
    ClaimState.APPROVED: "done",
    ClaimState.REFUSED: "stopped",
    ClaimState.WITHDRAWN: "stopped",
}
TIERS: Final = {
    ApproverTier.TEAM: N_("programme team"),
    ApproverTier.OTHER_SIDE: N_("coordinator of the other side"),
    ApproverTier.ASSOCIATION: N_("association of the partner’s country"),
}


@dataclass(frozen=True, slots=True)
class ShownAdvice:
    """A rule about costs in the reader's words, with the document that says so."""

    words: Text
    source: str
    is_broken: bool
    stops: bool


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with the rules that count for it."""

    line: LineFacts
    advice: Sequence[ShownAdvice]

    @property
    def stops(self) -> bool:
        """Whether the claim cannot be sent with this line as it is."""
        return any(one.stops for one in self.advice)


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a claim that waits fits in its half: ``over_cents`` too much, ``fits_cents`` would."""

    over_cents: int
    fits_cents: int
    commitments: Sequence[Any] = ()


def shown_lines(claim: ClaimFacts, locale: str) -> list[ShownLine]:
    """Give the lines with the rules that count for each."""
    return [
        ShownLine(line, _shown(advice_for(claim.rules.hints, claim.cost_facts(line)), locale)) for line in claim.lines
    ]


def typed_advice(claim: ClaimFacts, locale: str, category: str, *, line: LineFacts | None = None) -> list[ShownAdvice]:
    """Give the rules that count for a line while it is typed; what is not known yet breaks nothing.

    Those above a limit show once the line was saved.
    """
    known = Category(category) if category in list(Category) else None
    cents, receipts = (line.amount_cents, len(line.receipts)) if line else (0, 0)
    facts = CostFacts(known, cents, line.spent_on if line else None, receipts or 1, claim.starts_on, claim.ends_on)
    return _shown(advice_for([hint for hint in claim.rules.hints if cents or not hint.above_cents], facts), locale)


def _shown(advice: Sequence[Advice], locale: str) -> list[ShownAdvice]:
    return [ShownAdvice(title_of(one.hint, locale), one.hint.source, one.is_broken, one.stops) for one in advice]


def approvers_now(session: Session, claim: ClaimFacts) -> Approvers:
    """Give who decides over a claim, or would if it were sent (one query)."""
    involved = Involved(claim.claimant_id, claim.submitted_by or claim.claimant_id, claim.beneficiary_id)
    return approvers_of(session, claim.id, involved)


def fit_of(session: Session, claim: ClaimFacts, half: Half) -> Fit:
    """Say whether a claim fits, and which open commitments of its half could be released where it does not."""
    over = over_cents(asked(claim), available_cents=half.available_cents, open_cents=open_cents(session, claim))
    used = {line.commitment_id for line in claim.lines}
    found = open_commitments(session, claim.partnership_id, side=claim.side) if over else []
    return Fit(over, claim.total_cents - over, [one for one in found if one.id not in used])


def rights(actor: Actor, claim: ClaimFacts, approvers: Approvers) -> dict[str, bool]:
    """Say what this reader can do with a claim now; the services refuse all else."""
    editable = may_edit(actor, claim.state, claimant_id=claim.claimant_id)
    decides = claim.state is ClaimState.SUBMITTED and approvers.include(actor)
    pays = claim.state is ClaimState.APPROVED and may_mark_paid_out(
        actor, claim.government_id, beneficiary_id=claim.beneficiary_id
    )
    own = actor.person_id == claim.claimant_id
    return {
        "edit": editable,
        "decide": decides,
        "pay_out": pays,
        "withdraw": own and ClaimState.WITHDRAWN in TRANSITIONS[claim.state],
        "open": claim.state in EDITABLE,
    }


def currencies_of(budget: BudgetFacts, side: Side) -> list[Currency]:
    """Give the currencies of a line, the usual one of its side first."""
    local = LOCAL_CURRENCY[budget.country]
    order = (local, Currency.EUR, Currency.USD) if side is Side.PARTNER else (Currency.EUR, local, Currency.USD)
    return list(dict.fromkeys(order))


def heading_choices(session: Session, locale: str, budget: BudgetFacts, half: Half) -> dict[str, Any]:
    """Give the sessions and the people to choose from."""
    people = members_of_government(session, half.government_id)
    return {
        "sessions": session_choices(locale, sessions_to_book_on(session, budget.partnership_id)),
        "beneficiaries": [(GOVERNMENT, half.government_name), *((one.id, one.name) for one in people)],
    }


def line_choices(session: Session, locale: str, claim: ClaimFacts, budget: BudgetFacts) -> dict[str, Any]:
    """Give the categories, currencies and open commitments to choose from."""
    found = open_commitments(session, claim.partnership_id, side=claim.side)
    return {
        "categories": choices(locale, Category),
        "currencies": currencies_of(budget, claim.side),
        "commitments": commitment_choices(locale, found),
    }


def session_title(claim: ClaimFacts, locale: str) -> Any:  # noqa: ANN401 - a Text, or none
    """Give the title of the session that a claim is for."""
    return None if claim.session_id is None else title_of(claim, locale)
