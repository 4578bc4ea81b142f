"""What changed the two halves of a budget or ended it: transfers, closed years, the settlement; shown for ever."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.domain.codes import TransferState
from app.domain.time import PROGRAMME_ZONE
from app.queries.closing import closed_years_of, settlements_of
from app.queries.transfers import TransferFacts, transfers_of


def changes_of(session: Session, slug: str, partnership_id: int) -> dict[str, Any]:
    """Give what ``{% include "budget/_transfers.html" %}`` shows, as ``changes`` (four queries)."""
    found = transfers_of(session, partnership_id)
    return {
        "slug": slug,
        "done": _in_state(found, TransferState.DONE),
        "waiting": _in_state(found, TransferState.OPEN),
        "any": bool(found),
        "years": closed_years_of(session, [partnership_id]).get(partnership_id, []),
        "settlement": settlements_of(session, [partnership_id]).get(partnership_id),
        "zone": PROGRAMME_ZONE,
    }


def _in_state(found: Iterable[TransferFacts], state: TransferState) -> list[TransferFacts]:
    """Give the transfers in a state, the first proposed first."""
    return [one for one in found if one.state is state][::-1]
