"""The sentences for refusals about work visits."""

from typing import Final

from app.language.catalogues import N_

VISITS: Final[dict[str, str | tuple[str, str]]] = {
    "visit_rule": N_("This number does not make sense for a visit. Check it."),
}
