"""Attachments as pages list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.file_kinds import MEDIA_TYPES
from app.queries.attachments import AttachmentFacts, attachments_of

_KINDS = {media_type: kind.value.upper() for kind, media_type in MEDIA_TYPES.items()}


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """An attachment in a list, with the address of its file and of the page on which it is removed."""

    name: str
    kind: str
    size: int
    added_at: datetime
    person_name: str
    href: str
    removal_href: str


def shown_attachments(request: Request, session: Session, actor: Actor, of: tuple[int, str]) -> list[ShownAttachment]:
    """Give the attachments of a candidacy (its id and reference) that ``actor`` may read (one query)."""
    candidacy_id, reference = of
    return list(_shown(request, reference, attachments_of(session, actor, candidacy_id)))


def _shown(request: Request, reference: str, found: Iterable[AttachmentFacts]) -> Iterable[ShownAttachment]:
    addresses = request.app.state.addresses
    for one in found:
        place = {"reference": reference, "number": one.id}
        yield ShownAttachment(
            name=one.name,
            kind=_KINDS.get(one.media_type, ""),
            size=one.size,
            added_at=one.added_at,
            person_name=one.person_name,
            href=addresses("candidacies.attachment", **place),
            removal_href=addresses("candidacies.attachment_removal", **place),
        )
