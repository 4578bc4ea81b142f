"""The main menu, by what a person is."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.access import Actor
from app.language.catalogues import N_

PUBLIC_MENU = (
    ("home.index", N_("Start")),
    ("programme.detail", N_("Programme")),
    ("partnerships.index", N_("Partnerships")),
    ("agenda.index", N_("Agenda")),
)
MEMBER_MENU = (
    ("my.index", N_("My page")),
    ("my.agenda", N_("My agenda")),
    ("partnerships.index", N_("Partnerships")),
)
READER_MENU = (("assessments.index", N_("To read")),)
STAFF_MENU = (
    ("staff.index", N_("Overview")),
    ("staff.candidacies.index", N_("Candidacies")),
    ("staff.assessment.index", N_("Assessment")),
    ("staff.decisions.index", N_("Decisions")),
    ("staff.partners.index", N_("Partners")),
    ("staff.pairings.index", N_("Pairing")),
    ("staff.partnerships.index", N_("Partnerships")),
    ("staff.sessions.index", N_("Agenda")),
    ("staff.visits.index", N_("Work visits")),
    ("staff.budget.index", N_("Budget")),
    ("staff.programme.index", N_("Programme")),
    ("staff.people.index", N_("People")),
    ("staff.mail.index", N_("Mail")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu."""

    href: str
    label: str
    current: bool


def navigation(actor: Actor, path: str, gettext: Callable[[str], str], addresses: Callable[[str], str]) -> list[Link]:
    """Give the menu for somebody on the page at ``path``."""
    entries = [(addresses(name), gettext(label)) for name, label in _menu(actor)]
    current = max((href for href, _ in entries if _leads_to(href, path)), key=len, default="")
    return [Link(href, label, href == current) for href, label in entries]


def _menu(actor: Actor) -> tuple[tuple[str, str], ...]:
    if actor.is_staff:
        return STAFF_MENU
    if not actor.is_known:
        return PUBLIC_MENU
    own = (*MEMBER_MENU, *(READER_MENU if actor.is_reader else ()))
    if actor.is_association:
        return (
            *own,
            ("staff.sessions.index", N_("Sessions")),
            ("staff.visits.index", N_("Work visits")),
            ("staff.partners.index", N_("Partner profiles")),
        )
    return own


def _leads_to(href: str, path: str) -> bool:
    return path == href or (href not in ("/", "/staff") and path.startswith(href + "/"))
