"""People who are signed in once and look at many pages, and what stands in the examples' placeholders."""

import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

from app.language.catalogues import LOCALES
from tests.e2e import candidate_steps, import_steps, staff_steps
from tests.e2e.conftest import Site, Visitor, Visitors, axe_violations
from tests.e2e.examples import CANDIDATE, NEWCOMER, PERSONAS
from tests.sample_files import pdf

WIDE, PHONE = 1280, 360
MAILS_AND_LOGS = frozenset({"mail", "event", "sqlite_sequence"})
ALIKE = frozenset(
    {
        "4 in Rwanda, 3 in Benin",
        "Association, Association nationale des communes du Bénin",
        "Association, Rwanda Association of Local Government Authorities",
    }
)
"""Sentences that are the same in two languages."""
TEXTS = """() => {
  const found = new Set(), here = document.documentElement.lang;
  const add = (element, words) => {
    const foreign = element.closest("[lang]").lang !== here || element.closest("pre, code, script, style, textarea");
    if (!foreign) words.split(/\\s*·\\s*/).forEach((part) => found.add(part.replace(/\\s+/g, " ").trim()));
  };
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) add(nodes.currentNode.parentElement, nodes.currentNode.data);
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    document.querySelectorAll(`[${name}]`).forEach((element) => add(element, element.getAttribute(name)));
  return [...found];
}"""


STRUCTURE = """() => {
  const spoken = ["lang", "href", "value", "content", "alt", "title", "aria-label", "placeholder", "data-label"];
  const words = new Set(spoken);
  const attribute = ({name, value}) => words.has(name) ? `${name}:${value.trim() !== ""}` : `${name}=${value}`;
  const one = (element) => `${element.tagName} ${[...element.attributes].map(attribute).sort().join(" ")} `
    + `${element.checkVisibility()} ${element.childElementCount} ${element.textContent.trim() !== ""}`;
  return [...document.documentElement.querySelectorAll(":not([hreflang])")].map(one).join("\\n");
}"""
"""What a page is made of, whatever its words are: elements, attributes, what is seen and what is empty."""


