"""The sentences for refusals about work visits."""

from typing import Final

from app.language.catalogues import N_

VISITS: Final[dict[str, str | tuple[str, str]]] = {
    "visit_host_missing": N_("Choose which side receives: a work visit has a host."),
    "visit_direction": N_(
        "The work visit of year %(year)s, from %(day)s, goes the same way. Let the other side receive, or write below why "
        "the same side receives again."
    ),
    "visit_prepared": N_("Something was prepared for this visit already, so it stays a visit. Cancel it instead."),
    "visit_unknown": N_("This visit does not exist any more."),
    "visit_rule": N_("This number does not make sense for a visit. Check it."),
}
