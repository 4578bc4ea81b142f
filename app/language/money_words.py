"""The sentences of transfers between the sides, new budgets, closed years and settlements."""

from collections.abc import Mapping
from typing import Final

from app.language.catalogues import N_, NN_

MONEY: Final[Mapping[str, str | tuple[str, str]]] = {
    "transfer_closed": N_("This transfer takes no answers any more: %(state)s."),
    "transfer_answered": N_("This party has answered already: %(party)s."),
    "transfer_answered.person": N_(
        "You have answered for another party already. Three different people must agree: ask somebody else."
    ),
    "transfer_reason": N_("Write why the money should go to the other side: everybody who is asked reads it."),
    "transfer_reason.refusal": N_("Write why you do not agree: the others read it."),
    "transfer_exceeded": N_(
        "This is %(over_cents)s too much: at most %(available_cents)s is left on the side that gives. Nothing was "
        "recorded."
    ),
    "transfer_exceeded.nothing_left": N_(
        "This is %(over_cents)s too much: nothing is left on the side that gives. Nothing was recorded."
    ),
    "transfer.proposed": N_("A transfer of %(amount_cents)s to the other side was proposed."),
    "transfer.agreed": N_("%(party)s agreed to the transfer of %(amount_cents)s."),
    "transfer.refused_by": N_("%(party)s did not agree to the transfer of %(amount_cents)s."),
    "transfer.done": N_("The transfer of %(amount_cents)s was carried out."),
    "transfer.refused": N_("The transfer of %(amount_cents)s was refused."),
    "transfer.withdrawn": N_("The transfer of %(amount_cents)s was withdrawn."),
    "budget_not_open": N_("The two halves of this budget are not open yet."),
    "budget_reason": N_("Write why the budget changes: the reason is kept with every entry in the open halves."),
    "budget_plan_unseen": NN_(
        "Nothing is saved yet: see below what this changes in %(count)s open budget, then save again.",
        "Nothing is saved yet: see below what this changes in %(count)s open budgets, then save again.",
    ),
    "budget_below_use": NN_(
        "%(count)s half of an open budget has more paid or set aside than this: up to %(over_cents)s too little. The "
        "lowest possible budget is %(lowest_cents)s.",
        "%(count)s halves of open budgets have more paid or set aside than this: up to %(over_cents)s too little. The "
        "lowest possible budget is %(lowest_cents)s.",
    ),
    "year_not_over": N_("The year %(year)s is not over: it can be closed from 1 January of the next year."),
    "year_elsewhere": N_("The year %(year)s is none of this programme."),
    "year_already_closed": N_("The year %(year)s was closed already."),
    "year_has_claims": NN_(
        "%(count)s claim with costs of %(year)s waits for an approval. Decide on it first.",
        "%(count)s claims with costs of %(year)s wait for an approval. Decide on them first.",
    ),
    "budget.year_closed": N_("The year %(year)s was closed."),
    "too_early_to_settle": N_("The budget can be settled from %(ends_on)s on, the last day of the programme."),
    "not_ready_to_settle": NN_(
        "%(count)s thing is still open. Finish it first.",
        "%(count)s things are still open. Finish them first.",
    ),
    "rest_reason": N_("Write why the rest goes another way than the rule of the programme says."),
    "no_successor": N_(
        "There is no later partnership of these two with an open budget. Publish it first, or return the rest."
    ),
    "budget.settled": N_("The budget was settled; %(amount_cents)s was left."),
}
