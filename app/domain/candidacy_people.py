"""Who writes a candidacy together: who may invite and remove whom, and until when.

All authors are equal: everybody whose address is confirmed may invite, and may remove anybody, whoever started the
candidacy included, because people change jobs while a candidacy goes on. One author always remains, and who is removed
is told so by mail.
"""

from collections.abc import Collection
from typing import Final

from app.domain.candidacy import DECISIONS
from app.domain.codes import CandidacyState
from app.domain.errors import DomainError

MOST_PEOPLE: Final = 30


class AddressUnconfirmed(DomainError):
    """Somebody typed an address and did not open the mail that was sent to it yet."""

    code = "address_unconfirmed"


class PeopleFixed(DomainError):
    """A candidacy in ``state`` keeps its authors: they are the ones who were told the outcome."""

    code = "people_fixed"


class AlreadyAuthor(DomainError):
    """The address belongs to an author of this candidacy."""

    code = "already_author"


class TooManyAuthors(DomainError):
    """A candidacy has at most ``most`` authors."""

    code = "too_many_authors"


class AssessesCandidacies(DomainError):
    """The programme team reads and assesses candidacies: nobody takes that away from them by an invitation."""

    code = "assesses_candidacies"


class LastAuthor(DomainError):
    """Without this person nobody could open the candidacy any more."""

    code = "last_author"


def check_can_change_people(state: CandidacyState, *, is_known: bool) -> None:
    """Refuse unless authors may be invited and removed; ``is_known``: the one who asks confirmed the own address.

    :raises AddressUnconfirmed: it is not confirmed.
    :raises PeopleFixed: the candidacy is decided or withdrawn.
    """
    if not is_known:
        raise AddressUnconfirmed
    if state in DECISIONS or state is CandidacyState.WITHDRAWN:
        raise PeopleFixed(state=state)


def check_can_invite(address: str, *, authors: Collection[str], is_of_team: bool) -> None:
    """Refuse to invite the owner of ``address`` (as it is stored) to the authors with these addresses.

    :raises AlreadyAuthor: it is one of them.
    :raises AssessesCandidacies: it belongs to somebody of the programme team (``is_of_team``).
    :raises TooManyAuthors: there are as many as there can be.
    """
    if address in authors:
        raise AlreadyAuthor
    if is_of_team:
        raise AssessesCandidacies
    if len(authors) >= MOST_PEOPLE:
        raise TooManyAuthors(most=MOST_PEOPLE)


def check_can_remove(authors: Collection[int]) -> None:
    """Refuse to remove one of the authors (ids) if nobody would be left.

    :raises LastAuthor: there is only one.
    """
    if len(authors) <= 1:
        raise LastAuthor
