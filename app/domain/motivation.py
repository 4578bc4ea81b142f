"""The motivation of a partnership: why these two, in the languages of both sides; released once, then it stands."""

from collections.abc import Collection
from typing import ClassVar, Final

from app.domain.codes import Country
from app.domain.errors import DomainError

TEXT_LIMIT: Final = 4000
LANGUAGE_OF: Final = {Country.BELGIUM: "nl", Country.RWANDA: "en", Country.BENIN: "fr"}


class MotivationReleased(DomainError):
    """The motivation was released to both sides: it stands as it is."""

    code: ClassVar[str] = "motivation_released"


class MotivationsChanged(DomainError):
    """Something else would be released, or somebody else would get a mail, than the page showed."""

    code: ClassVar[str] = "motivations_changed"


class NothingToRelease(DomainError):
    """No motivation waits to be released."""

    code: ClassVar[str] = "no_motivation_waits"


def languages_of(partner: Country, spoken: Collection[str]) -> tuple[str, ...]:
    """Give the languages of a motivation.

    First Dutch, for the Flemish side, then that of the partner's country, then others that people of both sides read
    (``spoken``), by code.
    """
    own = tuple(dict.fromkeys((LANGUAGE_OF[Country.BELGIUM], LANGUAGE_OF[partner])))
    return (*own, *sorted(set(spoken) - set(own)))
