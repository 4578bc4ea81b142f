"""Words for what a visit costs and what must be ready for it."""

from typing import Final

from app.domain.texts import Text, title_of
from app.domain.visit_costs import CostLine
from app.language.catalogues import N_, gettext

LINES: Final[dict[str, str]] = {
    "flight": N_("Return flight"),
    "night": N_("Night in a hotel"),
    "day": N_("Daily allowance"),
    "visa": N_("Visa"),
    "insurance": N_("Travel insurance"),
    "local_transport": N_("Local transport"),
    "interpreter": N_("Interpreter"),
}
CLASSES: Final[dict[str, str]] = {"economy": N_("Economy class"), "business": N_("Business class")}
PURPOSES: Final[dict[str, str]] = {
    "passport_name": N_("Exactly as in the passport. The invitation, the visa and the ticket need it."),
    "passport_number": N_("For the visa and the ticket."),
    "nationality": N_("It decides whether a visa is needed."),
    "born_on": N_("For the visa, the ticket and the insurance."),
    "expires_on": N_("Most countries ask for a passport that is valid for six more months after the visit."),
    "emergency_contact": N_("A name and a telephone number, for when something happens on the way."),
    "needs": N_("Food, mobility, medicine. The host does not read this: the coordinator passes on what is needed."),
}


def line_title(locale: str, line: CostLine) -> Text:
    """Give what a line is for: as the rate or whoever added it says, else in our own words."""
    if line.title_nl or line.title_fr or line.title_en:
        return title_of(line, locale)
    return Text(gettext(locale, LINES.get(line.code, line.code)), locale)
