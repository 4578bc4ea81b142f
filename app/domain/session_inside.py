"""What is inside a session, for those who are invited: its documents and its minutes; who may write them."""

from collections.abc import Sequence
from typing import ClassVar, Final

from app.domain.access import Actor
from app.domain.agenda import Belonging, SessionCancelled, check_can_write
from app.domain.attachments import SameAttachment, TooManyAttachments
from app.domain.codes import SessionKind, SessionStatus
from app.domain.errors import DomainError

MAX_DOCUMENTS: Final = 10
LONGEST_MINUTES: Final = 40_000


class MinutesChanged(DomainError):
    """Somebody (``name``) saved the minutes while another was writing."""

    code: ClassVar[str] = "minutes_changed"


class MinutesTooEarly(DomainError):
    """A draft has no minutes: nobody was there."""

    code: ClassVar[str] = "minutes_too_early"


def check_fits(sha256: str, present: Sequence[tuple[str, str]]) -> None:
    """Refuse unless a document fits beside those that are there (name and SHA-256 of each).

    :raises SameAttachment: its content is there already.
    :raises TooManyAttachments: there is no place left.
    """
    other = next((name for name, known in present if known == sha256), None)
    if other is not None:
        raise SameAttachment(other=other)
    if len(present) >= MAX_DOCUMENTS:
        raise TooManyAttachments(limit=MAX_DOCUMENTS)


def check_can_write_minutes(
    actor: Actor, *, belonging: Belonging, kind: SessionKind, status: SessionStatus, coordinates: bool
) -> None:
    """Refuse unless ``actor`` may write the minutes.

    Those who may change the session may, and so may who ``coordinates`` one of the sides concerned.

    :raises NotAllowed: it is somebody else's to do.
    :raises SessionCancelled: it did not take place.
    :raises MinutesTooEarly: it is a draft.
    """
    if not coordinates:
        check_can_write(actor, belonging=belonging, kind=kind)
    if status is SessionStatus.CANCELLED:
        raise SessionCancelled
    if status is SessionStatus.DRAFT:
        raise MinutesTooEarly


def check_version(*, read: int, stored: int, name: str) -> None:
    """Refuse to replace minutes that whoever writes has not read; ``name``: who saved them last.

    :raises MinutesChanged: the stored version is not the one that was ``read``.
    """
    if read != stored:
        raise MinutesChanged(name=name)
