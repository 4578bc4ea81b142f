"""The city links that are known of a candidate, as facts to confirm: still going on, ended, or not known there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from app.domain.candidacy_answers import KNOWN_LINKS, LINK_STATES
from app.queries.reference import Link
from app.web.forms import clean_text

_NAME: Final = "known_link_name_"
_STATE: Final = "known_link_"


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A known link with the names of its fields and what was said of it."""

    name: str
    since: str
    until: str
    name_field: str
    state_field: str
    state: str


def link_name(link: Link) -> str:
    """Give the name under which a link is stored: the partner with its country."""
    return f"{link.partner_name} ({link.partner_country})"


def shown_links(links: Sequence[Link], values: Mapping[str, Any]) -> list[ShownLink]:
    """Give the links for the page, each with what was typed or stored."""
    return [
        ShownLink(
            link_name(link),
            link.since,
            link.until,
            f"{_NAME}{number}",
            f"{_STATE}{number}",
            values.get(f"{_STATE}{number}", ""),
        )
        for number, link in enumerate(links, 1)
    ]


def stored_values(links: Sequence[Link], answers: Mapping[str, Any]) -> dict[str, str]:
    """Give the values of the fields for what is stored."""
    said = answers.get(KNOWN_LINKS) or {}
    return {f"{_STATE}{number}": said.get(link_name(link), "") for number, link in enumerate(links, 1)}


def read_links(
    data: FormData, links: Sequence[Link], answers: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str]]:
    """Read what was said of the known links: the values as typed, and what is to be stored.

    A link is read by its name, so that a list that changed meanwhile mixes nothing up; what this page did not ask about
    stays as it was.
    """
    known = {link_name(link) for link in links}
    said = dict(answers.get(KNOWN_LINKS) or {})
    values: dict[str, str] = {}
    for number in range(1, len(links) + 1):
        name, state = _typed(data, f"{_NAME}{number}"), _typed(data, f"{_STATE}{number}")
        values |= {f"{_NAME}{number}": name, f"{_STATE}{number}": state}
        if name in known and state in LINK_STATES:
            said[name] = state
    return values, said


def _typed(data: FormData, name: str) -> str:
    value = data.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""
