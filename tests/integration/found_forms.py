"""Every form of the demo, found by following links as its people would: who sends it, where to, with which fields."""

import hashlib
import re
import shutil
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.main import create_app, routes
from app.models import Candidacy, CandidacyMember, Person
from app.settings import Settings
from tests.clients import NOW, StandingClock
from tests.personas import sign_in
from tests.sample_files import png

PAGES_EACH = 600
# Of pages that differ only in a number, a reference, a partnership, a programme or a query, so many are looked at.
ALIKE = 3
ALIKE_PARTS = re.compile(r"(?<=/partnerships/)[\w-]+|(?<=/programme/)[\w-]+|(?<=/programmes/)[\w-]+|\d+|SDG-\w+")
FILES = re.compile(r"[.](pdf|csv|xlsx|ics|json)$|/files?/|/attachments/\d+$")
FORMS = re.compile(r"<form\b.*?</form>", re.DOTALL)
LINKS = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
VISITOR = ""
BASE = "http://127.0.0.1:8000"
STAFF, WRITER = "Programmateam VVSG", "Contact van Demo-Leie"
FORM = "/staff/programme/sdg-2027-2028/form"
# Who writes these two drafts: one waits for a second confirmation, the other can be submitted.
DRAFT, READY = "SDG-DEM011", "SDG-DEM012"
READERS = ("Lezer uit een lokaal bestuur", "Lezer met ervaring in Rwanda en Benin")
PEOPLE = (STAFF, WRITER, "Coordinator of Bugesera", "Officer of RALGA", DRAFT, READY, *READERS)
STARTS = (
    "/",
    "/my",
    "/staff",
    "/account",
    "/candidacies/new",
    "/sign-in",
    "/sign-in/code",
    "/assessments",
    "/assessments/SDG-DEM004",
    "/assessments/SDG-DEM006",
    "/assessments/SDG-DEM009",
    "/agenda",
    "/staff/candidacies/SDG-DEM004",
    "/staff/candidacies/SDG-DEM005/clarifications",
    "/staff/mail?state=failed",
)


COMMON_FIELDS = (
    *("form_key", "edit", "version", "form_version", "note", "reason", "name", "email", "role", "language", "state"),
    *("day", "time", "send", "call", "confirm", "column_1", "as_state", "send_day", "send_time"),
)
QUESTION = {"sections": "motivation", "question": "Welke?", "until_day": "2026-12-01", "until_time": "17:00"}
ADMISSION = {"call": "3", "government": "24062", "reason": "Storm", "until_day": "2026-12-20", "until_time": "17:00"}
TABLE = "gemeente;e-mail;naam;ingediend op;referentie\nLeuven;leuven@example.org;Contact;12/10/2026;OUD-1\n"
RATES = "currency;date;rate;source\nRWF;2026-10-01;1690,5;Bank\n"
CONFIRMER = {"name": "Directeur", "role": "Directeur", "email": "directeur@example.org", "language": "nl"}


@dataclass(frozen=True)
class FoundForm:
    """A form of a page: its route, its address, who saw it, and its fields with the values that the page had.

    ``kinds`` says what each field is: the type of an input, ``textarea``, ``select`` or ``button``.
    """

    route: str
    action: str
    person: str
    fields: Mapping[str, tuple[str, ...]] = field(hash=False)
    kinds: Mapping[str, str] = field(hash=False, default_factory=dict)


