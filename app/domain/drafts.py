"""When a save of a section may replace what is stored: nobody's confirmed words are ever overwritten unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What becomes of a save."""

    UNCHANGED = "unchanged"
    STORE = "store"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class LastSave:
    """The last save that came from a page: the version that it made, and its place in what was typed there."""

    version: int
    edit: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """A save that arrives: what was typed on top of ``version`` (0: nothing was stored yet).

    ``edit`` grows with every save that a page sends; 0 comes from a page without JavaScript, which sends in order.
    """

    answers: Mapping[str, Any]
    version: int
    edit: int = 0


def judge(stored: Mapping[str, Any] | None, stored_version: int, incoming: Incoming, last: LastSave | None) -> Outcome:
    """Decide over a save; ``last`` is the last save of the same page, if it saved before.

    The same words again change nothing, however often and late they arrive. Words typed on top of the stored version
    replace it. So do later words of the page that made the stored version: its confirmation was lost on the way.
    """
    if stored is not None and dict(stored) == dict(incoming.answers):
        return Outcome.UNCHANGED
    if _repeated(incoming, last):
        return Outcome.CONFLICT
    if incoming.version == stored_version or (last is not None and last.version == stored_version):
        return Outcome.STORE
    return Outcome.CONFLICT


def _repeated(incoming: Incoming, last: LastSave | None) -> bool:
    """Tell whether the same page has already saved something that was typed later."""
    return last is not None and 0 < incoming.edit <= last.edit
