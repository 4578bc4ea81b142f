"""Partner profiles: who writes them, how long their texts may be, and what still lacks."""

from collections.abc import Mapping
from typing import Any, Final

from app.domain.access import Actor, NotAllowed
from app.domain.codes import Country
from app.domain.errors import DomainError

INTRODUCTION_LIMIT: Final = 1500
WISHES: Final = 3
MOST_PLACES: Final = 9
WANTED: Final = ("strengths", "challenges", "subjects", "languages")
"""What the pairing needs most: an answer to each of them."""


class ProfileChanged(DomainError):
    """``name`` saved the profile since the page was made."""

    code = "profile_changed"


class ProfileExists(DomainError):
    """The local government has a profile in that track."""

    code = "profile_exists"


class WrongCountry(DomainError):
    """The local government does not lie in the country of the track."""

    code = "wrong_country"


def check_can_write(actor: Actor, *, government_id: int, country: Country) -> None:
    """Refuse unless ``actor`` may write the profile of a local government.

    The programme team writes all, an association those of its country, a coordinator the own one (DESIGN §10).

    :raises NotAllowed: it is up to others.
    """
    own = government_id in actor.coordinates or (actor.is_association and country in actor.countries)
    if not (actor.is_staff or own):
        raise NotAllowed


def lacking(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what the pairing needs and has not been answered."""
    return tuple(name for name in WANTED if not answers.get(name))