class DemoSite:
    """The demo in the test's own process, with a browser for each of its people."""

    def __init__(self, template: Path, folder: Path) -> None:
        for file in template.parent.glob(f"{template.name}*"):
            shutil.copy(file, folder / file.name.replace(template.name, "site.db"))
        self.file = folder / "site.db"
        url = f"sqlite:///{self.file}"
        settings = Settings(database_url=url, base_url=BASE, send_mail_in_serve=False, jobs_in_serve=False, demo=True)
        self.app: FastAPI = create_app(settings, at=StandingClock(NOW))
        self._clients: dict[str, TestClient] = {}
        self.more_pages: list[str] = []
        self.more_forms: list[FoundForm] = []

    def sql(self, statement: str, **values: object) -> list[Any]:
        """Run a statement on the database, as nobody of the demo could."""
        with self.app.state.engine.connect() as connection:
            result = connection.execute(sa.text(statement), values)
            rows = list(result) if result.returns_rows else []
            connection.commit()
        return rows

    def close(self) -> None:
        """Let go of the database, all of it in its file."""
        with self.app.state.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.app.state.engine.dispose()

    def client(self, person: str) -> TestClient:
        """Give the browser of somebody."""
        if person not in self._clients:
            client = TestClient(self.app, base_url=BASE, follow_redirects=False)
            if person != VISITOR:
                sign_in(client, self.app, self._person(person))
            self._clients[person] = client
        return self._clients[person]

    def forget_limits(self) -> None:
        """Let everybody try again: here it is not the limits that are tested."""
        self.sql("DELETE FROM rate_window")

    def _person(self, name: str) -> Person:
        with Session(self.app.state.engine, expire_on_commit=False) as session:
            query = sa.select(Person).where(col(Person.name) == name)
            if name in (DRAFT, READY):
                query = (
                    sa.select(Person)
                    .join(CandidacyMember, col(CandidacyMember.person_id) == col(Person.id))
                    .join(Candidacy, col(Candidacy.id) == col(CandidacyMember.candidacy_id))
                    .where(col(Candidacy.reference) == name)
                    .order_by(col(Person.id))
                    .limit(1)
                )
            return session.execute(query).scalar_one()


def go_further(site: DemoSite) -> None:
    """Bring the demo where more of its forms are shown: things asked, half done, failed, and waiting."""
    own = f"/candidacies/{DRAFT}"
    _fill_in(site, DRAFT)
    _fill_in(site, READY)
    site.sql("UPDATE programme SET rules = json_set(rules, '$.second_confirmation', json('true'))")
    for person, path, data in (
        (VISITOR, "/sign-in", {"email": "somebody@example.org"}),
        (STAFF, "/staff/candidacies/SDG-DEM004/clarifications", QUESTION),
        (STAFF, "/staff/pairings/scenarios", {"name": "Eerste"}),
        (STAFF, "/staff/late-admissions", ADMISSION),
        (DRAFT, f"{own}/people", {"name": "Collega", "email": "collega@example.org", "language": "nl"}),
        (DRAFT, f"{own}/confirmation", CONFIRMER),
    ):
        _post(site, person, path, data=data)
    _post(site, DRAFT, f"{own}/attachments", files={"files": ("Besluit.png", png(), "image/png")})
    for text in ("Eerst dit", "Dan dat"):
        _send_as_shown(site, READY, f"/candidacies/{READY}/motivation", "candidacies.save", openness=text)
    _send_as_shown(site, STAFF, f"{FORM}/sections/motivation", "staff.form.save_section", title_en="Why you")
    _send_as_shown(site, STAFF, "/staff/assessment/SDG-DEM005", "staff.assessment.give", reader="19")
    site.sql("UPDATE mail SET state = 'failed' WHERE id = (SELECT min(id) FROM mail)")
    mails = " ".join(row[0] for row in site.sql("SELECT text FROM mail WHERE state = 'waiting' ORDER BY id"))
    site.more_pages += re.findall(rf"{re.escape(BASE)}(/(?:sign-in|confirmations)/[^\s?]+)", mails)
    site.sql(
        "INSERT INTO web_session (secret_hash, person_id, created_at, expires_at)"
        " SELECT 'of another browser ' || id, person_id, created_at, expires_at FROM web_session"
    )
    _link(site, "of-mails", "mail", None)
    site.more_pages.append("/mails/of-mails")
    site.sql(
        "INSERT INTO personal_link (secret_hash, person_id, purpose, subject_id, expires_at)"
        " SELECT :hash, person_id, 'poll', poll_id, '2027-06-01 09:00:00' FROM poll_member"
        " WHERE poll_id = 1 AND answered_at IS NULL ORDER BY person_id LIMIT 1",
        hash=hashlib.sha256(b"of-a-poll").hexdigest(),
    )
    site.more_pages += ["/polls/answer/of-a-poll", "/polls/1", "/polls/1/answer?change=1", "/polls/new"]
    _meet_now(site)
    _prepare_sessions(site)
    site.more_pages += [f"{FORM}{part}" for part in ("/publication", "/discarding", "/sections/motivation/questions")]
    template = "SELECT min(t.id) FROM template_session t JOIN programme p ON p.id = t.programme_id WHERE p.slug = :slug"
    row = site.sql(template, slug="sdg-2027-2028")[0][0]
    site.more_pages += [f"/staff/programme/sdg-2027-2028/template/{row}/removal", "/staff/people/21/removal"]
    shown = "SELECT id FROM mail WHERE state = 'failed' OR text LIKE '%/sign-in/link/%' ORDER BY id"
    site.more_pages += [f"/staff/mail/{row[0]}" for row in site.sql(shown)[:4]]
    site.more_pages += [
        f"/candidacies/{draft}{part}"
        for draft in (DRAFT, READY)
        for part in ("", "/check", "/people", "/attachments", "/history", "/confirmation")
    ]
    weeks = site.sql("SELECT id FROM busy_period WHERE country IS NOT NULL ORDER BY id LIMIT 1")
    site.more_pages += [f"/staff/calendar/{row[0]}/removal" for row in weeks]
    site.more_pages.append("/partnerships/demo-nete-bugesera-2024/budget/statements/2025")
    _close(site)
    _propose(site)
    _visit(site)
    _rates(site)
    _import(site)


