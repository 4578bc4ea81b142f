"""The words for the codes of the ledger: accounts, claims, transfers, rules about costs."""

from enum import Enum
from typing import Final

from app.domain import codes
from app.language.catalogues import N_

BUDGET_LABELS: Final[dict[type[Enum], dict[Enum, str]]] = {
    codes.Account: {
        codes.Account.PROGRAMME: N_("Programme"),
        codes.Account.ALLOTMENT: N_("Available"),
        codes.Account.COMMITTED: N_("Committed"),
        codes.Account.PAID: N_("Paid"),
        codes.Account.TRANSFERRED: N_("Transferred to the other side"),
        codes.Account.RETURNED: N_("Returned or carried over"),
    },
    codes.ClaimState: {
        codes.ClaimState.DRAFT: N_("Draft"),
        codes.ClaimState.SUBMITTED: N_("Waits for approval"),
        codes.ClaimState.RETURNED: N_("Returned, with a question"),
        codes.ClaimState.APPROVED: N_("Approved"),
        codes.ClaimState.REFUSED: N_("Refused"),
        codes.ClaimState.WITHDRAWN: N_("Withdrawn"),
    },
    codes.TransferState: {
        codes.TransferState.OPEN: N_("Waits for consent"),
        codes.TransferState.DONE: N_("Carried out"),
        codes.TransferState.REFUSED: N_("Refused"),
        codes.TransferState.WITHDRAWN: N_("Withdrawn"),
    },
    codes.ConsentParty: {
        codes.ConsentParty.FLEMISH: N_("Flemish side"),
        codes.ConsentParty.PARTNER: N_("Partner side"),
        codes.ConsentParty.STAFF: N_("Programme team"),
    },
    codes.RestRule: {
        codes.RestRule.RETURNED: N_("Returned to the programme"),
        codes.RestRule.CARRIED_OVER: N_("Carried over to the next partnership of the same two"),
    },
    codes.HintKind: {
        codes.HintKind.NOT_ELIGIBLE: N_("Not eligible"),
        codes.HintKind.PRIOR_AGREEMENT: N_("Needs agreement beforehand"),
        codes.HintKind.PERIOD: N_("Within the period"),
        codes.HintKind.RECEIPT: N_("Needs a receipt"),
        codes.HintKind.KEEP: N_("Keep the receipt"),
        codes.HintKind.OFFERS: N_("Several offers"),
        codes.HintKind.GENERAL: N_("In general"),
    },
    codes.HintForce: {
        codes.HintForce.WARNS: N_("Warns"),
        codes.HintForce.REFUSES: N_("Refuses"),
    },
    codes.DayCount: {
        codes.DayCount.BETWEEN_NIGHTS: N_("Days between two nights there: not the first and the last day"),
        codes.DayCount.EVERY_DAY: N_("Every day of the stay, the first and the last included"),
    },
    codes.Meal: {
        codes.Meal.BREAKFAST: N_("Breakfast"),
        codes.Meal.LUNCH: N_("Lunch"),
        codes.Meal.DINNER: N_("Dinner"),
    },
}
