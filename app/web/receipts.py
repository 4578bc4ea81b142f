"""Receipts as pages show them, and the files that a form sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.domain.access import Actor
from app.domain.attachments import readable_name
from app.domain.errors import DomainError
from app.domain.receipt_index import sides_for
from app.domain.receipts import (
    ACCEPTED,
    MAX_BYTES,
    MAX_FILES,
    MAX_MEGABYTES,
    ReceiptKind,
    check_size,
    kind_of_media_type,
)
from app.domain.time import wall_in
from app.language.catalogues import gettext
from app.language.moments import date_medium
from app.models.database import transaction
from app.queries.budget import BudgetFacts
from app.queries.claim_facts import ClaimFacts, ReceiptFacts
from app.queries.claim_receipts import TwinFacts, removed_receipts, twins_of
from app.queries.receipt_years import years_with_receipts
from app.services.claim_receipts import keep_receipt, look_at
from app.web.uploads import OVERHEAD_BYTES, files_of, read_whole

FIELD: Final = "receipts"
BODY_LIMIT_BYTES: Final = MAX_FILES * MAX_BYTES + OVERHEAD_BYTES
"""For ``takes_up_to``: a route that takes receipts beside other fields."""
LIMITS: Final = {
    "kinds": [{"jpeg": "JPEG", "webp": "WebP"}.get(kind.value, kind.value.upper()) for kind in ReceiptKind],
    "accepted": ACCEPTED,
    "max_files": MAX_FILES,
    "max_bytes": MAX_BYTES,
    "max_megabytes": MAX_MEGABYTES,
}
"""What the field for receipts says (``receipt_field`` in ``claims/_receipts.html``)."""
Refusals = list[tuple[str, DomainError]]


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """A receipt in a list, in the reader's words; ``notes``: where else the same file is. No ``href``: it is gone."""

    id: int
    name: str
    kind: str
    size: int
    added: str
    href: str | None
    thumbnail_href: str | None
    removal_href: str
    notes: tuple[str, ...]


def shown_receipts(request: Request, session: Session, claim: ClaimFacts) -> dict[int | None, list[ShownReceipt]]:
    """Give the receipts of a claim by line (``None``: of no line yet), the oldest first (two queries)."""
    if not claim.receipts:
        return {}
    twins = twins_of(session, request.state.actor, claim.id)
    removed = removed_receipts(session, claim.id)
    found: dict[int | None, list[ShownReceipt]] = {}
    for one in claim.receipts:
        shown = _shown(request, claim, one, twins.get(one.id, ()), is_gone=one.id in removed)
        found.setdefault(one.line_id, []).append(shown)
    return found


def archive_links(request: Request, session: Session, actor: Actor, budget: BudgetFacts) -> list[tuple[int, str]]:
    """Give the years of which this reader may take the receipts along, each with its address (one query)."""
    governments = {half.side: half.government_id for half in budget.halves}
    sides = sides_for(actor, budget.country, governments)
    years = years_with_receipts(session, budget.partnership_id, sides) if sides else []
    addresses = request.app.state.addresses
    return [(year, str(addresses("budget.receipts", slug=budget.slug, year=year))) for year in years]


def keep_files(
    session: Session, claim_id: int, line_id: int | None, data: FormData, *, page_key: str, actor: Actor, now: datetime
) -> tuple[int, Refusals]:
    """Keep the receipts that a form sent, each in a transaction of its own: one that is refused holds up no other.

    Give how many were kept, and the names of the others with why.
    """
    kept, refused = 0, []
    for file in files_of(data, FIELD):
        try:
            check_size(file.size or 0)
            ready = look_at(file.filename or "", read_whole(file))
            with transaction(session):
                keep_receipt(session, claim_id, line_id, ready, page_key=page_key, actor=actor, now=now)
            kept += 1
        except DomainError as refusal:
            refused.append((readable_name(file.filename or ""), _alone(refusal)))
    return kept, refused


def _alone(refusal: DomainError) -> DomainError:
    """Give a refusal without where it was raised, which would hold the whole file in memory."""
    refusal.__traceback__ = refusal.__cause__ = refusal.__context__ = None
    return refusal


def _shown(
    request: Request, claim: ClaimFacts, one: ReceiptFacts, twins: Sequence[TwinFacts], *, is_gone: bool
) -> ShownReceipt:
    addresses = request.app.state.addresses
    place = {"slug": claim.slug, "number": claim.number, "receipt_id": one.id}
    kind = kind_of_media_type(one.media_type)
    return ShownReceipt(
        id=one.id,
        name=one.name,
        kind="" if kind is None else "WebP" if kind is ReceiptKind.WEBP else kind.value.upper(),
        size=one.size,
        added=_day(request, one.added_at),
        href=None if is_gone else addresses("claims.receipt", **place),
        thumbnail_href=addresses("claims.thumbnail", **place) if one.thumbnail_id is not None else None,
        removal_href=addresses("claims.receipt_removal", **place),
        notes=tuple(dict.fromkeys(_note(request, claim, one, twin) for twin in twins)),
    )


def _note(request: Request, claim: ClaimFacts, one: ReceiptFacts, twin: TwinFacts) -> str:
    """Say where the same file is already; of a claim that the reader may not see, no more than that it is there."""
    locale = request.state.locale
    line = claim.line(one.line_id) if one.line_id is not None else None
    if twin.is_here and twin.position is not None and (line is None or line.position != twin.position):
        return gettext(locale, "The same file is at line %(line)s of this claim too.", line=twin.position)
    if twin.is_here:
        return gettext(locale, "The same file is twice in this claim.")
    if twin.number is None or twin.day is None:
        return gettext(locale, "The same file is used in another claim that you cannot see.")
    values = {"number": twin.number, "date": _day(request, twin.day)}
    if twin.slug != claim.slug:
        return gettext(locale, "The same file is in claim %(number)s of another partnership, of %(date)s.", **values)
    return gettext(locale, "The same file is in claim %(number)s of %(date)s.", **values)


def _day(request: Request, moment: datetime) -> str:
    return date_medium(request.state.locale, wall_in(moment, ZoneInfo(request.state.actor.zone)).date())
