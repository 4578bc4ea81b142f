"""Two who change a session at once: the second sees what the first stored beside the own words (DESIGN §9)."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.agenda import Facts
from app.domain.codes import SessionKind, SessionStatus, Side
from app.language.catalogues import N_, gettext
from app.language.formats import join
from app.language.labels import label, language_name
from app.language.moments import date_with_weekday, zone_name
from app.queries.agenda import SessionRow
from app.services import agenda
from app.services.visits import ChangedMeanwhile
from app.web.agenda_forms import values_of

VERSION_LENGTH: Final = 32
LABELS: Final = {
    "kind": N_("Kind of session"),
    "title_nl": N_("Title in Dutch"),
    "title_fr": N_("Title in French"),
    "title_en": N_("Title in English"),
    "zone": N_("The clock of"),
    "day": N_("Day"),
    "starts": N_("Starts at"),
    "ends": N_("Ends at"),
    "last_day": N_("Last day"),
    "place": N_("Place"),
    "link": N_("Link to join online"),
    "host_side": N_("Who receives?"),
    "languages": N_("Languages"),
    "description": N_("What it is about"),
    "schedule": N_("Programme of the session"),
    "capacity": N_("Number of places"),
    "interpretation": N_("Interpretation into"),
    "direction_reason": N_("Why a visit goes the same way again"),
    "status": N_("Who sees it?"),
}


def version_of(facts: Facts) -> str:
    """Give what tells what is written about a session from anything else that could be."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:VERSION_LENGTH]


def check_version(session: Session, actor: Actor, number: int, *, read: str) -> None:
    """Refuse to write over a session that was changed since its form was read; the session is held from then on.

    A form without a version is none of a page of ours: it says that nothing was read.

    :raises ChangedMeanwhile: something else is stored by now.
    :raises SessionUnknown: the actor sees no such session.
    """
    if read and read != version_of(agenda.locked(session, actor, number).facts):
        raise ChangedMeanwhile


def stored_beside(row: SessionRow, typed: Mapping[str, Any], locale: str) -> list[tuple[str, str]]:
    """Give, with their names, the fields that are stored otherwise than they were typed, in words."""
    stored = values_of(row)
    different = [name for name in LABELS if _plain(stored[name]) != _plain(typed.get(name, ""))]
    return [(gettext(locale, LABELS[name]), _words(locale, name, stored[name])) for name in different]


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list) else str(value)


def _words(locale: str, name: str, value: Any) -> str:  # noqa: ANN401 - as the form has it
    if not value:
        return "–"
    return _IN_WORDS[name](locale, value) if name in _IN_WORDS else str(value)


def _names(locale: str, codes: list[str]) -> str:
    return join(locale, [language_name(locale, code) for code in codes])


def _day(locale: str, day: str) -> str:
    return date_with_weekday(locale, date.fromisoformat(day))


_IN_WORDS: Final[Mapping[str, Callable[[str, Any], str]]] = {
    "kind": lambda locale, code: label(locale, SessionKind(code)),
    "host_side": lambda locale, code: label(locale, Side(code)),
    "status": lambda locale, code: label(locale, SessionStatus(code)),
    "zone": zone_name,
    "languages": _names,
    "interpretation": _names,
    "day": _day,
    "last_day": _day,
}