def _visit(site: DemoSite) -> None:
    """Show the forms of visits: one to come with travellers, one of whom does not come, and one that was reported."""
    site.sql("UPDATE traveller SET removed_at = '2026-11-01 09:00:00' WHERE id = 3")
    coming, over = "/partnerships/demo-rupel-karongi-2026/visits/60", "/partnerships/demo-leie-karongi-2024/visits/23"
    parts = ("", "/programme", "/programme/new", "/programme/41", "/event", "/delegation", "/delegation/1", "/report")
    site.more_pages += [*(f"{coming}{part}" for part in parts), f"{over}/report"]
    _prepare_papers(site, coming)


def _close(site: DemoSite) -> None:
    """Show the forms that close a year and settle a budget, of a programme that is over in part."""
    site.more_pages.append("/staff/budget/partnerships/demo-leie-karongi-2024/closing")
    site.more_pages.append("/staff/budget/programmes/pilot-2024-2025/years")


def _propose(site: DemoSite) -> None:
    """Propose a transfer, which its proposer may withdraw."""
    proposal = {"form_key": "of-the-transfer", "from_side": "partner", "amount": "100", "reason": "Een bezoek"}
    path = "/partnerships/demo-durme-bugesera-2026/transfers/new"
    site.more_pages.append(_post(site, "Coordinator of Bugesera", path, data=proposal))


def _rates(site: DemoSite) -> None:
    """Show the forms of exchange rates, of day allowances, and of the rules about the budget."""
    allowance = "/partnerships/demo-durme-bugesera-2026/visits/62/allowances/4"
    site.more_pages += ["/staff/rates", "/staff/rates/import", "/staff/rates/1", "/staff/rates/1/removal"]
    site.more_pages += [allowance, "/staff/programme/sdg-2026-2027/parts/budget"]
    sent = {"file": ("rates.csv", RATES, "text/csv")}
    preview = site.client(STAFF).post("/staff/rates/import", data={"form_key": "of-the-rates"}, files=sent)
    site.more_forms += _forms(preview.text, "/staff/rates/import", STAFF)


def _prepare_papers(site: DemoSite, approved: str) -> None:
    """Show the forms of papers and costs: passport data that are kept, an estimate that is approved, one to approve."""
    own = "/partnerships/demo-durme-bugesera-2026/visits/62"
    identity = f"{own}/travellers/4/identity"
    _send_as_shown(site, "Coordinator of Bugesera", identity, "visits.save_identity", passport_number="PC1234567")
    site.more_pages += [identity, f"{own}/checklist", f"{own}/estimate", f"{approved}/estimate"]


