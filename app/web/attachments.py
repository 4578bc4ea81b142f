"""Attachments as pages list them."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.file_kinds import MEDIA_TYPES
from app.domain.time import wall_in
from app.language.moments import date_medium
from app.queries.attachments import AttachmentFacts, attachments_of
from app.queries.candidacies import CandidacyRecord

_KINDS = {media_type: kind.value.upper() for kind, media_type in MEDIA_TYPES.items()}


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """An attachment in a list in the reader's words, with its address and that of the page on which it is removed."""

    name: str
    kind: str
    size: int
    added: str
    person_name: str
    href: str
    removal_href: str


def shown_attachments(request: Request, session: Session, candidacy: CandidacyRecord) -> list[ShownAttachment]:
    """Give the attachments of a candidacy that whoever asks may read, the oldest first (one query)."""
    actor: Actor = request.state.actor
    zone = ZoneInfo(actor.zone)
    return [_shown(request, candidacy.reference, one, zone) for one in attachments_of(session, actor, candidacy.id)]


def _shown(request: Request, reference: str, one: AttachmentFacts, zone: ZoneInfo) -> ShownAttachment:
    addresses = request.app.state.addresses
    place = {"reference": reference, "number": one.id}
    return ShownAttachment(
        name=one.name,
        kind=_KINDS.get(one.media_type, ""),
        size=one.size,
        added=date_medium(request.state.locale, wall_in(one.added_at, zone).date()),
        person_name=one.person_name,
        href=addresses("candidacies.attachment", **place),
        removal_href=addresses("candidacies.attachment_removal", **place),
    )
