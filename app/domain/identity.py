"""Identity data of travellers: what is asked, who may read it, and until when it is kept (DESIGN §6, §10)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Final, Self

from app.domain.access import Actor
from app.domain.errors import DomainError

PASSPORT_DAYS: Final = 183
"""Six months: how long a passport must be valid beyond the visit, as most countries ask."""


class IdentityKeyMissing(DomainError):
    """No key is set, so that identity data cannot be sealed: they are not taken."""

    code: ClassVar[str] = "identity_key_missing"


class IdentityUnreadable(DomainError):
    """The data were sealed with a key that is not among those that are set now."""

    code: ClassVar[str] = "identity_unreadable"


class IdentityChanged(DomainError):
    """Somebody saved these data in the meantime; ``version`` is what is stored now."""

    code: ClassVar[str] = "identity_changed"


class IdentityClosed(DomainError):
    """The traveller does not come, or the term is over: nothing is taken any more."""

    code: ClassVar[str] = "identity_closed"


class BornInFuture(DomainError):
    """The date of birth is not before today."""

    code: ClassVar[str] = "born_in_future"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a host needs for an invitation, a visa and an emergency; nothing else is asked.

    ``passport_name``, ``passport_number``, ``nationality``, ``born_on``, ``expires_on``: invitation, visa and ticket.
    ``emergency_contact``: whom to ring. ``needs``: food, mobility, medicine, if the traveller wants to say.
    """

    passport_name: str = ""
    passport_number: str = ""
    nationality: str = ""
    born_on: date | None = None
    expires_on: date | None = None
    emergency_contact: str = ""
    needs: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the data as they were stored."""
        days = {name: date.fromisoformat(data[name]) if data[name] else None for name in ("born_on", "expires_on")}
        return cls(**{**data, **days})

    def to_data(self) -> dict[str, Any]:
        """Give plain values, to be sealed."""
        days = {"born_on": self.born_on, "expires_on": self.expires_on}
        return asdict(self) | {name: day.isoformat() if day else "" for name, day in days.items()}

    def __repr__(self) -> str:
        """Say nothing: this may stand in a log."""
        return "Identity(…)"


def may_read_identity(actor: Actor, *, travelling_id: int, person_id: int | None) -> bool:
    """Tell who reads and writes it: staff, coordinators of the side that travels, and the traveller."""
    if not actor.is_known:
        return False
    own = person_id is not None and person_id == actor.person_id
    return actor.is_staff or own or travelling_id in actor.coordinates


def removed_on(last_day: date, *, cancelled_on: date | None, withdrawn_on: date | None, days: int) -> date:
    """Give the day on which the data go: so many days after the visit, or after it or the traveller fell out."""
    ends = [day for day in (last_day, cancelled_on, withdrawn_on) if day is not None]
    return min(ends) + timedelta(days=days)


def passport_too_short(expires_on: date | None, last_day: date) -> bool:
    """Tell whether a passport ends within six months of the visit."""
    return expires_on is not None and expires_on < last_day + timedelta(days=PASSPORT_DAYS)


def check_identity(identity: Identity, *, today: date) -> None:
    """Refuse a date of birth that cannot be.

    :raises BornInFuture: it is today or later.
    """
    if identity.born_on is not None and identity.born_on >= today:
        raise BornInFuture