def _meet_now(site: DemoSite) -> None:
    """Let a session of Rwanda run now, with a link to be present there."""
    times = {"first": "2026-11-22 08:00:00", "last": "2026-11-22 11:00:00"}
    site.sql("UPDATE agenda_session SET starts_at = :first, ends_at = :last WHERE id = 44", **times)
    _link(site, "attend-now", "attend", 44)
    _link(site, "attended", "attend", 44, "Coordinator of Bugesera")
    _post(site, VISITOR, "/attend/attended")
    site.more_pages += ["/attend/attend-now", "/attend/attended", "/agenda/44", "/agenda/44/attendance"]


def _link(site: DemoSite, secret: str, purpose: str, subject: int | None, person: str = "Officer of RALGA") -> None:
    """Give somebody a personal link, about a session if it is about one."""
    site.sql(
        "INSERT INTO personal_link (secret_hash, person_id, purpose, subject_id, expires_at)"
        " SELECT :hash, id, :purpose, :subject, '2027-06-01 09:00:00' FROM person WHERE name = :person",
        hash=hashlib.sha256(secret.encode()).hexdigest(),
        purpose=purpose,
        subject=subject,
        person=person,
    )


def _prepare_sessions(site: DemoSite) -> None:
    """Make a series of drafts, give a session a document and minutes, and let somebody answer an invitation."""
    site.sql("UPDATE agenda_session SET status = 'draft', series = 'of-two' WHERE id IN (54, 57)")
    _post(site, STAFF, "/agenda/53/documents", files={"files": ("Nota.png", png(), "image/png")})
    _post(site, STAFF, "/agenda/53/minutes", data={"text": "Wie er was", "version": "0"})
    _link(site, "reply-now", "reply", 46)
    site.more_pages += ["/reply/reply-now", "/agenda/46"]
    site.more_pages += [f"/agenda/{number}{part}" for number in (53, 54, 57) for part in ("", "/edit", "/cancel")]
    site.more_pages += ["/agenda/53/documents", "/agenda/53/minutes"]


def _post(site: DemoSite, person: str, path: str, **what: Any) -> str:  # noqa: ANN401 - as the client takes them
    """Send a form that must be taken, and give where it leads."""
    answer = site.client(person).post(path, **what)
    assert answer.status_code == 303, (path, answer.status_code, answer.text)
    return str(answer.headers["location"])


def _send_as_shown(site: DemoSite, person: str, page: str, route: str, **changes: str) -> str:
    """Send a form of a page as the page shows it, but for a few fields, and give where it leads."""
    forms = _forms(site.client(person).get(page).text, page, person)
    form = next(form for form in forms if form.route == route)
    return _post(site, person, form.action, data={name: values[0] for name, values in form.fields.items()} | changes)


def _import(site: DemoSite) -> None:
    """Bring one table of candidacies in, and another as far as its preview."""
    for mapped in (False, True):
        data = {"call": "3", "form_key": f"a key of its own {mapped}"}
        page = _post(site, STAFF, "/staff/candidacies/import", data=data, files={"file": ("a.csv", TABLE, "text/csv")})
        number = page.rpartition("/")[2]
        site.more_pages += [page, f"/staff/candidacies/import/{number}/removal"]
        if mapped:
            site.more_pages.append(_send_as_shown(site, STAFF, page, "staff.imports.save_mapping"))


def _fill_in(site: DemoSite, reference: str) -> None:
    """Complete a draft with the answers of somebody else."""
    draft, other = (
        site.sql("SELECT id FROM candidacy WHERE reference = :reference", reference=one)[0][0]
        for one in (reference, "SDG-DEM001")
    )
    site.sql("DELETE FROM candidacy_section WHERE candidacy_id = :draft", draft=draft)
    site.sql(
        "INSERT INTO candidacy_section (candidacy_id, section, answers, complete, version, saved_at, person_id)"
        " SELECT :draft, section, answers, complete, 1, saved_at, person_id FROM candidacy_section"
        " WHERE candidacy_id = :other",
        draft=draft,
        other=other,
    )


