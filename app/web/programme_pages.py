"""What the pages of a programme's settings show: clashes, versions with their differences, and edit conflicts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.domain.agenda import Scope
from app.domain.codes import Country, SessionKind
from app.domain.programme import PlannedKind, clashes, differences, years_of
from app.domain.texts import summary_of, title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.catalogues import N_, gettext
from app.language.labels import choices
from app.language.messages import message
from app.language.moments import month_name
from app.language.settings_words import setting_name, setting_path
from app.queries import programmes as read
from app.queries.programmes import ProgrammeFacts, VersionFacts
from app.web.agenda_clashes import agenda_clashes_of
from app.web.agenda_rules_form import agenda_choices
from app.web.budget_rules_form import budget_choices
from app.web.visit_rules_form import visit_choices

NOT_COMPARED = frozenset({"version", "reason", "plan"})
VERSIONS_SHOWN = 5


SCOPES = {
    Scope.PROGRAMME: N_("Everybody in the programme"),
    Scope.TRACK: N_("Each track"),
    Scope.PARTNERSHIP: N_("Each partnership"),
}


def words(locale: str) -> dict[str, Any]:
    """Give the words and choices that every page of a programme's settings may use."""
    scopes = {scope.value: gettext(locale, text) for scope, text in SCOPES.items()}
    return {
        "title_of": title_of,
        "summary_of": summary_of,
        "brussels": PROGRAMME_ZONE,
        "scope_names": scopes,
        "scopes": list(scopes.items()),
        "kinds": choices(locale, SessionKind),
        "countries": [(code, name) for code, name in choices(locale, Country) if code != Country.BELGIUM],
        **agenda_choices(locale),
        **visit_choices(locale),
        **budget_choices(locale),
        "months": [(number, month_name(locale, number)) for number in range(1, 13)],
    }


def detail_context(session: Session, programme: ProgrammeFacts, now: datetime, locale: str) -> dict[str, Any]:
    """Give what the page of a programme shows (eight queries)."""
    template = read.template_of(session, programme.id)
    versions = read.versions_of(session, programme.id)
    kinds = [PlannedKind(row.kind, row.year) for row in template]
    found = clashes(programme.rules, kinds, years=years_of(programme.starts_on, programme.ends_on))
    return {
        "programme": programme,
        "tracks": read.tracks_of(session, programme.id),
        "subjects": read.subjects_of(session, programme.id),
        "template": template,
        "clashes": [message(locale, clash.code, clash.params) for clash in found],
        "in_agenda": agenda_clashes_of(session, programme, locale, today=now.date()),
        "versions": versions[:VERSIONS_SHOWN],
        "more_versions": len(versions) > VERSIONS_SHOWN,
        "call_is_open": programme.call is not None and programme.call.is_open(now),
    }


def version_pages(session: Session, programme: ProgrammeFacts, locale: str) -> list[dict[str, Any]]:
    """Give the versions, the newest first, each with what differs from the one before it (one query)."""
    versions = read.versions_of(session, programme.id)
    earlier: Sequence[VersionFacts | None] = [*versions[1:], None][: len(versions)]
    return [
        {"facts": facts, "changes": _changes(locale, before, facts)}
        for facts, before in zip(versions, earlier, strict=True)
    ]


def _changes(locale: str, before: VersionFacts | None, facts: VersionFacts) -> list[dict[str, str]]:
    if before is None:
        return []
    said = partial(_said, locale)
    return [
        {"setting": setting_path(locale, one.path), "before": said(one.before), "after": said(one.after)}
        for one in differences(before.snapshot, facts.snapshot)
    ]


def _said(locale: str, value: object) -> str:
    if isinstance(value, bool):
        return gettext(locale, N_("Yes") if value else N_("No"))
    return plain(value)


def plain(value: object) -> str:
    """Write a stored value for reading."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def differing_fields(typed: Mapping[str, Any], stored: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Give name, typed text and stored text of every field in which a form differs from what another person saved."""
    names = [name for name in stored if name not in NOT_COMPARED and not name.endswith("_code")]
    both = [(name, plain(typed.get(name, "")), plain(stored[name])) for name in names]
    return [(name, own, other) for name, own, other in both if own != other]


def conflicts(locale: str, fields: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Put the differing fields in rows of a table."""
    return [{"setting": setting_name(locale, name), "typed": own, "stored": other} for name, own, other in fields]
