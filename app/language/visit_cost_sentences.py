"""The sentences for refusals and events about costs, papers and identity data of a visit."""

from typing import Final

from app.language.catalogues import N_, NN_

VISIT_COSTS: Final[dict[str, str | tuple[str, str]]] = {
    "rate_missing": N_("A line has no price yet. Fill it in, or put the quantity at 0 and say why."),
    "line_note_missing": N_("This differs from what was proposed. Write why."),
    "line_out_of_range": N_("This quantity or price makes no sense. Check it."),
    "own_line_unnamed": N_("Write what this line is for."),
    "nothing_estimated": N_("There is nothing to approve: the estimate comes to nothing."),
    "estimate_approved": N_("This estimate was approved, so it stands as it is."),
    "estimate_changed": N_(
        "Somebody saved this estimate in the meantime. Look at it as it is now, then do what you wanted to do."
    ),
    "estimate_exceeded": N_(
        "This is %(over_cents)s too much for the half of %(government)s: at most %(available_cents)s fits. Change the "
        "estimate, or let the other side pay a line."
    ),
    "estimate_exceeded.nothing_left": N_(
        "This is %(over_cents)s too much for the half of %(government)s: nothing is left of it. Change the estimate, "
        "or let the other side pay a line."
    ),
    "half_not_open": N_("The budget of %(government)s is not opened yet, so no money can be set aside."),
    "check_gone": N_("This is not on a list of this visit any more."),
    "check_in_future": N_("Choose today or a day before: only what is done can be ticked off."),
    "identity_key_missing": N_(
        "Passport data cannot be kept yet: this installation has no key to seal them. Ask the programme team."
    ),
    "identity_unreadable": N_(
        "These data were sealed with another key, so nobody can read them now. The programme team must put the earlier "
        "key back, or the data must be removed and asked for again."
    ),
    "identity_changed": N_(
        "Somebody saved these data in the meantime. Open the page again to see them, then change what you want."
    ),
    "identity_closed": N_("Passport data of this traveller are not taken any more."),
    "born_in_future": N_("Write a date of birth that lies before today."),
    "no_airport": N_("No airport is set for this country. The programme team can add one."),
    "no_factor": N_("No emission factor is set for this class of travel. The programme team can add one."),
    "letter_nobody": N_("Nobody travels yet: there is nobody to invite."),
    "visit.estimated": N_("An estimate of %(amount_cents)s was saved."),
    "visit.estimate_approved": N_("The estimate of %(amount_cents)s was approved, and the money set aside."),
    "visit.money_released": N_("After the cancellation %(amount_cents)s that was set aside was given free."),
    "visit.item_done": N_("An item on a traveller’s checklist was ticked off."),
    "visit.item_reopened": N_("An item on a traveller’s checklist was opened again."),
    "visit.identities_removed": NN_(
        "The passport data of %(count)s traveller were removed: their time was over.",
        "The passport data of %(count)s travellers were removed: their time was over.",
    ),
    "visit.letters_sent": NN_(
        "The invitation was sent to %(count)s person.", "The invitation was sent to %(count)s people."
    ),
    "traveller.looked_at": N_("The passport data were looked at."),
    "traveller.identity_saved": N_("The passport data were written."),
    "traveller.identity_removed": N_("The passport data were removed."),
}