@dataclass
class Crowd:
    """Everybody of the examples on one site, each in a browser of their own."""

    site: Site
    visitors: Visitors
    _people: dict[str, Visitor] = field(default_factory=dict)

    def person(self, role: str) -> Visitor:
        """Give the browser of somebody, signed in."""
        if role not in self._people:
            visitor = self.visitors.open(self.site, width=WIDE)
            self._people[role] = visitor
            if role in PERSONAS:
                visitor.sign_in_as(PERSONAS[role])
            elif role == CANDIDATE:
                self.draft = candidate_steps.start(visitor)
            elif role == NEWCOMER:
                self.link = _ask_for_a_link(visitor)
        return self._people[role]

    def address(self, path: str) -> str:
        """Put what exists into the placeholders of an example."""
        for name in re.findall(r"{(\w+)}", path):
            path = path.replace(f"{{{name}}}", str(getattr(self, name)))
        return path

    def __getattr__(self, name: str) -> str:
        """Make the draft and the link when they are first asked for."""
        roles = {"draft": CANDIDATE, "link": NEWCOMER}
        if name not in roles:
            raise AttributeError(name)
        self.person(roles[name])
        return str(self.__dict__[name])

    @cached_property
    def attachment(self) -> int:
        """An attachment of the draft."""
        page = self.person(CANDIDATE).go(f"/candidacies/{self.draft}/attachments?lang=nl")
        candidate_steps.attach(page, ("Collegebesluit.pdf", pdf()))
        return self._first("SELECT max(id) FROM attachment")

    @cached_property
    def row(self) -> int:
        """A row of the agenda template of the programme that runs."""
        return self._first(
            "SELECT t.id FROM template_session t JOIN programme p ON p.id = t.programme_id"
            " WHERE p.slug = 'sdg-2026-2027' ORDER BY t.id"
        )

    @cached_property
    def calendar(self) -> int:
        """Days that do not suit a country."""
        return self._first("SELECT min(id) FROM busy_period WHERE country IS NOT NULL")

    @cached_property
    def weeks(self) -> int:
        """Days that do not suit the partner side of the partnership that is looked at."""
        return self._first(
            "SELECT b.id FROM busy_period b JOIN local_government g ON g.id = b.local_government_id"
            " WHERE g.name = 'Bugesera'"
        )

    @cached_property
    def mail(self) -> int:
        """A mail."""
        self.person(NEWCOMER)
        return self._first("SELECT max(id) FROM mail")

    @cached_property
    def profile(self) -> int:
        """A partner profile in Rwanda, which RALGA edits too."""
        return self._first(
            "SELECT p.id FROM partner_profile p JOIN track t ON t.id = p.track_id"
            " WHERE t.slug = 'rwanda' ORDER BY p.id DESC"
        )

    @cached_property
    def scenario(self) -> int:
        """A scenario, kept from the board."""
        page = self.person("staff").go("/staff/pairings?lang=nl")
        staff_steps.keep(page)
        return int(page.url.rsplit("/", 1)[1].partition("?")[0])

    @cached_property
    def sent_file(self) -> int:
        """A file of candidacies that was sent to be imported, with a cell that is in its way."""
        rows = [*import_steps.GOOD, ("Nergens", "contact@example.org", "", "", "")]
        return int(import_steps.send(self.person("staff"), "oud.csv", import_steps.table(rows)).url.rsplit("/", 1)[1])

    @cached_property
    def submitter(self) -> int:
        """The one who writes the candidacy that is submitted."""
        return self._first("SELECT id FROM person WHERE name = 'Contact van Demo-Leie'")

    @cached_property
    def confirmation(self) -> str:
        """The secret of a link with which the draft can be confirmed."""
        return self._ask_second_person(self.draft, "open", None)

    @cached_property
    def confirmed(self) -> str:
        """The secret of a link with which a candidacy was confirmed."""
        return self._ask_second_person("SDG-DEM001", "used", "2026-11-22 09:00:00")

    @cached_property
    def mails(self) -> str:
        """The secret of a link with which somebody chooses mails."""
        with closing(sqlite3.connect(self.site.database)) as database, database:
            database.execute(
                "INSERT INTO personal_link (secret_hash, person_id, purpose, expires_at)"
                " SELECT ?, min(person_id), 'mail', '2027-01-22 09:00:00' FROM membership",
                (hashlib.sha256(b"mails").hexdigest(),),
            )
        return "mails"

    @cached_property
    def asked(self) -> str:
        """The reference of the draft, once somebody is asked to confirm it."""
        return self.draft if self.confirmation else ""

    def _ask_second_person(self, reference: str, secret: str, confirmed_at: str | None) -> str:
        hashed = hashlib.sha256(secret.encode()).hexdigest()
        with closing(sqlite3.connect(self.site.database)) as database, database:
            database.execute(
                "INSERT INTO confirmation (candidacy_id, secret_hash, name, role, email, language, asked_by, asked_at,"
                " confirmed_at, note) SELECT c.id, ?, 'Burgemeester van Demo-Leie', '', 'burgemeester@example.org',"
                " 'nl', m.person_id, '2026-11-21 09:00:00', ?, '' FROM candidacy c"
                " JOIN candidacy_member m ON m.candidacy_id = c.id WHERE c.reference = ? LIMIT 1",
                (hashed, confirmed_at, reference),
            )
        return secret

    @cached_property
    def poll_link(self) -> str:
        """The secret of a link to a poll that takes answers."""
        return self._make_poll_link("of a poll", 1)

    @cached_property
    def fixed_poll_link(self) -> str:
        """The secret of a link to a poll whose moment was chosen."""
        return self._make_poll_link("of a fixed poll", 2)

    def _make_poll_link(self, secret: str, poll: int) -> str:
        secret = secret.replace(" ", "-")
        hashed = hashlib.sha256(secret.encode()).hexdigest()
        self._insert(
            "INSERT INTO personal_link (secret_hash, person_id, purpose, subject_id, expires_at)"  # noqa: S608 - no input
            f" SELECT '{hashed}', p.id, 'poll', {poll}, '2027-06-01 09:00:00' FROM person p"
            " WHERE p.name = 'Coördinator van Demo-Rupel'"
        )
        return secret

    @cached_property
    def planned_spending(self) -> int:
        """A plan on the partner half of the partnership that is looked at."""
        return self._first(
            "SELECT s.id FROM planned_spending s JOIN allotment a ON a.id = s.allotment_id"
            " JOIN partnership_side f ON f.id = a.side_id JOIN partnership p ON p.id = f.partnership_id"
            " WHERE p.slug = 'demo-durme-bugesera-2026' AND f.side = 'partner' ORDER BY s.id"
        )

    @cached_property
    def bugesera(self) -> int:
        """The coordinator of Bugesera."""
        return self._first("SELECT id FROM person WHERE name = 'Coordinator of Bugesera'")

    @cached_property
    def early_attend_link(self) -> str:
        """The secret of a link to be present at a session to come."""
        return self._make_attend_link("early", 46)

    @cached_property
    def late_attend_link(self) -> str:
        """The secret of a link to be present at a session that is over."""
        return self._make_attend_link("late", 42)

    def _make_attend_link(self, secret: str, session: int) -> str:
        hashed = hashlib.sha256(secret.encode()).hexdigest()
        self._insert(
            "INSERT INTO personal_link (secret_hash, person_id, purpose, subject_id, expires_at)"  # noqa: S608 - no input
            f" VALUES ('{hashed}', {self.bugesera}, 'attend', {session}, '2027-06-01 09:00:00')"
        )
        return secret

    @cached_property
    def reply_link(self) -> str:
        """The secret of a link to answer an invitation."""
        hashed = hashlib.sha256(b"reply").hexdigest()
        self._insert(
            "INSERT INTO personal_link (secret_hash, person_id, purpose, subject_id, expires_at)"  # noqa: S608 - no input
            f" VALUES ('{hashed}', {self.bugesera}, 'reply', 46, '2027-06-01 09:00:00')"
        )
        return "reply"

    @cached_property
    def session_document(self) -> int:
        """A document of a session to come."""
        file = self._insert(
            "INSERT INTO stored_file (name, media_type, size, sha256, content, created_at)"
            " VALUES ('Nota.pdf', 'application/pdf', 4, 'of-a-session', x'25504446', '2026-11-22 09:00:00')"
        )
        return self._insert(
            "INSERT INTO session_document (session_id, file_id, added_at) VALUES (57, ?, '2026-11-22 09:00:00')",
            (file,),
        )

    @cached_property
    def admission(self) -> int:
        """A local government that may submit after a call has closed."""
        return self._insert(
            "INSERT INTO late_admission (call_id, local_government_id, until, reason, admitted_at, admitted_by)"
            " SELECT c.call_id, c.local_government_id, '2026-12-24 16:00:00', 'Storing', '2026-11-22 09:00:00', p.id"
            " FROM candidacy c, person p WHERE c.reference = 'SDG-DEM011' AND p.name = 'Programmateam VVSG'"
        )

    @cached_property
    def stored(self) -> str:
        """Everything that the database holds beside mails: names, titles, answers."""
        with closing(sqlite3.connect(self.site.database)) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = [
                row
                for name in tables
                if name not in MAILS_AND_LOGS
                for row in database.execute(f"SELECT * FROM {name}")  # noqa: S608 - names of the database itself
            ]
        return re.sub(r"\s+", " ", " ".join(value for row in rows for value in row if isinstance(value, str)))

    def _insert(self, query: str, values: tuple[int, ...] = ()) -> int:
        with closing(sqlite3.connect(self.site.database, timeout=30)) as database, database:
            return int(database.execute(query, values).lastrowid or 0)

    def _first(self, query: str) -> int:
        with closing(sqlite3.connect(self.site.database)) as database:
            return int(database.execute(query).fetchone()[0])


