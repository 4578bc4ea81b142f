"""The sentences for refusals and events of plans of the budget."""

from typing import Final

from app.language.catalogues import N_

BUDGET_PLAN: Final[dict[str, str | tuple[str, str]]] = {
    "plan_year": N_("The programme runs from %(first_year)s to %(last_year)s: choose one of its years."),
    "plan_removed": N_("This plan was taken out already: it does not count any more."),
    "budget.planned": N_("%(amount_cents)s was planned."),
    "budget.plan_removed": N_("A plan of %(amount_cents)s was taken out."),
}
