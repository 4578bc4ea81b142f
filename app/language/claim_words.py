"""The sentences for refusals and events of claims."""

from typing import Final

from app.language.catalogues import N_

CLAIMS: Final[dict[str, str | tuple[str, str]]] = {
    "claim_locked": N_("This claim was sent: it can only be changed after it was returned."),
    "unable_to_move_claim": N_("Somebody else was first: look at how this claim stands now."),
    "claim_changed": N_(
        "This was changed after you opened the page. Both versions stand below: check them, and save or decide again."
    ),
    "claim_empty": N_("Add a line before you send this claim."),
    "claim_line_ahead": N_("Line %(line)s is of a day that is still to come: this claim can be sent from %(day)s on."),
    "claim_too_many_lines": N_("A claim has room for %(most)s lines. Start another claim for the rest."),
    "claim_reason_missing": N_("Write why: the claimant reads it and knows what to do."),
    "own_claim": N_("You claimed or sent this, or you get the money: somebody else decides."),
    "not_approver": N_("Others decide over this claim: the page says who."),
    "unknown_beneficiary": N_("Choose the local government itself, or somebody of it."),
    "paid_out_day": N_("Choose a day from %(first)s to %(last)s."),
    "claim_exceeded": N_(
        "All lines together are %(over_cents)s too much: at most %(available_cents)s fits. Nothing was booked."
    ),
    "claim_exceeded.nothing_left": N_(
        "All lines together are %(over_cents)s too much: nothing is left in this half. Nothing was booked."
    ),
    "cost_refused": N_("Line %(line)s cannot be paid like this."),
    "cost_refused.period": N_(
        "Line %(line)s lies outside the period of the programme: costs of other days are not paid."
    ),
    "cost_refused.receipt": N_("Line %(line)s has no receipt. Add a photo or a PDF of it."),
    "cost_refused.offers": N_("Line %(line)s is so large that it needs three offers. Add them beside the receipt."),
    "cost_refused.not_eligible": N_("Line %(line)s is of a category that is not paid."),
    "claim.started": N_("Claim %(number)s was started."),
    "claim.changed": N_("What claim %(number)s is for was changed."),
    "claim.line_added": N_("A line of %(amount_cents)s was added to claim %(number)s."),
    "claim.line_changed": N_("A line of claim %(number)s was changed; it is now %(amount_cents)s."),
    "claim.line_removed": N_("A line of %(amount_cents)s was removed from claim %(number)s."),
    "claim.submitted": N_("Claim %(number)s of %(amount_cents)s was sent."),
    "claim.withdrawn": N_("Claim %(number)s was withdrawn."),
    "claim.returned": N_("Claim %(number)s of %(amount_cents)s was returned with a question."),
    "claim.refused": N_("Claim %(number)s of %(amount_cents)s was refused."),
    "claim.approved": N_("Claim %(number)s of %(amount_cents)s was approved and booked."),
    "claim.paid_out": N_("The money of claim %(number)s was paid out."),
}