def _ask_for_a_link(visitor: Visitor) -> str:
    page = visitor.go("/sign-in?lang=nl")
    page.get_by_label(candidate_steps.say("Your e-mail address")).fill("participant-karongi@example.org")
    page.get_by_role("button", name=candidate_steps.say("Mail me a link and a code")).click()
    page.get_by_role("link", name=candidate_steps.say("Demonstration: open the mailbox")).click()
    page.get_by_role("table").get_by_role("link").first.click()
    return page.get_by_role("main").get_by_role("link", name="/sign-in/link/").get_attribute("href") or ""


def look(visitor: Visitor, path: str, languages: tuple[str, ...] = LOCALES) -> tuple[dict[str, set[str]], list[str]]:
    """Look at a page in ``languages`` and two widths; give its words by language, and what is wrong with it.

    Axe looks at all of a page at both widths in the first language, at its colours where it is wide. Where the page is
    made of the same in another language, axe looks there at what words and their length change, on the phone.
    """
    words: dict[str, set[str]] = {}
    wrong: list[str] = []
    made_of: dict[int, str] = {}
    for language in languages:
        page = visitor.page
        page.set_viewport_size({"width": WIDE, "height": 900})
        response = page.goto(f"{visitor.site.address}{path}{'&' if '?' in path else '?'}lang={language}")
        wrong += [f"{language}: {fault}" for fault in _answer_faults(response, page, path)]
        words[language] = set(page.evaluate(TEXTS))
        for width in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            structure = page.evaluate(STRUCTURE)
            made_of.setdefault(width, structure)
            is_known = len(words) > 1 and made_of[width] == structure
            faults = overflow(page)
            if not is_known or width == PHONE:
                is_first = len(words) == 1 and width == WIDE
                faults += axe_violations(page, only_words=is_known, colours=is_first)
            wrong += [f"{language} {width}: {fault}" for fault in faults]
    wrong += visitor.faults
    visitor.faults.clear()
    return words, wrong


def _answer_faults(response: Response | None, page: Page, path: str) -> list[str]:
    if response is None or response.status != 200:
        return [f"answered {response.status if response else 'nothing'}"]
    return [] if urlsplit(page.url).path == urlsplit(path).path else [f"led to {page.url}"]


def overflow(page: Page) -> list[str]:
    """Name what sticks out of the page, if the page scrolls sideways."""
    found: list[str] = page.evaluate(
        """() => {
          const root = document.documentElement;
          if (root.scrollWidth <= root.clientWidth) return [];
          const out = [...document.querySelectorAll("main *, header *, footer *")]
            .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1);
          const last = (out.at(-1)?.outerHTML ?? "").slice(0, 200);
          return [`scrolls sideways, ${root.scrollWidth} > ${root.clientWidth}: ${last}`];
        }"""
    )
    return found


def untranslated(words: dict[str, set[str]], stored: str) -> list[str]:
    """Give sentences of four words and more that are the same in two languages and are not data."""
    pairs = (("nl", "en"), ("fr", "en"), ("nl", "fr"))
    same = {text for one, other in pairs for text in words[one] & words[other]}
    sentences = {text for text in same if len(re.findall(r"(?<!\S)[^\W\d]{2,}", text)) >= 4}
    return sorted(text for text in sentences - ALIKE if re.sub(r"^[:,] | \(.*|[,.:]$", "", text) not in stored)
