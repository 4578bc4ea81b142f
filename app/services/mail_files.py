"""The files that go with mails: stored ones, and those that are made when the mail is sent.

A source is what ``mail_attachment.source`` holds: ``{"kind": …, "name": …}`` and what its maker needs.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session
from sqlmodel import col

from app.documents.mails import AttachedFile
from app.models import StoredFile
from app.queries.mail import MailFile, files_of_mail
from app.services.candidacy_pdfs import ANSWERS, make_answers

log = structlog.get_logger("tandem.mail")
Source = Mapping[str, Any]
Maker = Callable[[Session, Source], AttachedFile]


class UnableToMakeFile(Exception):
    """A file that goes with a mail cannot be made; the text says which and why."""


def _make_invitation(session: Session, source: Source) -> AttachedFile:
    """Make an invitation to a visit; imported when it is made, for letters are sent as mails themselves."""
    from app.services.visit_letters import make_invitation

    return make_invitation(session, source)


MAKERS: Final[dict[str, Maker]] = {ANSWERS: make_answers, "visit_invitation": _make_invitation}


def files_to_send(session: Session, mail_id: int) -> tuple[AttachedFile, ...]:
    """Read and make all files of a mail, in their order.

    :raises UnableToMakeFile: one of them fails.
    """
    return tuple(fetch(session, one) for one in files_of_mail(session, mail_id))


def fetch(session: Session, one: MailFile) -> AttachedFile:
    """Read or make one file of a mail.

    :raises UnableToMakeFile: that fails.
    """
    if one.source is None:
        return _stored(session, one)
    try:
        return MAKERS[one.source["kind"]](session, one.source)
    except sa.exc.SQLAlchemyError:
        raise
    except Exception as fault:  # whatever is wrong with one file: other mails go on, and this one is tried again
        log.exception("mail file", file=one.id)
        msg = f"{one.name}: {type(fault).__name__}: {fault}"
        raise UnableToMakeFile(msg) from fault


def _stored(session: Session, one: MailFile) -> AttachedFile:
    query = sa.select(col(StoredFile.name), col(StoredFile.media_type), col(StoredFile.content))
    return AttachedFile(*session.execute(query.where(col(StoredFile.id) == one.file_id)).one())
