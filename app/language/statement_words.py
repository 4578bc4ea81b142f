"""The sentences of yearly statements: refusals, the event, and the lines of the figures."""

from typing import Final

from app.domain.statements import Line
from app.language.catalogues import N_

STATEMENTS: Final[dict[str, str | tuple[str, str]]] = {
    "statement_too_early": N_("The figures of %(year)s can be confirmed once the year is over."),
    "statement_changed": N_("The figures changed while you looked at them. Look at them again, then confirm."),
    "other_side_confirmed": N_("You confirmed for the other side. Somebody else confirms for this one."),
    "statement_confirmed": N_("These figures are confirmed for this side already."),
    "budget.confirmed": N_("The budget statement of %(year)s was confirmed for one side: %(side)s."),
}

LINES: Final[dict[Line, str]] = {
    Line.OPENING: N_("Available on 1 January"),
    Line.ALLOTTED: N_("Opened or raised by the programme"),
    Line.REDUCED: N_("Lowered by the programme"),
    Line.TRANSFERRED_IN: N_("Received from the other side"),
    Line.TRANSFERRED_OUT: N_("Given to the other side"),
    Line.PAID: N_("Paid"),
    Line.CORRECTED: N_("Payments that were corrected"),
    Line.COMMITTED: N_("Set aside, less what was used or released"),
    Line.RETURNED: N_("Returned to the programme"),
    Line.CARRIED_OVER: N_("Carried over to the next partnership"),
}
