"""The sentences for refusals and events of the ledger."""

from typing import Final

from app.language.budget_plan_words import BUDGET_PLAN
from app.language.catalogues import N_

BUDGET: Final[dict[str, str | tuple[str, str]]] = {
    **BUDGET_PLAN,
    "allotment_exceeded": N_(
        "This is %(over_cents)s too much: at most %(available_cents)s fits in this half of the budget."
    ),
    "allotment_exceeded.nothing_left": N_(
        "This is %(over_cents)s too much: nothing is left of this half of the budget."
    ),
    "budget.opened": N_("Both halves of the budget were opened, %(amount_cents)s together."),
    "budget.committed": N_("%(amount_cents)s was committed."),
    "budget.released": N_("%(amount_cents)s of a commitment was released."),
    "budget.paid": N_("A payment of %(amount_cents)s was booked."),
    "budget.raised": N_("A half of the budget was raised by %(amount_cents)s."),
    "budget.lowered": N_("A half of the budget was lowered by %(amount_cents)s."),
    "budget.corrected": N_("An entry of %(amount_cents)s was corrected."),
    "budget.transferred_out": N_("%(amount_cents)s went to the other side."),
    "budget.transferred_in": N_("%(amount_cents)s came from the other side."),
    "budget.returned": N_("%(amount_cents)s was returned to the programme."),
    "budget.carried_over": N_("%(amount_cents)s was carried over to the next partnership."),
    "budget_rule": N_("This number does not make sense for a budget. Check it."),
    "budget_settled": N_("The budget of this partnership was settled: nothing is booked any more."),
    "year_closed": N_("The year %(year)s was closed: choose a day of a year that is open."),
    "amount_too_large": N_("This is more than %(most_cents)s: look at the amount and at the rate."),
    "year_closed.line": N_(
        "Line %(line)s is dated in %(year)s, a year that was closed. Date it on a day of an open year, and write in "
        "its description on which day the cost was made."
    ),
    "year_closed.claim": N_(
        "Line %(line)s is dated in %(year)s, and that year was closed. Return the claim and ask for a day of an open "
        "year, with the day of the cost in the description; or refuse it."
    ),
    "cannot_correct": N_("This entry cannot be corrected."),
    "cannot_correct.kind": N_("Only a commitment, a release or a payment can be corrected here."),
    "cannot_correct.corrected": N_("This entry was corrected already."),
    "cannot_correct.used": N_(
        "Money of this commitment was paid or released. Correct those entries first, or release what is still open."
    ),
    "cannot_correct.no_reason": N_("Write why this entry is wrong: the reason is shown beside it."),
    "cannot_correct.own_claim": N_("You claimed or sent this, or you got the money: somebody else corrects it."),
    "cannot_correct.early": N_("An entry is taken back on its own day or later."),
    "cannot_correct.higher": N_("This is more than what was approved. Correct the entry, and claim the rest anew."),
}
