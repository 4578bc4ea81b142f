"""What the pages about a person's data share: the file, who looked, what stands in the way of removing them."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from fastapi import Response

from app.domain.errors import DomainError
from app.language.catalogues import N_, gettext
from app.language.messages import has_message, message
from app.queries.looks import Look

_ABOUT: Final = {
    "person.looked_at": N_("personal details"),
    "person.exported": N_("all data, as a file"),
    "mail.looked_at": N_("mail: %(about)s"),
    "candidacy.looked_at": N_("candidacy %(about)s"),
    "traveller.looked_at": N_("passport data"),
    "receipt.looked_at": N_("receipts of the claim “%(about)s”"),
    "receipts.exported": N_("receipts of the claim “%(about)s”, in a file of a whole year"),
    "candidacies.exported": N_("candidacy %(about)s, in a file of all candidacies"),
}


def as_file(data: dict[str, object], now: datetime) -> Response:
    """Answer with the data of a person as a file to keep."""
    headers = {
        "Content-Disposition": f'attachment; filename="tandem-{now:%Y-%m-%d}.json"',
        "Cache-Control": "private, no-store",
    }
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return Response(text, media_type="application/json", headers=headers)


def looks_in_words(locale: str, looks: Iterable[Look]) -> list[tuple[Look, str]]:
    """Give each look with what was looked at, in words."""
    return [(look, gettext(locale, _ABOUT[look.verb], about=look.about)) for look in looks]


def obstacles_in_words(locale: str, obstacles: Sequence[DomainError], *, of_other: bool = False) -> list[str]:
    """Say what stands in the way of a removal, to the person or (``of_other``) to the programme team."""
    return [_in_words(locale, one, of_other=of_other) for one in obstacles]


def _in_words(locale: str, obstacle: DomainError, *, of_other: bool) -> str:
    code = f"{obstacle.code}.of_other"
    return message(locale, code if of_other and has_message(code) else obstacle.code, obstacle.params)
