"""The sentences for refusals about work visits."""

from typing import Final

from app.language.catalogues import N_, NN_

VISITS: Final[dict[str, str | tuple[str, str]]] = {
    "visit_host_missing": N_("Choose which side receives: a work visit has a host."),
    "visit_of_nobody": N_("A work visit is for one partnership. Choose another kind, or make it for a partnership."),
    "visit_direction": N_(
        "The work visit of year %(year)s, from %(day)s, goes the same way. Let the other side receive, or write below "
        "why the same side receives again."
    ),
    "visit_prepared": N_("Something was prepared for this visit already, so it stays a visit. Cancel it instead."),
    "visit_cancelled": N_("This visit was cancelled: nothing more is prepared for it."),
    "visit_day_outside": N_("Choose a day of the visit, from %(first_day)s to %(last_day)s."),
    "visit_item_ends": N_("Choose an end that comes after the start."),
    "visit_item_starts": N_("Write when it starts, or leave out the end."),
    "visit_programme_full": N_("The programme has %(most)s points: that is as many as it can hold."),
    "visit_event_outside": N_(
        "The event is from %(day)s to %(until)s, the visit from %(first_day)s to %(last_day)s: the event lies inside "
        "the visit."
    ),
    "visit_event_unknown": N_("Choose an event from the list."),
    "visit_report_incomplete": N_("Fill in all parts before you hand in the report."),
    "visit_report_sent": N_("This report was handed in: it stays as it is."),
    "visit_report_not_sent": N_("This report is open already."),
    "visit_not_over": N_("You can hand in the report once the visit is over."),
    "traveller_name": N_("Choose somebody with an account, or write a name."),
    "traveller_there": N_("This person is on the list already."),
    "traveller_side": N_("Choose somebody of the side that travels."),
    "delegation_full": N_("The list has %(most)s travellers: that is as many as it can hold."),
    "changed_meanwhile": N_("Somebody else saved this meanwhile. Look at both texts and save again."),
    "no_longer_there": N_("Somebody else took this away meanwhile."),
    "visit.programme_added": NN_(
        "%(count)s point was added to the programme of the visit.",
        "%(count)s points were added to the programme of the visit.",
    ),
    "visit.programme_changed": N_("A point of the programme of the visit was changed."),
    "visit.programme_removed": N_("A point was taken out of the programme of the visit."),
    "visit.event_linked": N_("The two-day event inside the visit was chosen."),
    "visit.event_unlinked": N_("No two-day event lies inside the visit any more."),
    "visit.traveller_added": N_("Somebody was put on the list of travellers."),
    "visit.traveller_changed": N_("What is written about a traveller was changed."),
    "visit.traveller_removed": N_("Somebody was taken off the list of travellers."),
    "visit.report_saved": N_("The report of the visit was saved."),
    "visit.report_sent": N_("The report of the visit was handed in."),
    "visit.report_reopened": N_("The report of the visit was opened again."),
    "visit_unknown": N_("This visit does not exist any more."),
    "visit_rule": N_("This number does not make sense for a visit. Check it."),
}