def find_forms(site: DemoSite) -> list[FoundForm]:
    """Follow the links of everybody, and give each form once for each route and person."""
    found = {(form.route, form.person, ",".join(sorted(form.fields))): form for form in site.more_forms}
    for person in (VISITOR, *PEOPLE):
        for page, text in _pages(site.client(person), site.more_pages):
            for form in _forms(text, page, person):
                shape = ",".join(sorted(form.fields))
                found.setdefault((form.route, person, shape), form)
    shown = {form.route for form in found.values()}
    return [*found.values(), *(_by_hand(route) for route in post_routes() if route.name not in shown)]


def _by_hand(route: APIRoute) -> FoundForm:
    """Make a form for a route whose page the demo has no reason to show now; each has tests of its own besides."""
    staff = route.name.startswith("staff.")
    values = {"reference": "SDG-DEM004" if staff else READY, "section": "motivation", "slug": "sdg-2028-2029"}
    action = re.sub(r"{(\w+)}", lambda match: values.get(match.group(1), "1"), route.path)
    return FoundForm(route.name, action, STAFF if staff else READY, dict.fromkeys(COMMON_FIELDS, ("1", "")))


def _pages(client: TestClient, more: list[str]) -> Iterator[tuple[str, str]]:
    starts = (*STARTS, *more)
    waiting, seen, alike = deque(starts), set(starts), dict[str, int]()
    for _ in range(PAGES_EACH):
        if not waiting:
            return
        page = waiting.popleft()
        answer = client.get(page)
        if answer.status_code == 303:
            _note(answer.headers["location"], waiting, seen, alike)
        if answer.status_code != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield page, answer.text
        for link in LINKS.findall(answer.text):
            _note(urljoin(page, unescape(link)), waiting, seen, alike)


def _note(target: str, waiting: "deque[str]", seen: set[str], alike: dict[str, int]) -> None:
    parts = urlsplit(target)
    address = f"{parts.path}?{parts.query}" if parts.query and "lang=" not in parts.query else parts.path
    if (
        parts.netloc not in ("", urlsplit(BASE).netloc)
        or not address.startswith("/")
        or address in seen
        or "lang=" in address
    ):
        return
    seen.add(address)
    kind = ALIKE_PARTS.sub("*", parts.path) + "?" * bool(parts.query)
    alike[kind] = alike.get(kind, 0) + 1
    if alike[kind] <= ALIKE:
        waiting.append(address)


def _forms(text: str, page: str, person: str) -> Iterator[FoundForm]:
    """Find the forms of a page; to parse these alone takes a fifth of the time."""
    for part in FORMS.findall(text):
        form = html5lib.parseFragment(part, namespaceHTMLElements=False)[0]
        if (form.get("method") or "get").lower() == "post":
            target = urlsplit(urljoin(page, form.get("action") or ""))
            action = f"{target.path}?{target.query}" if target.query else target.path
            route = _route_of(target.path)
            if route:
                yield FoundForm(route, action, person, _fields(form), _kinds(form))


def _fields(form: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - html5lib has no types
    fields: dict[str, tuple[str, ...]] = {}
    for control in form.iter():
        name = control.get("name")
        if not name or control.tag not in ("input", "textarea", "select", "button"):
            continue
        fields[name] = tuple(dict.fromkeys((*fields.get(name, ()), *_values(control))))
    return fields


def _values(control: Any) -> list[str]:  # noqa: ANN401 - html5lib has no types
    """Give what a control holds, or what it may be chosen from: what is chosen already stands first."""
    if control.tag == "textarea":
        return [control.text or ""]
    if control.tag == "select":
        options = sorted(control.iter("option"), key=lambda option: option.get("selected") is None)
        return [option.get("value") or "" for option in options]
    return [control.get("value") or ("on" if control.get("type") == "checkbox" else "")]


def _kinds(form: Any) -> dict[str, str]:  # noqa: ANN401 - html5lib has no types
    controls = (control for control in form.iter() if control.tag in ("input", "textarea", "select", "button"))
    return {one.get("name"): one.get("type") or "text" if one.tag == "input" else one.tag for one in controls}


def _route_of(path: str) -> str | None:
    return next((route.name for route in post_routes() if route.path_regex.match(path)), None)


def post_routes() -> list[APIRoute]:
    """Give all routes that take a form."""
    return [route for route in routes() if "POST" in (route.methods or ()) and not route.path.startswith("/api")]
